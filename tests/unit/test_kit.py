"""Where the kit is looked for."""

from openpractice.kit import CHECKOUT, built_notebooks, kit_folder, named_kit


def test_a_kit_that_is_named_is_the_only_one(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENPRACTICE_KIT", str(tmp_path / "kit"))
    (tmp_path / "lessons").mkdir()
    monkeypatch.chdir(tmp_path)
    assert named_kit() == tmp_path / "kit"
    assert kit_folder("lessons") == tmp_path / "kit" / "lessons"


def test_without_a_name_the_working_folder_comes_before_the_checkout(tmp_path, monkeypatch):
    monkeypatch.delenv("OPENPRACTICE_KIT", raising=False)
    monkeypatch.chdir(tmp_path)
    assert named_kit() is None
    assert kit_folder("lessons") == CHECKOUT / "lessons"
    (tmp_path / "lessons").mkdir()
    assert kit_folder("lessons") == tmp_path / "lessons"


def test_a_file_of_that_name_is_no_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("OPENPRACTICE_KIT", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lessons").write_text("")
    assert kit_folder("lessons") == CHECKOUT / "lessons"


def test_built_lessons_are_found_by_id_and_nothing_else_is(tmp_path, monkeypatch):
    for name in ("1-purpose/1-purpose.ipynb", "1-purpose/copy.ipynb", "Not An Id/Not An Id.ipynb", "loose.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    monkeypatch.setenv("OPENPRACTICE_NOTEBOOKS", str(tmp_path))
    assert built_notebooks() == {"1-purpose": tmp_path / "1-purpose" / "1-purpose.ipynb"}
