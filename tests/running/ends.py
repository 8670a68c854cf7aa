"""Collecting in a process of its own that is killed before one of its steps, as a power cut would.

A step is a change of a folder or file, a statement of the database, or a commit. The process that does it is a
child of one that has everything loaded, so that a kill costs no start of Python.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import traceback
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

from handins import LESSON
from repo import PYTHONPATH

FILES = {os: ("rename", "replace", "link", "makedirs", "fdopen"), shutil: ("rmtree", "copy")}
STEPS = [(module, name) for module, names in FILES.items() for name in names]
STEPS += [(sa.engine.Connection, "execute"), (DefaultDialect, "do_commit")]


@contextlib.contextmanager
def killer():
    """A function (folder, what, step): whether the process ended at that step, and how many steps it had done.

    `what` is "ours", "collect" or "autograde" (nbgrader's own, as formgrader's buttons call it).
    """
    way = os.pathsep.join(filter(None, [PYTHONPATH, os.environ.get("PYTHONPATH")]))
    with subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": way},
    ) as there:

        def end(folder, what, step):
            asked = {"data": str(folder.data), "db_url": folder.db_url, "what": what, "step": step}
            there.stdin.write(json.dumps(asked) + "\n")
            there.stdin.flush()
            said = json.loads(there.stdout.readline())
            assert "trouble" not in said, said["trouble"]
            return said["killed"], said["steps"]

        yield end
        there.stdin.close()


def handful(steps: int, count: int) -> list[int]:
    """So many of the steps, evenly over all of them."""
    return [1 + steps * number // (count + 1) for number in range(1, count + 1)]


def _serve():
    import nbgrader.apps  # what takes seconds is loaded once
    import nbgrader.converters.autograde

    for line in sys.stdin:
        asked = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            _child(asked, writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            told = pipe.read()
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        steps = told.count(b".")
        said = {"killed": killed, "steps": steps}
        if not killed and os.waitstatus_to_exitcode(status):
            said = {"trouble": told.decode("utf-8", "replace")[-3000:]}
        print(json.dumps(said), flush=True)


def _child(asked, pipe):
    count, write, code = 0, os.write, 1

    def guard(really):
        def step(*parts, **more):
            nonlocal count
            count += 1
            if count >= asked["step"]:
                os.kill(os.getpid(), signal.SIGKILL)
            write(pipe, b".")
            return really(*parts, **more)

        return step

    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        work = _work(asked)
        for place, name in STEPS:
            setattr(place, name, guard(getattr(place, name)))
        work()
        code = 0
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        write(pipe, traceback.format_exc().encode())
    finally:
        os._exit(code)


def _work(asked):
    from handins import course_folder
    from openpractice.gradebook.nbgrader_run import environment
    from openpractice.intake.collect import collect

    folder = course_folder(Path(asked["data"]), db_url=asked["db_url"])
    if asked["what"] == "ours":
        return lambda: collect(folder, LESSON)
    from nbgrader.apps import NbGraderApp

    os.environ.update(environment(folder))
    os.chdir(folder.root)
    words = {"collect": ["collect", LESSON, "--update"], "autograde": ["autograde", LESSON, "--force", "--create"]}
    return lambda: NbGraderApp.launch_instance(words[asked["what"]])


if __name__ == "__main__":
    _serve()
