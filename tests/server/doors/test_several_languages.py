"""One lesson in two languages, from the page that a reader chooses to the feedback that comes back in it."""

import json
import re

import pytest

from bilingual import two_languages
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.making import build
from openpractice.feedback.feedback import give_feedback
from openpractice.gradebook import collected, gradebook
from openpractice.gradebook.coursefolder import open_folder
from openpractice.gradebook.releasing.release import release
from openpractice.handins import fetch
from openpractice.intake.collect import collect
from served import COOKIE, service

LESSON, PROMPT = "1-seeing", "seeing-seen"
IN_SPANISH, IN_ENGLISH = {"Accept-Language": "es-MX,es;q=0.9"}, {"Accept-Language": "en-GB"}
WORDS = {"ana": "El jueves vi a cuatro personas leer la misma frase.", "ben": "On Thursday I saw four people read."}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course in English and Spanish with its first session out: its folder, and the service."""
    place = two_languages(tmp_path_factory.mktemp("several") / "families")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENPRACTICE_COURSE_FOLDER", str(place))
        rules = place / "lessons" / "course.yml"
        rules.write_text(rules.read_text("utf-8") + "review:\n  calibrate-first: no\n  read-twice: 0%\n", "utf-8")
        build.write(build.built_notebooks(read_folder(place / "lessons"), place / "notebooks"))
        folder = open_folder(place / "data", "families")
        release(folder, LESSON, place / "notebooks" / LESSON / f"{LESSON}.ipynb")
        with service(folder.data, "families") as running:
            yield folder, running


def test_home_and_session_come_in_the_browsers_language_and_name_the_others(course):
    _, server = course
    for asked, title, name in (
        (IN_SPANISH, "Seeing, en español", "Trabajar con las familias"),
        (IN_ENGLISH, "Seeing before", "Working with families"),
    ):
        page = server.ask("GET", "", headers=asked, who="ana").text
        assert title in page and name in page
        assert 'hreflang="en-US"' in page and 'hreflang="es"' in page and "Español" in page
    lesson = server.ask("GET", f"lesson/{LESSON}", headers=IN_SPANISH, who="ana").text
    assert "Dilo de modo que se vea" in lesson and '<html lang="es">' in lesson
    assert "Say it so that it can be seen" in server.ask("GET", f"lesson/{LESSON}", headers=IN_ENGLISH, who="ana").text
    # A language that the course has not: its first.
    french = server.ask("GET", f"lesson/{LESSON}", headers={"Accept-Language": "fr"}, who="ana").text
    assert "Say it so that it can be seen" in french


def test_what_was_chosen_is_kept_and_nothing_else_can_be_chosen(course):
    _, server = course
    chosen = server.ask("GET", f"lesson/{LESSON}?in=es&as=copy", headers=IN_ENGLISH, who="ana")
    assert chosen.status == 302 and chosen.headers["location"] == f"/openpractice/lesson/{LESSON}?as=copy"
    assert "openpractice-language=es" in chosen.cookies
    kept = {"Cookie": f"{COOKIE}=ana; openpractice-language=es"} | IN_ENGLISH
    assert "Dilo de modo que se vea" in server.ask("GET", f"lesson/{LESSON}", headers=kept, who="ana").text
    for odd in ("fr", "../../es", "es%0d%0aSet-Cookie:x=1", ""):
        reply = server.ask("GET", f"lesson/{LESSON}?in={odd}", headers=IN_ENGLISH, who="ana")
        assert not any("openpractice-language" in each for each in reply.cookies)
    forged = {"Cookie": f"{COOKIE}=ana; openpractice-language=../../1-seeing/es"} | IN_ENGLISH
    assert "Say it so that it can be seen" in server.ask("GET", f"lesson/{LESSON}", headers=forged, who="ana").text


@pytest.mark.parametrize("asked", ["x=%ff", "as=%c3%28", "%ff=1", "in=%ed%a0%80", "in=es&x=%ff"])
def test_a_page_that_is_asked_for_in_no_text_is_a_page_all_the_same(course, asked):
    _, server = course
    for path in ("", "words", f"lesson/{LESSON}", "none", "facilitator", "%ff"):
        reply = server.ask("GET", f"{path}?{asked}", headers=IN_ENGLISH, who="ana")
        assert reply.status < 500 and (reply.status == 302 or "</html>" in reply.text), (path, reply.status)


def test_the_guide_is_in_the_facilitators_language(course):
    _, server = course
    guides = [
        server.ask("GET", f"facilitator/guide/{LESSON}", headers=one, who="fay") for one in (IN_SPANISH, IN_ENGLISH)
    ]
    assert [each.status for each in guides] == [200, 200]
    assert "Dilo de modo que se vea" in guides[0].text and "Say it so that it can be seen" in guides[1].text


def save(server, who, text, base=0, language=None):
    change = {"lesson": LESSON, "key": f"{who}-{base}", "base": base, "value": {"text": text}}
    return server.ask("PUT", f"api/answers/{PROMPT}", change | ({"language": language} if language else {}), who=who)


@pytest.fixture(scope="module")
def handed_in(course):
    """Ana answered in Spanish and Ben in English; both are collected."""
    folder, server = course
    for who, language in (("ana", "es"), ("ben", "en")):
        assert save(server, who, WORDS[who], language=language).status == 200
        seen = server.ask("GET", f"api/handin/{LESSON}", who=who).json["responses"]
        revs = {row["id"]: row["rev"] for row in seen}
        assert server.ask("POST", f"api/handin/{LESSON}", {"revs": revs}, who=who).status == 200
    collect(folder, LESSON)
    return course


def test_an_answer_is_one_answer_whatever_the_language(handed_in):
    folder, server = handed_in
    with gradebook.opened(folder) as engine, engine.connect() as db:
        rows = {who: found[PROMPT] for who, found in collected.latest_responses(db, LESSON).items()}
    assert {who: row["language"] for who, row in rows.items()} == {"ana": "es", "ben": ""}
    for asked in (IN_SPANISH, IN_ENGLISH):
        held = server.ask("GET", f"api/answers?lesson={LESSON}", headers=asked, who="ana").json["answers"][PROMPT]
        assert (held["value"]["text"], held["rev"], held["sha256"]) == (WORDS["ana"], 1, rows["ana"]["sha256"])
    again = save(server, "ana", WORDS["ana"] + " Y lo contaron.", 1, "en")
    assert again.json["rev"] == 2 and "heads" not in again.json


def test_a_reviewer_sees_the_question_as_the_writer_read_it(handed_in):
    _, server = handed_in
    for asked, first_level in ((IN_ENGLISH, "Not shown"), (IN_SPANISH, "No se ve")):
        about = server.ask("GET", f"api/review/about/{LESSON}/{PROMPT}", headers=asked, who="rob").json
        assert about["spec"]["criteria"][0]["levels"][0].startswith(first_level + ":")
        assert set(about["asked"]) == {"en-US", "es"} and about["asked"]["es"]["name"] == "Español"
        assert about["asked"]["es"]["spec"]["title"] == "Dilo de modo que se vea"
        assert "¿Qué cambió en esa sala" in about["asked"]["es"]["wordings"][PROMPT]
        assert "What changed in that room" in about["asked"]["en-US"]["wordings"][PROMPT]
    line = server.ask("GET", f"api/review/line?lesson={LESSON}&prompt={PROMPT}", who="rob").json["line"]
    told = {}
    for one in line:
        answer = server.ask("GET", f"api/review/answer/{LESSON}/{PROMPT}/{one['who']}", who="rob").json
        told[answer["text"]] = answer["language"]
    assert told == {WORDS["ana"]: "es", WORDS["ben"]: "en-US"}


def test_a_reviewer_calibrates_in_the_language_that_they_read(course):
    folder, server = course
    anchors = folder.data.parent / "anchors"
    (anchors / "calibration.es.yml").write_text("- {id: good-teamwork, value: {text: Buen equipo.}}\n", "utf-8")
    (anchors / "calibration-key.es.yml").write_text(
        "good-teamwork: {reasons: {S: Etiquetas., W: Una razón.}}\n", "utf-8"
    )

    def left(asked):
        found = server.ask("GET", "api/review/calibration", headers=asked, who="rob").json["left"]
        return {one["id"]: one for one in found}

    told, ours = left(IN_SPANISH)["good-teamwork"], left(IN_ENGLISH)["good-teamwork"]
    assert told["text"] == "Buen equipo." and told["title"] == "Dilo de modo que se vea"
    assert told["criteria"][0]["levels"][0].startswith("No se ve:")
    assert ours["text"].startswith("There was really good teamwork") and ours["criteria"][0]["name"] == "Seen"
    assert left(IN_SPANISH)["six-graphs"]["text"] == left(IN_ENGLISH)["six-graphs"]["text"]  # not translated
    levels = {"levels": {"S": 0, "W": 1}}
    done = server.ask("POST", "api/review/calibration/good-teamwork", levels, headers=IN_SPANISH, who="rob").json
    assert done["reasons"] == {"S": "Etiquetas.", "W": "Una razón."}
    beside = server.ask("GET", f"api/review/anchors/{PROMPT}", headers=IN_SPANISH, who="rob").json["anchors"]
    assert [(one["text"], one["reasons"]["S"]) for one in beside] == [("Buen equipo.", "Etiquetas.")]


def test_feedback_comes_back_in_the_language_of_the_answer(handed_in):
    folder, server = handed_in
    start = server.ask("GET", f"api/review/next?lesson={LESSON}&prompt={PROMPT}", who="rob").json
    for one in start["line"]:
        answer = server.ask("GET", f"api/review/answer/{LESSON}/{PROMPT}/{one['who']}", who="rob").json
        mark = {"levels": {"S": 2, "W": 1}, "comment": "", "sha256": answer["sha256"], "version": 0}
        reply = server.ask("PUT", f"api/review/mark/{LESSON}/{PROMPT}/{one['who']}", mark, who="rob")
        assert reply.status == 200, reply.text
    assert give_feedback(folder, LESSON).new == ("ana", "ben")
    said = {who: json.loads((folder.feedback / who / f"{LESSON}.json").read_bytes()) for who in WORDS}
    levels = {who: each["answers"][PROMPT]["levels"][0] for who, each in said.items()}
    assert (levels["ana"]["criterion"], levels["ana"]["level"]) == ("Visto", "Se ve")
    assert (levels["ben"]["criterion"], levels["ben"]["level"]) == ("Seen", "Shown")
    pages = {who: (folder.feedback / who / f"{LESSON}.html").read_text("utf-8") for who in WORDS}
    assert re.search(r'<html lang="es" dir="ltr">', pages["ana"]) and "Dilo de modo que se vea" in pages["ana"]
    assert '<html lang="en-US"' in pages["ben"] and "Say it so that it can be seen" in pages["ben"]


def test_the_copy_that_jupyter_opens_follows_the_language_and_keeps_what_was_typed(course, tmp_path):
    _, server = course
    places = server.served.places._replace(person="cleo")
    first = fetch.fetch(places, LESSON, tmp_path, "es")
    book = json.loads(first.path.read_bytes())
    assert book["metadata"]["openpractice"]["language"] == "es"
    cell = next(
        each for each in book["cells"] if each["metadata"].get("openpractice") == {"part": "answer", "id": PROMPT}
    )
    cell["source"] = ["Escrito en la celda."]
    first.path.write_text(json.dumps(book), "utf-8")
    assert fetch.fetch(places, LESSON, tmp_path).change == "same"
    other = fetch.fetch(places, LESSON, tmp_path, "en-US")
    assert (other.change, other.carried) == ("updated", [PROMPT])
    book = json.loads(other.path.read_bytes())
    assert book["metadata"]["openpractice"]["language"] == "en-US"
    assert "Escrito en la celda." in other.path.read_text("utf-8")


def test_a_translation_alone_that_changed_corrects_the_session(course):
    folder, server = course
    place = folder.data.parent
    file = place / "lessons" / f"{LESSON}.es.md"
    file.write_text(file.read_text("utf-8").replace("Dilo de modo que se vea", "Dilo para que se vea"), "utf-8")
    build.write(build.built_notebooks(read_folder(place / "lessons"), place / "notebooks"))
    assert release(folder, LESSON, place / "notebooks" / LESSON / f"{LESSON}.ipynb").state == "corrected"
    assert "Dilo para que se vea" in server.ask("GET", f"lesson/{LESSON}", headers=IN_SPANISH, who="ben").text
    assert "Say it so that it can be seen" in server.ask("GET", f"lesson/{LESSON}", headers=IN_ENGLISH, who="ben").text
