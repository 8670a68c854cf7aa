"""Long pieces of work: how one stands while it ends."""

import threading

from openpractice.service.jobs import Job, Jobs


class EndsWhileRead(list):
    """Lines of work that ends just as somebody reads them."""

    def __init__(self, job):
        self.job = job

    def __iter__(self):
        there = list.copy(self)
        self.append({"text": "Why it failed."})
        self.job.state = "failed"
        return iter(there)


def test_work_that_has_ended_is_never_told_without_its_last_words():
    job = Job("1", "release", "en")
    job.lines = EndsWhileRead(job)
    assert job.stands() == ("running", [])
    assert job.stands() == ("failed", [{"text": "Why it failed."}])


def test_work_of_one_name_is_done_once_at_a_time():
    go, jobs = threading.Event(), Jobs()
    first = jobs.start("collect", "en", lambda job: go.wait() or True)
    assert jobs.start("collect", "en", lambda job: True) is None
    other = jobs.start("release", "en", lambda job: job.tell("Out.") or True)
    go.set()
    for thread in threading.enumerate():
        if thread.name in ("openpractice-collect", "openpractice-release"):
            thread.join()
    assert [job.stands() for job in (first, other)] == [("done", []), ("done", [{"text": "Out."}])]
