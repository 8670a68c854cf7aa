"""Telling those who listen that there is something new to fetch, and no more than that.

However much happens, somebody is told a few times a second at the most; in a large room the
participants are told one after the other, so that they do not all come at once.
"""

from __future__ import annotations

import asyncio
import random
import time

#: Seconds between two nudges of one listener, at the least.
SOONEST = 0.25
#: From so many listeners up, heads are told slowly to participants.
LARGE = 30
SLOW_HEADS = 5.0
#: How many of a large room are told each second: of one piece of news, and while news keeps coming.
EACH_SECOND = 150
EACH_SECOND_LONG = 40


class Listener:
    """One open stream."""

    def __init__(self, leads: bool):
        self.leads = leads
        self.wide, self.heads = asyncio.Event(), asyncio.Event()
        self.either = asyncio.Event()
        self.told_at = 0.0

    async def wait(self, seconds: float) -> bool:
        """Whether something came within the time."""
        try:
            await asyncio.wait_for(self.either.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def take(self) -> None:
        """What came is told now."""
        self.told_at = time.monotonic()
        for event in (self.wide, self.heads, self.either):
            event.clear()


class Nudges:
    """Who listens to which cohort. Everything but `tell` belongs to the event loop."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def tell(self, cohort: str, heads: bool) -> None:
        """Something of this cohort is new; may be called by any thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._mark, cohort, heads)

    def _mark(self, cohort, heads):
        for listener in self._listeners.get(cohort, ()):
            (listener.heads if heads else listener.wide).set()
            listener.either.set()

    def listen(self, cohort: str, leads: bool) -> Listener:
        """A new listener."""
        self._loop = asyncio.get_running_loop()
        listener = Listener(leads)
        self._listeners.setdefault(cohort, set()).add(listener)
        return listener

    def leave(self, cohort: str, listener: Listener) -> None:
        """That one listens no more."""
        self._listeners.get(cohort, set()).discard(listener)

    def many(self, cohort: str) -> int:
        """How many listen to this cohort."""
        return len(self._listeners.get(cohort, ()))

    def pause(self, cohort: str, listener: Listener) -> float:
        """How long to wait before this listener is told."""
        many = self.many(cohort)
        if listener.leads:  # whose page is the longest to make, and the longer the more there are
            return SOONEST if many <= LARGE else 2 * SOONEST
        if many <= LARGE:
            return SOONEST if listener.wide.is_set() else 2 * SOONEST
        spread = random.uniform(SOONEST, max(2 * SOONEST, many / EACH_SECOND))
        wait = spread if listener.wide.is_set() else SLOW_HEADS + spread
        return max(wait, listener.told_at + many / EACH_SECOND_LONG - time.monotonic())
