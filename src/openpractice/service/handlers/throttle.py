"""Slows down whoever guesses, and nobody else.

Counted apart for each address and name, so that a hundred wrong tries on one name leave every
other name free, also behind one school's single address. In memory, by a clock that does not jump.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable

FREE_TRIES = 5
LONGEST_WAIT = 60.0  # seconds
FORGOTTEN_AFTER = 900.0
MOST_KEYS = 10_000
PACE_SECONDS = 60.0


class Throttle:
    """How long a key must wait before its next try."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self.clock = clock
        self.tries: OrderedDict[Hashable, tuple[int, float]] = OrderedDict()

    def wait(self, key: Hashable) -> float:
        """Seconds until the key may try again; 0 when it may now."""
        failures, last = self.tries.get(key, (0, 0.0))
        if failures < FREE_TRIES or self.clock() - last > FORGOTTEN_AFTER:
            return 0.0
        pause = min(2.0 ** (failures - FREE_TRIES + 1), LONGEST_WAIT)
        return max(0.0, last + pause - self.clock())

    def failed(self, key: Hashable) -> None:
        failures, last = self.tries.pop(key, (0, 0.0))
        if self.clock() - last > FORGOTTEN_AFTER:
            failures = 0
        self.tries[key] = (failures + 1, self.clock())
        while len(self.tries) > MOST_KEYS:  # a guesser with many names must not fill the memory
            self.tries.popitem(last=False)

    def succeeded(self, key: Hashable) -> None:
        self.tries.pop(key, None)


class Pace:
    """Lets each key do so much in a minute, and no more."""

    def __init__(self, most: int = 30, clock: Callable[[], float] = time.monotonic):
        self.most, self.clock = most, clock
        self.done: dict[Hashable, deque[float]] = {}

    def allows(self, key: Hashable) -> bool:
        """True, and counted, when the key may do one thing more now."""
        times = self.done.setdefault(key, deque(maxlen=self.most))
        if len(times) == self.most and self.clock() - times[0] < PACE_SECONDS:
            return False
        times.append(self.clock())
        return True
