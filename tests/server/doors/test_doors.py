"""An answer at its door over HTTP: what is kept, what is refused, and what goes on all the same."""

import hashlib
import http.client
import json
import os
import socket
import threading
import time

import pytest

from doors import LESSON, WORDS, ana, answers, server
from servers import TOKEN, publish, serving


def test_an_answer_goes_in_and_comes_back_as_it_was_typed(server, ana):
    reply = server.save("purpose-trace", {"text": WORDS}, key="a1")
    canonical = json.dumps({"text": WORDS}, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    assert (reply.status, reply.json["rev"]) == (200, 1)
    assert reply.json["sha256"] == hashlib.sha256(canonical).hexdigest()
    held = answers(server)["answers"]["purpose-trace"]
    assert held["value"] == {"text": WORDS}
    assert held["sha256"] == reply.json["sha256"]


def test_the_same_draft_sent_twice_is_kept_once(server, ana):
    first = server.save("purpose-trace", {"text": "one"}, key="a1").json
    assert server.save("purpose-trace", {"text": "one"}, key="a1").json == first


def test_words_from_two_devices_are_both_kept_until_one_is_chosen(server, ana):
    server.save("purpose-trace", {"text": "start"}, key="a1")
    server.save("purpose-trace", {"text": "phone"}, base=1, key="a2", device="phone")
    both = server.save("purpose-trace", {"text": "laptop"}, base=1, key="a3").json
    assert [(head["value"]["text"], head["device"]) for head in both["heads"]] == [("phone", "phone"), ("laptop", "")]
    assert len(answers(server)["answers"]["purpose-trace"]["heads"]) == 2
    preview = server.ask("GET", f"api/handin/{LESSON}").json
    revs = {row["id"]: row["rev"] for row in preview["responses"]}
    refused = server.ask("POST", f"api/handin/{LESSON}", {"revs": revs})
    assert (refused.status, refused.json["code"]) == (409, "settle")
    chosen = server.ask("POST", "api/answers/purpose-trace/choose", {"lesson": LESSON, "rev": 2, "key": "c1"})
    assert chosen.json["value"] == {"text": "phone"}
    assert "heads" not in answers(server)["answers"]["purpose-trace"]
    gone = server.ask("POST", "api/answers/purpose-trace/choose", {"lesson": LESSON, "rev": 2, "key": "c2"})
    assert (gone.status, gone.json["code"]) == (409, "stale")


def test_a_change_of_a_few_letters_is_enough_and_an_old_one_is_stale(server, ana):
    server.save("purpose-trace", {"text": "a hat"}, key="a1")
    patch = {"path": ["text"], "at": 2, "drop": 1, "put": "c", "length": 5}
    done = server.ask("PUT", "api/answers/purpose-trace", {"lesson": LESSON, "key": "a2", "base": 1, "patch": patch})
    assert done.status == 200
    assert answers(server)["answers"]["purpose-trace"]["value"] == {"text": "a cat"}
    stale = server.ask("PUT", "api/answers/purpose-trace", {"lesson": LESSON, "key": "a3", "base": 1, "patch": patch})
    assert (stale.status, stale.json["code"]) == (409, "stale")


@pytest.mark.parametrize(
    "value",
    [
        {"text": 7},
        {"html": "<b>"},
        [],
        "text",
        7,
        {"text": "x", "wording": "../x"},
        {"text": ["x"]},
        {"rows": []},
    ],
)
def test_a_value_of_the_wrong_form_is_refused_with_a_sentence(server, ana, value):
    reply = server.save("purpose-trace", value)
    assert (reply.status, reply.json["code"]) == (422, "refused")
    assert reply.json["message"].endswith(".")
    assert answers(server)["answers"] == {}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"lesson": LESSON},
        {"lesson": 7, "key": "k", "base": 0, "value": {}},
        {"lesson": LESSON, "key": "", "value": {}},
        {"lesson": LESSON, "key": "k" * 201, "value": {}},
        {"lesson": LESSON, "key": ["k"], "value": {}},
    ],
)
def test_a_change_without_its_parts_is_not_understood(server, ana, change):
    reply = server.ask("PUT", "api/answers/purpose-trace", change)
    assert (reply.status, reply.json["code"]) == (400, "not-understood")


@pytest.mark.parametrize("base", [-1, "1", 1.5, True, 10**12, None, [], {}])
def test_a_base_that_is_no_version_is_refused(server, ana, base):
    assert server.save("purpose-trace", {"text": "x"}, base=base).status == 422
    server.save("purpose-trace", {"text": "whole"})
    patch = {"path": ["text"], "at": 0, "drop": 1, "put": "x", "length": 5}
    assert server.save("purpose-trace", None, base=base, key="k2", patch=patch).status == 422


@pytest.mark.parametrize("after", [5, True, 1.5, "k0", {"k0": 1}, [5, ["k0"]]])
def test_earlier_tries_that_are_no_list_of_keys_keep_no_words_from_being_saved(server, ana, after):
    assert server.save("purpose-trace", {"text": "kept"}, after=after).status == 200
    assert answers(server)["answers"]["purpose-trace"]["value"] == {"text": "kept"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"\xff\xfe",
        b'{"a":' * 100_000,
        b"[" * 200_000,
        b'{"a":' * 60 + b"1" + b"}" * 60,
    ],
)
def test_a_body_that_is_no_plain_object_is_not_understood(server, ana, body):
    reply = server.ask("PUT", "api/answers/purpose-trace", body)
    assert (reply.status, reply.json["code"]) == (400, "not-understood")


@pytest.mark.parametrize("body", [b'{"lesson": NaN}', b'{"n": ' + b"9" * 5000 + b"}"])
def test_a_number_that_no_computer_keeps_is_named(server, ana, body):
    reply = server.ask("PUT", "api/answers/purpose-trace", body)
    assert (reply.status, reply.json["code"]) == (422, "bad-number")


def test_one_megabyte_is_kept_and_more_is_refused(server, ana):
    assert server.save("purpose-trace", {"text": "é" * 150_000}).status == 200
    over = server.save("purpose-trace", {"text": "x" * 200_001}, key="a2")
    assert (over.status, over.json["code"]) == (422, "refused")
    much = server.ask("PUT", "api/answers/purpose-trace", b"x" * 3_000_000)
    assert (much.status, much.json["code"]) == (413, "too-large")


def test_a_large_body_without_a_length_is_refused_too(server, ana):
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    parts = (b"x" * 100_000 for _ in range(40))
    link.request(
        "PUT",
        "/openpractice/api/answers/purpose-trace",
        parts,
        {"Authorization": f"token {TOKEN}"},
        encode_chunked=True,
    )
    reply = link.getresponse()
    assert reply.status == 413
    link.close()


@pytest.mark.parametrize(
    "prompt",
    [
        "nothing",
        "..",
        "%2e%2e",
        "..%2f..%2fetc",
        "purpose-trace%00",
        "Purpose-Trace",
        "a" * 64,
        "purpose-trace.",
        "%",
        "purpose%20trace",
        "%F0%9F%8C%B1",
        "-x",
    ],
)
def test_an_id_that_is_none_reaches_nothing(server, ana, prompt):
    reply = server.save(prompt, {"text": "x"})
    assert reply.status in (400, 404), reply.body
    assert not any(ana not in path.name and "etc" in path.name for path in server.data.rglob("*"))


@pytest.mark.parametrize(
    "lesson", ["2-learning", "..", "../1-purpose", "%2e%2e", "1-purpose/..", "", "1-PURPOSE", "\x00"]
)
def test_a_lesson_that_is_not_open_is_said_to_be_so(server, ana, lesson):
    assert server.save("purpose-trace", {"text": "x"}, lesson=lesson).status == 404
    from urllib.parse import quote

    assert server.ask("GET", f"api/answers?lesson={quote(lesson, safe='')}").status == 404
    for method, path in (
        ("GET", "api/handin/"),
        ("POST", "api/handin/"),
        ("DELETE", "api/handin/"),
        ("POST", "api/open/"),
        ("GET", "api/feedback/"),
        ("GET", "handin/"),
        ("GET", "receipt/"),
        ("GET", "open/"),
        ("GET", "lesson/"),
    ):
        if lesson:
            body = {"revs": {}} if method == "POST" else None
            assert server.ask(method, path + quote(lesson, safe=""), body).status in (400, 404), (method, path)


def test_a_full_disk_is_said_in_plain_words(tmp_path):
    publish(tmp_path / "exchange")
    (tmp_path / "home").mkdir()
    # Every write to this device fails for want of space; the journal itself is no link.
    (tmp_path / "limit.py").write_text(
        "import os, errno\n_w = os.write\n"
        "def write(fd, data):\n"
        "    if 'journal' in os.readlink(f'/proc/self/fd/{fd}'): raise OSError(errno.ENOSPC, 'No space left on device')\n"
        "    return _w(fd, data)\nos.write = write\n"
    )
    (tmp_path / "sitecustomize.py").write_text("import limit\n")
    with serving(
        tmp_path,
        "participant",
        OPENPRACTICE_PERSON="bo",
        OPENPRACTICE_HOME=str(tmp_path / "home"),
        PYTHONPATH=str(tmp_path),
    ) as server:
        reply = server.save("purpose-trace", {"text": "x"})
        assert (reply.status, reply.json["code"]) == (507, "no-space")
        assert "kept in this browser" in reply.json["message"]
        assert server.ask("GET", "").status == 200


def test_five_tabs_write_at_once_and_the_server_goes_on_answering(server, ana):
    prompts = ["purpose-trace", "purpose-line", "purpose-seen"]
    failed, slowest = [], []

    def tab(number):
        for turn in range(10):
            begun = time.perf_counter()
            prompt = prompts[number % len(prompts)]
            reply = server.save(prompt, {"text": f"{number} {turn}"}, base=0, key=f"{number}-{turn}")
            slowest.append(time.perf_counter() - begun)
            if reply.status != 200:
                failed.append(reply.body)

    tabs = [threading.Thread(target=tab, args=(number,)) for number in range(5)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join()
    assert failed == []
    assert len(slowest) == 50


def test_half_a_request_does_not_hold_up_the_others(server, ana):
    with socket.create_connection(("127.0.0.1", server.port)) as half:
        half.sendall(
            b"PUT /openpractice/api/answers/purpose-trace HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Authorization: token " + TOKEN.encode() + b"\r\nContent-Length: 1000\r\n\r\n{"
        )
        assert server.save("purpose-trace", {"text": "in time"}).status == 200


def test_recalled_words_come_with_the_lesson_that_asks_for_them(server, ana):
    reply = answers(server)
    assert set(reply) == {"user", "workshop", "lesson", "answers", "recall", "feedback", "handin", "room"}


def test_words_that_cannot_be_read_are_not_said_to_be_unsaved(server, ana):
    assert server.save("purpose-trace", {"text": "Kept."}).status == 200
    path = server.data / "people" / ana / "journal" / "open-practice.jsonl"
    path.rename(path.with_name("aside"))
    path.mkdir()
    try:
        for way in ("api/answers?lesson=1-purpose", "api/export"):
            reply = server.ask("GET", way)
            assert reply.status == 503 and reply.json["code"] == "not-read", (way, reply.text)
            assert "Nothing is lost" in reply.json["message"] and "not be saved" not in reply.json["message"]
        assert server.save("purpose-trace", {"text": "More."}, base=1, key="k2").json["code"] == "not-saved"
    finally:
        path.rmdir()
        path.with_name("aside").rename(path)
    assert server.save("purpose-trace", {"text": "More."}, base=1, key="k2").status == 200


def test_a_journal_is_readable_by_its_owner_only(server, ana):
    server.save("purpose-trace", {"text": "x"})
    path = server.data / "people" / ana / "journal" / "open-practice.jsonl"
    assert os.stat(path).st_mode & 0o077 == 0
