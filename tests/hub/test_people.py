"""The page of people on a real hub: the list before anybody joins, and counts of what each has answered."""

import html
import re

import pytest

from .conftest import COURSE
from .test_room import done

pytestmark = pytest.mark.hub
PAGE = "openpractice/facilitator/people"


def post(fay, **fields):
    """The page's form as a browser without scripts sends it; a list goes as a file."""
    page = fay.get(PAGE)
    data = {"_xsrf": re.search(r'name="_xsrf" value="([^"]+)"', page.text)[1]} | fields
    roster = data.pop("roster", None)
    files = {"file": ("roster.csv", roster)} if roster else None
    return fay.http.post(fay.at(PAGE), data=data, files=files)


def row(page, name):
    """The words of the line that is this person's own; other lines may offer the name in a choice."""
    found = next(one for one in re.findall(r"<tr>.*?</tr>", page, re.S) if f'<span class="name">{name}</span>' in one)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found)).split())


def where_people_are(fay, session="1-purpose"):
    """What the corner's picture says of a session, in words."""
    page = fay.get("openpractice/facilitator").text
    line = re.search(rf'<li><a href="#session-{session}">.*?</ul>', page, re.S)[0]
    return re.findall(r"</span>([^<]+)</li>", line) or re.findall(r"<li>([^<]+)</li>", line)


def test_a_list_meets_those_who_join_and_what_they_answer_is_counted(room, fay):
    assert where_people_are(fay) == ["Not open yet"]
    first = post(fay, do="roster", roster="name,school\nAna García,Hill\nNobody Yet,Lake\n")
    assert "2 people are new on the list" in first.text
    done(fay, fay.send("POST", "openpractice/api/facilitator/release/1-purpose", json={}))
    assert where_people_are(fay) == ["2 not opened"], "who leads is nobody to wait for"
    ana = room.joined("Ana García")
    assert "Not opened yet" in row(fay.get(PAGE).text, "Ana García")
    ana.send("POST", "openpractice/api/open/1-purpose", json={})
    draft = {"lesson": "1-purpose", "key": "k", "base": 0, "value": {"text": "words of mine"}, "device": "d"}
    assert ana.send("PUT", "openpractice/api/answers/purpose-trace", json=draft).status_code == 200
    assert where_people_are(fay) == ["1 answering", "1 not opened"]
    page = fay.get(PAGE).text
    assert re.search(r"Ana García Hill \. 1 of \d+ Not yet", row(page, "Ana García"))
    assert "Has not joined yet" in row(page, "Nobody Yet")
    assert "words of mine" not in page
    room.joined("王小明")
    wanted = fay.get("openpractice/api/review/reminder/1-purpose").json()["missing"]
    assert [one["name"] for one in wanted] == ["Ana García", "Nobody Yet", "王小明"], (
        "list or no list; nobody who leads"
    )
    assert ana.http.get(f"/user/{COURSE}/{PAGE}").status_code in (403, 404)
    assert ana.get(PAGE).status_code == 403
    refused = post(fay, do="add", name="Forged", _xsrf="guess")
    assert refused.status_code == 403
    assert "Forged" not in fay.get(PAGE).text
