"""Opening a lesson brings the release, keeps typed words, and leaves other files alone."""

import hashlib
import json
import os
import subprocess
import sys

import pytest

from lesson_cells import answer_cell, notebook, prompt_cell, spec, write
from openpractice.handins.fetch import NotFetched, fetch
from openpractice.handins.places import places
from openpractice.handins.specs import read_specs
from openpractice.journal.appendfile import NotSaved

LESSON = "1-purpose"
CELLS = [
    prompt_cell(spec(graded=1)),
    answer_cell("purpose-trace"),
    prompt_cell(spec("purpose-two", graded=1)),
    answer_cell("purpose-two"),
]


@pytest.fixture
def here(tmp_path):
    return places({"OPENPRACTICE_EXCHANGE": str(tmp_path / "x"), "OPENPRACTICE_HOME": str(tmp_path / "home")})


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "people" / "ana"


def release(here, *cells, title="On purpose"):
    return write(here.outbound / LESSON / f"{LESSON}.ipynb", notebook(*(cells or CELLS), title=title))


def copy_of(mine):
    return mine / LESSON / f"{LESSON}.ipynb"


def test_the_first_opening_copies_the_release_byte_for_byte(here, mine):
    released = release(here)
    fetched = fetch(here, LESSON, mine)
    assert (fetched.path, fetched.change) == (copy_of(mine), "new")
    assert copy_of(mine).read_bytes() == released.read_bytes()
    assert copy_of(mine).stat().st_mode & 0o777 == 0o600


def test_opening_again_changes_nothing(here, mine):
    release(here)
    fetch(here, LESSON, mine)
    edited = notebook(*CELLS, {"cell_type": "markdown", "metadata": {}, "source": "mine"})
    write(copy_of(mine), edited)
    before = copy_of(mine).stat()
    assert fetch(here, LESSON, mine).change == "same"
    assert copy_of(mine).stat() == before


def test_a_corrected_lesson_keeps_typed_answers_and_own_cells(here, mine):
    release(here)
    fetch(here, LESSON, mine)
    own = [
        {"cell_type": "markdown", "metadata": {}, "source": "my note"},
        {"cell_type": "code", "metadata": {}, "source": "1 + 1", "outputs": [{"output_type": "x"}]},
        {"cell_type": "code", "source": "  "},
    ]
    write(
        copy_of(mine),
        notebook(own[0], CELLS[0], answer_cell("purpose-trace", "typed\nby hand"), *CELLS[2:], *own[1:]),
    )
    release(here, *CELLS, title="Corrected")
    fetched = fetch(here, LESSON, mine)
    assert fetched[1:] == ("updated", ["purpose-trace"], 2)
    lesson = read_specs(copy_of(mine))
    assert lesson.title == "Corrected"
    assert lesson.typed == {"purpose-trace": "typed\nby hand"}
    cells = json.loads(copy_of(mine).read_text())["cells"]
    assert ["".join(cell["source"]) for cell in cells[-2:]] == ["my note", "1 + 1"]
    assert cells[-1]["outputs"] == []
    assert fetch(here, LESSON, mine).change == "same"
    release(here, *CELLS, title="Again")
    assert fetch(here, LESSON, mine)[1:] == ("updated", ["purpose-trace"], 2), "nothing doubles"


def test_words_typed_for_a_question_that_is_gone_are_kept_at_the_end(here, mine):
    release(here)
    fetch(here, LESSON, mine)
    write(copy_of(mine), notebook(*CELLS[:3], answer_cell("purpose-two", "not lost")))
    release(here, *CELLS[:2])
    assert fetch(here, LESSON, mine).own_cells == 1
    assert json.loads(copy_of(mine).read_text())["cells"][-1]["source"] == ["not lost"]


def test_a_copy_fetched_by_nbgrader_is_taken_over_with_its_words(here, mine):
    write(copy_of(mine), notebook(*CELLS[:3], answer_cell("purpose-two", "typed before")))
    release(here)
    assert fetch(here, LESSON, mine).carried == ["purpose-two"]


def test_a_damaged_copy_is_put_aside_not_thrown_away(here, mine):
    release(here)
    fetch(here, LESSON, mine)
    copy_of(mine).write_text("{half a fi")
    assert fetch(here, LESSON, mine).change == "restored"
    (aside,) = (mine / LESSON).glob("*put-aside*")
    assert aside.read_text() == "{half a fi"
    assert read_specs(copy_of(mine)).id == LESSON


@pytest.mark.parametrize("there", ["{not ours", json.dumps(notebook(lesson="2-learning")), '{"cells":[]}'])
def test_a_file_that_is_not_this_lesson_is_left_alone(here, mine, there):
    release(here)
    write(copy_of(mine), there)
    with pytest.raises(NotFetched) as refused:
        fetch(here, LESSON, mine)
    assert refused.value.code == "fetch-not-ours"
    assert copy_of(mine).read_text() == there
    assert os.listdir(mine / LESSON) == [f"{LESSON}.ipynb"]


@pytest.mark.parametrize("what", ["file", "folder", "dangling"])
def test_a_link_is_never_followed(here, mine, tmp_path, what):
    release(here)
    elsewhere = write(tmp_path / "elsewhere" / f"{LESSON}.ipynb", notebook())
    before = elsewhere.read_text()
    mine.mkdir(parents=True)
    if what == "folder":
        (mine / LESSON).symlink_to(elsewhere.parent)
    else:
        (mine / LESSON).mkdir()
        copy_of(mine).symlink_to(elsewhere if what == "file" else tmp_path / "nowhere.ipynb")
    with pytest.raises(NotFetched):
        fetch(here, LESSON, mine)
    assert elsewhere.read_text() == before
    assert not (tmp_path / "nowhere.ipynb").exists()
    assert os.listdir(elsewhere.parent) == [f"{LESSON}.ipynb"]


def test_a_release_that_is_missing_a_link_or_another_lesson_is_not_open(here, mine, tmp_path):
    with pytest.raises(NotFetched) as refused:
        fetch(here, LESSON, mine)
    assert refused.value.code == "fetch-not-open"
    secret = write(tmp_path / "secret.ipynb", notebook())
    (here.outbound / LESSON).mkdir(parents=True)
    (here.outbound / LESSON / f"{LESSON}.ipynb").symlink_to(secret)
    with pytest.raises(NotFetched):
        fetch(here, LESSON, mine)
    (here.outbound / LESSON / f"{LESSON}.ipynb").unlink()
    write(here.outbound / LESSON / f"{LESSON}.ipynb", notebook(lesson="2-learning"))
    with pytest.raises(NotFetched):
        fetch(here, LESSON, mine)
    assert not mine.exists()


@pytest.mark.parametrize("odd", ["..", "a/b", "", None])
def test_only_an_id_names_a_lesson(here, mine, odd):
    with pytest.raises(ValueError):
        fetch(here, odd, mine)


def test_a_full_disk_leaves_the_old_copy_whole(here, mine):
    release(here)
    fetch(here, LESSON, mine)
    before = copy_of(mine).read_bytes()
    release(here, *CELLS, title="x" * 20_000)
    code = (
        "import resource, sys\nfrom openpractice.handins.fetch import fetch\n"
        "from openpractice.journal.appendfile import NotSaved\nfrom openpractice.handins.places import places\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        "try:\n    fetch(places(), '1-purpose', sys.argv[1])\nexcept NotSaved as refused:\n    print(refused.code)"
    )
    env = {**os.environ, "OPENPRACTICE_EXCHANGE": str(here.exchange)}
    child = subprocess.run([sys.executable, "-c", code, str(mine)], env=env, capture_output=True, text=True)
    assert child.stdout == "no-space\n", child.stderr
    assert copy_of(mine).read_bytes() == before
    assert sorted(os.listdir(mine / LESSON)) == [".release.json", f"{LESSON}.ipynb"]


def test_a_place_that_cannot_be_made_is_said(here, tmp_path):
    release(here)
    write(tmp_path / "people", "a file where the folder should be")
    with pytest.raises(NotSaved):
        fetch(here, LESSON, tmp_path / "people" / "ana")


def with_picture(here, data=b"\x89PNG\r\n\x1a\n one", name="hall.png"):
    """A release whose notebook names a picture that lies beside it."""
    released = notebook(*CELLS)
    released["metadata"]["openpractice"]["files"] = {name: hashlib.sha256(data).hexdigest()}
    (here.outbound / LESSON / name).parent.mkdir(parents=True, exist_ok=True)
    (here.outbound / LESSON / name).write_bytes(data)
    write(here.outbound / LESSON / f"{LESSON}.ipynb", released)
    return data


def test_pictures_come_with_the_copy_and_follow_a_correction(here, mine):
    for name in ("hall.png", "pictures/hall.png"):
        first = with_picture(here, name=name)
        fetch(here, LESSON, mine)
        assert (mine / LESSON / name).read_bytes() == first
        second = with_picture(here, b"\x89PNG\r\n\x1a\n two", name)
        fetch(here, LESSON, mine)
        assert (mine / LESSON / name).read_bytes() == second
        (mine / LESSON / name).unlink()
        assert fetch(here, LESSON, mine).change == "same"
        assert (mine / LESSON / name).read_bytes() == second


def test_a_persons_own_file_of_that_name_stays(here, mine, tmp_path):
    (mine / LESSON).mkdir(parents=True)
    (mine / LESSON / "hall.png").write_bytes(b"my own")
    with_picture(here)
    fetch(here, LESSON, mine)
    assert (mine / LESSON / "hall.png").read_bytes() == b"my own"
    (tmp_path / "elsewhere").mkdir()
    (mine / LESSON / "pictures").symlink_to(tmp_path / "elsewhere")
    with_picture(here, name="pictures/hall.png")
    fetch(here, LESSON, mine)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_picture_that_is_not_the_one_named_is_not_copied(here, mine):
    with_picture(here)
    (here.outbound / LESSON / "hall.png").write_bytes(b"another")
    assert fetch(here, LESSON, mine).change == "new"
    assert not (mine / LESSON / "hall.png").exists()
