"""Long pieces of work in a process of their own, so that nobody's typing waits for them.

The process is started for the first piece and kept for the next, which then has nothing left to
import. It ends with this one, however this one ends.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

LESS_URGENT = 5  # how much less of the processor than whoever types


class Apart:
    """One child process, started when it is needed, and again when it fell. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def run(self, function: Callable, *args: Any, **kwargs: Any) -> Any:
        """What `function` returns or raises; it, what it is given and what it gives must be picklable.

        Work that its process took along when it fell is not begun again: whoever asked is told. A process
        that fell while it had nothing to do is replaced, and nobody hears of it.
        """
        pool = self._started()
        try:
            work = pool.submit(function, *args, **kwargs)
        except BrokenProcessPool:
            self._forget(pool)
            pool = self._started()
            work = pool.submit(function, *args, **kwargs)
        try:
            return work.result()
        except BrokenProcessPool:
            self._forget(pool)
            raise

    def close(self) -> None:
        with self._lock:
            pool, self._pool = self._pool, None
        if pool:
            pool.shutdown(wait=False, cancel_futures=True)

    def _forget(self, pool: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is pool:
                self._pool = None

    def _started(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                # Not forked: a copy of a process with threads may hold a lock that nobody gives back.
                context = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_begin)
            return self._pool


def _begin() -> None:
    if hasattr(os, "nice"):
        os.nice(LESS_URGENT)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


#: Of this process; made when something is given to it.
HERE = Apart()
