"""Every route of ours by every part a person can play, over real HTTP: a table, and nothing left out of it."""

import io
import re
import secrets
import zipfile

import pytest

from handins import LESSON
from openpractice.service.app import table
from openpractice.service.identities import gate
from openpractice.service.identities.identity import Identity
from openpractice.service.identities.jupyteridentity import JupyterIdentities
from openpractice.service.participant import answerdoors
from openpractice.service.room import roomdoors
from review_server import named
from reviewers import PROMPT, copy_class, make_class
from served import service
from sign_in import BEGINS

METHODS = ("GET", "POST", "PUT", "DELETE")
# Who gets past the door, by route and method: p participant, r reviewer, f facilitator, g guest without a part,
# s nobody who signed in, t somebody's own Jupyter server.
MAY = {
    "facilitator/": {"GET": "f"},
    "facilitator/feedback/x/x": {"GET": "f"},
    "facilitator/guide/x": {"GET": "f"},
    "facilitator/unscored/x": {"GET": "f"},
    "api/facilitator/release/x": {"POST": "f"},
    "api/facilitator/withdraw/x": {"POST": "f"},
    "api/facilitator/build": {"POST": "f"},
    "api/facilitator/due/x": {"POST": "f"},
    "api/facilitator/collect/x": {"POST": "f"},
    "api/facilitator/feedback/x": {"POST": "f"},
    "api/facilitator/files": {"POST": "f"},
    "api/facilitator/files/x": {"POST": "f"},
    "api/facilitator/jobs/x": {"GET": "f"},
    "facilitator/people/": {"GET": "f", "POST": "f"},
    "join/": {"GET": "prfg", "POST": "prfg"},  # at another hub than the workshop's own, and nothing elsewhere
    "join/x": {"GET": "prfg", "POST": "prfg"},
    "review/": {"GET": "rf"},
    "review/preview/x/x": {"GET": "f"},
    "api/review/queue": {"GET": "rf"},
    "api/review/people": {"GET": "rf", "POST": "rf"},
    "api/review/name/x": {"POST": "rf"},
    "api/review/line": {"GET": "rf"},
    "api/review/live": {"GET": "rf"},
    "api/review/progress/x": {"GET": "f"},
    "api/review/next": {"GET": "rf"},
    "api/review/about/x/x": {"GET": "rf"},
    "api/review/answer/x/x/x": {"GET": "rf"},
    "api/review/mark/x/x/x": {"PUT": "rf"},
    "api/review/undo/x/x/x": {"POST": "rf"},
    "api/review/lease/x/x/x": {"POST": "rf"},
    "api/review/lease": {"DELETE": "rf"},
    "api/review/bank": {"GET": "rf", "POST": "rf"},
    "api/review/bank/x": {"PUT": "rf", "POST": "rf", "DELETE": "rf"},
    "api/review/anchors/x": {"GET": "rf"},
    "api/review/calibration": {"GET": "rf", "DELETE": "rf"},
    "api/review/calibration/x": {"POST": "rf"},
    "api/review/agreement": {"GET": "rf"},
    "api/review/discuss/x": {"GET": "rf"},
    "api/review/agree/x/x/x": {"PUT": "rf"},
    "api/review/return/x": {"GET": "f", "POST": "f"},
    "api/review/return-preview/x": {"GET": "f"},
    "api/review/reminder/x": {"GET": "f"},
    "api/review/strip/x/x": {"GET": "rf"},
    "api/review/levels/x": {"GET": "f"},
    "api/review/assign": {"GET": "f", "POST": "f"},
    "api/review/rubric-change": {"GET": "f", "POST": "f"},
    "api/review/rubric-words": {"GET": "f", "POST": "f"},
    "api/review/export": {"GET": "f"},
    "": {"GET": "prf", "POST": "p"},
    "handin/x": {"GET": "p", "POST": "p"},
    "receipt/x": {"GET": "p"},
    "words": {"GET": "p"},
    "open/x": {"GET": "p"},
    "lesson/x": {"GET": "p"},
    "lesson/x/files/x": {"GET": "p"},
    "offline": {"GET": "prf"},
    "manifest.webmanifest": {"GET": "prfgst"},  # the course's name, for everybody
    "notebook/": {"GET": "prf"},
    "no/such/page": {"GET": "prf"},
    "api/me": {"GET": "prf"},
    "api/answers": {"GET": "p"},
    "api/answers/x": {"PUT": "p"},
    "api/answers/x/choose": {"POST": "p"},
    "api/answers/x/share": {"POST": "p", "DELETE": "p"},
    "api/handin/x": {"GET": "p", "POST": "p", "DELETE": "p"},
    "api/feedback/x": {"GET": "p"},
    "api/open/x": {"POST": "p"},
    "api/open/x/again": {"POST": "p"},
    "api/person": {"POST": "p", "DELETE": "p"},
    "api/export": {"GET": "p"},
    "api/import": {"POST": "p"},
    "room/": {"GET": "pf"},
    "room/lead": {"GET": "f"},
    "room/join.svg": {"GET": "f"},
    "room/sheet/x": {"GET": "f"},
    "room/screen/x": {"GET": "prfgst"},  # the address itself is the key
    "api/room/screen/x/state": {"GET": "prfgst"},
    "api/room/screen/x/stream": {"GET": "prfgst"},
    "api/room/openapi.json": {"GET": "pf"},
    "api/room/state": {"GET": "p"},
    "api/room/stream": {"GET": "p"},
    "api/room/join": {"POST": "p"},
    "api/room/here": {"POST": "p"},
    "api/room/hand": {"POST": "p"},
    "api/room/count/x": {"POST": "p"},
    "api/room/seen": {"POST": "p"},
    "api/room/report/x": {"POST": "p"},
    "api/room/work/x": {"PUT": "p", "DELETE": "p"},
    "api/room/work/x/sit": {"POST": "p"},
    "api/room/work/x/decline": {"POST": "p"},
    "api/room/work/x/give": {"POST": "p"},
    "api/room/critique/x/reply": {"POST": "p"},
    "api/room/volunteer": {"POST": "p"},
    "api/room/mine": {"GET": "p"},
    "api/room/leave": {"POST": "p"},
    "api/room/lead/state": {"GET": "f"},
    "api/room/lead/stream": {"GET": "f"},
    "api/room/lead/cohort": {"POST": "f"},
    "api/room/lead/log": {"GET": "f"},
    "api/room/lead/sheet/x": {"GET": "f"},
    "api/room/lead/do/x": {"POST": "f"},
}


# What says nothing of anybody: browsers fetch it for a page without the page's mark.
UNMARKED = {"lesson/x/files/x"}


def offered():
    """Every address of ours, with an x for each part that varies, and the methods it answers."""
    found = {}
    for path, handler in table():
        if handler is answerdoors.Nothing:
            continue  # any other address below api/, as `no/such/page` is any other at all
        path = (
            re.sub(r"\(\[\^/\]\+\)|\(\.\+\)", "x", path)
            .replace("/?", "/")
            .replace(".*", "no/such/page")
            .replace("\\.", ".")
        )
        has = {
            method
            for base in handler.__mro__
            if base.__module__.startswith("openpractice.")
            for method in METHODS
            if method.lower() in vars(base)
        }
        found[path] = found.get(path, set()) | has
    return found


CASES = [(path, method, part) for path, methods in MAY.items() for method in methods for part in "prfgst"]


def test_the_table_names_every_route_and_method_there_is():
    listed = {path: set(methods) for path, methods in MAY.items()}
    assert offered() == listed
    assert len(CASES) > 250


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return copy_class(make_class(tmp_path_factory.mktemp("class"), ("ana", "ben")), tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def course(place):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(roomdoors, "STREAM_SECONDS", 0.05)  # what is let in says so at once, and ends
        with service(place.data) as running:
            yield running


@pytest.fixture(scope="module")
def server(place):
    """The course's own Jupyter server, for formgrader."""
    with named(place, whole=True) as running:
        yield running


def ask(course, method, path, part):
    """The reply to a participant, reviewer, facilitator, guest without a part, somebody's own Jupyter server, or nobody."""
    body = {} if method != "GET" else None
    if part == "t":
        return course.ask(method, path, body, {"Authorization": "token ana-server"})
    who = {"p": "ana", "r": "rob", "f": "fay", "g": "guest", "s": ""}[part]
    return course.ask(method, path, body, who=who)


def for_servers(path):
    """Whether somebody's own Jupyter server asks there in their name: participants' doors, and nothing else."""
    described = path == "api/room/openapi.json"  # for whoever writes programs, not for servers
    return path.startswith("api/") and not described and "p" in "".join(MAY[path].values())


@pytest.mark.parametrize(("path", "method", "part"), CASES)
def test_each_route_serves_the_parts_that_it_is_for_and_no_others(course, path, method, part):
    reply = ask(course, method, path, part)
    may = part in MAY[path][method] or (part == "t" and for_servers(path))
    if may:
        # Let in: whatever comes, it is about the content of the request.
        assert reply.status not in (401, 500), reply.text
        if reply.status == 403:
            # Whoever left the room by another case is let in, and told so.
            assert "Here the sign-in says who you are." in reply.text or '"has-left"' in reply.text
        return
    # Answered before all was read: a proxy must not send the next request into a connection that ends.
    assert reply.headers["connection"] == "close"
    if part == "s":
        assert reply.status in (302, 401, 403)
        assert reply.status != 302 or "/sign-in" in reply.headers["location"]
    else:
        assert reply.status == 403
        if path.startswith("api/"):
            assert reply.json["code"] == "forbidden"


@pytest.mark.parametrize(("path", "method"), [(path, method) for path, methods in MAY.items() for method in methods])
def test_no_page_but_ours_changes_or_reads_anything_with_somebodys_cookie(course, path, method):
    for part, who in (("p", "ana"), ("r", "rob"), ("f", "fay")):
        if part in MAY[path][method] and "s" not in MAY[path][method] and path not in UNMARKED:
            for headers in ({"Sec-Fetch-Mode": "cors"}, {"Sec-Fetch-Mode": "cors", "X-XSRFToken": "0" * 64}):
                reply = course.ask(method, path, {} if method != "GET" else None, headers, who=who, marked=False)
                assert reply.status == 403, (path, who)


ELSEWHERE = ("ben", "..", "%2e%2e", "..%2fben", "..%2f..%2fpeople%2fben", "%00", "b%C3%A9n", "ben%0a", "people%5cben")
SECRET = "what only ben may read"


def test_no_address_leads_to_the_words_of_somebody_else(course, place):
    """Every route by every part that varies, with ids and paths of somebody else's in its place and beside it."""
    reply = course.ask("PUT", f"api/answers/{PROMPT}", change(SECRET), who="ben")
    assert reply.status == 200, reply.text
    before = tree_of(place.data / "people" / "ben")
    for path, methods in MAY.items():
        for method in methods:
            for other in ELSEWHERE if "x" in path.split("/") else ("",):
                named = "/".join(other if part == "x" else part for part in path.split("/"))
                body = None if method == "GET" else change("mine now") | {"user": "ben", "person": "ben", "by": "ben"}
                for tail in ("", f"?user=ben&person=ben&id=ben&lesson={LESSON}"):
                    reply = course.ask(method, named + tail, body, {"X-User": "ben", "Remote-User": "ben"}, who="ana")
                    assert SECRET.encode() not in unpacked(reply.body), (method, named + tail)
                    assert reply.status < 500 and reply.status != 429, (method, named + tail, reply.body)
    assert tree_of(place.data / "people" / "ben") == before


def test_a_link_in_place_of_somebodys_folder_is_not_followed(course, place):
    (place.data / "people").mkdir(exist_ok=True)
    course.ask("PUT", f"api/answers/{PROMPT}", change(SECRET), who="ben")
    journal = place.data / "people" / "cy" / "journal" / "open-practice.jsonl"
    journal.parent.mkdir(parents=True)
    journal.symlink_to(place.data / "people" / "ben" / "journal" / "open-practice.jsonl")
    before = tree_of(place.data / "people" / "ben")
    course.served.source.people["cy"] = Identity("cy", "Cy", "participant")
    for method, path, body in (("GET", "words", None), ("PUT", f"api/answers/{PROMPT}", change("through the link"))):
        reply = course.ask(method, path, body, who="cy")
        assert reply.status in (403, 409, 503, 507) or SECRET not in reply.text, reply.text
    assert tree_of(place.data / "people" / "ben") == before


def test_a_page_of_somebody_who_sat_here_before_gives_and_gets_nothing(course, place):
    """On a shared browser the next person's sign-in comes along with the first one's open page."""
    before = tree_of(place.data / "people" / "ben")
    for path, methods in MAY.items():
        if path.startswith("api/"):
            for method in (one for one, may in methods.items() if "p" in may and "s" not in may):
                body = None if method == "GET" else change("words of Ana")
                reply = course.ask(method, path, body, {"X-Openpractice-User": "ana"}, who="ben")
                assert (reply.status, reply.json["code"]) == (401, "signed-out"), (method, path)
    assert tree_of(place.data / "people" / "ben") == before
    assert course.ask("GET", "api/me", None, {"X-Openpractice-User": "ben"}, who="ben").status == 200


def change(text):
    return {"lesson": LESSON, "key": secrets.token_hex(8), "base": 0, "value": {"text": text}}


def unpacked(body):
    """What a reply holds, of a copy to keep all that is in it."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as held:
        return b"".join(held.read(name) for name in held.namelist())


def tree_of(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_reviewer_lands_on_reviewing_and_a_facilitator_on_the_corner(course):
    assert ask(course, "GET", "", "r").headers["location"].endswith("/openpractice/review/")
    assert ask(course, "GET", "", "f").headers["location"].endswith("/openpractice/facilitator/")
    assert ask(course, "GET", "api/me", "r").json["role"] == "reviewer"


def test_a_page_offers_nothing_that_would_be_refused(course):
    page = ask(course, "GET", "review/", "r").text
    assert "data-leads" not in page and "facilitator/" not in page
    page = ask(course, "GET", "review/", "f").text
    assert "data-leads" in page and "facilitator/people" in page


@pytest.mark.parametrize(
    ("method", "path", "may"),
    [
        ("GET", "formgrader/gradebook", True),
        ("GET", f"formgrader/gradebook/{LESSON}/{LESSON}", True),
        ("GET", "formgrader/submissions/0a1b/?index=0", True),
        ("GET", "formgrader/api/assignments", True),
        ("GET", f"formgrader/api/submitted_notebooks/{LESSON}/{LESSON}", True),
        ("PUT", "formgrader/api/grade/0a1b", True),
        ("PUT", "formgrader/api/comment/0a1b", True),
        ("POST", "formgrader/api/submitted_notebook/0a1b/flag", True),
        ("GET", "formgrader/manage_assignments", False),
        ("GET", "formgrader/manage_students", False),
        ("GET", f"formgrader/manage_submissions/{LESSON}", False),
        ("GET", "formgrader/api/students", False),
        ("PUT", "formgrader/api/student/ana", False),
        ("DELETE", "formgrader/api/student/ana", False),
        *[
            ("POST", f"formgrader/api/assignment/{LESSON}/{do}", False)
            for do in ("assign", "unrelease", "release", "collect", "generate_feedback", "release_feedback")
        ],
        ("PUT", f"formgrader/api/assignment/{LESSON}", False),
        ("POST", f"formgrader/api/submission/{LESSON}/ana/autograde", False),
        ("POST", f"formgrader/api/assignment/{LESSON}/ana/release_feedback", False),
        ("DELETE", "formgrader/api/grade/0a1b", False),
        ("GET", "formgrader/submissions/0a1b/..%2f..%2f..%2fgradebook.db", False),
        ("GET", "formgrader/submissions/0a1b/%2e%2e/gradebook.db", False),
        ("GET", "api/contents/course/gradebook.db", False),
        ("PUT", "api/contents/course/x", False),
        ("GET", "files/course/gradebook.db", False),
        ("GET", "lab", False),
        ("PUT", "lab/api/settings/x", False),
        ("GET", "tree", False),
        ("POST", "api/shutdown", False),
        ("GET", "api/events/subscribe", False),
        ("GET", "openpractice/../api/contents", False),
        ("GET", "openpracticed", False),
        ("GET", "formgraders", False),
    ],
)
def test_what_a_reviewer_may_reach_of_the_rest_is_a_short_list(method, path, may):
    assert gate.allowed(method, path.partition("?")[0]) is may


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/contents/course"),
        ("GET", "/files/course/gradebook.db"),
        ("PUT", "/api/contents/course/x.txt"),
        ("GET", "/formgrader/manage_assignments"),
        ("POST", f"/formgrader/api/assignment/{LESSON}/release"),
        ("POST", f"/formgrader/api/assignment/{LESSON}/collect"),
        ("PUT", "/formgrader/api/student/eve"),
        ("POST", "/api/shutdown"),
        ("GET", "/api/sessions"),
        ("POST", "/api/kernels"),
    ],
)
def test_the_rest_of_the_server_is_closed_to_a_reviewer_and_to_a_guest(server, method, path):
    for who in ("rob", "guest"):
        reply = server.ask(
            method, path, {} if method != "GET" else None, {"Authorization": f"token {BEGINS}{who}"}, signed_in=False
        )
        assert reply.status == 403, (who, reply.text[:200])


def test_formgrader_opens_on_its_marks_for_a_reviewer_without_a_link_to_manage(server):
    rob = {"Authorization": f"token {BEGINS}rob"}
    reply = server.ask("GET", "/formgrader", headers=rob, signed_in=False)
    assert (reply.status, reply.headers["location"]) == (302, "/formgrader/gradebook")
    page = server.ask("GET", "/formgrader/gradebook", headers=rob, signed_in=False)
    assert page.status == 200 and "formgrader/gradebook" in page.text and "manage_" not in page.text
    page = server.ask("GET", "/formgrader/gradebook", headers={"Authorization": f"token {BEGINS}fay"}, signed_in=False)
    assert "manage_assignments" in page.text


def test_formgrader_runs_no_configuration_from_a_folder_named_in_its_address(server, place, tmp_path):
    (tmp_path / "nbgrader_config.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n")
    for who in ("rob", "fay"):
        reply = server.ask(
            "GET", f"/formgrader?path={tmp_path}", headers={"Authorization": f"token {BEGINS}{who}"}, signed_in=False
        )
        assert reply.status == 403
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "user",
    [
        None,
        object(),
        type("U", (), {"hub_user": {"name": "x"}}),
        type("U", (), {"hub_user": {"groups": ["facilitate-another"]}}),
    ],
)
def test_on_a_hub_whoever_the_hub_does_not_name_has_no_part(user):
    source = JupyterIdentities("facilitator", "open-practice", "course-open-practice")
    assert source.role_of(user) == ""
