"""The plugin for The Littlest JupyterHub, by TLJH's own specifications of hooks and as its installer calls them."""

import importlib.util
import itertools
import sys
import types

import pluggy
import pytest
from packaging.requirements import Requirement
from traitlets.config import Config

from repo import REPO


def module(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture
def tljh(monkeypatch):
    """TLJH's plugin manager with our plugin; `tljh.config` is what tljh-config has set."""
    hooks = module("tljh.hooks", REPO / "tests" / "data" / "tljh_hooks.py")
    configurer = types.SimpleNamespace(load_config=lambda: manager.config)
    monkeypatch.setitem(sys.modules, "tljh", types.SimpleNamespace(hooks=hooks, configurer=configurer))
    monkeypatch.setitem(sys.modules, "tljh.hooks", hooks)
    monkeypatch.setitem(sys.modules, "tljh.configurer", configurer)
    manager = pluggy.PluginManager("tljh")
    manager.add_hookspecs(hooks)
    manager.ours = module("tljh_openpractice", REPO / "hub" / "tljh" / "tljh_openpractice.py")
    manager.register(manager.ours)
    manager.config = {"users": {"admin": ["ana"]}, "openpractice": {"kit": str(REPO)}}
    return manager


def test_every_hook_is_one_that_tljh_has(tljh):
    tljh.check_pending()
    tljh.register(types.SimpleNamespace(tljh_extra_hub_packages=hook_of(tljh)))
    with pytest.raises(pluggy.PluginValidationError):
        tljh.check_pending()


def hook_of(tljh):
    return sys.modules["tljh.hooks"].hookimpl(lambda: [])


def test_the_hub_gets_the_service_and_people_get_the_light_package(tljh):
    for packages, extras in (
        (tljh.hook.tljh_extra_hub_pip_packages(), {"service"}),
        (tljh.hook.tljh_extra_user_pip_packages(), set()),
    ):
        [line] = set(itertools.chain(*packages))
        found = Requirement(line)
        assert (found.name, found.extras, found.url) == ("openpractice", extras, "file:///opt/open-practice")


def test_an_installer_that_runs_again_changes_nothing_that_somebody_set(tljh):
    config = {"openpractice": {"kit": "/home/kit", "port": 8891}}
    tljh.hook.tljh_config_post_install(config=config)
    assert config["openpractice"]["kit"] == "/home/kit" and config["openpractice"]["port"] == 8891
    assert config["openpractice"]["data"] == "/srv/open-practice"
    empty = {}
    tljh.hook.tljh_config_post_install(config=empty)
    assert empty["openpractice"]["kit"] == "/opt/open-practice"


def configured(tljh, **told):
    tljh.config["openpractice"] |= told
    c = Config()
    c.JupyterHub.services = [{"name": "another"}]
    tljh.hook.tljh_custom_jupyterhub_config(c=c)
    assert c.JupyterHub.services[0] == {"name": "another"}
    return next(one for one in c.JupyterHub.services if one["name"] == "openpractice")


def test_the_hub_is_told_of_the_service_and_its_administrators_facilitate_first(tljh):
    entry = configured(tljh, program="/opt/tljh/hub/bin/openpractice", port=8891, system_user="openpractice")
    assert entry["url"] == "http://127.0.0.1:8891" and entry["user"] == "openpractice"
    command = entry["command"]
    assert command[0] == "/opt/tljh/hub/bin/openpractice" and command[1] == "serve"
    assert command[command.index("--first-facilitator") + 1] == "ana"


def test_who_was_named_facilitates_first_and_no_administrator(tljh):
    command = configured(tljh, first_facilitators=["prof.smith"])["command"]
    assert "prof.smith" in command and "ana" not in command


def test_the_account_and_the_folder_are_made_for_nobody_else(tljh, monkeypatch):
    ran, known = [], set()
    monkeypatch.setattr(tljh.ours.subprocess, "run", lambda command, check: ran.append(command))

    def getpwnam(name):
        if name not in known:
            raise KeyError(name)

    monkeypatch.setattr(tljh.ours.pwd, "getpwnam", getpwnam)
    tljh.hook.tljh_post_install()
    assert ran[0][:2] == ["useradd", "--system"] and ran[1][:4] == ["install", "-d", "-m", "700"]
    known.add("openpractice")
    ran.clear()
    tljh.hook.tljh_post_install()
    assert [command[0] for command in ran] == ["install"]
