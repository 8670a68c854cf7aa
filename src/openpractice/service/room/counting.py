"""Ballots on their way in: those that come at the same time are written together.

One change for many is quicker, and it is safer: what is written together cannot be told apart by when
it came.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from concurrent.futures import Future

from openpractice.room.roomstore import RoomStore
from openpractice.room.tallies import ballots
from openpractice.room.tallies.ballots import Ballot

MOST_TOGETHER = 500
#: How long the writer rests, as a multiple of what it has just taken: the others come to the room's
#: database meanwhile, and more ballots gather for the next change.
REST = 2
LONGEST_REST = 0.2
log = logging.getLogger("openpractice")


class Counting:
    """A thread that writes what the doors hand it."""

    def __init__(self, store: RoomStore):
        self.store = store
        self._waiting: queue.SimpleQueue[tuple[str, Ballot, Future]] = queue.SimpleQueue()
        threading.Thread(target=self._write, name="openpractice-counting", daemon=True).start()

    def cast(self, cohort: str, ballot: Ballot) -> Future[str]:
        """What will have come of counting this answer: see `openpractice.room.tallies.ballots.cast_all`."""
        done: Future[str] = Future()
        done.set_running_or_notify_cancel()  # whoever waits may give up; the ballot is written all the same
        self._waiting.put((cohort, ballot, done))
        return done

    def _write(self):
        while True:
            batch = [self._waiting.get()]
            began = time.monotonic()
            while len(batch) < MOST_TOGETHER:
                try:
                    batch.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            for cohort in {each[0] for each in batch}:
                self._write_one(cohort, [each for each in batch if each[0] == cohort])
            time.sleep(min(REST * (time.monotonic() - began), LONGEST_REST))

    def _write_one(self, cohort, batch):
        try:
            with self.store.changing(cohort, heads=True) as db:
                said = ballots.cast_all(db, cohort, [ballot for _, ballot, _ in batch])
        except Exception as error:  # whatever it was, each writer hears of it, and the thread lives on
            log.warning("Answers could not be counted: %s", type(error).__name__)
            for _, _, done in batch:
                done.set_exception(error)
            return
        for (_, _, done), word in zip(batch, said, strict=True):
            done.set_result(word)
