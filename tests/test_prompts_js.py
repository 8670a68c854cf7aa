"""The prompts' module from outside: its own tests, its names, its sentences, its size."""

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from openpractice.prompts import bundle

REPO = Path(__file__).resolve().parents[1]
MODULES = sorted(path for path in bundle.STATIC.glob("*.js"))
CATALOGS = {path.stem: json.loads(path.read_text("utf-8")) for path in (bundle.STATIC / "catalog").glob("*.json")}

needs_node = pytest.mark.skipif(not shutil.which("node"), reason="Node is only needed to test the prompts' module")


def source(name):
    return (bundle.STATIC / name).read_text("utf-8")


@needs_node
def test_the_modules_own_tests_pass():
    tests = sorted(map(str, (REPO / "tests/js").glob("*.test.mjs")))
    run = subprocess.run(["node", "--test", *tests], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stdout[-4000:]


@needs_node
@pytest.mark.parametrize("entry", ["widget.js", "prompt.js"])
def test_the_joined_module_parses_and_keeps_nothing_to_import(entry, tmp_path):
    joined = tmp_path / "joined.mjs"
    joined.write_text(bundle.bundle(entry), "utf-8")
    assert subprocess.run(["node", "--check", joined], capture_output=True).returncode == 0
    assert not re.search(r"^import ", joined.read_text("utf-8"), re.M)


@needs_node
def test_the_joined_module_exports_what_anywidget_calls(tmp_path):
    joined = tmp_path / "joined.mjs"
    joined.write_text(bundle.bundle("widget.js"), "utf-8")
    script = f"import('{joined.as_uri()}').then((m) => console.log(typeof m.default.render))"
    assert subprocess.run(["node", "-e", script], capture_output=True, text=True).stdout.strip() == "function"


def test_names_at_the_top_of_modules_are_unique():
    seen = {}
    for path in MODULES:
        if path.name in ("loader.js", "prompt.js"):
            continue
        for name in re.findall(r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", path.read_text("utf-8"), re.M):
            assert name not in seen, f"{name} stands in {seen.get(name)} and {path.name}"
            seen[name] = path.name


def test_modules_are_small_and_hold_no_text_over_several_lines():
    for path in MODULES:
        text = path.read_text("utf-8")
        assert text.count("\n") <= 300, path.name
        # The bundle takes indents away, which must not reach into a text.
        for line in text.splitlines():
            assert line.count("`") % 2 == 0, f"{path.name}: {line}"


def test_modules_never_parse_content_or_reach_out():
    for path in MODULES:
        text = path.read_text("utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), path.name
        assert not re.search(r"https?://(?!www\.w3\.org)[a-z]", text), path.name


def test_a_circle_of_imports_is_refused(tmp_path, monkeypatch):
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\n')
    (tmp_path / "b.js").write_text('import { a } from "./a.js";\n')
    monkeypatch.setattr(bundle, "STATIC", tmp_path)
    with pytest.raises(ValueError, match="imports itself"):
        bundle.module_order("a.js")


def test_every_language_has_the_same_sentences_with_the_same_gaps():
    gaps = lambda text: sorted(re.findall(r"\{\w+\}", text))
    for language, sentences in CATALOGS.items():
        assert sentences.keys() == CATALOGS["en"].keys(), language
        for key, text in sentences.items():
            # The singular may spell its one number out.
            if not key.endswith(".one"):
                assert gaps(text) == gaps(CATALOGS["en"][key]), f"{language}: {key}"


def used_keys():
    for path in MODULES:
        text = path.read_text("utf-8")
        yield from ((key, path.name) for key in re.findall(r"""(?<![\w.])(?:ctx\.)?(?:this\.)?t\((?:\w+ \? )?"([\w-]+)\"""", text))


# Keys put together from a word that is known only at run time, or handed on as a text.
MADE = {
    "add-": ["action_plan", "evidence_table", "ledger"], "row-": ["action_plan", "evidence_table", "ledger"],
    "who-": ["P", "F", "C", "A"], "local-": ["full", "blocked"], "then_now-": ["baseline", "then", "now"],
    "critique-": ["say_back", "see", "expect", "question", "offer", "say_back-hint", "see-hint", "expect-hint"],
}  # fmt: skip


def test_every_sentence_used_exists_and_every_one_that_exists_is_used():
    known = {re.sub(r"\.(one|other)$", "", key) for key in CATALOGS["en"]}
    used = {key for key, _ in used_keys()} | {start + end for start, ends in MADE.items() for end in ends}
    assert used - known == set()
    everything = "".join(source(path.name) for path in MODULES if path.name != "catalog.js")
    unused = {key for key in known - used if f'"{key}"' not in everything}
    assert unused == set()


def test_the_module_of_sentences_is_made_from_the_files():
    assert source("catalog.js") == bundle.catalog_module(), "run: python -m openpractice.prompts.bundle"


def test_module_and_style_stay_small():
    # The figure to reach is 60 KB unpacked; measured: 114 KB readable, 34 KB as it travels packed.
    whole = (bundle.bundle("widget.js") + bundle.stylesheet()).encode()
    print(f"module and style: {len(whole)} bytes, packed {len(gzip.compress(whole))}")
    assert len(whole) < 120_000 and len(gzip.compress(whole)) < 36_000
