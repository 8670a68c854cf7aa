"""Whom the doors and pages turn away: strangers, other sites, other people's roles."""

import re

import pytest

from doors import LESSON, ana, answers, participant, server
from servers import publish, serving

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
    ("POST", f"api/facilitator/withdraw/{LESSON}"),
    ("POST", "api/facilitator/build"),
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


def test_the_address_without_its_last_stroke_leads_home(server):
    reply = server.ask("GET", "/openpractice")
    assert (reply.status, reply.headers["location"]) == (302, "/openpractice/")
