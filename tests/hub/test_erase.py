"""One person erased from the folder of a real hub: nothing of theirs is found in it, and everybody else works on."""

import re
import sqlite3

import pytest
from click.testing import CliRunner

from handins import mark
from openpractice.cli import main
from openpractice.gradebook.coursefolder import open_folder
from openpractice.hub.accounts import Accounts
from openpractice.launch.safekeeping import keptdata

from .conftest import PASSPHRASE, running
from .test_people import post
from .test_room import COURSE, done

pytestmark = pytest.mark.hub

NAME, ID, EMAIL = "Zelda Quistgård", "zelda-quistgard", "zelda@school.example"
WORDS = "Zelda wrote of the gate, the rain and thirty parents."
BENS = "Ben wrote this, which stays."
COMMENT = "A comment that only Zelda got."
# What erasing says it leaves: who signed in, and the list that only grows (it has the id, and no name).
LEFT = {"accounts.db": [ID], "log": [ID]}


def found(data, *words: str) -> dict[str, list[str]]:
    """Which files below the folder hold which words, in their names too."""
    places = {}
    for path in data.rglob("*"):
        bytes_ = str(path.relative_to(data)).encode()
        if path.is_file() and not path.is_symlink():
            bytes_ += b"\0" + path.read_bytes()
        for word in words:
            if word.encode() in bytes_:
                places.setdefault(str(path.relative_to(data)), []).append(word)
    return places


def write_and_hand_in(one, words: str) -> None:
    assert one.send("POST", "openpractice/api/open/1-purpose", json={}).status_code == 200
    draft = {"lesson": "1-purpose", "key": f"k-{one.name}", "base": 0, "value": {"text": words}, "device": "d"}
    assert one.send("PUT", "openpractice/api/answers/purpose-trace", json=draft).json()["rev"] == 1
    sent = one.send("POST", "openpractice/api/handin/1-purpose", json={"revs": {"purpose-trace": 1}})
    assert sent.status_code == 200, sent.text


def lead(room):
    return room.facilitator()


@pytest.mark.slow
def test_a_person_is_erased_from_a_real_hub_and_the_others_work_on(tmp_path):
    data = tmp_path / "data"
    with running(data) as room:
        fay = lead(room)
        post(fay, do="roster", roster=f"name,email,school\n{NAME},{EMAIL},Hill\nBen,ben@school.example,Lake\n")
        done(fay, fay.send("POST", "openpractice/api/facilitator/release/1-purpose", json={}))
        zelda, ben = room.joined(NAME), room.joined("Ben")
        assert zelda.name == ID
        write_and_hand_in(zelda, WORDS)
        write_and_hand_in(ben, BENS)
        done(fay, fay.send("POST", "openpractice/api/facilitator/collect/1-purpose", json={}))
        folder = open_folder(data)
        for person, said in ((ID, COMMENT), ("ben", "A comment for Ben.")):
            mark(folder, person, "purpose-trace", 3, said)
        done(fay, fay.send("POST", "openpractice/api/facilitator/feedback/1-purpose", json={}))
        assert zelda.get("openpractice/api/feedback/1-purpose").status_code == 200
        assert re.search("one-time|code", post(fay, do="reset", person=ID).text)
    before = found(data, ID, NAME, WORDS, EMAIL, COMMENT)
    assert {word for words in before.values() for word in words} == {ID, NAME, WORDS, EMAIL, COMMENT}
    assert "hub/jupyterhub.sqlite" in before
    assert keptdata.unknown(data) == []  # nothing is kept that the table of data does not name

    said = CliRunner().invoke(main, ["erase", ID, "--data", str(data), "--yes"])
    assert said.exit_code == 0, said.output
    assert "Erased from the hub" in said.output and "Erased the account" in said.output

    after = found(data, ID, NAME, WORDS, EMAIL, COMMENT)
    for place, words in after.items():
        known = LEFT["log"] if place.startswith("log/") else LEFT.get(place.removeprefix("hub/"), [])
        assert set(words) <= set(known), after
        assert place in said.output  # what is left is named, so that somebody can see to it
    with sqlite3.connect(data / "hub" / "jupyterhub.sqlite") as db:
        tables = [row[0] for row in db.execute("select name from sqlite_master where type='table'")]
        rows = [str(row) for table in tables for row in db.execute(f"select * from {table}")]
    assert len(rows) > 5 and not [row for row in rows if ID in row]
    assert [one.id for one in Accounts(data / "hub" / "accounts.db").people()][1:] == ["ben"]

    with running(data) as room:
        ben = room.visitor()
        assert ben.sign_in("Ben").status_code == 200
        assert (
            ben.get("openpractice/api/answers?lesson=1-purpose").json()["answers"]["purpose-trace"]["value"]["text"]
            == BENS
        )
        assert ben.get("openpractice/api/feedback/1-purpose").status_code == 200
        fay = lead(room)
        page = fay.get("openpractice/facilitator/people").text
        assert "Ben" in page and NAME not in page and EMAIL not in page
        assert room.visitor().sign_in(NAME).status_code == 403
        # Whoever joins under the name now begins with nothing.
        again = room.joined(NAME)
        assert again.get("openpractice/api/answers?lesson=1-purpose").json()["answers"] == {}
        write_and_hand_in(again, "Somebody of the same name.")
        assert "1" in str(done(fay, fay.send("POST", "openpractice/api/facilitator/collect/1-purpose", json={})))
        assert room.visitor().sign_in(NAME, PASSPHRASE).status_code == 200
