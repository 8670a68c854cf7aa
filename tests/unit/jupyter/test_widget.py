"""The prompts in a kernel, as far as they go without a browser."""

import json
import os
import subprocess
import sys

import pytest

from openpractice.journal.journal import Journal
from openpractice.jupyter import seat, widget

SPEC = {
    "v": 1,
    "course": "open-practice",
    "lesson": "1-purpose",
    "id": "purpose-trace",
    "kind": "long_text",
    "title": "Trace one hour",
    "visibility": "F",
    "graded": 1,
}
SECRET = "words that nobody else may find"


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in list(os.environ):
        if name.startswith(("OPENPRACTICE_", "JUPYTERHUB_", "JPY_SESSION", "NBGRADER_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("OPENPRACTICE_HOME", str(tmp_path))
    monkeypatch.setenv("OPENPRACTICE_PERSON", "ana")
    monkeypatch.setattr(seat, "_SHOWN", {})
    return tmp_path


@pytest.fixture
def ask(home):
    shown = widget.prompt(SPEC)
    heard = []
    shown.send = lambda content, buffers=None: heard.append(content)

    def ask(call, **args):
        shown._hear(shown, {"id": len(heard), "call": call, "args": args}, [])
        return heard[-1]

    ask.shown = shown
    return ask


def change(value, base=0, key="k1"):
    return {"lesson": "1-purpose", "key": key, "base": base, "value": value, "device": "Chrome"}


def test_an_answer_goes_to_the_journal_and_comes_back(ask, home):
    assert ask("save", prompt="purpose-trace", change=change({"text": SECRET}))["ok"]["rev"] == 1
    reply = ask("load", lesson="1-purpose")["ok"]
    assert reply["user"] == "ana" and reply["answers"]["purpose-trace"]["value"] == {"text": SECRET}
    assert Journal(home / "journal/open-practice.jsonl").state("purpose-trace").value == {"text": SECRET}


def test_saved_widget_state_and_outputs_hold_no_word_of_an_answer(ask):
    ask("save", prompt="purpose-trace", change=change({"text": SECRET}))
    ask("load", lesson="1-purpose")
    assert SECRET not in json.dumps(ask.shown.get_state(), default=str)
    assert SECRET not in json.dumps(ask.shown._repr_mimebundle_(), default=str)


def test_the_text_of_an_output_names_the_question_and_stays_the_same(home, monkeypatch):
    one, two = widget.prompt(SPEC)._repr_mimebundle_(), widget.prompt(SPEC)._repr_mimebundle_()
    one, two = (drawn[0] if isinstance(drawn, tuple) else drawn for drawn in (one, two))
    assert one["text/plain"] == two["text/plain"] == "Prompt: Trace one hour"
    assert "application/vnd.jupyter.widget-view+json" in one
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert widget.prompt(SPEC)._repr_mimebundle_() == {"text/plain": "Prompt: Trace one hour"}


def test_showing_prompts_writes_no_journal(ask, home):
    ask("load", lesson="1-purpose")
    ask_for_file(ask.shown, "prompt.js")
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("call", "args", "reason"),
    [
        ("save", {"prompt": "purpose-trace", "change": change({"choice": "yes"})}, "refused"),
        ("save", {"prompt": "other", "change": change({"text": "x"})}, "refused"),
        ("save", {"prompt": "purpose-trace", "change": change("text")}, "refused"),
        (
            "save",
            {
                "prompt": "purpose-trace",
                "change": {
                    "patch": {"path": ["text"], "at": 0, "drop": 0, "put": "x", "length": 9},
                    "key": "k",
                    "base": 4,
                },
            },
            "stale",
        ),
        ("save", {"prompt": ["purpose-trace"], "change": change({"text": "x"})}, "refused"),
        ("save", {"prompt": "purpose-trace", "change": "text"}, "refused"),
        ("load", {"lesson": {}}, "refused"),
        ("choose", {"prompt": {}, "choice": {"rev": 1, "key": "k"}}, "refused"),
        ("share", {"prompt": "purpose-trace", "rev": 1}, "refused"),
        ("choose", {"prompt": "purpose-trace", "choice": {"rev": 7, "key": "k"}}, "stale"),
        ("withdraw", {"lesson": "1-purpose"}, "refused"),
        ("_lesson", {}, "refused"),
    ],
)
def test_what_does_not_fit_is_answered_with_a_reason(ask, call, args, reason):
    assert ask(call, **args)["error"]["reason"] == reason


def test_messages_of_no_known_form_are_passed_over(ask):
    for content in ("text", None, {"call": "load"}, [1]):
        ask.shown._hear(ask.shown, content, [])
    assert "error" in ask("load", nonsense=1)


def test_what_two_devices_wrote_apart_comes_with_both_versions(ask):
    ask("save", prompt="purpose-trace", change=change({"text": "desk"}))
    both = ask("save", prompt="purpose-trace", change=change({"text": "phone"}, key="k2"))["ok"]
    assert [head["value"]["text"] for head in both["heads"]] == ["desk", "phone"]
    kept = ask("choose", prompt="purpose-trace", choice={"rev": 1, "key": "k3"})["ok"]
    assert kept["value"] == {"text": "desk"} and "heads" not in kept


def test_without_an_exchange_the_hand_in_is_a_file(ask):
    ask("save", prompt="purpose-trace", change=change({"text": "enough"}))
    preview = ask("preview", lesson="1-purpose")["ok"]
    assert preview["file"] == 1 and preview["responses"][0]["text"] == "enough"
    stale = ask("send", lesson="1-purpose", revs={"purpose-trace": 9})
    assert stale["error"]["reason"] == "stale"
    receipt = ask("send", lesson="1-purpose", revs={"purpose-trace": 1})["ok"]
    sent = json.loads(receipt["file"]["text"])
    assert receipt["file"]["name"] == "ana-1-purpose.json"
    assert sent["responses"]["purpose-trace"]["value"] == {"text": "enough"}


def test_before_the_release_words_are_kept_and_what_is_missing_is_said(ask, monkeypatch, tmp_path):
    monkeypatch.setenv("OPENPRACTICE_EXCHANGE", str(tmp_path / "exchange"))
    shown = widget.prompt(SPEC)
    replies = []
    shown.send = replies.append
    for number, (call, args) in enumerate(
        [
            ("save", {"prompt": "purpose-trace", "change": change({"text": "kept"})}),
            ("send", {"lesson": "1-purpose", "revs": {"purpose-trace": 1}}),
            ("load", {"lesson": "1-purpose"}),
        ]
    ):
        shown._hear(shown, {"id": number, "call": call, "args": args}, [])
    assert replies[1]["error"]["reason"] == "refused" and "have not released it here" in replies[1]["error"]["message"]
    assert replies[2]["ok"]["answers"]["purpose-trace"]["value"] == {"text": "kept"}


def test_the_specifications_come_from_the_notebook_where_it_is_found(ask, monkeypatch, tmp_path):
    other = {**SPEC, "id": "purpose-other", "title": "Other"}
    cell = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": f"prompt({json.dumps(other)})",
    }
    notebook = tmp_path / "1-purpose.ipynb"
    about = {"format": 1, "course": "open-practice", "lesson": "1-purpose", "title": "Purpose", "language": "en"}
    notebook.write_text(
        json.dumps({"cells": [cell], "metadata": {"openpractice": about}, "nbformat": 4, "nbformat_minor": 5})
    )
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook))
    titles = {one["title"] for one in ask("preview", lesson="1-purpose")["ok"]["responses"]}
    assert titles == {"Other", "Trace one hour"}


def test_an_answer_that_no_longer_fits_is_said_to_be_old_and_one_whose_question_is_not_known_yet_is_not(ask, home):
    journal = Journal(home / "journal/open-practice.jsonl")
    journal.put("1-purpose", "purpose-trace", {"choice": "it was a choice once"}, 0, "k1")
    journal.put("1-purpose", "purpose-further-down", {"order": ["a"]}, 0, "k2")
    answers = ask("load", lesson="1-purpose")["ok"]["answers"]
    assert answers["purpose-trace"]["stale_spec"] is True
    assert "stale_spec" not in answers["purpose-further-down"]


def ask_for_file(shown, name):
    heard = []
    shown.send = lambda content, buffers=None: heard.append(content)
    shown._hear(shown, {"id": 1, "call": "file", "file": name}, [])
    return heard[0]


def test_each_prompt_carries_little_and_each_file_travels_when_it_is_asked_for(ask):
    assert len(ask.shown._esm) < 2500 and "VERSION" not in ask.shown._esm
    for name in ("prompt.js", "widget.js", "prompt.css", "kind-map.js", "sentences-es.js"):
        assert ask_for_file(ask.shown, name)["ok"] == {"text": widget.files()[name]}


@pytest.mark.parametrize("name", ["../widget.py", "/etc/passwd", "prompts.js", None, 7, ["prompt.js"]])
def test_a_page_gets_no_other_file(ask, name):
    assert "ok" not in ask_for_file(ask.shown, name)


def test_importing_the_prompts_adds_less_than_six_mebibytes_to_a_bare_kernel():
    measure = """
import re, ipykernel.kernelapp, ipykernel.ipkernel, IPython
size = lambda: int(re.search(r"Rss:\\s+(\\d+)", open("/proc/self/smaps_rollup").read())[1]) / 1024
before = size()
from openpractice import prompt, handin
print(size() - before)
"""
    if not os.path.exists("/proc/self/smaps_rollup"):
        pytest.skip("this system does not tell a process its memory")
    run = subprocess.run([sys.executable, "-c", measure], capture_output=True, text=True, check=True)
    print(f"MiB added by the import: {float(run.stdout):.1f}")
    assert float(run.stdout) < 6


def at_this_computer(data, person):
    (data / "person.json").write_text(json.dumps({"format": 1, "current": person, "people": []}))


def test_on_a_shared_computer_words_go_to_whoever_is_there_now(tmp_path, monkeypatch):
    environ = {"OPENPRACTICE_ROLE": "alone", "OPENPRACTICE_DATA": str(tmp_path)}
    monkeypatch.setattr(seat, "_SHOWN", {})
    seat.remember(SPEC)
    at_this_computer(tmp_path, "ana")
    of_ana = seat.KernelSeat(environ)
    of_ana.answer("save", {"prompt": "purpose-trace", "change": change({"text": "by ana"})}, SPEC)
    at_this_computer(tmp_path, "bo")
    with pytest.raises(seat.NotHere) as refused:
        of_ana.answer("save", {"prompt": "purpose-trace", "change": change({"text": "not by ana"}, 1, "k2")}, SPEC)
    assert refused.value.reason == "signed-out"
    with pytest.raises(seat.NotHere):
        of_ana.answer("load", {"lesson": "1-purpose"}, SPEC)
    of_bo = seat.KernelSeat(environ)
    assert of_bo.answer("load", {"lesson": "1-purpose"}, SPEC)["user"] == "bo"
    of_bo.answer("save", {"prompt": "purpose-trace", "change": change({"text": "by bo"}, key="k3")}, SPEC)
    for person in ("ana", "bo"):
        journal = Journal(tmp_path / "people" / person / "journal/open-practice.jsonl")
        assert journal.state("purpose-trace").value == {"text": f"by {person}"}
    inbound = tmp_path / "exchange/open-practice/inbound/bo/.headway.json"
    assert json.loads(inbound.read_text())["lessons"]["1-purpose"]["answered"] == 1


@pytest.mark.parametrize("held", ["", "{", "[]", '{"current": ""}', '{"current": "../x"}', '{"current": 7}'])
def test_on_a_shared_computer_nothing_is_kept_before_a_name_was_said(tmp_path, held):
    (tmp_path / "person.json").write_text(held)
    nobody = seat.KernelSeat(
        {"OPENPRACTICE_ROLE": "alone", "OPENPRACTICE_DATA": str(tmp_path), "OPENPRACTICE_HOME": str(tmp_path / "h")}
    )
    with pytest.raises(seat.NotHere):
        nobody.answer("save", {"prompt": "purpose-trace", "change": change({"text": "whose?"})}, SPEC)
    assert not (tmp_path / "h").exists()


@pytest.mark.parametrize(
    ("environ", "base"),
    [
        ({}, ""),
        ({"JUPYTERHUB_SERVICE_PREFIX": "/user/ana/"}, ""),
        ({"OPENPRACTICE_SERVICE": "http://127.0.0.1:1/services/openpractice/"}, ""),
        (
            {
                "OPENPRACTICE_SERVICE": "http://127.0.0.1:1/services/openpractice/",
                "JUPYTERHUB_SERVICE_PREFIX": "/user/ana/",
            },
            "/user/ana/",
        ),
    ],
)
def test_with_a_course_service_the_page_asks_it_and_not_the_kernel(environ, base):
    assert widget.served_at(environ) == base
