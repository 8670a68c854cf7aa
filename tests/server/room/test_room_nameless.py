"""A first critique without names: the hidden name is searched for in all that anybody can fetch."""

import io
import zipfile
from dataclasses import replace

import pytest
from test_who_may import MAY

from openpractice.room.roomtables import critique
from openpractice.service.identities.identity import Identity
from openpractice.service.room.servedroom import room_of
from room_service import room_service

LESSON, GIVE = "2-learning", "learning-give"
# Ids and names that are in no other word of any page.
AUTHOR = Identity("qvist-zelda", "Zelda Qvist", "participant")
REVIEWER = Identity("vyx-orlando", "Orlando Vyx", "participant")
PEOPLE = {one.id: one for one in (AUTHOR, REVIEWER, Identity("fay", "Fay", "facilitator"))}
FIELDS = {"say_back": "You want one task.", "see": "Item 2 has no name.", "question": "Whose comes first?"}


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """A critique that was given, handed in and answered without names; and its id."""
    with room_service(tmp_path_factory.mktemp("nameless"), PEOPLE, (LESSON,)) as room:
        kept = room_of(room.running.served)
        kept.rules = replace(kept.rules, critique_names="after-first")
        for who in (AUTHOR.id, REVIEWER.id):
            room.state(who, LESSON)
        room.ask(AUTHOR.id, "PUT", f"api/room/work/{GIVE}", {"text": "An agenda\n- with one thing"})
        held = room.ask(REVIEWER.id, "POST", f"api/room/work/{GIVE}/sit", {})
        ack = room.save(REVIEWER.id, LESSON, GIVE, {"critiques": [{"of": held["name"], **FIELDS}]})
        room.ask(REVIEWER.id, "POST", f"api/room/work/{GIVE}/give", {"id": held["id"], "index": 0})
        room.ask(
            AUTHOR.id, "POST", f"api/room/critique/{held['id']}/reply", {"change": "The order", "keep": "The task"}
        )
        room.ask(REVIEWER.id, "POST", f"api/handin/{LESSON}", {"revs": {GIVE: ack["rev"]}})
        yield room, held["id"]


def words_of(body):
    """What is in a reply, and in each file of one that is an archive."""
    if not body.startswith(b"PK"):
        return body.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return "\n".join(f"{name}\n{archive.read(name).decode('utf-8', 'replace')}" for name in archive.namelist())


def all_that(room, who, ids):
    """Every address that this person may fetch, with what it answers: headers, file names and content."""
    found = {}
    for path, methods in MAY.items():
        if "p" not in methods.get("GET", "") or path.endswith("stream"):
            continue
        for one in ids if "x" in path.split("/") else ("",):
            address = "/".join(one if part == "x" else part for part in path.split("/"))
            reply = room.running.ask("GET", address, who=who)
            found[address] = f"{reply.status} {reply.headers} {words_of(reply.body)}"
    return found


@pytest.mark.parametrize(("looks", "hidden"), [(REVIEWER, AUTHOR), (AUTHOR, REVIEWER)], ids=["reviewer", "author"])
def test_the_hidden_name_is_in_no_page_address_export_or_file_name(given, looks, hidden):
    room, which = given
    replies = all_that(room, looks.id, (LESSON, GIVE, which))
    replies["the state of the lesson"] = str(room.state(looks.id, LESSON))
    assert any("You want one task." in text for text in replies.values())  # the critique itself is there
    assert len([text for text in replies.values() if text.startswith("200")]) > 10
    for address, text in replies.items():
        for word in (hidden.id, hidden.name, *hidden.name.split()):
            assert word.lower() not in f"{address} {text}".lower(), address


def test_nor_is_it_in_what_was_handed_in_or_in_the_critique_as_it_is_kept(given):
    room, _ = given
    handed = [path for path in room.running.data.rglob("*") if path.is_file() and path.name == "responses.json"]
    assert handed
    for path in handed:
        assert REVIEWER.id in str(path) and AUTHOR.id not in str(path)
        assert AUTHOR.name not in path.read_text() and AUTHOR.id not in path.read_text()
    with room_of(room.running.served).store.reading() as db:
        kept = str(db.execute(critique.select()).all())
    assert "You want one task." in kept
    assert not any(word in kept for one in (AUTHOR, REVIEWER) for word in (one.id, one.name))


def test_whoever_leads_sees_who_gave_and_who_got(given):
    room, _ = given
    waiting = room.lead(LESSON)["waiting"][GIVE]
    assert {one["name"]: (one["given"], one["got"]) for one in waiting} == {AUTHOR.name: (0, 1), REVIEWER.name: (1, 0)}
