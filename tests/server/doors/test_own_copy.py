"""The copy of one's own words: kept, brought back, and what is no such copy."""

import io
import zipfile

import pytest

from doors import LESSON, WORDS, ana, answers, server
from openpractice.journal.journal import Journal


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
    "a second one of its name": lambda text: zipfile_of(text, "copy/journal (1).json"),
    "a copy beside it": lambda text: zipfile_of(text, **{"journal - Copy.json": text, "journal 2.json": text}),
    "a Spanish copy": lambda text: zipfile_of(text, "Copia de journal.json"),
    "an editor's ending": lambda text: zipfile_of(text, "Journal.json.txt"),
    "the zip twice": lambda text: zipfile_of(zipfile_of(text), "a.zip", **{"a (1).zip": zipfile_of(text)}),
    "the zip itself": lambda text: zipfile_of(zipfile_of(text), "my-words-ana-2026-11-28.zip"),
    "the zip itself by a Mac": lambda text: zipfile_of(zipfile_of(text), "a.zip", **{"__MACOSX/._a.zip": b"\0"}),
    "a byte-order mark": lambda text: b"\xef\xbb\xbf" + text,
    "a byte-order mark in a zip": lambda text: zipfile_of(b"\xef\xbb\xbf" + text, "copy/journal.json"),
    "UTF-16, as an editor calls Unicode": lambda text: text.decode().encode("utf-16"),
    "UTF-16 the other way round": lambda text: b"\xfe\xff" + text.decode().encode("utf-16-be"),
    "UTF-16 without a mark": lambda text: text.decode().encode("utf-16-le"),
    "UTF-16 without a mark in a zip": lambda text: zipfile_of(text.decode().encode("utf-16-be")),
    "another name altogether": lambda text: zipfile_of(text, "my words/ana.json", **{"my words/my-words.html": b"<p>"}),
    "a name in another language": lambda text: zipfile_of(text, "diario.json", **{"settings.json": b"{}"}),
    "no ending": lambda text: zipfile_of(text, "journal"),
    "a text": lambda text: zipfile_of(text, "copy/journal.txt"),
    "among many others": lambda text: zipfile_of(text, **{f"photo-{n}.jpg": b"" for n in range(150)}),
    "one that an editor saved beside it": lambda text: zipfile_of(
        text, **{"journal (1).json": b"\xef\xbb\xbf" + text, "journal copy.json": text.replace(b", ", b",\r\n")}
    ),
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
    reply = server.ask(
        "POST", "api/import", zipfile_of(b"{}", "a/journal.json", **{"b/journal.json": b'{"records": []}'})
    )
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


def test_one_person_alone_finds_the_way_to_lead_the_room(server, ana):
    assert '/openpractice/room/lead"' in server.ask("GET", "room").text
    assert server.ask("GET", "room/lead").status == 200
