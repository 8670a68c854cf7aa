"""From the sign-in to the sign-out in the language of the browser, and one session in two languages, on a real hub."""

import csv
import io
import os
import signal
import time

import httpx
import pytest

from bilingual import two_languages
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.making import build

from .conftest import PATIENCE, SERVICE, running
from .test_falls import server_of
from .test_room import done

pytestmark = pytest.mark.hub
LESSON, PROMPT, CHOICE = "1-seeing", "seeing-seen", "seeing-choice"
GRAPHS = {"es": "Traer un trabajo que salió mal", "en": "Bring work that went badly"}


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A workshop with a course in English and Spanish."""
    place = two_languages(tmp_path_factory.mktemp("languages") / "families")
    rules = place / "lessons" / "course.yml"
    rules.write_text(rules.read_text("utf-8") + "review:\n  calibrate-first: no\n  read-twice: 0%\n", "utf-8")
    build.write(build.built_notebooks(read_folder(place / "lessons"), place / "notebooks"))
    with running(place / "data", "--course", str(place)) as one:
        yield one


@pytest.fixture
def visitor(room):
    one = room.visitor()
    one.http.headers["Accept-Language"] = "es-MX,es;q=0.9,en;q=0.5"
    return one


def test_signing_in_and_what_is_wrong_with_it(room, visitor):
    page = visitor.http.get("/hub/login")
    assert '<html lang="es">' in page.text and "Código para unirse" in page.text and "Sign in" not in page.text
    assert "Ese código no es correcto" in visitor.join("Eva", "no-such-code").text
    assert "tres palabras van bien" in visitor.join("Eva", room.code, "short").text
    assert "al menos una letra" in visitor.join("!!", room.code).text
    for _ in range(8):
        refused = visitor.sign_in("Nobody Here", "some wrong words")
    assert refused.status_code == 429 and "Demasiados intentos. Espera" in refused.text
    stale = visitor.http.post("/hub/login", data={"_xsrf": "of-another-day", "username": "Eva", "password": "x"})
    assert stale.status_code == 403 and "demasiado tiempo abierto" in stale.text


def test_a_whole_visit(room, visitor):
    home = visitor.join("Eva Díaz", room.code)
    assert '<html lang="es">' in home.text and "Tus sesiones" in home.text
    assert f'href="{visitor.place(SERVICE)}sign-out">Salir</a>' in home.text
    nowhere = visitor.http.get("/hub/no-such-page")
    assert nowhere.status_code == 404 and "No existe esa página" in nowhere.text
    start = visitor.http.get("/hub/home")
    assert "Has entrado como" in start.text and "Stop My Server" not in start.text
    out = visitor.http.get(f"{SERVICE}sign-out")
    assert "Has salido. Todo lo que escribiste queda guardado." in out.text
    assert visitor.http.get(SERVICE).url.path.endswith("/hub/login")
    assert "Has salido" not in visitor.sign_in("Eva Díaz", "not the right one").text


def test_a_notebook_that_is_made_ready_and_one_that_fell(room, visitor):
    visitor.join("Iria", room.code)
    assert '<html lang="es">' in visitor.http.get("/user/iria/tree").text
    assert "Un momento" in visitor.http.get("/hub/spawn/iria").text
    visitor.awake("iria", "tree")
    for pid in server_of("iria", room.data):
        os.kill(pid, signal.SIGKILL)
    deadline, seen = time.monotonic() + 20, set()
    while "reposo" not in seen and "Un momento" not in seen:
        assert time.monotonic() < deadline
        gone = visitor.http.get("/user/iria/tree")
        # The proxy's page is in each language, the hub's in the browser's.
        seen |= {word for word in ("no responde ahora mismo", "reposo", "Un momento") if word in gone.text}
        if gone.status_code == 503:
            assert '<section lang="es">' in gone.text and "does not answer just now" in gone.text
        time.sleep(0.3)


def test_an_english_browser_reads_english_at_the_same_time(room):
    page = room.visitor().http.get("/hub/login")
    assert '<html lang="en">' in page.text and "Join code" in page.text


def keep(one, prompt, value, language):
    draft = {"lesson": LESSON, "key": f"{one.name}-{prompt}", "base": 0, "value": value, "language": language}
    reply = one.send("PUT", f"openpractice/api/answers/{prompt}", json=draft)
    assert reply.status_code == 200, reply.text


def lead(fay, act, **body):
    reply = fay.send("POST", f"openpractice/api/room/lead/do/{act}", json=body)
    assert reply.status_code == 200, reply.text
    return reply.json()


@pytest.fixture(scope="module")
def six(room, fay):
    """Three who chose Spanish on the page, in English browsers, and three who read English; all handed in."""
    done(fay, fay.send("POST", f"openpractice/api/facilitator/release/{LESSON}", json={}))
    six = [room.joined(f"Person {n}") for n in range(6)]
    for n, one in enumerate(six):
        one.http.headers["Accept-Language"], one.reads = "en-GB", "es" if n < 3 else "en"
        if one.reads == "es":
            one.http.get(f"{SERVICE}lesson/{LESSON}?in=es")
        page = one.http.get(f"{SERVICE}lesson/{LESSON}").text
        assert f'<html lang="{one.reads}"' in page and GRAPHS[one.reads] in page
        keep(one, PROMPT, {"text": f"Words of {one.name}."}, one.reads)
        keep(one, CHOICE, {"choice": "worksheet" if n % 3 else "graphs"}, one.reads)
        held = one.get(f"openpractice/api/handin/{LESSON}").json()["responses"]
        revs = {row["id"]: row["rev"] for row in held}
        assert one.send("POST", f"openpractice/api/handin/{LESSON}", json={"revs": revs}).status_code == 200
    said = done(fay, fay.send("POST", f"openpractice/api/facilitator/collect/{LESSON}", json={}))
    assert "6 people" in str(said)
    return six


def test_what_two_languages_chose_is_counted_together_and_shown_to_each_in_theirs(six, fay):
    lead(fay, "begin", lesson=LESSON)
    lead(fay, "reveal", prompt=CHOICE)
    screen = lead(fay, "projector")["url"]
    lead(fay, "show", what=CHOICE)
    seen = [
        (one.reads, one.get(f"openpractice/api/room/state?lesson={LESSON}").json()["questions"][CHOICE]) for one in six
    ]
    for language, header in (("es", "es-MX"), ("en", "en-GB")):
        state = f"{six[0].address}{SERVICE}api/room/screen/{screen.rpartition('/')[2]}/state"
        asked = httpx.get(state, headers={"Accept-Language": header}, trust_env=False, timeout=PATIENCE)
        wall = asked.json()["question"]
        assert wall["title"] == {"es": "¿Qué elegirías?", "en": "What would you choose?"}[language]
        seen.append((language, wall))
    for language, question in seen:
        (issue,) = question["results"]
        counted = {cell["label"]: cell["count"] for cell in issue["rows"][0]["cells"]}
        assert issue["answers"] == 6 and counted[GRAPHS[language]] == 2, (language, counted)


def test_the_export_and_the_feedback_speak_their_readers_language(six, fay):
    asked = {"Accept-Language": "es-MX", "X-XSRFToken": fay.mark(SERVICE)}
    table = fay.http.get(f"{SERVICE}api/review/export?form=long&as=csv", headers=asked)
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    answers = [row for row in rows if row["prompt"] == PROMPT]
    assert {row["answer"] for row in answers} == {f"Words of {one.name}." for one in six}
    assert {row["title"] for row in answers} == {"Dilo de modo que se vea"}
    line = fay.get(f"openpractice/api/review/line?lesson={LESSON}&prompt={PROMPT}").json()["line"]
    assert len(line) == 6
    for each in line:
        mark = {"levels": {"S": 2, "W": 1}, "comment": "Read.", "version": 0, "seconds": 20}
        saved = fay.send("PUT", f"openpractice/api/review/mark/{LESSON}/{PROMPT}/{each['who']}", json=mark)
        assert saved.status_code == 200, saved.text
    done(fay, fay.send("POST", f"openpractice/api/facilitator/feedback/{LESSON}", json={}))
    for one in six:
        back = one.get(f"openpractice/api/feedback/{LESSON}").json()["answers"][PROMPT]
        first = back["levels"][0]
        assert (first["criterion"], first["level"]) == {"es": ("Visto", "Se ve"), "en": ("Seen", "Shown")}[one.reads]
