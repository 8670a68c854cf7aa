"""One course in several languages: what is compared, what is built, and a language that a file adds."""

import json
import re

import pytest
from click.testing import CliRunner

from bilingual import two_languages
from judged import judged
from openpractice import i18n
from openpractice.authoring.checking.checks import check_folder
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.courses.sentences import missing
from openpractice.authoring.making import build
from openpractice.carried import all_carried, languages_in
from openpractice.cli import main
from openpractice.gradebook.releasing.released import Release
from openpractice.handins.specs import lesson_of
from openpractice.kinds.registry import sha256
from openpractice.service.lessonpages.plainsite import write_site


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.setattr(i18n, "_ADDED", {})  # what a course adds is spoken in this test alone
    return two_languages(tmp_path / "families")


def faults(course):
    return [(each.code, each.path.rpartition("/")[2], each.line, each.what, each.hint) for each in problems(course)]


def problems(course):
    return check_folder(read_folder(course / "lessons"))


def change(course, name, old, new):
    file = course / "lessons" / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return 1 + text[: text.index(old)].count("\n")


def test_a_course_in_two_languages_has_no_faults_and_titles_for_both(course):
    folder = read_folder(course / "lessons")
    assert check_folder(folder) == [] and build.leaked(folder) == []
    assert folder.course.languages == ("en-US", "es")
    assert folder.in_language("es").course.title == "Trabajar con las familias"
    assert folder.in_language("fr") is folder
    assert folder.in_language("es").lesson("1-seeing").title == "Seeing, en español"
    said = CliRunner().invoke(main, ["check", "--course", str(course)])
    assert said.exit_code == 0 and "2 lessons with" in said.stdout and "prompts, in en-US, es." in said.stdout


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (":minutes: 10", ":minutes: 12", "':minutes:' of 'seeing-seen' is '12' here, and '10' at "),
        (
            ":kind: short_text",
            ":kind: long_text",
            "':kind:' of 'seeing-first' is 'long_text' here, and 'short_text' at ",
        ),
        (":criteria: S W", ":criteria: S", "':criteria:' of 'seeing-seen' is 'S' here, and 'S W' at "),
        ("  visit = ", "  visits = ", "':choices:' of 'seeing-choice' is 'graphs worksheet visits' here, and 'graphs "),
        ("lead-first: yes\n", "may-share: no\n:lead-first: yes\n:extension: yes\n", "':extension:' of 'seeing-first'"),
        (
            ":comment: What makes you choose it?\n",
            "",
            "':comment:' of 'seeing-choice' is left out here, and 'What makes",
        ),
    ],
)
def test_what_differs_is_named_with_its_line_and_where_the_other_stands(course, old, new, what):
    change(course, "1-seeing.es.md", old, new)
    found = [each for each in faults(course) if each[0] == "language-differs"]
    assert len(found) == 1
    _, name, line, said, hint = found[0]
    assert name == "1-seeing.es.md" and line > 1 and "write it as it stands there" in hint
    assert what in said and "1-seeing.md:" in said


def test_minutes_and_steps_that_differ_are_named(course):
    change(course, "1-seeing.es.md", "minutes: 45", "minutes: 50")
    line = change(course, "1-seeing.es.md", "- 15 | ", "- 20 | ")
    found = [(name, at, what) for code, name, at, what, _ in faults(course) if code == "language-differs"]
    assert ("1-seeing.es.md", 2, found[0][2]) in found and "the lesson's minutes is '50' here" in found[0][2]
    assert any(at == line and "step 4 of the agenda is '20 minutes'" in what for _, at, what in found)


def test_what_is_missing_on_either_side_is_named_with_what_to_write(course):
    text = (course / "lessons" / "1-seeing.es.md").read_text("utf-8")
    start = text.index(":::{prompt} ¿Qué elegirías?")
    end = text.index(":::{prompt}", start + 5)
    (course / "lessons" / "1-seeing.es.md").write_text(text[:start] + text[end:], "utf-8")
    (course / "lessons" / "2-trying.es.md").unlink()
    (course / "lessons" / "rubric.es.yml").unlink()
    change(course, "course.yml", "course-title", "welcome-lead")
    change(course, "course.yml", "strings:\n", "strings:\n  en:\n    skip: Past all this\n")
    told = [f"{name}: {what}. {hint}" for code, name, _, what, hint in faults(course) if code == "language-missing"]
    for start in (
        "1-seeing.es.md: in 'es' there is no prompt 'seeing-choice'. write it there as it stands at ",
        "2-trying.md: in 'es' there is no file of '2-trying'. write 2-trying.es.md beside it",
        "rubric.yml: in 'es' there is no rubric. write rubric.es.yml beside it",
        "course.yml: in 'es' there is no title of the course. write below  strings:  and  es:  the line  course-title:",
        "course.yml: in 'es' there is no sentence 'skip'. ",
    ):
        assert sum(one.startswith(start) for one in told) == 1, (start, told)
    assert len(told) == 5


@pytest.mark.parametrize(
    ("old", "new", "what", "here", "there"),
    [
        (
            "      - name: Named\n",
            "      - {name: A, descriptor: B}\n      - name: Named\n",
            "the number of levels of S is '4' here, and '3' at rubric.yml:",
            "- name: No se ve",
            "- name: ",
        ),
        ('version: "1"', "version: 91", "the version is '91' here, and '1' at rubric.yml:", "version: ", "version: "),
        (
            "  - code: S\n",
            "  - code: S\n    weight: 2\n",
            "the weight of S is '2' here, and '1' at rubric.yml:",
            "weight: 2",
            "code: S",
        ),
    ],
)
def test_what_differs_in_a_rubric_is_named_with_its_line_in_both_files(course, old, new, what, here, there):
    change(course, "rubric.es.yml", old, new)
    found = [each for each in faults(course) if each[0] == "language-differs" and each[1] == "rubric.es.yml"]
    assert len(found) == 1
    _, _, at, said, _ = found[0]
    assert what in said
    lines = {
        name: (course / "lessons" / name).read_text("utf-8").splitlines() for name in ("rubric.yml", "rubric.es.yml")
    }
    assert here in lines["rubric.es.yml"][at - 1]
    assert there in lines["rubric.yml"][int(said.rsplit(":", 1)[1]) - 1]


def test_a_file_in_a_language_that_the_course_does_not_name_is_no_lesson(course):
    text = (course / "lessons" / "1-seeing.md").read_text("utf-8")
    (course / "lessons" / "1-seeing.fr.md").write_text(text, "utf-8")
    (course / "lessons" / "1-seeing.en-US.md").write_text(text, "utf-8")
    found = [(name, hint) for code, name, _, _, hint in faults(course) if code == "language-unlisted"]
    assert ("1-seeing.fr.md", "add it below 'also-in' in course.yml:  - fr") in found
    assert ("1-seeing.en-US.md", "write the course's first language without its name: 1-seeing.md") in found


@pytest.mark.parametrize("also", ["en-US", "Spanish", "../es"])
def test_also_in_takes_short_names_of_further_languages_alone(course, also):
    change(course, "course.yml", "  - es\n", f"  - {also}\n")
    assert any(code == "bad-course" and "'also-in' names" in what for code, _, _, what, _ in faults(course))


def built(course, tmp_path):
    out = tmp_path / "notebooks"
    build.write(build.built_notebooks(read_folder(course / "lessons"), out))
    return out


def test_the_notebook_names_the_other_languages_and_what_is_not_as_named_is_not_taken(course, tmp_path):
    out = built(course, tmp_path)
    first = json.loads((out / "1-seeing" / "1-seeing.ipynb").read_bytes())
    other = out / "1-seeing" / "es" / "1-seeing.ipynb"
    assert list(languages_in(first)) == ["es"]
    assert all_carried(out / "1-seeing", "1-seeing", first) == {"es/1-seeing.ipynb": other.read_bytes()}
    own, theirs = lesson_of(first), lesson_of(json.loads(other.read_bytes()))
    assert list(own.specs) == list(theirs.specs)
    assert [spec["kind"] for spec in own.specs.values()] == [spec["kind"] for spec in theirs.specs.values()]
    assert theirs.specs["seeing-seen"]["title"] == "Dilo de modo que se vea"
    assert theirs.specs["seeing-seen"]["criteria"][0]["name"] == "Visto"
    assert build.stale(build.built_notebooks(read_folder(course / "lessons"), out)) == []
    other.write_bytes(other.read_bytes().replace(b"Dilo", b"Dime"))
    assert all_carried(out / "1-seeing", "1-seeing", first) == {"es/1-seeing.ipynb": None}


def test_a_notebook_in_a_language_that_the_course_has_left_is_left_over(course, tmp_path):
    out = built(course, tmp_path)
    change(course, "course.yml", "also-in:\n  - es\n", "")
    for file in (course / "lessons").glob("*.es.*"):
        file.unlink()
    folder = read_folder(course / "lessons")
    assert check_folder(folder) == []
    left = build.left_over(build.built_notebooks(folder, out), out)
    assert [path.relative_to(out).as_posix() for path in left] == [
        "1-seeing/es/1-seeing.ipynb",
        "2-trying/es/2-trying.ipynb",
    ]


def test_plain_pages_come_in_each_language_and_lead_to_each_other(course, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENPRACTICE_COURSE_FOLDER", str(course))
    write_site(read_folder(course / "lessons"), tmp_path / "site")
    i18n.say_instead({})
    first, other = ((tmp_path / "site" / at / "1-seeing.html").read_text("utf-8") for at in ("", "es"))
    assert "Say it so that it can be seen" in first and 'href="es/1-seeing.html"' in first
    assert "Dilo de modo que se vea" in other and 'href="../1-seeing.html"' in other
    assert 'src="../static/site.js"' in other and '<html lang="es">' in other
    home = (tmp_path / "site" / "es" / "index.html").read_text("utf-8")
    assert "Trabajar con las familias" in home and 'href="1-seeing.html"' in home


def test_an_answer_is_read_in_the_language_it_was_asked_in_and_is_the_same_answer(course, tmp_path):
    place = built(course, tmp_path) / "1-seeing"
    raw = (place / "1-seeing.ipynb").read_bytes()
    release = Release("1-seeing", raw, json.loads(raw), place)
    value = {"text": "El jueves vi a cuatro personas leer la misma frase."}
    given = {"kind": "long_text", "value": value, "rev": 1, "at": "", "sha256": sha256(value)}
    here, _ = judged(release, {"seeing-seen": given | {"language": "es"}})
    there, _ = judged(release, {"seeing-seen": given})
    odd, _ = judged(release, {"seeing-seen": given | {"language": "../es"}})
    assert here["seeing-seen"].language == "es" and there["seeing-seen"].language == odd["seeing-seen"].language == ""
    assert not any("language" in each["seeing-seen"].as_json() for each in (there, odd))
    assert here["seeing-seen"].sha256 == there["seeing-seen"].sha256 == sha256(value)
    assert release.languages == ("en-US", "es")
    assert release.specs_in("es")["seeing-seen"]["title"] == "Dilo de modo que se vea"
    assert release.specs_in("fr") == release.specs


def test_the_command_says_what_a_language_lacks(course):
    text_file(course, "ar.json", {"language-name": "العربية", "skip": "إلى المحتوى"})
    said = CliRunner().invoke(main, ["sentences", "--course", str(course)])
    assert said.exit_code == 0 and re.search(r"(?m)^es  Español: (\d+) of \1 sentences$", said.stdout)
    assert re.search(r"(?m)^ar  العربية: 2 of \d+ sentences$", said.stdout)
    lacking = CliRunner().invoke(main, ["sentences", "ar", "--course", str(course)])
    table = json.loads(lacking.stdout)
    assert table["menu"] == i18n.say("en", "menu") and "skip" not in table and "prompt:saved" in table
    assert "ar.json" in lacking.stderr
    assert CliRunner().invoke(main, ["sentences", "../en", "--course", str(course)]).exit_code == 2


def text_file(course, name, content):
    place = course / "lessons" / "text"
    place.mkdir(exist_ok=True)
    (place / name).write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")


def test_a_file_adds_a_language_of_the_screens_and_english_says_the_rest(course):
    text_file(course, "ar.json", {"language-name": "العربية", "skip": "إلى المحتوى", "prompt:saved": "حُفظ"})
    read_folder(course / "lessons")
    assert "ar" in i18n.languages() and i18n.known("ar-EG") == "ar" and i18n.name_of("ar") == "العربية"
    assert i18n.say("ar", "skip") == "إلى المحتوى"
    assert i18n.say("ar", "menu") == i18n.say("en", "menu")
    assert (i18n.direction("ar"), i18n.direction("es")) == ("rtl", "ltr")
    absent = missing("ar")
    assert "menu" in absent and "skip" not in absent and "prompt:saved" not in absent
    assert missing("es") == {}


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("ar.json", "{", "it is not JSON"),
        ("ar.json", [1], "something else than names"),
        ("ar.json", {"skip": 3}, "something else than names"),
        ("arabic.json", {"skip": "x"}, "its name is no language"),
        ("ar.json", {"skpi": "x"}, "no sentence is called 'skpi'"),
        ("ar.json", {"welcome-lead": "{who} {n}"}, "has a place that is never filled"),
    ],
)
def test_a_file_of_sentences_with_a_slip_is_named(course, name, content, what):
    text_file(course, name, content)
    assert any(code == "bad-text" and file == name and what in said for code, file, _, said, _ in faults(course))
