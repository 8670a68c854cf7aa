"""Files of tests go whole to workers, and some workers wait while others compute."""

import pytest

from sharing_out import next_file

FILES = ("tests/browser/a.py", "tests/hub/b.py", "tests/server/c.py", "tests/unit/d.py")


@pytest.mark.parametrize(("worker", "file"), [(0, FILES[0]), (1, FILES[2]), (2, FILES[0]), (3, FILES[2])])
def test_every_other_worker_begins_with_what_waits(worker, file):
    assert next_file(FILES, worker) == file


def test_whoever_has_nothing_more_of_their_own_helps_the_others():
    assert next_file(FILES[2:], 0) == FILES[2] and next_file(FILES[:2], 1) == FILES[0]
