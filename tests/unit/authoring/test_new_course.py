"""A course of one's own: what `new-course` writes passes every check, and any rubric can be read."""

import shlex

import pytest
from click.testing import CliRunner

import bending
from authoring import write_folder
from openpractice.authoring.checking.checks import check_folder
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.courses.rubric import read_rubric
from openpractice.authoring.making.build import built_notebooks, stale
from openpractice.authoring.starter import CannotBegin, bend_course, start_course, start_lesson
from openpractice.cli import main
from openpractice.kit import CourseParts
from openpractice.review.calibrating.anchorfiles import fitting, read_anchors


def test_a_new_course_is_whole_built_and_calibrates_by_its_own_rubric(tmp_path):
    done = CliRunner().invoke(main, ["new-course", str(tmp_path / "Family evenings"), "--title", 'Families: "us"'])
    assert done.exit_code == 0, done.output
    assert shlex.split(done.output.splitlines()[-1])[-1] == str(tmp_path / "Family evenings"), "as a shell takes it"
    more = CliRunner().invoke(main, ["new", "3-more", "--course", str(tmp_path / "Family evenings")])
    typed = shlex.split(more.output.splitlines()[-1].partition("openpractice ")[2])
    assert typed == ["preview", "3-more", "--course", str(tmp_path / "Family evenings")]
    (tmp_path / "Family evenings/lessons/3-more.md").unlink()
    course = tmp_path / "Family evenings/lessons/course.yml"
    course.write_text(course.read_text().replace("  - 3-more\n", ""))
    parts = CourseParts(tmp_path / "Family evenings")
    folder = read_folder(parts.lessons)
    assert check_folder(folder) == []
    assert (folder.course.id, folder.course.title, len(folder.lessons)) == ("family-evenings", 'Families: "us"', 2)
    assert stale(built_notebooks(folder, parts.notebooks)) == []
    anchors, problems = read_anchors(parts.anchors)
    assert problems == [] and len(fitting(anchors, folder.rubric)) == 2
    for name in ("README.md", ".gitignore", ".github/workflows/check.yml"):
        assert (parts.root / name).is_file()
    assert CliRunner().invoke(main, ["check", "--course", str(parts.root)]).exit_code == 0
    assert CliRunner().invoke(main, ["build", "--check", "--course", str(parts.root)]).exit_code == 0


def test_the_supplied_course_is_a_beginning_too_and_check_says_what_hangs_on_what_a_district_drops(tmp_path):
    place = tmp_path / "Our leaders"
    done = CliRunner().invoke(main, ["new-course", str(place), "--supplied"])
    assert done.exit_code == 0, done.output
    parts = CourseParts(place)
    folder = read_folder(parts.lessons)
    assert folder.course.id == "our-leaders" and len(folder.lessons) == 8 and check_folder(folder) == []
    assert stale(built_notebooks(folder, parts.notebooks)) == [] and any(parts.people.iterdir())
    assert len(fitting(read_anchors(parts.anchors)[0], folder.rubric)) > 10
    bending.cut_session(place)
    named = {(problem.code, problem.path.rpartition("/")[2]) for problem in check_folder(read_folder(parts.lessons))}
    assert named == {("unknown-reference", "2-learning.md"), ("unknown-reference", "6-closing.md")}
    bending.mend_what_hung_on_it(place)
    mended = CliRunner().invoke(main, ["check", "--course", str(place)])
    assert mended.exit_code == 0, mended.output
    again = CliRunner().invoke(main, ["new-course", str(place), "--supplied"])
    assert again.exit_code == 1 and "holds something already" in again.output


def test_without_a_course_to_copy_it_is_said_and_nothing_is_written(tmp_path):
    with pytest.raises(CannotBegin, match="own course is not here"):
        bend_course(CourseParts(tmp_path / "nowhere"), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_new_course_never_writes_into_a_folder_that_is_used(tmp_path):
    (tmp_path / "thesis.docx").write_text("")
    with pytest.raises(CannotBegin, match="holds something already"):
        start_course(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]
    with pytest.raises(CannotBegin, match="cannot be an id"):
        start_course(tmp_path / "x", course_id="Él Curso")
    assert not (tmp_path / "x").exists()


LEVELS = "".join(f'\n      - {{name: "L{n}", descriptor: "d{n}"}}' for n in range(5))
VCS = 'version: "1"\ncriteria:' + "".join(
    f'\n  - code: {code}\n    name: "{name}"\n    question: "?"\n    weight: {weight}\n    levels:{LEVELS}'
    for code, name, weight in (("V", "Voice", 2), ("C", "Care", 1), ("S", "Step", 1))
)


def test_any_criteria_levels_and_weights_make_the_points(tmp_path):
    rubric, problems = read_rubric(VCS, "rubric.yml")
    assert problems == [] and [(each.code, each.top, each.weight) for each in rubric.criteria] == [
        ("V", 4, 2),
        ("C", 4, 1),
        ("S", 4, 1),
    ]
    folder = write_folder(tmp_path, rubric=VCS, lesson="")
    (folder / "7-listening.md").unlink()
    start_lesson(folder, "7-listening")
    read = read_folder(folder)
    (prompt,) = [prompt for prompt in read.lesson("7-listening").prompts if prompt.graded]
    assert prompt.criteria == ("V", "C") and read.rubric.points(prompt) == 12
    assert check_folder(read) == []
    (folder / "7-listening.md").write_text((folder / "7-listening.md").read_text().replace("V C", "C V"))
    again = read_folder(folder).lesson("7-listening")
    assert again.prompts[0].criteria == ("V", "C"), "the rubric's order, however it is written"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("code: C", "code: V"), "each code once"),
        (("code: C", "code: Cuidado-1"), "cannot be the code"),
        (("code: C", "code: É"), "cannot be the code"),
        ((LEVELS, '\n      - {name: "one", descriptor: "d"}'), "write 2 to 10"),
        (("weight: 2", "weight: two"), "cannot weigh"),
    ],
)
def test_a_rubric_that_cannot_be_one_is_named(change, said):
    rubric, problems = read_rubric(VCS.replace(*change, 1), "rubric.yml")
    assert rubric is None and any(said in problem.text() for problem in problems)


def test_a_comment_for_a_level_that_is_not_there_is_named():
    comment = '\ncomments:\n  - {criterion: V, from-level: %s, to-level: %s, see: "a", next: "b"}\n'
    assert read_rubric(VCS + comment % (3, 4), "rubric.yml")[1] == []
    (problem,) = read_rubric(VCS + comment % (4, 5), "rubric.yml")[1]
    assert "0 to 4" in problem.text()


def test_anchors_of_another_course_never_appear(tmp_path):
    start_course(tmp_path / "own")
    anchors, _ = read_anchors(tmp_path / "own" / "anchors")
    assert fitting(anchors, read_rubric(VCS, "rubric.yml")[0]) == ()
    assert fitting(anchors, None) == ()
