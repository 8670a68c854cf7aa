"""A room on a real hub: joining, the loop of one lesson, and who is let in where."""

import os
import subprocess
import sys
import time

import pytest

from .conftest import COURSE, PASSPHRASE, PATIENCE, REPO, SERVICE

pytestmark = pytest.mark.hub


@pytest.fixture(scope="module")
def ana(room):
    return room.joined("Ana García")


@pytest.fixture(scope="module")
def ben(room):
    return room.joined("Ben Öz")


@pytest.fixture(scope="module")
def servers(ana, fay):
    """Ana's own Jupyter server and the course's, both running."""
    ana.awake(ana.name, "tree")
    fay.awake(COURSE, "formgrader")


def wait_for(check, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := check():
            return found
        time.sleep(0.3)
    pytest.fail("waited in vain")


def done(fay, reply):
    """Waits for a job of the facilitator's corner and returns what it said."""
    assert reply.status_code in (200, 202), reply.text
    job = reply.json()["job"]

    def look():
        state = fay.get(f"openpractice/api/facilitator/jobs/{job}").json()
        return state if state["state"] != "running" else None

    state = wait_for(look)
    assert state["state"] == "done", state
    return state["lines"]


def test_nobody_has_a_jupyter_server_before_they_ask_for_one(room, ana, ben, fay):
    assert not (room.data / "log" / "servers").exists() and not list((room.data / "servers").glob("*"))


def test_one_lesson_goes_all_the_way_round(ana, ben, fay, servers):
    said = done(fay, fay.send("POST", "openpractice/api/facilitator/release/1-purpose", json={}))
    assert "Released Session 1" in str(said)
    for one, words in ((ana, "Ana's words <b>stay</b> literal."), (ben, "What Ben wrote.")):
        assert [x["id"] for x in one.get("openpractice/api/me").json()["lessons"]] == ["1-purpose"]
        opened = one.send("POST", "openpractice/api/open/1-purpose", json={})
        assert opened.status_code == 200, opened.text
        draft = {"lesson": "1-purpose", "key": f"k-{one.name}", "base": 0, "value": {"text": words}, "device": "d"}
        saved = one.send("PUT", "openpractice/api/answers/purpose-trace", json=draft)
        assert saved.json()["rev"] == 1, saved.text
        sent = one.send("POST", "openpractice/api/handin/1-purpose", json={"revs": {"purpose-trace": 1}})
        assert sent.status_code == 200, sent.text
    said = done(fay, fay.send("POST", "openpractice/api/facilitator/collect/1-purpose", json={}))
    assert "2" in str(said) and COURSE not in str(said)
    graded = fay.get("formgrader/api/submissions/1-purpose").json()
    assert {s["student"] for s in graded} >= {"ana-garcia", "ben-oz"}
    given = done(fay, fay.send("POST", "openpractice/api/facilitator/feedback/1-purpose", json={}))
    assert given
    assert ana.get("openpractice/api/feedback/1-purpose").status_code == 200


def test_whoever_joined_without_a_list_is_called_by_name_where_facilitators_are(room, fay, ana):
    wang = room.joined("王小明")
    assert wang.name.startswith("person-")
    done(fay, fay.send("POST", "openpractice/api/facilitator/release/1-purpose", json={}))
    wang.send("POST", "openpractice/api/open/1-purpose", json={})
    draft = {"lesson": "1-purpose", "key": "k", "base": 0, "value": {"text": "words"}, "device": "d"}
    assert wang.send("PUT", "openpractice/api/answers/purpose-trace", json=draft).status_code == 200
    sent = wang.send("POST", "openpractice/api/handin/1-purpose", json={"revs": {"purpose-trace": 1}})
    assert sent.status_code == 200, sent.text
    said = str(done(fay, fay.send("POST", "openpractice/api/facilitator/collect/1-purpose", json={})))
    assert "王小明" in said and wang.name not in said
    fay.awake(COURSE, "formgrader")  # it starts when somebody opens it
    listed = {one["id"]: one for one in fay.get("formgrader/api/students").json()}
    assert "王小明" in (listed[wang.name]["first_name"], listed[wang.name]["last_name"])
    (room.data / "exchange" / "joined.json").resolve(strict=True)
    assert "王小明" not in ana.get("openpractice/").text


def test_commands_beside_the_running_hub_leave_every_file_to_its_server(room, fay):
    for words in (("release", "2-learning"), ("collect", "2-learning"), ("feedback", "2-learning")):
        typed = [sys.executable, "-c", "from openpractice.cli import main; main()", *words, "--data", str(room.data)]
        said = subprocess.run(typed, capture_output=True, text=True, env=os.environ | {"OPENPRACTICE_KIT": str(REPO)})
        assert said.returncode == 0, said.stdout + said.stderr
    parts = [room.data / name for name in ("files", "exchange", "feedback-files", "incoming", "config/nbgrader")]
    found = [path for part in parts for path in [part, *part.rglob("*")] if path.name != "joined.json"]
    assert len({path.lstat().st_uid for path in found}) == 1  # that file is the hub's own, and is only read
    for what, body in (("due", {"due": "2030-01-01"}), ("release", {}), ("collect", {}), ("feedback", {})):
        done(fay, fay.send("POST", f"openpractice/api/facilitator/{what}/2-learning", json=body))
    assert fay.get("openpractice/review/").status_code == 200


def test_each_is_called_by_name(ana, ben):
    assert ana.get("openpractice/api/me").json()["name"] == "Ana García"
    assert ben.get("openpractice/api/me").json()["user"] == "ben-oz"


@pytest.mark.parametrize(
    "path",
    ["openpractice/", "openpractice/api/me", "openpractice/api/answers?lesson=1-purpose", "api/contents", "lab"],
)
def test_nobody_reaches_a_neighbours_server(servers, ana, ben, path):
    reply = ben.http.get(f"/user/{ana.name}/{path}")
    for _ in range(10):
        if reply.status_code != 503:  # the proxy's word for a server that is too busy to refuse
            break
        time.sleep(1)
        reply = ben.http.get(f"/user/{ana.name}/{path}")
    assert reply.status_code in (401, 403, 404), reply.url
    assert "Ana's words" not in reply.text


@pytest.mark.parametrize(
    "path",
    ["formgrader", "formgrader/api/submissions/1-purpose", "openpractice/facilitator/", "api/contents/course"],
)
def test_a_participant_reaches_nothing_of_the_course_server(servers, ana, path):
    reply = ana.http.get(f"/user/{COURSE}/{path}")
    assert reply.status_code in (401, 403, 404), reply.url


@pytest.mark.parametrize("path", ["/hub/admin", "/hub/api/users", "/hub/api/groups", f"/hub/api/users/{COURSE}"])
def test_a_participant_reads_nothing_of_the_hub(ana, path):
    assert ana.http.get(path).status_code in (403, 404)


def test_a_participant_has_no_formgrader_and_no_corner_of_their_own(servers, ana):
    assert ana.http.get(f"/user/{ana.name}/formgrader").status_code == 404
    assert ana.get("openpractice/facilitator/").status_code in (403, 404)


@pytest.mark.parametrize("who", ["ana", "fay"])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "api/kernels", {"name": "python3"}),
        ("POST", "api/sessions", {"path": "x", "type": "notebook", "name": "", "kernel": {"name": "python3"}}),
        ("POST", "api/terminals", {}),
        ("GET", "nbconvert/html/x.ipynb", None),
        ("POST", "assignments/validate", {"path": "x"}),
        ("POST", "assignments/fetch", {"assignment_id": "x"}),
    ],
)
def test_nobody_runs_code_on_a_server(request, servers, who, method, path, body):
    visitor = request.getfixturevalue(who)
    user = COURSE if who == "fay" else visitor.name
    reply = visitor.send(method, path, user, json=body) if body is not None else visitor.get(path, user)
    assert reply.status_code in (403, 404, 405), f"{path}: {reply.status_code} {reply.text[:300]}"


def test_a_stranger_reaches_nothing(room, servers, ana):
    for path in (
        f"/user/{ana.name}/openpractice/api/me",
        f"/user/{COURSE}/api/contents",
        "/hub/api/users",
        f"{SERVICE}api/me",
        f"{SERVICE}api/answers?lesson=1-purpose",
    ):
        assert room.visitor().http.get(path).status_code in (401, 403)
    for path in (f"/user/{ana.name}/openpractice/", SERVICE, f"{SERVICE}review/", f"{SERVICE}lesson/1-purpose"):
        assert room.visitor().http.get(path).url.path.endswith("/hub/login")
    for headers in ({}, {"Authorization": "token guess"}):
        assert (
            room.visitor().http.post(f"{SERVICE}api/hub/gone", json={"name": "ana"}, headers=headers).status_code == 403
        )


def test_a_hundred_wrong_codes_are_slowed_down_and_lock_nobody_out(room):
    guesser = room.visitor()
    answers = [guesser.join("Guess Er", f"wrong-{n}").status_code for n in range(100)]
    assert answers.count(403) < 20 and answers.count(429) > 80
    assert "Too many tries. Please wait" in guesser.join("Guess Er", "wrong-again").text
    joined = room.visitor().join("Late Comer", room.code)
    assert joined.status_code == 200 and 'data-user="late-comer"' in joined.text


@pytest.mark.parametrize(
    ("name", "said"),
    [("x" * 200, "at most 80"), ("   ", "type a name"), ("\u202e\u200b", "type a name")],
)
def test_a_name_that_cannot_be_is_said_on_the_form(room, name, said):
    page = room.visitor().join(name, room.code)
    assert page.status_code in (400, 403) and said in page.text
    assert f'<form action="{room.visitor().place("/hub/login")}' in page.text and "Traceback" not in page.text


def test_a_name_with_markup_stays_text(room):
    page = room.visitor().join("<script>alert(1)</script>", "wrong code")
    assert "<script>alert(1)" not in page.text


def test_two_people_of_one_name_each_come_back_to_their_own(room):
    one, two = room.visitor(), room.visitor()
    one.join("Kim Lee", room.code, "the first of them")
    two.join("Kim Lee", room.code, "the second of them")
    assert (one.known_as, two.known_as) == ("kim-lee", "kim-lee-2")
    back = room.visitor()
    back.sign_in("Kim Lee", "the second of them")
    assert back.known_as == "kim-lee-2"


def test_a_wrong_passphrase_is_said_on_the_form(room, ana):
    page = room.visitor().sign_in("Ana García", "not hers at all")
    assert page.status_code == 403 and "do not fit" in page.text
    assert room.visitor().sign_in("Ana García", PASSPHRASE).status_code == 200


def test_a_reviewer_reads_and_a_participant_code_does_not_make_one(room):
    rob = room.visitor()
    assert rob.join("Rob", room.reviewer_code).url.path.endswith(f"{SERVICE}review/")
    assert rob.awake(COURSE, "formgrader").url.path.endswith("/formgrader/gradebook")


def test_what_the_workshop_keeps_is_closed_to_others(room):
    assert room.data.stat().st_mode & 0o077 == 0
    for name in ("hub/jupyterhub.sqlite", "hub/accounts.db", "hub/cookie_secret", "config/proxy-token"):
        assert (room.data / name).stat().st_mode & 0o077 == 0, name
