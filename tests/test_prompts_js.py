"""The prompts' module from outside: its own tests, its names, its sentences, its size."""

import gzip
import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from openpractice.prompts.specs import read_specs
from openpractice.prompts.widget import files

REPO = Path(__file__).resolve().parents[1]
STATIC = REPO / "front/prompts"
MODULES = sorted(path for path in STATIC.glob("*.js"))
CATALOGS = {path.stem: json.loads(path.read_text("utf-8")) for path in (STATIC / "catalog").glob("*.json")}
LESSONS = sorted(REPO.glob("notebooks/*/*.ipynb"))


def load_bundle():
    spec = importlib.util.spec_from_file_location("bundle", REPO / "labextension/bundle.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


bundle = load_bundle()

needs_node = pytest.mark.skipif(not shutil.which("node"), reason="Node is only needed to test the prompts' module")


def source(name):
    return (STATIC / name).read_text("utf-8")


@needs_node
def test_the_modules_own_tests_pass():
    tests = sorted(map(str, (REPO / "tests/js").glob("*.test.mjs")))
    run = subprocess.run(["node", "--test", *tests], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stdout[-4000:]


@needs_node
def test_every_joined_file_parses_and_asks_for_nothing_but_the_first(tmp_path):
    assert {
        "prompt.js",
        "widget.js",
        "kind-map.js",
        "sentences-en.js",
        "sentences-es.js",
        "prompt.css",
    } <= files().keys()
    for name, text in files().items():
        if not name.endswith(".js"):
            continue
        joined = (tmp_path / name).with_suffix(".mjs")
        joined.write_text(text, "utf-8")
        assert subprocess.run(["node", "--check", joined], capture_output=True).returncode == 0, name
        asked = re.findall(r'\bimport\s*\{[^}]*\}\s*from\s*"([^"]+)"', text)
        assert asked == ([] if name in ("prompt.js", "loader.js") or "sentences" in name else ["./prompt.js"]), name


@needs_node
def test_the_joined_files_find_each_other_and_every_kind(tmp_path):
    for name, text in files().items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    script = """const { getReady, KINDS } = await import(process.argv[1] + "/prompt.js");
      const { renderPart } = await import(process.argv[1] + "/widget.js");
      await getReady(["ranking", "expertise_map"], "es");
      console.log(typeof renderPart);"""
    run = subprocess.run(
        ["node", "--input-type=module", "-e", script, tmp_path.as_uri()], capture_output=True, text=True
    )
    assert run.stdout.strip() == "function", run.stderr


def test_every_kind_has_the_file_that_draws_it():
    kinds = dict(re.findall(r'(\w+): "(\w+)"', source("kinds.js").split("FILES", 1)[1]))
    for kind, file in kinds.items():
        assert re.search(rf"^export default \{{.*\b{kind}: ", source(f"kind-{file}.js"), re.M), kind
    assert len(kinds) == 11


def test_names_at_the_top_of_modules_are_unique():
    seen = {}
    for path in MODULES:
        if path.name in ("loader.js", "prompt.js"):
            continue
        for name in re.findall(
            r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", path.read_text("utf-8"), re.M
        ):
            assert name not in seen, f"{name} stands in {seen.get(name)} and {path.name}"
            seen[name] = path.name


def test_modules_are_small():
    for path in MODULES:
        assert path.read_text("utf-8").count("\n") <= 300, path.name


def test_modules_never_parse_content_or_reach_out():
    for path in MODULES:
        text = path.read_text("utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), (
            path.name
        )
        assert not re.search(r"https?://(?!www\.w3\.org)[a-z]", text), path.name


def joined(**modules):
    return bundle.built_files({f"{name.replace('_', '/')}.js": text.encode() for name, text in modules.items()})


def test_a_circle_of_imports_is_refused():
    with pytest.raises(bundle.NotJoined, match="imports itself"):
        joined(
            prompts_prompt='export { a } from "./a.js";\n',
            prompts_a='import { b } from "./b.js";\nexport const a = b;\n',
            prompts_b='import { a } from "./a.js";\nexport const b = a;\n',
        )


@pytest.mark.parametrize(
    "line",
    [
        'import a from "./a.js";',
        'import * as a from "./a.js";',
        'export * from "./a.js";',
        'import "./a.js";',
        "export { b };",
    ],
)
def test_a_line_that_the_joining_does_not_know_is_refused(line):
    with pytest.raises(bundle.NotJoined, match="prompts/prompt.js"):
        joined(prompts_prompt=line + "\n", prompts_a="export const a = 1;\n")


def test_a_name_that_is_changed_on_the_way_and_a_missing_module_are_refused():
    core = 'export { a } from "./a.js";\n'
    with pytest.raises(bundle.NotJoined, match="the same everywhere"):
        joined(
            prompts_prompt=core,
            prompts_a="export const a = 1;\n",
            page_index='import { a as b } from "../prompts/a.js";\n',
        )
    with pytest.raises(bundle.NotJoined, match="not there"):
        joined(prompts_prompt=core)


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
        yield from (
            (key, path.name)
            for key in re.findall(r"""(?<![\w.])(?:ctx\.)?(?:this\.)?t\((?:\w+ \? )?"([\w-]+)\"""", text)
        )


# Keys put together from a word that is known only at run time, or handed on as a text.
MADE = {
    "add-": ["action_plan", "evidence_table", "ledger"],
    "row-": ["action_plan", "evidence_table", "ledger"],
    "who-": ["P", "F", "C", "A"],
    "local-": ["full", "blocked"],
    "then_now-": ["baseline", "then", "now"],
    "critique-": ["say_back", "see", "expect", "question", "offer", "say_back-hint", "see-hint", "expect-hint"],
}


def test_every_sentence_used_exists_and_every_one_that_exists_is_used():
    known = {re.sub(r"\.(one|other)$", "", key) for key in CATALOGS["en"]}
    used = {key for key, _ in used_keys()} | {start + end for start, ends in MADE.items() for end in ends}
    assert used - known == set()
    everything = "".join(source(path.name) for path in MODULES if path.name != "kinds.js")
    unused = {key for key in known - used if f'"{key}"' not in everything}
    assert unused == set()


def test_the_languages_spoken_are_those_with_sentences():
    assert set(re.findall(r'"(\w+)"', re.search(r"LANGUAGES = (.*);", source("i18n.js"))[1])) == CATALOGS.keys()


def loaded_by(lesson):
    """Bytes of what a page with this lesson loads: the module, its kinds and the style; and the sentences."""
    kinds = dict(re.findall(r'(\w+): "(\w+)"', source("kinds.js").split("FILES", 1)[1]))
    asked = {kinds[spec["kind"]] for spec in read_specs(lesson).specs.values() if spec["kind"] in kinds}
    names = ["prompt.js", "prompt.css", *(f"kind-{kind}.js" for kind in sorted(asked))]
    return [files()[name].encode() for name in names], files()["sentences-en.js"].encode()


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_what_a_lesson_loads_to_draw_its_prompts_stays_under_60_kb(lesson):
    parts, sentences = loaded_by(lesson)
    whole = b"".join(parts)
    print(
        f"{lesson.stem}: prompt.js and prompt.css {len(parts[0]) + len(parts[1])}, with its kinds {len(whole)}, with its language {len(whole + sentences)} bytes; packed {len(gzip.compress(whole + sentences))}"
    )
    if bundle.minify is None:
        pytest.skip(
            f"files are only joined on this machine: {len(whole):,} bytes, and the 60,000 hold for shortened ones"
        )
    assert len(whole) < 60_000


def test_lines_that_only_explain_are_not_sent():
    built = joined(
        prompts_prompt='// What it is.\n\n/**\n * More.\n */\nexport const a = "// kept"; // kept too\n',
        prompts_loader="export const b = 1;\n",
    )
    text = built["prompts/prompt.js"].decode()
    assert "// kept" in text and "What it is" not in text and "More" not in text
    assert not any(
        line.lstrip().startswith(("//", "/**"))
        for name, text in files().items()
        if name.endswith(".js")
        for line in text.split("\n")
    )


def test_an_unshortened_module_would_be_found_too_large():
    sources = {f"prompts/{path.name}": path.read_bytes() for path in MODULES}
    order = bundle.module_order("prompts/prompt.js", {name: data.decode() for name, data in sources.items()})
    assert sum(len(sources[name]) for name in order) + len(source("prompt.css").encode()) > 60_000
