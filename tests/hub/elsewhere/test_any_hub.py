"""Somebody else's hub, with our fragment in its configuration: from joining to feedback, with names as hubs have them."""

import html
import json
import os
import re
import sqlite3
import stat

import pytest

from openpractice.gradebook.coursefolder import open_folder
from openpractice.ids import person_id
from openpractice.launch.safekeeping import keptdata
from reviewers import calibrate

from ..test_people import PAGE, row
from ..test_room import done
from .any_hub import asked_for_help, documented, stock_hub

pytestmark = pytest.mark.hub

OHARA, NUNEZ, LI = "jo.o_hara@uni.edu", "ángela_núñez", "李雷"
READER, LEADER = "marta.o'shea@uni.edu", documented(0)["first_facilitators"][0]
CALLED = {OHARA: "Jo O'Hara", NUNEZ: "Ángela Núñez", LI: "李雷", READER: "Marta Reads"}


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """A hub without groups, where the first facilitator is named in the entry."""
    folder = tmp_path_factory.mktemp("hub")
    with stock_hub(folder, notebooks=True, **documented(0)) as running:
        yield running


@pytest.fixture(scope="module")
def leader(hub):
    one = hub.person(LEADER)
    assert one.page().url.path.endswith("/services/openpractice/facilitator/")
    return one


@pytest.fixture(scope="module")
def links(leader):
    return leader.links()


@pytest.fixture(scope="module")
def people(hub, links):
    """Three participants and a reviewer, joined by the links."""
    found = {}
    for name, called in CALLED.items():
        found[name] = hub.person(name)
        page = found[name].join_by(links["reviewers" if name == READER else "participants"], called)
        assert page.status_code == 200, page.text
    return found


def test_whoever_was_given_no_link_is_asked_for_one_and_sees_nothing(hub, links):
    stranger = hub.person("some.body")
    page = stranger.page()
    assert page.url.path.endswith("/openpractice/join") and "Type the code" in page.text
    assert stranger.page("lesson/1-purpose").url.path.endswith("/join")
    assert stranger.get("openpractice/api/me").status_code == 403
    refused = stranger.fill("join", code="aaaa-bbbb", name="Some Body")
    assert refused.status_code == 422 and "lets nobody in" in refused.text
    assert stranger.fill("join", code="", name="x").status_code == 422
    for _ in range(6):
        refused = stranger.fill("join", code="aaaa-bbbb", name="Some Body")
    assert refused.status_code == 429  # who guesses waits
    assert stranger.get("openpractice/api/me").status_code == 403


def test_join_to_feedback_with_awkward_names(hub, leader, people):
    assert "Released Session 1" in str(
        done(leader, leader.send("POST", "openpractice/api/facilitator/release/1-purpose", json={}))
    )
    for name in (OHARA, NUNEZ, LI):
        one = people[name]
        me = one.get("openpractice/api/me").json()
        assert (me["user"], me["name"]) == (person_id(name), CALLED[name])
        draft = {"lesson": "1-purpose", "key": "k", "base": 0, "value": {"text": f"Words of {name}."}, "device": "d"}
        assert one.send("PUT", "openpractice/api/answers/purpose-trace", json=draft).json()["rev"] == 1
        sent = one.send("POST", "openpractice/api/handin/1-purpose", json={"revs": {"purpose-trace": 1}})
        assert sent.status_code == 200, sent.text
    said = str(done(leader, leader.send("POST", "openpractice/api/facilitator/collect/1-purpose", json={})))
    assert "3" in said
    page = html.unescape(leader.get(PAGE).text)
    assert OHARA in row(page, "Jo O'Hara") and NUNEZ in row(page, "Ángela Núñez")

    reader = people[READER]
    calibrate(open_folder(hub.data), person_id(READER))
    line = reader.get("openpractice/api/review/line?lesson=1-purpose&prompt=purpose-trace").json()["line"]
    assert len(line) == 3
    for each in line:
        saved = reader.send(
            "PUT",
            f"openpractice/api/review/mark/1-purpose/purpose-trace/{each['who']}",
            json={"levels": {"R": 2, "P": 2}, "comment": "Read by Marta.", "version": 0, "seconds": 20},
        )
        assert saved.status_code == 200, saved.text
    done(leader, leader.send("POST", "openpractice/api/facilitator/feedback/1-purpose", json={}))
    for name in (OHARA, NUNEZ, LI):
        back = people[name].get("openpractice/api/feedback/1-purpose").text
        told = json.dumps(json.loads(back), ensure_ascii=False)
        assert "Read by Marta." in told and f"Words of {name}." in told
        assert not any(f"Words of {other}" in told for other in CALLED if other != name)


def test_a_persons_own_notebook_reaches_the_course_with_its_own_token_and_nobody_elses_words(hub, people, leader):
    ohara = people[OHARA]
    draft = {"lesson": "1-purpose", "key": "n", "base": 1, "value": {"text": "From the page."}, "device": "d"}
    assert ohara.send("PUT", "openpractice/api/answers/purpose-trace", json=draft).status_code == 200
    assert ohara.http.get("/hub/spawn").status_code == 200  # a stock hub starts no server unasked
    ohara.awake(OHARA, "tree")
    mark = {"X-XSRFToken": ohara.mark(f"/user/{OHARA}/")}
    answers = ohara.http.get(f"/user/{OHARA}/openpractice/api/answers?lesson=1-purpose", headers=mark)
    assert answers.status_code == 200, answers.text
    assert answers.json()["answers"]["purpose-trace"]["value"]["text"] == "From the page."
    assert people[LI].http.get(f"/user/{OHARA}/openpractice/api/answers?lesson=1-purpose").status_code in (
        401,
        403,
        404,
    )


def test_a_cohorts_own_code_lets_in_too_and_into_that_cohort_for_as_long_as_the_link_is_open(hub, leader, people):
    made = leader.send("POST", "openpractice/api/room/lead/cohort", json={"title": "Second school"}).json()
    code = leader.get(f"openpractice/api/room/lead/state?cohort={made['id']}").json()["join_code"]
    late, later = hub.person("late@uni.edu"), hub.person("later@uni.edu")
    assert late.fill("join", code=code, name="Late Comer").status_code == 200
    assert late.get("openpractice/api/room/state?lesson=1-purpose").json()["cohort"]["title"] == "Second school"
    for act, status in (("close-code", 422), ("open-code", 200)):
        mark = re.search(r'name="_xsrf" value="([^"]+)"', leader.get(PAGE).text)[1]
        leader.http.post(leader.at(PAGE), data={"_xsrf": mark, "do": act, "person": "participant"})
        assert later.fill("join", code=code, name="Later Still").status_code == status


def test_the_page_of_people_says_what_is_the_hubs_to_change(leader, people, hub):
    page = html.unescape(leader.get(PAGE).text)
    assert "is its administrators' to do" in page and "decided below by links to join" in page
    assert "one-time code" not in page.split("<main")[1]
    for act, expected in (("reset", 404), ("leave", 200)):
        form = leader.get(PAGE)
        mark = re.search(r'name="_xsrf" value="([^"]+)"', form.text)[1]
        sent = leader.http.post(leader.at(PAGE), data={"_xsrf": mark, "do": act, "person": person_id(LI)})
        assert sent.status_code == expected, (act, sent.status_code)
    assert "was ended" in people[LI].page().text
    assert people[LI].get("openpractice/api/me").status_code == 403
    mark = re.search(r'name="_xsrf" value="([^"]+)"', leader.get(PAGE).text)[1]
    leader.http.post(leader.at(PAGE), data={"_xsrf": mark, "do": "return", "person": person_id(LI)})
    assert people[LI].get("openpractice/api/me").status_code == 200
    assert people[OHARA].get(PAGE).status_code == 403


def test_nothing_in_the_data_folder_can_be_read_by_others_whatever_the_umask(hub, people):
    assert stat.S_IMODE(hub.data.stat().st_mode) == 0o700
    for folder, _, files in os.walk(hub.data):
        for name in files:
            path = os.path.join(folder, name)
            if path.endswith((".db", ".jsonl", "-wal", "-shm")):
                assert not os.stat(path).st_mode & 0o077, path


def test_nothing_is_kept_that_the_table_of_data_does_not_name(hub, people):
    assert keptdata.unknown(hub.data) == []
    for name in ("gradebook", "room", "members"):
        with sqlite3.connect(hub.data / keptdata.DATABASES[name].file) as db:
            made = [row[0] for row in db.execute("select name from sqlite_master where type='table'")]
        assert made and [one for one in made if not keptdata.kind_of_table(f"{name}.{one}")] == []


def test_the_doctor_finds_nothing_wrong_on_it(hub, people):
    said = asked_for_help(hub)
    assert said.returncode == 0 and "Nothing is wrong." in said.stdout, said.stdout + said.stderr


def test_a_hub_with_groups_maps_them_and_needs_no_link(tmp_path):
    told = documented(1)
    (leads,), (readers,), (takes_part,) = told["facilitators"], told["reviewers"], told["participants"]
    groups = f"""
c.JupyterHub.load_groups = {{
    {leads!r}: {{"users": ["fay@uni.edu"]}}, {readers!r}: {{"users": ["rob_r"]}}, {takes_part!r}: {{"users": ["ana.b"]}},
}}
"""
    (tmp_path / "srv" / "open-practice").mkdir(parents=True)
    (tmp_path / "srv" / "open-practice").chmod(0o755)
    with stock_hub(tmp_path, groups, umask=0, **told) as hub:
        fay, rob, ana = (hub.person(name) for name in ("fay@uni.edu", "rob_r", "ana.b"))
        assert fay.page().url.path.endswith("/facilitator/") and rob.page().url.path.endswith("/review/")
        assert ana.page().status_code == 200
        assert ana.get("openpractice/api/me").json()["name"] == "ana.b"
        assert ana.fill("join", name="Ana Bee").status_code == 200
        assert ana.get("openpractice/api/me").json()["name"] == "Ana Bee"
        page = html.unescape(fay.get(PAGE).text)
        assert f"facilitators: {leads}; reviewers: {readers}; participants: {takes_part}" in page
        assert "ana.b" in row(page, "Ana Bee") and 'class="stack codes"' not in page
        assert hub.person("nobody.here").page().status_code == 403
        assert stat.S_IMODE(hub.data.stat().st_mode) == 0o700
        assert not [p for p in (hub.data / "config").iterdir() if p.stat().st_mode & 0o077]
