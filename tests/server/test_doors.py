"""The doors, over real HTTP against a real server: what they take, and what each guard turns away."""

import hashlib
import http.client
import io
import json
import os
import re
import socket
import threading
import time
import zipfile

import pytest

from handins import lesson_notebook
from openpractice.journal.journal import Journal
from servers import TOKEN, form, publish, serving

LESSON = "1-purpose"
WORDS = 'שלום مرحبا 你好 🌱 "quoted" <b>bold</b> $x$ | pipe'


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    data = tmp_path_factory.mktemp("doors")
    publish(data / "exchange", due="2026-12-04T17:00:00Z")
    with serving(data) as running:
        yield running


@pytest.fixture
def ana(server, request):
    """Somebody new who has just said a name."""
    name = f"Ana {request.node.name}"[:60]
    assert server.ask("POST", "api/person", {"name": name}).status == 200
    return server.ask("GET", "api/me").json["user"]


def answers(server):
    return server.ask("GET", f"api/answers?lesson={LESSON}").json


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


@pytest.mark.parametrize("base", [-1, "1", 1.5, True, 10**12, None])
def test_a_base_that_is_no_version_is_refused(server, ana, base):
    assert server.save("purpose-trace", {"text": "x"}, base=base).status == 422


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


PROTECTED = [
    ("GET", "api/me"),
    ("GET", f"api/answers?lesson={LESSON}"),
    ("PUT", "api/answers/purpose-trace"),
    ("POST", "api/answers/purpose-trace/choose"),
    ("POST", "api/answers/purpose-trace/share"),
    ("DELETE", "api/answers/purpose-trace/share"),
    ("GET", f"api/handin/{LESSON}"),
    ("POST", f"api/handin/{LESSON}"),
    ("DELETE", f"api/handin/{LESSON}"),
    ("GET", f"api/feedback/{LESSON}"),
    ("POST", f"api/open/{LESSON}"),
    ("POST", f"api/open/{LESSON}/again"),
    ("POST", "api/person"),
    ("DELETE", "api/person"),
    ("GET", "api/export"),
    ("POST", "api/import"),
    ("GET", "api/anything"),
    ("POST", f"api/facilitator/release/{LESSON}"),
    ("POST", f"api/facilitator/due/{LESSON}"),
    ("POST", f"api/facilitator/collect/{LESSON}"),
    ("POST", f"api/facilitator/feedback/{LESSON}"),
    ("POST", "api/facilitator/files"),
    ("POST", "api/facilitator/files/" + "0" * 32),
    ("GET", "api/facilitator/jobs/x"),
]
PAGES = [
    "",
    "words",
    f"handin/{LESSON}",
    f"receipt/{LESSON}",
    f"open/{LESSON}",
    "facilitator/",
    f"facilitator/guide/{LESSON}",
    f"facilitator/feedback/{LESSON}/ana",
    "facilitator/people",
    "nonsense",
]


@pytest.mark.parametrize(("method", "path"), PROTECTED)
def test_nobody_passes_a_door_without_signing_in(server, method, path):
    reply = server.ask(method, path, {} if method in ("PUT", "POST") else None, signed_in=False)
    assert (reply.status, reply.json["code"]) == (401, "signed-out")


@pytest.mark.parametrize("path", PAGES)
def test_pages_send_strangers_to_the_sign_in(server, path):
    reply = server.ask("GET", path, signed_in=False)
    assert reply.status == 302
    assert reply.headers["location"].startswith("/login?next=")


def test_the_list_of_guarded_routes_is_whole(server):
    import re

    from openpractice.service.facilitator import corner
    from openpractice.service.participant import answerdoors

    for path, handler in [*answerdoors.ROUTES, *corner.ROUTES]:
        for verb in ("get", "post", "put", "delete"):
            if (
                "facilitator/?" in path
                or not path.startswith("api")
                or getattr(handler, verb).__qualname__.startswith("RequestHandler")
            ):
                continue
            assert any(m == verb.upper() and re.fullmatch(path, p.split("?")[0]) for m, p in PROTECTED), (verb, path)


def test_writing_needs_the_mark_against_forged_requests(server, ana):
    browser = server.sign_in()
    assert "username-" in browser["Cookie"]
    for method, path in PROTECTED:
        if method != "GET":
            reply = server.ask(method, path, {}, browser, signed_in=False)
            assert (reply.status, reply.json["code"]) == (403, "page-too-old"), (method, path)
            forged = server.ask(method, path, {}, browser | {"X-XSRFToken": "guess"}, signed_in=False)
            assert forged.status == 403


def test_a_script_reads_with_the_mark_and_nothing_without_it(server, ana):
    """A page of somebody's notebook has the same address, and its scripts the same cookies."""
    browser = server.sign_in()
    home = server.ask("GET", "", headers=browser, signed_in=False)
    mark = next(one for one in home.cookies if one.startswith("_xsrf="))
    ours = {"Cookie": f"{browser['Cookie']}; {mark}"}
    right = ours | {"X-XSRFToken": mark.removeprefix("_xsrf=")}
    for path in [path for method, path in PROTECTED if method == "GET" and path.startswith("api/")]:
        for headers in (browser, ours, ours | {"X-XSRFToken": "guess"}):
            reply = server.ask("GET", path, headers=headers | {"Sec-Fetch-Mode": "cors"}, signed_in=False)
            assert (reply.status, reply.json["code"]) == (403, "page-too-old"), path
        assert server.ask("GET", path, headers=right, signed_in=False).status != 403, path
    for path in ("", "words", f"handin/{LESSON}", "facilitator/"):
        for mode in ("cors", "no-cors", "same-origin"):
            assert server.ask("GET", path, headers=ours | {"Sec-Fetch-Mode": mode}, signed_in=False).status == 403, path
        assert server.ask("GET", path, headers=ours | {"Sec-Fetch-Mode": "navigate"}, signed_in=False).status == 200
    opened = ours | {"Sec-Fetch-Mode": "navigate"}
    assert server.ask("GET", "api/export", headers=opened, signed_in=False).status == 200
    assert server.ask("GET", "api/me", headers=opened, signed_in=False).status == 403


def test_another_site_may_not_write_in_somebodys_name(server, ana):
    browser = server.sign_in() | {"Origin": "http://evil.example"}
    assert server.ask("PUT", "api/answers/purpose-trace", {}, browser, signed_in=False).status in (403, 404)


@pytest.mark.parametrize(
    "path",
    [path for _, path in PROTECTED if "/facilitator/" in path]
    + ["facilitator/", "facilitator/people", f"facilitator/guide/{LESSON}"],
)
def test_a_participant_has_no_facilitators_corner(participant, path):
    method = next((m for m, p in PROTECTED if p == path), "GET")
    assert participant.ask(method, path, {} if method == "POST" else None).status == 403


@pytest.fixture(scope="module")
def participant(tmp_path_factory):
    """A server as a hub starts it: the sign-in names the person."""
    data = tmp_path_factory.mktemp("hub")
    publish(data / "exchange")
    with serving(data, "participant", OPENPRACTICE_PERSON="bo", OPENPRACTICE_HOME=str(data / "home")) as running:
        yield running


def test_on_a_hub_the_sign_in_says_who_somebody_is(participant):
    assert participant.ask("GET", "api/me").json["user"] == "bo"
    reply = participant.ask("POST", "api/person", {"name": "Ana"})
    assert (reply.status, reply.json["code"]) == (403, "hub-names")
    assert participant.ask("POST", "api/open/" + LESSON).json["url"] == f"/notebooks/{LESSON}/{LESSON}.ipynb"
    assert (participant.data / "files" / LESSON / f"{LESSON}.ipynb").is_file()


def test_a_facilitators_server_keeps_no_answers(tmp_path):
    publish(tmp_path / "exchange")
    with serving(tmp_path, "facilitator") as server:
        assert server.ask("GET", "").headers["location"] == "/openpractice/facilitator/"
        assert server.ask("GET", "facilitator/").status == 200
        for method, path in PROTECTED:
            if "/facilitator/" not in path and path not in ("api/me", "api/anything"):
                assert server.ask(method, path, {} if method in ("PUT", "POST") else None).status == 403, path


def test_before_a_name_is_said_nothing_is_kept_and_the_home_asks_for_it(server):
    server.ask("DELETE", "api/person")
    reply = server.save("purpose-trace", {"text": "x"})
    assert (reply.status, reply.json["code"]) == (403, "name-first")
    assert "Your name" in server.ask("GET", "").text
    for path in (f"handin/{LESSON}", "words", f"open/{LESSON}"):
        assert server.ask("GET", path).headers["location"] == "/openpractice/"


@pytest.mark.parametrize("name", ["", " ", "x" * 81, 7, None, {"a": 1}, "\u202e"])
def test_a_name_that_is_none_is_refused_in_words(server, name):
    reply = server.ask("POST", "api/person", {"name": name})
    assert (reply.status, reply.json["code"]) == (422, "refused")


def test_one_person_never_sees_the_words_of_another(server):
    server.ask("POST", "api/person", {"name": "First"})
    server.save("purpose-trace", {"text": "my secret"})
    server.ask("POST", "api/person", {"name": "Second"})
    assert answers(server)["answers"] == {}
    for path in ("words", f"handin/{LESSON}", "", f"api/answers?lesson={LESSON}&user=first", "api/me?user=first"):
        assert "my secret" not in server.ask("GET", path, headers={"X-User": "first"}).text


def handins(server, person):
    """What lies in somebody's inbound folder to be collected."""
    return [one for one in (server.data / "exchange/open-practice/inbound" / person).glob("*") if one.name[0] != "."]


def hand_in(server):
    preview = server.ask("GET", f"api/handin/{LESSON}").json
    return server.ask("POST", f"api/handin/{LESSON}", {"revs": {row["id"]: row["rev"] for row in preview["responses"]}})


def test_what_was_looked_over_is_handed_in_and_can_be_taken_back(server, ana):
    rev = server.save("purpose-trace", {"text": WORDS}).json
    reply = hand_in(server)
    assert reply.status == 200
    assert [(one["id"], one["sha256"]) for one in reply.json["responses"]] == [("purpose-trace", rev["sha256"])]
    [folder] = handins(server, ana)
    assert json.loads((folder / "responses.json").read_text())["responses"]["purpose-trace"]["text"] == WORDS
    assert answers(server)["handin"]["state"] == "handed-in"
    assert answers(server)["answers"]["purpose-trace"]["handed"]["rev"] == 1
    server.save("purpose-trace", {"text": "better"}, base=1, key="a2")
    assert answers(server)["handin"]["state"] == "changed"
    assert server.ask("DELETE", f"api/handin/{LESSON}").status == 200
    assert handins(server, ana) == []
    assert server.ask("DELETE", f"api/handin/{LESSON}").json["code"] == "not-in"


def test_words_changed_since_they_were_looked_over_are_not_sent_unseen(server, ana):
    server.save("purpose-trace", {"text": "one"})
    seen = {row["id"]: row["rev"] for row in server.ask("GET", f"api/handin/{LESSON}").json["responses"]}
    server.save("purpose-trace", {"text": "two"}, base=1, key="a2")
    reply = server.ask("POST", f"api/handin/{LESSON}", {"revs": seen})
    assert (reply.status, reply.json["code"]) == (409, "stale")
    assert handins(server, ana) == []


@pytest.mark.parametrize(
    "revs", [None, [], 7, {"purpose-trace": "1"}, {"purpose-trace": None}, {"purpose-trace": True}]
)
def test_versions_in_the_wrong_form_hand_nothing_in(server, ana, revs):
    server.save("purpose-trace", {"text": "one"})
    assert server.ask("POST", f"api/handin/{LESSON}", {"revs": revs}).status in (400, 409)
    assert handins(server, ana) == []


def test_nothing_written_is_nothing_to_hand_in(server, ana):
    reply = server.ask("POST", f"api/handin/{LESSON}", {"revs": {}})
    assert (reply.status, reply.json["code"]) == (409, "nothing")


def test_after_reading_it_cannot_be_taken_back(server, ana):
    server.save("purpose-trace", {"text": "one"})
    receipt = hand_in(server).json
    status = server.data / "exchange/open-practice/feedback" / ana / f"{LESSON}.status.json"
    status.parent.mkdir(parents=True)
    status.write_text(json.dumps({"format": 1, "state": "read", "handin": receipt["handin"]}))
    reply = server.ask("DELETE", f"api/handin/{LESSON}")
    assert (reply.status, reply.json["code"]) == (409, "collected")
    assert answers(server)["handin"]["state"] == "being-read"


def give_feedback(server, person, **more):
    place = server.data / "exchange/open-practice/feedback" / person
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{LESSON}.json").write_text(
        json.dumps(
            {
                "format": 1,
                "lesson": LESSON,
                "at": "2030-01-01T08:00:00Z",
                "overall": "",
                "answers": {"purpose-trace": {"sha256": "0" * 64, "text": "one", "comment": "See <b>line 2</b>"}},
            }
            | more
        )
    )


def test_feedback_is_told_beside_the_answer(server, ana):
    give_feedback(server, ana)
    assert answers(server)["feedback"]["purpose-trace"]["comment"] == "See <b>line 2</b>"
    assert server.ask("GET", f"api/feedback/{LESSON}").json["answers"]["purpose-trace"]["at"] == "2030-01-01T08:00:00Z"
    home = server.ask("GET", "").text
    assert "See &lt;b&gt;line 2&lt;/b&gt;" in home
    assert "Feedback is here" in home


def test_levels_and_notes_are_told_as_text_and_odd_ones_left_out(server, ana):
    levels = [{"criterion": "Reasoning", "level": "Ex<b>plained", "extra": 7}, "x", {"criterion": 7, "level": None}]
    notes = [{"criterion": "Reasoning", "note": "a <i>note"}, 9]
    give_feedback(
        server,
        ana,
        answers={
            "purpose-trace": {"comment": "", "levels": levels, "notes": notes},
            "purpose-line": {"levels": {"x": 1}, "notes": 7},
        },
    )
    told = answers(server)["feedback"]
    assert told["purpose-trace"]["levels"] == [
        {"criterion": "Reasoning", "level": "Ex<b>plained"},
        {"criterion": "", "level": ""},
    ]
    assert told["purpose-trace"]["notes"] == [{"criterion": "Reasoning", "note": "a <i>note"}]
    assert (told["purpose-line"]["levels"], told["purpose-line"]["notes"]) == ([], [])
    home = server.ask("GET", "").text
    assert "<strong>Reasoning</strong>: Ex&lt;b&gt;plained" in home and "a &lt;i&gt;note" in home


@pytest.mark.parametrize(
    "held", [b"", b"{", b"[]", b'{"at": 1, "answers": 7}', b'{"answers": {"x": []}}', b"[" * 100_000]
)
def test_feedback_that_cannot_be_read_is_none(server, ana, held):
    place = server.data / "exchange/open-practice/feedback" / ana
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{LESSON}.json").write_bytes(held)
    assert answers(server)["feedback"] == {}
    assert server.ask("GET", "").status == 200


def test_an_answer_to_a_question_that_is_gone_stays_in_its_writers_own_words(server, ana):
    """The first edition asked them; nobody can answer them now, and nobody who did has lost a word."""
    held = Journal(server.data / "people" / ana / "journal" / "open-practice.jsonl")
    held.put(LESSON, "purpose-left-out", {"text": "<b>what we asked for</b>"}, 0, "old")
    held.put(LESSON, "purpose-left-out-table", {"rows": [{"said": "five of six"}]}, 0, "old-2")
    held.put(LESSON, "purpose-left-blank", {"text": " "}, 0, "old-3")
    page = server.ask("GET", "words").text
    assert "A question that is no longer asked (purpose-left-out)" in page and "five of six" in page
    assert "&lt;b&gt;what we asked for&lt;/b&gt;" in page and "purpose-left-blank" not in page
    kept = zipfile.ZipFile(io.BytesIO(server.ask("GET", "api/export").body))
    assert "what we asked for" in kept.read("my-words.html").decode()
    refused = server.save("purpose-left-out", {"text": "again"}, base=1)
    assert refused.status == 404


def test_a_copy_can_be_kept_and_brought_back_without_replacing_anything(server, ana):
    server.save("purpose-trace", {"text": WORDS})
    reply = server.ask("GET", "api/export")
    assert reply.headers["content-type"] == "application/zip"
    kept = zipfile.ZipFile(io.BytesIO(reply.body))
    assert (
        WORDS.replace('"', "&#34;").replace("<b>", "&lt;b&gt;").replace("</b>", "&lt;/b&gt;")
        in kept.read("my-words.html").decode()
    )
    server.ask("POST", "api/person", {"name": "Elsewhere " + ana})
    server.save("purpose-trace", {"text": "already here"}, key="elsewhere")
    reply = server.ask("POST", "api/import", zipfile_of(kept.read("journal.json")))
    assert reply.json["added"] == 1
    assert reply.json["to_choose"] == 1
    assert {head["value"]["text"] for head in answers(server)["answers"]["purpose-trace"]["heads"]} == {
        WORDS,
        "already here",
    }
    again = server.ask("POST", "api/import", kept.read("journal.json"))
    assert again.json["added"] == 0
    assert again.json["message"] == "Everything in that copy is already here. Nothing was changed."


def zipfile_of(content, name="journal.json", **others):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        for beside, inside in others.items():
            file.writestr(beside, inside)
        file.writestr(name, content)
    return held.getvalue()


SHADOWS = {"copy/": b"", "__MACOSX/": b"", "__MACOSX/copy/._journal.json": b"\0\5\26\7", "copy/.DS_Store": b"\0"}
AGAIN = {
    "a folder": lambda text: zipfile_of(text, "my-words-ana/journal.json"),
    "a Mac's folder": lambda text: zipfile_of(text, "copy/journal.json", **SHADOWS, **{"copy/my-words.html": b"<p>"}),
    "a Mac's files": lambda text: zipfile_of(
        text, **{"__MACOSX/._journal.json": b"\0\5\26\7", "._journal.json": b"\0"}
    ),
    "Windows, with its own separators": lambda text: zipfile_of(text, "copy\\journal.json"),
    "two folders deep": lambda text: zipfile_of(text, "Documents/copy/journal.json"),
    "another name of it": lambda text: zipfile_of(text, "copy/Journal.JSON"),
    "the zip itself": lambda text: zipfile_of(zipfile_of(text), "my-words-ana-2026-11-28.zip"),
    "the zip itself by a Mac": lambda text: zipfile_of(zipfile_of(text), "a.zip", **{"__MACOSX/._a.zip": b"\0"}),
    "a byte-order mark": lambda text: b"\xef\xbb\xbf" + text,
    "a byte-order mark in a zip": lambda text: zipfile_of(b"\xef\xbb\xbf" + text, "copy/journal.json"),
    "UTF-16, as an editor calls Unicode": lambda text: text.decode().encode("utf-16"),
    "UTF-16 the other way round": lambda text: b"\xfe\xff" + text.decode().encode("utf-16-be"),
    "an editor's line ends": lambda text: text.replace(b", ", b",\r\n") + b"\r\n",
}


@pytest.mark.parametrize("how", AGAIN)
def test_a_copy_that_was_packed_again_or_saved_by_an_editor_is_brought_back(server, ana, how):
    server.save("purpose-trace", {"text": WORDS})
    text = zipfile.ZipFile(io.BytesIO(server.ask("GET", "api/export").body)).read("journal.json")
    server.ask("POST", "api/person", {"name": f"Again {ana} {how}"[:80]})
    reply = server.ask("POST", "api/import", AGAIN[how](text))
    assert (reply.status, reply.json["added"]) == (200, 1)
    assert answers(server)["answers"]["purpose-trace"]["value"]["text"] == WORDS


def test_two_copies_in_one_file_are_not_chosen_from(server, ana):
    server.save("purpose-trace", {"text": "mine"})
    reply = server.ask("POST", "api/import", zipfile_of(b"{}", "a/journal.json", **{"b/journal.json": b"{}"}))
    assert (reply.status, reply.json["message"][:31]) == (422, "There are 2 copies in this file")
    assert answers(server)["answers"]["purpose-trace"]["rev"] == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK",
        b"PK\x03\x04" + b"\0" * 100,
        b"{}",
        b"[]",
        b"\xff",
        b"{" * 100_000,
        zipfile_of(b"{}"),
        zipfile_of(b"{}", "../../x"),
        zipfile_of(b"0" * 80_000_000),
        zipfile_of(zipfile_of(b"0" * 40_000_000, x=b""), "a.zip", **{"b.zip": zipfile_of(b"0" * 40_000_000)}),
        zipfile_of(zipfile_of(zipfile_of(b"{}"), "b.zip"), "a.zip"),
        zipfile_of(b"\0\5\26\7", "__MACOSX/._journal.json"),
        "{}".encode("utf-16"),
        b"\xef\xbb\xbf",
        b'{"format": "openpractice-journal", "version": 1, "records": [{}]}',
        b'{"format": "openpractice-journal", "version": 2, "records": []}',
    ],
)
def test_what_is_no_copy_changes_nothing(server, ana, content):
    server.save("purpose-trace", {"text": "mine"})
    reply = server.ask("POST", "api/import", content)
    assert (reply.status, reply.json["code"]) == (422, "refused")
    assert answers(server)["answers"]["purpose-trace"]["rev"] == 1


def test_a_copy_over_the_limit_is_refused(server, ana):
    assert server.ask("POST", "api/import", b"x" * (20 * 1024 * 1024 + 1)).status == 413


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


def test_every_page_forbids_scripts_from_elsewhere(server, ana):
    for path in ("", "words", f"handin/{LESSON}", f"receipt/{LESSON}", "facilitator/", "nonsense"):
        policy = server.ask("GET", path).headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy


def test_static_files_stay_within_their_folder(server):
    folder = static_folder(server)
    for path in (
        f"{folder}/pages/../app.py",
        f"{folder}/pages/%2e%2e/app.py",
        f"{folder}/pages/..%2fguard.py",
        f"{folder}/pages//etc/passwd",
        f"{folder}/pages/review",
        f"{folder}/nothing/pages.css",
    ):
        assert server.ask("GET", path).status in (400, 403, 404), path


def static_folder(server):
    return re.search(r"static/[0-9a-f]{16}", server.ask("GET", "").text)[0]


def test_static_files_are_public_and_kept_for_ever_under_the_name_of_what_is_in_them(server):
    folder = static_folder(server)
    for path in ("pages/pages.css", "pages/page.js", "prompts/prompt.js"):
        reply = server.ask("GET", f"{folder}/{path}", signed_in=False)
        assert (reply.status, reply.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
        assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
    before_an_update = server.ask("GET", f"static/{'0' * 16}/pages/pages.css", signed_in=False)
    assert (before_an_update.status, before_an_update.headers["cache-control"]) == (200, "no-cache")


def test_no_page_of_ours_stands_in_a_frame(server, ana):
    for path in ("", "words", f"handin/{LESSON}", "facilitator/", f"facilitator/guide/{LESSON}", "api/me", "nonsense"):
        assert "frame-ancestors 'none'" in server.ask("GET", path).headers["content-security-policy"], path


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


def test_a_name_is_said_by_a_plain_form_and_is_never_in_an_address(server):
    server.ask("DELETE", "api/person")
    assert '<form id="name-form" method="post" action="/openpractice/"' in server.ask("GET", "").text
    reply = form(server, "", {"name": "Plain Form <b>"})
    assert (reply.status, reply.headers["location"]) == (303, "/openpractice/")
    assert server.ask("GET", "api/me").json["name"] == "Plain Form <b>"
    assert form(server, "", {"do": "leave"}).status == 303
    assert server.ask("GET", "api/me").json["name"] == ""


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": "x" * 81}, {"name": "\u202e"}, {"name": "\0"}, {"do": "anything"}]
)
def test_a_plain_form_without_a_name_says_so_beside_the_field(server, body):
    server.ask("DELETE", "api/person")
    reply = form(server, "", body)
    assert reply.status == 422
    assert 'aria-invalid="true"' in reply.text
    assert server.ask("GET", "api/me").json["name"] == ""


@pytest.mark.parametrize("mark", ["", "guess"])
@pytest.mark.parametrize("path", ["", f"handin/{LESSON}"])
def test_a_plain_form_without_the_mark_changes_nothing(server, ana, path, mark):
    server.save("purpose-trace", {"text": "one"})
    body = {"_xsrf": mark, "name": "Forged", "do": "send", "rev:purpose-trace": "1"}
    reply = form(server, path, body)
    assert reply.status == 403
    assert "open for too long" in reply.text
    assert server.ask("GET", "api/me").json["user"] == ana
    assert handins(server, ana) == []


@pytest.mark.parametrize("path", ["", f"handin/{LESSON}"])
def test_a_plain_form_from_a_stranger_changes_nothing(server, ana, path):
    reply = server.ask(
        "POST", path, b"name=Stranger&do=send", {"Content-Type": "application/x-www-form-urlencoded"}, signed_in=False
    )
    assert reply.status in (401, 403)
    assert server.ask("GET", "api/me").json["user"] == ana


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=y", b"--y\r\n\r\n"),
        ("text/plain", b"name=A"),
        ("application/x-www-form-urlencoded", b"%ff=%ff&name=%ff"),
        ("", b""),
        ("application/x-www-form-urlencoded", b"a=1&" * 9000),
    ],
)
def test_a_form_that_is_none_is_refused(server, ana, kind, body):
    reply = server.ask("POST", "", body, {"Content-Type": kind})
    assert reply.status in (400, 413, 422)
    assert server.ask("GET", "api/me").json["user"] == ana


def test_on_a_hub_and_for_facilitators_no_form_says_who_somebody_is(participant):
    assert form(participant, "", {"name": "Ana"}).status == 403


def test_answers_are_handed_in_chosen_and_taken_back_by_plain_forms(server, ana):
    server.save("purpose-trace", {"text": "phone"}, key="a1")
    server.save("purpose-trace", {"text": "laptop"}, key="a2")
    page = f"handin/{LESSON}"
    assert form(server, page, {"do": "send", "rev:purpose-trace": "2"}).status == 409
    chosen = form(server, page, {"keep": "purpose-trace:1"})
    assert (chosen.status, chosen.headers["location"]) == (303, f"/openpractice/{page}#answer-purpose-trace")
    stale = form(server, page, {"do": "send", "rev:purpose-trace": "1"})
    assert (stale.status, "newer words" in stale.text) == (409, True)
    shown = dict(re.findall(r'name="(rev:[a-z-]+)" value="(\d+)"', server.ask("GET", page).text))
    sent = form(server, page, {"do": "send"} | shown)
    assert (sent.status, sent.headers["location"]) == (303, f"/openpractice/receipt/{LESSON}")
    assert len(handins(server, ana)) == 1
    assert form(server, page, {"do": "withdraw"}).status == 303
    assert handins(server, ana) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"do": "other"},
        {"do": "send", "rev:purpose-trace": "x"},
        {"do": "send", "rev:purpose-trace": "-1"},
        {"keep": "purpose-trace"},
        {"keep": "../x:1"},
        {"keep": "purpose-trace:99"},
        {"do": "send", "rev:purpose-trace": "9" * 5000},
    ],
)
def test_a_plain_form_in_the_wrong_shape_hands_nothing_in(server, ana, body):
    server.save("purpose-trace", {"text": "one"})
    assert form(server, f"handin/{LESSON}", body).status in (400, 404, 409)
    assert handins(server, ana) == []


def test_the_address_without_its_last_stroke_leads_home(server):
    reply = server.ask("GET", "/openpractice")
    assert (reply.status, reply.headers["location"]) == (302, "/openpractice/")


def test_a_file_cannot_be_taken_back_and_it_is_said_why(tmp_path):
    place = tmp_path / "files/notebooks" / LESSON
    place.mkdir(parents=True)
    (place / f"{LESSON}.ipynb").write_bytes(lesson_notebook())
    with serving(tmp_path, "participant", OPENPRACTICE_EXCHANGE="", OPENPRACTICE_HOME=str(tmp_path / "home")) as server:
        server.save("purpose-trace", {"text": "one"})
        assert hand_in(server).status == 200
        reply = server.ask("DELETE", f"api/handin/{LESSON}")
        assert (reply.status, reply.json["code"]) == (409, "file-sent")
        assert "handed in as a file" in reply.json["message"]
        assert "see that you opened" not in server.ask("GET", "").text


def counted(server, person):
    path = server.data / "exchange/open-practice/inbound" / person / ".headway.json"
    return json.loads(path.read_text())["lessons"].get(LESSON), path


def test_facilitators_get_counts_and_no_word(server, ana):
    server.ask("POST", f"api/open/{LESSON}")
    opened, path = counted(server, ana)
    assert (opened["answered"], opened["of"], set(opened)) == (0, 5, {"answered", "of", "at"})
    server.save("purpose-trace", {"text": "a word of mine"})
    answered, path = counted(server, ana)
    assert answered["answered"] == 1
    assert "word of mine" not in path.read_text()
    assert "purpose-trace" not in path.read_text()
    assert "how many questions you answered, not the answers" in server.ask("GET", "").text
    assert hand_in(server).status == 200
    assert len(handins(server, ana)) == 1


@pytest.mark.parametrize(
    "held", [b"", b"[]", b"{", b'{"lessons": 7}', b'{"lessons": {"1-purpose": 7}}', b"[" * 100_000]
)
def test_counts_that_were_spoilt_are_written_anew(server, ana, held):
    server.save("purpose-trace", {"text": "one"})
    counted(server, ana)[1].write_bytes(held)
    assert server.save("purpose-line", {"text": "two"}, key="b1").status == 200
    assert counted(server, ana)[0]["answered"] == 2


def test_counts_that_cannot_be_written_keep_no_answer_from_being_saved(server, ana):
    place = server.data / "exchange/open-practice/inbound" / ana
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("a file where the folder should be")
    assert server.save("purpose-trace", {"text": "one"}).status == 200
    assert server.ask("POST", f"api/open/{LESSON}").status == 200
    place.unlink()


def test_every_lesson_has_its_guide_in_the_corner_released_or_not(server):
    corner = server.ask("GET", "facilitator/").text
    lessons = re.findall(r'data-lesson="([0-9a-z-]+)"', corner)
    assert len(lessons) == 8
    for lesson in lessons:
        assert f'href="/openpractice/facilitator/guide/{lesson}"' in corner
    guide = server.ask("GET", "facilitator/guide/6-closing")
    assert (guide.status, guide.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "script" not in guide.headers["content-security-policy"]
    assert "<h2" in guide.text


@pytest.mark.parametrize("lesson", ["nothing", "..", "%2e%2e%2fREADME", "README", "1-purpose.md", "%00"])
def test_there_is_no_guide_of_what_is_no_lesson(server, lesson):
    assert server.ask("GET", f"facilitator/guide/{lesson}").status in (400, 404)
