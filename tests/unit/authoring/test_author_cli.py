"""The authors' verbs: what they say, what they write, how they end."""

import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from click.testing import CliRunner

from authoring import COURSE, LESSON, codes_of, problems_of, write_folder
from openpractice.authoring.starter import CannotBegin, start_lesson
from openpractice.cli import VERBS, main


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Call the command in a folder of its own, outside CI."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    return lambda *words, **more: CliRunner().invoke(main, words, catch_exceptions=False, **more)


def test_check_says_that_there_are_no_faults(run, tmp_path):
    write_folder(tmp_path)
    result = run("check")
    assert (result.exit_code, result.stdout) == (0, "No faults in 1 lesson with 3 prompts.\n")


def test_check_names_every_fault_and_fails(run, tmp_path):
    write_folder(
        tmp_path, lesson=LESSON.replace(":kind: long_text", ":kind: longtext").replace("- 5 | Welcome", "- 6 | Welcome")
    )
    result = run("check")
    assert result.exit_code == 1
    assert "lessons/7-listening.md:" in result.stdout
    assert "unknown-kind: 'longtext'" in result.stdout and "agenda-sum:" in result.stdout
    assert "did you mean ':kind: long_text'?" in result.stdout


def test_check_marks_lines_when_ci_is_set(run, tmp_path):
    write_folder(tmp_path, lesson=LESSON.replace(":lead-first: yes\n", ""))
    result = run("check", env={"CI": "true"})
    assert result.stdout.startswith("::error file=lessons/7-listening.md,line=2::missing-starred:")


def test_check_of_one_file_shows_only_its_faults(run, tmp_path):
    write_folder(tmp_path, course=COURSE.replace("title", "titel"), lesson=LESSON.replace(":lead-first: yes\n", ""))
    result = run("check", "lessons/7-listening.md")
    assert "missing-starred" in result.stdout and "bad-course" not in result.stdout


def test_check_refuses_a_file_of_another_course_instead_of_finding_no_faults(run, tmp_path):
    write_folder(tmp_path)
    write_folder(tmp_path / "other", lesson=LESSON.replace(":lead-first: yes\n", ""))
    for named in ("other", "other/lessons/7-listening.md", "lessons"):
        result = run("check", named)
        assert result.exit_code == 2 and "--course" in result.stderr and "No faults" not in result.output


@pytest.mark.parametrize(
    "words", [("check",), ("build",), ("check", "nowhere.md"), ("new", "7-x"), ("preview",), ("build", "--nonsense")]
)
def test_wrong_use_ends_with_two_and_no_traceback(run, words):
    result = run(*words)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_build_writes_says_so_and_checks(run, tmp_path):
    folder = write_folder(tmp_path)
    assert run("build", "--check").exit_code == 1
    assert "Wrote notebooks/7-listening/7-listening.ipynb" in run("build").stdout
    assert "already up to date" in run("build").stdout
    assert run("build", "--check").exit_code == 0
    (folder / "7-listening.md").write_text(LESSON.replace("graphs = Bring", "graphs = Show"), "utf-8")
    result = run("build", "--check")
    assert result.exit_code == 1
    assert "notebooks/7-listening/7-listening.ipynb is out of date" in result.stdout


def test_build_check_writes_nothing(run, tmp_path):
    write_folder(tmp_path)
    run("build", "--check", "--guides", "guides")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lessons"]


def test_build_stops_on_faults_and_names_left_over_notebooks(run, tmp_path):
    write_folder(tmp_path)
    run("build")
    (tmp_path / "notebooks" / "old").mkdir()
    (tmp_path / "notebooks" / "old" / "old.ipynb").write_text("{}")
    assert "notebooks/old/old.ipynb belongs to no lesson" in run("build").stdout
    assert run("build", "--check").exit_code == 1
    write_folder(tmp_path, lesson=LESSON.replace(":::{agenda}", ":::{agendas}"))
    assert run("build").exit_code == 1


def test_a_draft_is_checked_but_not_built(run, tmp_path):
    write_folder(
        tmp_path,
        course=COURSE.replace("lessons:\n  - 7-listening", "lessons: [8-other]\ndrafts: [7-listening]"),
        **{"8__other_md": LESSON.replace("7-listening", "8-other").replace("listening-", "other-")},
    )
    run("build")
    assert [path.name for path in (tmp_path / "notebooks").iterdir()] == ["8-other"]


def test_freezing_notes_ids_once_and_check_then_guards_them(run, tmp_path):
    folder = write_folder(tmp_path)
    assert "Noted 3 released prompts" in run("build", "--freeze", "7-listening").stdout
    before = (folder / "released.txt").read_text("utf-8")
    assert "7-listening listening-seen long_text E R\n" in before
    assert "already" in run("build", "--freeze", "7-listening").stdout
    assert (folder / "released.txt").read_text("utf-8") == before
    (folder / "7-listening.md").write_text(LESSON.replace("listening-choice", "listening-picked"), "utf-8")
    assert codes_of(folder) == {"frozen-id"}


def test_guides_are_written_when_asked(run, tmp_path):
    write_folder(tmp_path)
    assert "Wrote guides/7-listening.html" in run("build", "--guides", "guides").stdout


@pytest.mark.parametrize(
    "course", [COURSE, COURSE + "drafts: []\n", COURSE + "drafts:\n  - 9-later\n", COURSE + "drafts:\n"]
)
def test_new_writes_a_lesson_that_passes_the_check(run, tmp_path, course):
    folder = write_folder(
        tmp_path,
        course=course,
        **{"9__later_md": LESSON.replace("7-listening", "9-later").replace("listening-", "later-")}
        if "9-later" in course
        else {},
    )
    result = run("new", "8-seeing-work", "--title", 'Seeing "work": how')
    assert result.exit_code == 0, result.output
    assert "Wrote lessons/8-seeing-work.md" in result.stdout
    assert problems_of(folder) == []


def test_new_never_overwrites_and_refuses_bad_ids(run, tmp_path):
    folder = write_folder(tmp_path)
    before = (folder / "7-listening.md").read_bytes()
    result = run("new", "7-listening")
    assert result.exit_code == 1 and "is there already" in result.output
    assert (folder / "7-listening.md").read_bytes() == before
    for name in ("../up", "7 x", "7-", "A", ""):
        with pytest.raises(CannotBegin):
            start_lesson(folder, name)


@pytest.mark.parametrize("verb", VERBS)
def test_help_shows_an_example(run, verb):
    assert "Example:" in run(verb, "--help").output


def test_preview_serves_reloads_refuses_and_ends_cleanly(tmp_path):
    folder = write_folder(tmp_path)
    command = [
        sys.executable,
        "-c",
        "from openpractice.cli import main; main()",
        "preview",
        "--course",
        str(folder.parent),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        url = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())[0]
        page = read(f"{url}/lesson/7-listening")
        assert "Listening to learners" in page and "A strong answer" not in page
        before = read(f"{url}/version")
        time.sleep(0.01)
        (folder / "7-listening.md").write_text(LESSON.replace(":kind: long_text", ":kind: longtext"), "utf-8")
        assert read(f"{url}/version") != before
        assert "is no kind of prompt" in read(f"{url}/lesson/7-listening")
        for path in (
            "/lesson/nowhere",
            "/static/prompts/../widget.py",
            "/static/preview/..%2Fguide.py",
            "/static/etc/passwd",
        ):
            assert status(url + path) == 404
        assert status(url + "/", Host="evil.example") == 403
    finally:
        process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Preview ended." in out and "Traceback" not in out


@pytest.mark.parametrize("named", ["lessons/7-listening.md", "7-listening", "7-listening.md"])
def test_preview_takes_one_lesson_by_file_or_id(run, tmp_path, monkeypatch, named):
    write_folder(tmp_path)
    monkeypatch.setattr("http.server.ThreadingHTTPServer.serve_forever", lambda server: None)
    result = run("preview", named)
    assert result.exit_code == 0
    assert re.match(r"Open http://127\.0\.0\.1:\d+/lesson/7-listening ", result.stdout)
    assert run("preview", "lessons").stdout.split()[1].endswith("/")
    for wrong in ("lessons/8-nowhere.md", "8-nowhere", "lessons/course.yml"):
        result = run("preview", wrong)
        assert result.exit_code == 2 and "There is no lesson" in result.output


def read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as reply:
        return reply.read().decode("utf-8")


def status(url: str, **headers) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as reply:
            return reply.status
    except urllib.error.HTTPError as error:
        return error.code
