"""A sealed, damaged or half-written backup, and an exchange that lies elsewhere."""

import shutil
import tarfile
import zipfile
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from click.testing import CliRunner

from backed_up import class_in_a_file, small, tables
from handins import LESSON, hand_in, response
from openpractice.cli import main
from openpractice.gradebook.coursefolder import GradingError, open_folder
from openpractice.intake import inbox
from openpractice.intake.collect import collect
from openpractice.launch.safekeeping import backup, erase, everything, filecopies
from openpractice.launch.safekeeping.restore import restore
from reviewers import PROMPT, READ


def test_a_sealed_backup_opens_with_its_key_alone(small, tmp_path):
    key, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    (tmp_path / "key.txt").write_text(f"# mine\n{key}\n")
    (tmp_path / "other.txt").write_text(f"{other}\n")
    run = CliRunner().invoke(
        main, ["backup", str(tmp_path / "b"), "--data", str(small.data), "--key", str(key.to_public())]
    )
    assert run.exit_code == 0, run.output
    place = backup.kept_in(tmp_path / "b")[0]
    assert place.name.endswith(".age") and place.read_bytes().startswith(b"age-encryption.org/v1")
    assert b"The hour of" not in place.read_bytes() and place.stat().st_mode & 0o077 == 0
    for wrong, said in (("", "is sealed"), (str(tmp_path / "other.txt"), "does not open")):
        with pytest.raises(GradingError, match=said):
            restore(place, tmp_path / "there", wrong)
    restore(place, tmp_path / "there", str(tmp_path / "key.txt"))
    assert tables(tmp_path / "there") == tables(small.data)
    with pytest.raises(GradingError, match="no public age key"):
        backup.back_up(small.data, tmp_path / "b", "age1nonsense")


def test_seven_are_kept_and_what_is_half_written_is_none(small, tmp_path, monkeypatch):
    folder = tmp_path / "b"
    folder.mkdir()
    for day in range(1, 10):
        (folder / f"openpractice-2026-01-0{day}T000000Z.tar.gz").write_bytes(b"")
    (folder / "mine.txt").write_text("stays")
    backup.back_up(small.data, folder)
    assert len(backup.kept_in(folder)) == 7 and (folder / "mine.txt").exists()
    assert "2026-01-04" in backup.kept_in(folder)[-1].name
    monkeypatch.setattr(filecopies, "_copied", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError):
        backup.back_up(small.data, folder)
    assert len(list(folder.iterdir())) == 7 + 2 and not list(small.data.glob(".backup-*"))


def damaged(place: Path, how: str) -> Path:
    """The backup as it never should be."""
    out = place.with_name(f"openpractice-{how}.tar.gz")
    if how == "cut":
        out.write_bytes(place.read_bytes()[:-2000])
    elif how == "noise":
        out.write_bytes(b"not a backup")
    else:
        with tarfile.open(place) as old, tarfile.open(out, "w:gz") as new:
            for one in old:
                if how == "ends-early" and one.name == backup.TIMES:
                    continue
                new.addfile(one, old.extractfile(one))
            if how == "outside":
                new.addfile(tarfile.TarInfo("data/../../outside"))
            if how == "link":
                link = tarfile.TarInfo("data/link")
                link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
                new.addfile(link)
    return out


@pytest.mark.parametrize("how", ["cut", "noise", "ends-early", "outside", "link"])
def test_what_is_no_whole_backup_is_not_put_back(small, tmp_path, how):
    place, _ = backup.back_up(small.data, tmp_path / "b")
    with pytest.raises(GradingError, match="cannot be read as a backup"):
        restore(damaged(place, how), tmp_path / "there")
    assert list((tmp_path / "there").iterdir()) == [] and not (tmp_path / "outside").exists()


def test_not_over_anything_not_into_itself_and_not_of_nothing(small, tmp_path):
    place, _ = backup.back_up(small.data, tmp_path / "b")
    for words, said in (
        (["restore", str(place), "--data", str(small.data)], "is not empty"),
        (["backup", str(small.data / "b"), "--data", str(small.data)], "lies in the data folder"),
        (["backup", str(tmp_path / "b"), "--data", str(tmp_path)], "is no data folder"),
    ):
        run = CliRunner().invoke(main, words)
        assert run.exit_code == 1 and said in run.output and "hint:" in run.output, run.output


def test_what_lies_elsewhere_and_is_not_named_is_asked_for(small, tmp_path, monkeypatch):
    """A nightly backup without the gradebook or the hand-ins would be found out when it is needed."""
    words = ["backup", str(tmp_path / "b"), "--data", str(small.data)]
    for away, code in ((small.exchange, "exchange"), (small.data / "files/course/gradebook.db", "gradebook")):
        away.rename(tmp_path / "elsewhere")
        run = CliRunner().invoke(main, words)
        assert run.exit_code == 1 and f"OPENPRACTICE_{code.upper()}=" in run.output, run.output
        assert not backup.kept_in(tmp_path / "b")
        (tmp_path / "elsewhere").rename(away)
    run = CliRunner().invoke(main, words)
    assert run.exit_code == 0 and "gradebook" in run.output and "exchange" not in run.output
    # A course from which nothing went out yet has neither.
    shutil.rmtree(small.root / "release")
    shutil.rmtree(small.exchange)
    assert CliRunner().invoke(main, words).exit_code == 0


def test_an_exchange_elsewhere_is_in_the_backup_and_goes_where_it_is_told(small, tmp_path, monkeypatch):
    place = hand_in(small, "ana", {PROMPT: response(READ, {"text": "From elsewhere."})}, ago=timedelta(minutes=2))
    away = tmp_path / "srv" / "exchange"
    away.parent.mkdir()
    small.exchange.rename(away)
    monkeypatch.setenv("OPENPRACTICE_EXCHANGE", str(away))
    run = CliRunner().invoke(main, ["backup", str(tmp_path / "b"), "--data", str(small.data)])
    assert run.exit_code == 0 and str(away) in run.output, run.output
    [made] = backup.kept_in(tmp_path / "b")
    handed = away / "open-practice/inbound/ana" / place.name
    before = {path.relative_to(away): path.read_bytes() for path in away.rglob("*") if path.is_file()}
    with inbox.opened_folder(handed) as one:
        came = inbox.seen_time(one, LESSON)

    there, new = tmp_path / "there", tmp_path / "new"
    for named, said in (
        ("", "no place outside is named"),
        (str(there / "x"), "no place outside"),
        (str(away), "empty"),
    ):
        monkeypatch.setenv("OPENPRACTICE_EXCHANGE", named)
        run = CliRunner().invoke(main, ["restore", str(made), "--data", str(there)])
        assert run.exit_code == 1 and said in run.output and "hint:" in run.output, run.output
        assert list(there.iterdir()) == [] and handed.exists()
    monkeypatch.setenv("OPENPRACTICE_EXCHANGE", str(new))
    # With the exchange named, what is not whole leaves nothing in it.
    with pytest.raises(GradingError, match="cannot be read as a backup"):
        restore(damaged(made, "ends-early"), there)
    assert list(new.iterdir()) == [] == list(there.iterdir())
    run = CliRunner().invoke(main, ["restore", str(made), "--data", str(there)])
    assert run.exit_code == 0 and str(new) in run.output, run.output
    found = {path.relative_to(new): path.read_bytes() for path in new.rglob("*") if path.is_file()}
    assert found.pop(Path("open-practice", inbox.RESTORED)) and found == before
    restored = inbox.restored_times(new / "open-practice/inbound")[f"ana/{place.name}"]
    assert restored[1] == came
    folder = open_folder(there, "open-practice")
    assert folder.exchange == new and "ana" in collect(folder, LESSON).new


def test_who_is_erased_or_exported_is_so_in_an_exchange_elsewhere_too(small, tmp_path, monkeypatch):
    hand_in(small, "ana", {PROMPT: response(READ, {"text": "From elsewhere."})})
    away = tmp_path / "exchange"
    small.exchange.rename(away)
    monkeypatch.setenv("OPENPRACTICE_EXCHANGE", str(away))
    everything.export(open_folder(small.data, "open-practice"), "ana", tmp_path / "ana.zip")
    with zipfile.ZipFile(tmp_path / "ana.zip") as held:
        assert any(name.startswith("handins/exchange/open-practice/inbound/ana/") for name in held.namelist())
    made, _ = backup.back_up(small.data, tmp_path / "b")
    (away / "note.txt").write_text("ask ana")
    said = erase.erase(small.data, ["ana"])
    assert f"Erased {away}/open-practice/inbound/ana" in said and not (away / "open-practice/inbound/ana").exists()
    assert any(line.endswith(f"{away}/note.txt") for line in said)
    monkeypatch.setenv("OPENPRACTICE_EXCHANGE", str(tmp_path / "new"))
    assert "Erased again: ana" in restore(made, tmp_path / "there")
    assert not (tmp_path / "new/open-practice/inbound/ana").exists()
