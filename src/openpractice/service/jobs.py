"""Long pieces of work, one at a time, each followed by its number and told in sentences."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

MOST_KEPT = 50


@dataclass
class Job:
    """`state` is running, done or failed; `lines` are `{"text", "hint"?}`."""

    id: str
    name: str
    language: str
    state: str = "running"
    lines: list[dict] = field(default_factory=list)

    def tell(self, text: str, hint: bool = False) -> None:
        self.lines.append({"text": text, "hint": True} if hint else {"text": text})

    def stands(self) -> tuple[str, list[dict]]:
        """Its state and its lines of now; of work that has ended these are all of them."""
        state = self.state  # first, since work may end between the two looks
        return state, list(self.lines)


class Jobs:
    """The work under way and the last pieces that ended."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, name: str, language: str, work) -> Job | None:
        """Begins `work(job)` in a thread; None while work of the same name runs."""
        with self._lock:
            if any(job.name == name and job.state == "running" for job in self._jobs.values()):
                return None
            job = Job(secrets.token_hex(8), name, language)
            self._jobs[job.id] = job
            while len(self._jobs) > MOST_KEPT:
                self._jobs.popitem(last=False)
        threading.Thread(target=self._run, args=(job, work), daemon=True, name=f"openpractice-{name}").start()
        return job

    def get(self, job_id: str) -> Job | None:
        with self._lock:
            return self._jobs.get(job_id)

    @staticmethod
    def _run(job, work):
        try:
            job.state = "done" if work(job) else "failed"
        except BaseException:
            job.state = "failed"
            raise
