"""What the hub believes of a server that it wrote down earlier."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from openpractice.hub.spawner import WalledSpawner, runs_at


@pytest.fixture
def process(tmp_path):
    """A process as a server's outermost one is started: told its home."""
    home = tmp_path / "servers" / "ana"
    one = subprocess.Popen(
        [sys.executable, "-c", "print('here', flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "OPENPRACTICE_HOME": str(home)},
    )
    one.stdout.readline()  # until it runs, the system does not say what it was told
    yield one, home
    one.kill()
    one.communicate()


def loaded(data, pid: int) -> WalledSpawner:
    spawner = WalledSpawner(data=str(data), user=SimpleNamespace(name="ana", url="/", server=None))
    spawner.load_state({"pid": pid})
    return spawner


def test_a_server_that_lives_is_found_again(tmp_path, process):
    one, home = process
    assert runs_at(one.pid, home)
    assert loaded(tmp_path, one.pid).pid == one.pid


def test_a_number_that_is_somebody_elses_by_now_is_forgotten(tmp_path, process):
    one, home = process
    assert not runs_at(one.pid, home.with_name("ben"))
    for pid in (os.getpid(), 1, 2**22 - 1):
        assert not runs_at(pid, home)
        assert loaded(tmp_path, pid).pid == 0
    one.kill()
    one.wait()
    assert loaded(tmp_path, one.pid).pid == 0
