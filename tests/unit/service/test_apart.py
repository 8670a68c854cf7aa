"""Work in a process of its own: it gives back what was made, says what went wrong, and is begun again after a fall."""

import os
import signal
import time
from concurrent.futures.process import BrokenProcessPool

import pytest

from openpractice.service.apart import LESS_URGENT, Apart


@pytest.fixture(scope="module")
def apart():
    one = Apart()
    yield one
    one.close()


def test_it_runs_elsewhere_and_less_urgently(apart):
    assert apart.run(os.getpid) not in (0, os.getpid())
    assert apart.run(os.nice, 0) >= os.nice(0) + LESS_URGENT or apart.run(os.nice, 0) == 19


def test_it_is_the_same_process_next_time(apart):
    assert apart.run(os.getpid) == apart.run(os.getpid)


def test_what_goes_wrong_there_is_raised_here(apart):
    with pytest.raises(ZeroDivisionError):
        apart.run(divmod, 1, 0)
    assert apart.run(divmod, 7, 2) == (3, 1)


def test_after_it_fell_the_next_piece_of_work_has_a_new_one(apart):
    with pytest.raises(BrokenProcessPool):
        apart.run(os.kill, apart.run(os.getpid), signal.SIGKILL)
    assert apart.run(divmod, 9, 4) == (2, 1)


def test_one_that_fell_with_nothing_to_do_is_replaced_unseen(apart):
    os.kill(apart.run(os.getpid), signal.SIGKILL)
    deadline = time.monotonic() + 20
    while not apart._pool._broken:  # until the pool has noticed
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert apart.run(divmod, 9, 4) == (2, 1)


def test_it_ends_with_the_process_that_started_it(tmp_path):
    parent = os.fork()
    if parent == 0:  # in a process of its own, which is killed in the midst
        (tmp_path / "pid").write_text(str(Apart().run(os.getpid)))
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(parent, 0)
    child = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 20
    while os.path.exists(f"/proc/{child}") and "Z" not in open(f"/proc/{child}/stat").read().rpartition(")")[2][:3]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
