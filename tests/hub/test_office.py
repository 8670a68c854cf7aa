"""The facilitators' office on a real hub: buttons of the People page, and everybody whom the hub turns away."""

import html
import os
import re
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from openpractice.hub.accounts import Accounts

from .conftest import COURSE, PASSPHRASE, REPO, SERVICE
from .test_people import PAGE, post

pytestmark = pytest.mark.hub
OFFICE = "/hub/api/openpractice/people"


@pytest.fixture(scope="module")
def rob(room):
    """A reviewer."""
    one = room.visitor()
    one.join("Rob Reads", room.reviewer_code)
    one.name = "rob-reads"
    return one


@pytest.fixture(scope="module")
def ana(room):
    return room.joined("Ana García")


def press(fay, do, whom):
    """One of the page's buttons; the page as text."""
    reply = post(fay, do=do, person=whom)
    assert reply.status_code == 200, reply.text
    return html.unescape(reply.text)


def codes(fay):
    """The codes as the page shows them: for each part its code, or None where it is closed."""
    table = fay.get(PAGE).text.split('class="stack codes"')[1].split("</table>")[0]
    rows = re.findall(r'<th scope="row">(\w+).*?</tr>', table, re.S)
    shown = [re.search(r'class="code">([\w-]+)<', row) for row in table.split('<th scope="row">')[1:]]
    return {name: one and one[1] for name, one in zip(rows, shown, strict=True)}


def once(page):
    return re.search(r'<p class="code">([\w-]+)</p>', page)[1]


def test_a_forgotten_passphrase_comes_back_by_the_page(room, fay, ana):
    page = press(fay, "reset", "ana-garcia")
    assert "A one-time code for Ana García:" in page
    code = once(page)
    assert code not in fay.get(PAGE).text, "it is shown once"
    assert "one-time code" in room.visitor().sign_in("Ana García", code).text
    back = room.visitor()
    assert back.renew("Ana García", "wrong-wrong-wrong", "four quite new words").status_code == 403
    reply = back.renew("Ana García", code, "four quite new words")
    assert reply.status_code == 200 and back.known_as == "ana-garcia"
    assert room.visitor().sign_in("Ana García", "four quite new words").status_code == 200
    assert room.visitor().sign_in("Ana García").status_code == 403
    assert room.visitor().renew("Ana García", code, "five even newer words").status_code == 403
    # Whoever was signed in with the old passphrase is not any more, neither at the hub nor at the course.
    assert ana.known_as == ""
    assert ana.http.get("/hub/home").url.path.endswith("/hub/login")
    ana.renew("Ana García", "four quite new words", PASSPHRASE)
    assert ana.known_as == "ana-garcia"


def test_somebody_who_leaves_is_out_at_once_and_can_be_taken_back(room, fay):
    leo = room.joined("Leo Leaver")
    assert "Leo Leaver cannot sign in any more." in press(fay, "leave", "leo-leaver")
    refused = room.visitor().sign_in("Leo Leaver")
    assert refused.status_code == 403 and "left this workshop" in refused.text
    assert leo.get("openpractice/api/me").status_code == 401
    assert leo.http.get(SERVICE).url.path.endswith("/hub/login")
    assert leo.http.get("/hub/spawn").url.path.endswith("/hub/login")
    assert "Has left." in html.unescape(fay.get(PAGE).text)
    assert "Leo Leaver can sign in again" in press(fay, "return", "leo-leaver")
    assert room.visitor().sign_in("Leo Leaver").status_code == 200


def test_a_reviewer_who_leaves_reads_no_more(room, fay):
    vera = room.visitor()
    vera.join("Vera Visits", room.reviewer_code)
    assert vera.get("openpractice/api/review/queue").status_code in (200, 409)
    press(fay, "leave", "vera-visits")
    assert vera.get("openpractice/api/review/queue").status_code == 401


def test_who_is_shown_out_on_the_command_line_is_out_too(room, fay):
    noa = room.joined("Noa Leaves")
    assert noa.known_as == "noa-leaves"
    Accounts(room.data / "hub" / "accounts.db").leave("noa-leaves")
    deadline = time.monotonic() + 20
    while noa.known_as:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert noa.http.get(SERVICE).url.path.endswith("/hub/login")


def test_codes_are_seen_changed_closed_and_opened(room, fay):
    before = codes(fay)
    assert before == {"participants": room.code, "facilitators": room.facilitator_code, "reviewers": room.reviewer_code}
    press(fay, "close-code", "participant")
    assert codes(fay)["participants"] is None
    late = room.visitor().join("Late Comer", room.code)
    assert late.status_code == 403 and "closed" in late.text
    press(fay, "open-code", "participant")
    assert codes(fay) == before
    press(fay, "new-code", "participant")
    new = codes(fay)["participants"]
    assert new and new != room.code
    assert room.visitor().join("Late Comer", room.code).status_code == 403
    assert room.visitor().join("Late Comer", new).status_code == 200
    room.code = new
    assert "<li>" in fay.get(PAGE).text and "new code, <" in html.unescape(fay.get(PAGE).text)


def test_what_was_done_is_written_down_with_who_did_it(room, fay):
    press(fay, "close-code", "reviewer")
    press(fay, "open-code", "reviewer")
    with sqlite3.connect(room.data / "hub" / "accounts.db") as db:
        last = db.execute("select who, what, whom from audit order by id desc limit 2").fetchall()
        assert last == [("facilitator", "code opened", "reviewer"), ("facilitator", "code closed", "reviewer")]
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("delete from audit")


def test_the_command_line_does_the_same_on_a_running_hub(room, fay, ana):
    def people(*options):
        command = [str(Path(sys.executable).with_name("openpractice")), "people", "--data", str(room.data), *options]
        return subprocess.run(
            command, env={**os.environ, "OPENPRACTICE_KIT": str(REPO)}, text=True, capture_output=True
        )

    assert "ana-garcia" in people().stdout
    code = re.search(r"\b\w{4}-\w{4}-\w{4}\b", people("--reset", "ana-garcia").stdout)[0]
    assert room.visitor().renew("Ana García", code, PASSPHRASE).status_code == 200
    people("--close-code", "participant")
    assert codes(fay)["participants"] is None
    people("--open-code", "participant")
    ana.sign_in("Ana García")
    assert ana.known_as == "ana-garcia"


def test_two_people_of_one_name_are_told_apart_on_the_page(room, fay):
    room.visitor().join("Kim Lee", room.code, "the first of them")
    room.visitor().join("Kim Lee", room.code, "the second of them")
    page = html.unescape(fay.get(PAGE).text)
    assert "signs in as kim-lee." in page and "signs in as kim-lee-2." in page
    code = once(press(fay, "reset", "kim-lee-2"))
    back = room.visitor()
    back.renew("Kim Lee", code, "a third for the second")
    assert back.known_as == "kim-lee-2"
    assert room.visitor().sign_in("Kim Lee", "the first of them").status_code == 200


@pytest.mark.parametrize(
    ("typed", "shown", "user"),
    [
        ("Mia/../Lee", "Mia/../Lee", "mia-lee"),
        ("Noa\u202egro", "Noagro", "noagro"),
        ("\u2066Zoë\u2069  van\tDam", "Zoë van Dam", "zoe-van-dam"),
    ],
)
def test_a_name_with_a_slash_or_turning_marks_is_a_plain_id_and_plain_text(room, fay, typed, shown, user):
    assert room.joined(typed).name == user
    assert f'class="name">{shown}<' in html.unescape(fay.get(PAGE).text)
    assert not [path for path in (room.data / "people").iterdir() if not re.fullmatch(r"[a-z0-9-]+", path.name)]


def test_a_hundred_wrong_one_time_codes_are_slowed_down_and_lock_nobody_else_out(room, fay):
    press(fay, "reset", "noagro")
    guesser = room.visitor()
    answers = [guesser.renew("Noagro", f"wrong-{n}", "four quite new words").status_code for n in range(100)]
    assert answers.count(403) < 20 and answers.count(429) > 80
    assert room.visitor().sign_in("Mia/../Lee").status_code == 200


# -- who is turned away --------------------------------------------------------------------


CHANGES = [
    ("reset", "ana-garcia"),
    ("leave", "ana-garcia"),
    ("return", "ana-garcia"),
    ("new-code", "facilitator"),
    ("close-code", "participant"),
    ("open-code", "participant"),
]


@pytest.mark.parametrize(("do", "whom"), CHANGES)
def test_a_reviewer_a_participant_and_a_stranger_change_nothing(room, fay, rob, ana, do, whom):
    before = codes(fay)
    with sqlite3.connect(room.data / "hub" / "accounts.db") as db:
        written = db.execute("select count(*) from audit").fetchone()
    for one in (rob, ana):
        reply = one.send("POST", PAGE, data={"do": do, "person": whom})
        assert reply.status_code == 403, reply.text
        # At the hub itself too: by cookie, with and without its mark, and by the token that their server has.
        mark = one.mark("/hub/")
        for headers in ({}, {"X-XSRFToken": mark}):
            assert one.http.post(OFFICE, json={"do": do, "whom": whom}, headers=headers).status_code == 403
    assert room.visitor().http.post(OFFICE, json={"do": do, "whom": whom}).status_code == 403
    assert codes(fay) == before
    with sqlite3.connect(room.data / "hub" / "accounts.db") as db:
        assert db.execute("select count(*) from audit").fetchone() == written


def test_a_reviewer_sees_no_code_and_no_page_of_people(rob, room):
    assert rob.get(PAGE).status_code == 403
    page = rob.get("openpractice/").text
    assert room.facilitator_code not in page and "facilitator/people" not in page
    assert rob.http.get(OFFICE).status_code == 403


def test_a_facilitators_cookie_alone_does_not_open_the_office(fay):
    """Only the sign-in that the course service holds does; a page elsewhere at this address could send the cookie."""
    fay.http.get("/hub/home")
    mark = fay.mark("/hub/")
    assert mark
    for headers in ({}, {"X-XSRFToken": mark}):
        assert fay.http.get(OFFICE, headers=headers).status_code == 403
        assert (
            fay.http.post(OFFICE, json={"do": "close-code", "whom": "participant"}, headers=headers).status_code == 403
        )


@pytest.mark.parametrize("who", ["rob", "ana", "server", "service"])
def test_no_token_but_a_facilitators_opens_the_office(request, room, who):
    """What a person can make for themselves at the hub, and what the course's server and the service have."""
    if who == "server":
        request.getfixturevalue("fay").awake(COURSE, "formgrader")
        token = server_token(room, COURSE)
    elif who == "service":
        token = (room.data / "config" / "service-token").read_text()
    else:
        one, name = request.getfixturevalue(who), {"rob": "rob-reads", "ana": "ana-garcia"}[who]
        one.http.get("/hub/home")
        mark = one.mark("/hub/")
        assert mark
        token = one.http.post(f"/hub/api/users/{name}/tokens", json={}, headers={"X-XSRFToken": mark}).json()["token"]
    reply = httpx.get(room.address + OFFICE, headers={"Authorization": f"token {token}"}, trust_env=False)
    assert reply.status_code == 403, reply.text


def server_token(room, user):
    """The token in the environment of a server, as the system's owner can read it."""
    for place in os.listdir("/proc"):
        try:
            said = open(f"/proc/{place}/environ", "rb").read()
        except OSError:
            continue
        if f"JUPYTERHUB_USER={user}\0".encode() in said and str(room.data).encode() in said:
            return re.search(rb"JUPYTERHUB_API_TOKEN=(\w+)", said)[1].decode()
    raise AssertionError("no such server")


@pytest.mark.parametrize(
    ("do", "whom", "status"),
    [
        ("reset", "nobody-here", 409),
        ("leave", "../x", 404),
        ("leave", "facilitator", 409),
        ("new-code", "owner", 409),
        ("close-code", "", 404),
        ("reset", "x" * 64, 404),
        ("delete", "ana-garcia", 400),
        ("", "ana-garcia", 400),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(fay, do, whom, status):
    before = codes(fay)
    reply = post(fay, do=do, person=whom)
    assert reply.status_code == status, reply.text
    assert "Traceback" not in reply.text and codes(fay) == before


def test_a_forged_form_changes_nothing(fay):
    before = codes(fay)
    for mark in ("", "guess"):
        assert post(fay, do="new-code", person="participant", _xsrf=mark).status_code == 403
    assert codes(fay) == before


def test_a_hundred_changes_at_once_are_slowed_down(room, fay):
    replies = [post(fay, do="open-code", person="participant") for _ in range(40)]
    assert {reply.status_code for reply in replies} == {200, 429}
    assert "Please wait a minute" in replies[-1].text
    assert codes(fay)["participants"] == room.code
