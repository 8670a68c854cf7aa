"""What the kit changes in JupyterLab: something on the course's own servers, nothing on anybody else's."""

import json
import sys
from pathlib import Path

import pytest

from openpractice.jupyter.quietlab import QUIET, SETTINGS, quiet
from openpractice.service.extension import WIDGETS, takes_the_course, without_widgets
from repo import REPO


def test_the_courses_own_server_asks_for_no_news_until_somebody_wants_it_to(tmp_path):
    quiet(tmp_path)
    assert json.loads((tmp_path / SETTINGS).read_text()) == QUIET
    (tmp_path / SETTINGS).write_text('{"fetchNews": "true"}')
    quiet(tmp_path)
    assert json.loads((tmp_path / SETTINGS).read_text()) == {"fetchNews": "true"}


def test_that_setting_is_one_that_jupyterlab_has():
    """Read by its own reader from the place where it looks for a person's settings, and held to its schema."""
    from tempfile import TemporaryDirectory

    from jupyterlab.commands import get_app_dir
    from jupyterlab_server.settings_utils import get_settings

    with TemporaryDirectory() as config:
        quiet(Path(config))
        said, _ = get_settings(
            str(Path(get_app_dir(), "settings")),
            str(Path(get_app_dir(), "schemas")),
            str(Path(config, "lab", "user-settings")),
            schema_name="@jupyterlab/apputils-extension:notification",
        )
    assert said["settings"] == QUIET


def test_what_draws_widgets_is_off_beside_what_else_is_off():
    """A hook that is there is asked first; asking twice is asking once, since Jupyter reads the list anew."""
    other = lambda handler, page_config: page_config | {"asked": handler}
    hook = without_widgets(other)
    assert hook("page", {"disabledExtensions": ["theirs"]}) == {
        "disabledExtensions": ["theirs", *WIDGETS],
        "asked": "page",
    }
    assert without_widgets()("page", {})["disabledExtensions"] == [*WIDGETS]


def test_what_is_turned_off_is_there_by_that_name():
    """The widgets' own manager, and the one that asks it for its registry."""
    there = Path(sys.prefix, "share/jupyter/labextensions").glob("**/package.json")
    assert set(WIDGETS) == {"@jupyter-widgets/jupyterlab-manager", "anywidget"}
    assert set(WIDGETS) <= {json.loads(path.read_text())["name"] for path in there}


@pytest.mark.parametrize("name", ["ROLE", "SERVICE", "EXCHANGE", "DATA"])
def test_whoever_has_a_course_gets_its_card(name, tmp_path):
    assert takes_the_course({f"OPENPRACTICE_{name}": "x"}, tmp_path)


def test_a_clone_of_the_course_is_one():
    assert takes_the_course({}, REPO)


def test_a_lab_in_which_the_kit_is_merely_installed_is_left_alone(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "mine.ipynb").write_text("{}")
    assert not takes_the_course({"PATH": "/bin"}, tmp_path)
