"""What keeps `openpractice serve` from starting: a sentence, what to do about it, and no traceback."""

import os

import pytest

from openpractice.cli import main
from openpractice.service import serve


@pytest.mark.parametrize(
    ("options", "settings", "code", "said", "do"),
    [
        (("--id", "Not An Id"), {}, 2, "Not An Id cannot be the id of a course.", "--id NAME"),
        (("--id", "x", "--own-hub"), {"OPENPRACTICE_ROOM": "mysql://a:b@c"}, 1, "OPENPRACTICE_ROOM", ""),
        (("--id", "x", "--own-hub"), {}, 1, "started by a hub", "script/workshop"),
        (("--id", "x", "--course", "/nowhere"), {}, 2, "There is no course in /nowhere", "openpractice new-course"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(tmp_path, monkeypatch, capsys, options, settings, code, said, do):
    for name in [name for name in os.environ if name.startswith(("OPENPRACTICE", "JUPYTERHUB"))]:
        monkeypatch.delenv(name)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--data", str(tmp_path), *options])
    told = capsys.readouterr().err
    assert ended.value.code == code and said in told and do in told, told
    assert "a:b@c" not in told


def test_a_damaged_secret_is_said_in_the_readers_language(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "service-cookies").write_text("short")
    with pytest.raises(serve.CannotServe) as found:
        serve.cookie_secret({}, tmp_path)
    assert "is damaged" in str(found.value) and "está dañado" in found.value.said("es")
    assert "entra entonces otra vez" in found.value.hint_in("es")
