"""How much one person may ask for at once, so that nobody's flood keeps the others waiting."""

from __future__ import annotations

import time
from collections import OrderedDict

#: A lesson of sixty prompts replayed after a day without network, and some pages besides.
BURST = 240.0
#: Requests a second for as long as one likes; a fast typist with three windows open makes three.
EACH_SECOND = 20.0
MOST_KNOWN = 5000


class FloodPace:
    """A bucket of requests a person, filled evenly."""

    def __init__(self, burst: float = BURST, each_second: float = EACH_SECOND, clock=time.monotonic):
        self._burst, self._rate, self._clock = burst, each_second, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, person: str) -> float:
        """0 when the request may go on; else the seconds until one may."""
        now = self._clock()
        left, at = self._left.pop(person, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate)
        allowed = left >= 1
        self._left[person] = (left - 1 if allowed else left, now)
        if len(self._left) > MOST_KNOWN:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate
