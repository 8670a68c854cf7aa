"""The prompts' sentences, and what no module of theirs may do."""

import json
import re

from repo import REPO

PROMPTS = REPO / "front/prompts"
MODULES = sorted(PROMPTS.rglob("*.js"))
CATALOGS = {path.stem: json.loads(path.read_text("utf-8")) for path in (PROMPTS / "catalog").glob("*.json")}


def source(name):
    return (PROMPTS / name).read_text("utf-8")


def test_modules_never_parse_content_or_reach_out():
    for path in MODULES:
        text = path.read_text("utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), (
            path.name
        )
        assert not re.search(r"https?://(?!www\.w3\.org)[a-z]", text), path.name


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
    "count-": ["nearly-all", "few-or-none"],
    "critique-": ["say_back", "see", "expect", "question", "offer", "say_back-hint", "see-hint", "expect-hint"],
    "critique-nudge-": ["say_back", "see"],
}


def test_every_sentence_used_exists_and_every_one_that_exists_is_used():
    known = {re.sub(r"\.(one|other)$", "", key) for key in CATALOGS["en"]}
    used = {key for key, _ in used_keys()} | {start + end for start, ends in MADE.items() for end in ends}
    assert used - known == set()
    everything = "".join(path.read_text("utf-8") for path in MODULES if path.name != "kinds.js")
    unused = {key for key in known - used if f'"{key}"' not in everything}
    assert unused == set()


def test_the_languages_spoken_are_those_with_sentences():
    assert set(re.findall(r'"(\w+)"', re.search(r"LANGUAGES = (.*);", source("i18n.js"))[1])) == CATALOGS.keys()
