"""What keeps `openpractice serve` from starting: a sentence, what to do about it, and no traceback."""

import os
import subprocess
import sys

import pytest

from openpractice.service import serve

RUN = "import sys; from openpractice.cli import main; sys.exit(main())"


def served(folder, *options, **settings):
    known = {name: value for name, value in os.environ.items() if not name.startswith(("OPENPRACTICE", "JUPYTERHUB"))}
    return subprocess.run(
        [sys.executable, "-c", RUN, "serve", "--data", str(folder), *options],
        env=known | settings,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("options", "settings", "code", "said", "do"),
    [
        (("--id", "Not An Id"), {}, 2, "Not An Id cannot be the id of a course.", "--id NAME"),
        (("--id", "x", "--own-hub"), {"OPENPRACTICE_ROOM": "mysql://a:b@c"}, 1, "OPENPRACTICE_ROOM", ""),
        (("--id", "x", "--own-hub"), {}, 1, "started by a hub", "script/workshop"),
        (("--id", "x", "--course", "/nowhere"), {}, 2, "There is no course in /nowhere", "openpractice new-course"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(tmp_path, options, settings, code, said, do):
    done = served(tmp_path, *options, **settings)
    assert done.returncode == code and said in done.stderr and do in done.stderr, done.stderr
    assert "Traceback" not in done.stderr and "a:b@c" not in done.stderr


def test_a_damaged_secret_is_said_in_the_readers_language(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "service-cookies").write_text("short")
    with pytest.raises(serve.CannotServe) as found:
        serve.cookie_secret({}, tmp_path)
    assert "is damaged" in str(found.value) and "está dañado" in found.value.said("es")
    assert "entra entonces otra vez" in found.value.hint_in("es")
