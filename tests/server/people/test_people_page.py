"""The facilitators' page of people: the list, who is where, and what a participant could spoil."""

import html
import json
import os
import re
import time

import pytest

from repo import DATA
from servers import form, publish, serving

LESSON = "1-purpose"
LISTS = DATA / "lists"
PAGE = "facilitator/people"
ROSTER = b"""name,email,school,role,appraiser
Ana Silva,ana@example.org,Hill School,participant,Grace Lead
Cem Two,cem@example.org,Hill School,participant,
Broken,x
Grace Lead,grace@example.org,Hill School,facilitator,
"=SUM(1) <b>x</b>",,<i>School</i>,participant,
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A workshop in which the list was read in first, and then one session was opened."""
    data = tmp_path_factory.mktemp("people")
    with serving(data) as running:
        running.first = form(running, PAGE, {"do": "roster"}, file=ROSTER)
        assert work(running, f"release/{LESSON}", {"due": "2030-12-04T17:00:00Z"})["state"] == "done"
        yield running


def work(server, path, body=None):
    """A piece of work in the corner, followed to its end."""
    reply = server.ask("POST", f"api/facilitator/{path}", body or {})
    assert reply.status == 202, reply.body
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        said = server.ask("GET", f"api/facilitator/jobs/{reply.json['job']}").json
        if said["state"] != "running":
            return said
        time.sleep(0.2)
    raise AssertionError("the work did not end")


def rows(page: str) -> dict[str, list[str]]:
    """The cells of each person in the table, as text."""
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", page.split("<tbody>")[1].split("</tbody>")[0], re.S):
        cells = [
            " ".join(html.unescape(re.sub(r"<[^>]+>", " ", cell)).split())
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
        ]
        found[re.search(r'class="name">(.*?)</span>', row).group(1)] = cells
    return found


def id_of(server, name: str) -> str:
    """The id that stands in the buttons of a person's row."""
    row = next(row for row in re.findall(r"<tr>.*?</tr>", look(server), re.S) if f'class="name">{name}</span>' in row)
    return re.search(r'name="person" value="([^"]*)"', row).group(1)


def look(server):
    return server.ask("GET", f"{PAGE}?session={LESSON}").text


def hand_in(server, name, text="one"):
    server.ask("POST", "api/person", {"name": name})
    server.ask("POST", f"api/open/{LESSON}")
    server.save("purpose-trace", {"text": text}, key=f"k-{name}")
    seen = server.ask("GET", f"api/handin/{LESSON}").json
    assert (
        server.ask(
            "POST", f"api/handin/{LESSON}", {"revs": {row["id"]: row["rev"] for row in seen["responses"]}}
        ).status
        == 200
    )


def test_a_list_is_read_before_anybody_joined_and_its_broken_line_is_named(server):
    page = html.unescape(server.first.text)
    assert server.first.status == 200
    assert "4 people are new on the list, 0 were changed." in page
    assert "Line 4: 2 fields where the headings have 5." in page
    again = html.unescape(form(server, PAGE, {"do": "roster"}, file=ROSTER).text)
    assert "0 people are new on the list, 0 were changed." in again


def test_names_of_the_list_are_text_and_nothing_else(server):
    page = look(server)
    assert "<b>x</b>" not in page
    assert "=SUM(1) &lt;b&gt;x&lt;/b&gt;" in page
    assert "<i>School" not in page


def test_each_stands_where_they_are(server):
    hand_in(server, "Ana Silva")
    server.ask("POST", "api/person", {"name": "Unlisted Guest"})
    server.ask("POST", f"api/open/{LESSON}")
    found = rows(look(server))
    assert "Appraised by Grace Lead" in found["Ana Silva"][0]
    assert re.match(r"1 of \d+$", found["Ana Silva"][1])
    assert found["Ana Silva"][3] == "Waits to be collected"
    assert found["Unlisted Guest"][1:3] == ["Opened, nothing answered yet", "Not yet"]
    assert "Not on your list." in found["Unlisted Guest"][0]
    server.save("purpose-calendar", {"rows": {"guess": 40}})
    assert re.match(r"0 of \d+, 1 begun$", rows(look(server))["Unlisted Guest"][1])
    assert found["Cem Two"][1:3] == ["Has not joined yet", "Not yet"]
    assert found["Grace Lead"][1] == "Takes no part in the session."
    assert "one" not in found["Ana Silva"]


def test_collected_read_and_returned_are_told_apart_and_late_is_shown(server):
    hand_in(server, "Late Comer")
    assert (
        work(server, f"due/{LESSON}", {"due": "2020-01-01T00:00:00Z"})["lines"][0]["text"]
        == "Due 2020-01-01 00:00 UTC. That has passed: whoever hands in from now on is late."
    )
    assert work(server, f"collect/{LESSON}")["state"] == "done"
    row = rows(look(server))["Late Comer"]
    assert "late" in row[2]
    assert re.match(r"0 of 1 read$", row[3])
    score_all(server, "late-comer")
    assert rows(look(server))["Late Comer"][3:5] == ["Read", "Not yet"]
    assert work(server, f"feedback/{LESSON}")["state"] == "done"
    assert "UTC" in rows(look(server))["Late Comer"][4]
    assert work(server, f"due/{LESSON}", {"due": ""})["lines"][0]["text"] == "It has no due time."
    assert "late" not in rows(look(server))["Late Comer"][2]


def score_all(server, person):
    """Every answer of one person read, as formgrader records it."""
    from openpractice.gradebook import collected, coursefolder, gradebook, scores

    course = coursefolder.open_folder(server.data, "open-practice")
    with gradebook.opened(course) as engine, engine.begin() as db:
        cells = collected.lesson_cells(db, course, LESSON)
        for prompt in cells.grades:
            scores.set_score(db, cells, person, prompt, 2.0, "")


def test_the_reminder_names_who_is_missing_and_when_it_was_due(server):
    work(server, f"due/{LESSON}", {"due": "2030-12-04T17:00:00Z"})
    page = html.unescape(look(server))
    text = page.split('id="remind-text"')[1].split("</textarea>")[0]
    assert "Cem Two" in text
    assert "They are due Wednesday 4 December 2030 17:00 UTC." in text
    assert "Grace Lead" not in text
    assert "cem@example.org" in page.split('id="remind-mails"')[1].split("</textarea>")[0]


def test_a_person_is_added_taken_off_and_put_on_again(server):
    assert "Dora Ñandú is on the list." in html.unescape(
        form(server, PAGE, {"do": "add", "name": "Dora Ñandú", "school": "Lake"}).text
    )
    assert "Lake" in rows(look(server))["Dora Ñandú"][0]
    again = form(server, PAGE, {"do": "add", "name": "dora  ÑANDÚ", "school": "lake"})
    assert (again.status, "on the list already" in again.text) == (409, True)
    dora = id_of(server, "Dora Ñandú")
    assert form(server, PAGE, {"do": "remove", "person": dora}).status == 200
    assert "Dora Ñandú" not in rows(look(server))
    assert form(server, PAGE, {"do": "remove", "person": dora}).status == 404
    assert form(server, PAGE, {"do": "add", "name": "你好"}).status == 200
    assert "你好" in rows(look(server))
    server.ask("POST", "api/person", {"name": "Joined First"})
    assert form(server, PAGE, {"do": "list", "person": "joined-first"}).status == 200
    assert "Not on your list." not in rows(look(server))["Joined First"][0]


def test_a_row_and_the_person_who_joined_are_one_line_by_name(server):
    form(server, PAGE, {"do": "roster"}, file=b"id,name,school\nas-99,Mona Musa,Lake\n")
    assert rows(look(server))["Mona Musa"][1] == "Has not joined yet"
    server.ask("POST", "api/person", {"name": "Mona Musa"})
    server.ask("POST", f"api/open/{LESSON}")
    page = look(server)
    assert page.count('class="name">Mona Musa<') == 1
    row = rows(page)["Mona Musa"]
    assert row[0] == "Mona Musa Lake ." and row[1] == "Opened, nothing answered yet"
    again = html.unescape(form(server, PAGE, {"do": "roster"}, file=b"id,name,school\nas-99,Mona Musa,Lake\n").text)
    assert "0 people are new on the list, 0 were changed." in again


def test_a_facilitator_says_which_row_somebody_is_and_takes_that_back(server):
    form(server, PAGE, {"do": "roster"}, file=b"id,name,school\nwm-1,Wilhelmina Maas,Dune\n")
    server.ask("POST", "api/person", {"name": "Willy M"})
    server.ask("POST", f"api/open/{LESSON}")
    page = look(server)
    assert '<option value="wm-1">Wilhelmina Maas (Dune)</option>' in page
    assert "Not on your list." in rows(page)["Willy M"][0]
    assert "are one now" in form(server, PAGE, {"do": "match", "person": "willy-m", "row": "wm-1"}).text
    found = rows(look(server))
    assert "Willy M" not in found and "Joined as Willy M" in found["Wilhelmina Maas"][0]
    assert "waits on your list" in form(server, PAGE, {"do": "part", "person": "willy-m"}).text
    found = rows(look(server))
    assert found["Wilhelmina Maas"][1] == "Has not joined yet" and "Not on your list." in found["Willy M"][0]


def test_a_list_on_which_nobody_is_known_is_taken_only_when_said_so(server):
    before = rows(look(server))
    other = b"name\nOther One\nOther Two\nOther Three\n"
    reply = form(server, PAGE, {"do": "roster"}, file=other)
    assert reply.status == 409 and "None of the 3 people in this file" in reply.text and 'name="anyway"' in reply.text
    assert rows(look(server)) == before
    assert form(server, PAGE, {"do": "roster", "anyway": "yes"}, file=other).status == 200
    assert "Other Two" in rows(look(server))
    for name in ("Other One", "Other Two", "Other Three"):
        form(server, PAGE, {"do": "remove", "person": id_of(server, name)})


def test_a_list_that_names_another_course_is_refused_whole(server):
    before = rows(look(server))
    reply = form(
        server, PAGE, {"do": "roster", "anyway": "yes"}, file=b"name,course\nAna Silva,maths-2\nNew One,maths-2\n"
    )
    assert reply.status == 422 and "This list says that it is for another course: maths-2." in reply.text
    assert rows(look(server)) == before


def test_without_a_hub_there_are_no_codes_and_no_sign_ins_to_change(server):
    page = look(server)
    assert "Codes to join by" not in page and "one-time code" not in page
    for do in ("reset", "leave", "return", "new-code", "close-code", "open-code"):
        assert form(server, PAGE, {"do": do, "person": "ana-silva"}).status == 404


def test_whoever_only_looks_after_the_people_on_the_list_is_not_counted_or_reminded(server):
    server.ask("POST", "api/person", {"name": "Looks After"})
    page = look(server)
    assert rows(page)["Looks After"][1:2] == ["Takes no part in the session."]
    assert "Looks After" not in page.split("<textarea")[1].split("</textarea>")[0]
    assert server.ask("POST", f"api/open/{LESSON}", {}).status == 200
    assert rows(look(server))["Looks After"][1] == "Opened, nothing answered yet"


def test_what_was_changed_is_in_the_audit(server):
    from openpractice.gradebook import collected, coursefolder, gradebook, scores
    from openpractice.gradebook.own_tables import audit

    form(server, PAGE, {"do": "add", "name": "Audited"})
    with gradebook.opened(coursefolder.open_folder(server.data, "open-practice")) as engine, engine.connect() as db:
        details = [json.loads(row.detail) for row in db.execute(audit.select()) if row.what == "roster"]
    assert {"added": id_of(server, "Audited")} in details


def test_two_of_one_name_with_other_addresses_are_two_on_the_list(server):
    for mail in ("one@a.example", "two@a.example"):
        assert form(server, PAGE, {"do": "add", "name": "Twin Silva", "email": mail}).status == 200
    assert look(server).count('class="name">Twin Silva<') == 2
    again = form(server, PAGE, {"do": "add", "name": "twin silva", "email": "TWO@a.example"})
    assert again.status == 409 and look(server).count('class="name">Twin Silva<') == 2
    for _ in range(2):
        form(server, PAGE, {"do": "remove", "person": id_of(server, "Twin Silva")})


@pytest.mark.parametrize("name", ["apostrophes", "cr-only", "non-latin", "look-alike", "line-end-in-cell", "sep"])
def test_a_list_as_a_spreadsheet_saved_it_is_taken_whole(server, name):
    reply = form(server, PAGE, {"do": "roster", "anyway": "yes"}, file=(LISTS / f"{name}.csv").read_bytes())
    assert reply.status == 200 and "are new on the list" in reply.text.replace("One person is", "people are")
    assert 'class="problem"' not in reply.text and "<p>Read it so" not in reply.text


@pytest.mark.parametrize(
    ("name", "new", "said"),
    [
        ("open-quote", "4 people are new", "One line could not be taken. The others were. Line 3: it has a quotation"),
        ("case-of-address", "One person is new", "Line 3: carla moss is on line 2 already."),
        (
            "title-row",
            "on the list,",
            "Line 1: it stands above the headings and was passed over.",
        ),
        ("trailing-columns", "on the list,", ""),
    ],
)
def test_what_was_and_what_was_not_taken_is_said(server, name, new, said):
    reply = form(server, PAGE, {"do": "roster", "anyway": "yes"}, file=(LISTS / f"{name}.csv").read_bytes())
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", reply.text)).split())
    assert reply.status == 200 and new in text and said in text


def test_a_file_of_which_nothing_was_taken_says_so_and_not_that_the_others_were(server):
    before = rows(look(server))
    for content, why in [
        (b"name,shoe size\n,38\n", "Line 2: there is no name"),
        (b"Ana Silva,ana@a.example\n", "no line says which column has the names"),
        (b'name,email\n"Ana,ana@a.example\n', "Line 2: it has a quotation mark"),
    ]:
        reply = form(server, PAGE, {"do": "roster"}, file=content)
        text = html.unescape(reply.text)
        assert reply.status == 422 and "Nothing was taken from this file." in text and why in text
        assert "The others were" not in text and "people are new" not in text
    assert rows(look(server)) == before
    nobody = form(server, PAGE, {"do": "roster"}, file=b"name,email\n,\n\n")
    assert nobody.status == 422 and "There is nobody in this file." in nobody.text


def test_a_guess_at_the_encoding_is_said(server):
    content = "name;email\r\nInés Ávila Guess;guess@a.example\r\n".encode("cp1252")
    text = html.unescape(form(server, PAGE, {"do": "roster", "anyway": "yes"}, file=content).text)
    assert "It was read as Windows-1252" in text and "Inés Ávila Guess" in rows(look(server))
    refused = form(server, PAGE, {"do": "roster"}, file="name\nМария Иванова\n".encode("cp1251"))
    assert refused.status == 422 and "Save the sheet as" in refused.text


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"do": "delete"},
        {"do": "add"},
        {"do": "add", "name": ""},
        {"do": "add", "name": "x" * 201},
        {"do": "add", "name": "Fine", "role": "owner"},
        {"do": "add", "name": "Fine", "email": "x" * 201},
        {"do": "remove"},
        {"do": "remove", "person": "../x"},
        {"do": "remove", "person": "nobody"},
        {"do": "list", "person": "nobody"},
        {"do": "roster"},
        {"do": "match"},
        {"do": "match", "person": "nobody", "row": "ana-silva"},
        {"do": "match", "person": "../x", "row": "x"},
        {"do": "part", "person": "nobody"},
        {"do": "part"},
    ],
)
def test_a_change_that_cannot_be_is_said_and_changes_nothing(server, body):
    before = rows(look(server))
    assert form(server, PAGE, body).status in (400, 404, 409, 422)
    assert rows(look(server)) == before


@pytest.mark.parametrize(
    "content",
    [b"", b"  \n", b"\xff\xfe\x00n", b"\x89PNG\r\n\x1a\n\xff", b"a,b\nc,d\n", b"name\n\n", b'name\n"' + b"x" * 200_000],
)
def test_a_file_that_is_no_list_changes_nothing(server, content):
    before = rows(look(server))
    reply = form(server, PAGE, {"do": "roster"}, file=content)
    assert reply.status in (200, 422)
    assert "Traceback" not in reply.text
    assert rows(look(server)) == before


def test_a_list_that_is_too_large_is_refused(server):
    assert form(server, PAGE, {"do": "roster"}, file=b"name\n" + b"a" * 2_200_000).status == 413


@pytest.mark.parametrize("mark", ["", "guess"])
def test_the_list_is_not_changed_without_the_mark(server, mark):
    assert form(server, PAGE, {"do": "add", "name": "Forged", "_xsrf": mark}).status == 403
    assert "Forged" not in rows(look(server))


@pytest.mark.parametrize("due", [None, 7, {}, []])
def test_a_due_time_of_the_wrong_kind_is_not_understood(server, due):
    assert server.ask("POST", f"api/facilitator/due/{LESSON}", {"due": due}).status == 400


def test_a_due_time_that_cannot_be_read_changes_nothing(server):
    said = work(server, f"due/{LESSON}", {"due": "next week"})
    assert said["state"] == "failed"
    assert "no time that can be read" in said["lines"][0]["text"]
    assert work(server, "due/2-learning", {"due": "2030-01-01"})["state"] == "failed"


@pytest.mark.parametrize("session", ["nothing", "../x", "", "%00", "<b>"])
def test_another_session_shows_the_newest(server, session):
    reply = server.ask("GET", f"{PAGE}?session={session}")
    assert reply.status == 200
    assert 'id="session">Session 1:' in reply.text


@pytest.mark.parametrize(
    "held",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"lessons": []}',
        b'{"lessons": {"1-purpose": 7}}',
        b'{"lessons": {"1-purpose": {"answered": -1, "of": 5}}}',
        b'{"lessons": {"1-purpose": {"answered": 6, "of": 5}}}',
        b'{"lessons": {"1-purpose": {"answered": "1", "of": 5}}}',
        b'{"lessons": {"1-purpose": {"answered": true, "of": true}}}',
        b'{"lessons": {"1-purpose": {"answered": 1, "of": 1e400}}}',
        b'{"lessons": {"1-purpose": {"answered": 1, "of": 100000}}}',
        b'{"lessons": {"1-purpose": {"answered": "<script>", "of": 5}}}',
        b'{"lessons": {"1-purpose": {"answered": 1, "of": 5, "begun": "<script>"}}}',
        b'{"lessons": {"1-purpose": {"answered": 1, "of": 5, "begun": -1}}}',
        b" " * 40_000 + b"{}",
        b"\xff\xfe",
    ],
)
def test_counts_that_somebody_spoilt_are_left_out(server, held):
    place = spoilt(server)
    (place / ".headway.json").write_bytes(held)
    assert rows(look(server))["spoiler"][1] == "Not opened yet"


@pytest.mark.parametrize("kind", ["link", "fifo", "folder", "linked folder", "hard link"])
def test_counts_that_are_no_plain_file_are_not_read(server, kind, tmp_path):
    place = spoilt(server)
    target = tmp_path / "counts.json"
    target.write_text('{"lessons": {"1-purpose": {"answered": 1, "of": 5}}}')
    path = place / ".headway.json"
    if kind == "linked folder":
        target.rename(tmp_path / ".headway.json")
        place.rmdir()
        place.symlink_to(tmp_path)
    else:
        make = {
            "link": lambda: path.symlink_to(target),
            "fifo": lambda: os.mkfifo(path),
            "folder": path.mkdir,
            "hard link": lambda: os.link(target, path),
        }
        make[kind]()
    assert "1 of 5" not in rows(look(server)).get("spoiler", [""] * 2)[1]
    if kind == "linked folder":
        place.unlink()


def spoilt(server):
    """The inbound folder of somebody who writes there what they like, emptied."""
    import shutil

    place = server.data / "exchange/open-practice/inbound/spoiler"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    return place


def test_a_facilitator_on_a_hub_has_the_page_and_a_participant_has_not(tmp_path):
    publish(tmp_path / "exchange")
    for person in ("ana", "bo"):
        (tmp_path / "exchange/open-practice/inbound" / person).mkdir(parents=True)
    with serving(tmp_path, "facilitator") as server:
        found = rows(server.ask("GET", PAGE).text)
        assert found["ana"][1] == "Not opened yet"
    with serving(tmp_path, "participant", OPENPRACTICE_PERSON="bo", OPENPRACTICE_HOME=str(tmp_path / "home")) as server:
        assert server.ask("GET", PAGE).status == 403
        assert form(server, PAGE, {"do": "add", "name": "Me"}).status == 403
