"""Which worker runs which file of tests."""

import re

from xdist.scheduler import LoadFileScheduling

#: Tests that wait half of their time, for a page's own pauses or for a hub that starts.
WAITING = ("tests/browser/", "tests/hub/")


def next_file(left, worker: int) -> str:
    """The first of the files that are left which suits the worker, or the first where none does.

    Every other worker begins with the files that wait, the rest with those that compute, so that at any time some of
    the tests leave a processor to the others.
    """
    return next((path for path in left if path.startswith(WAITING) == (worker % 2 == 0)), next(iter(left)))


class SharedOut(LoadFileScheduling):
    """The tests of one file stay together: some go on from what the one before left."""

    def _assign_work_unit(self, node) -> None:
        worker = int(re.sub(r"\D", "", node.gateway.id))
        self.workqueue.move_to_end(next_file(self.workqueue, worker), last=False)
        super()._assign_work_unit(node)
