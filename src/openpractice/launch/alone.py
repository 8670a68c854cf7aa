"""One person on one machine: a Jupyter server on 127.0.0.1 with both parts in it.

The server is a child of this process, which watches it, prints the address when the course
home answers, and ends it on Ctrl-C.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path

from openpractice.gradebook.nbgrader_run import config_folder
from openpractice.jupyter.quietlab import quiet
from openpractice.launch import sampledata
from openpractice.launch.courseathand import CourseAtHand
from openpractice.launch.datafolder import CannotStart, DataFolder, open_folder
from openpractice.launch.servers.net import need_port
from openpractice.service.handlers.workshop import workshop_id
from openpractice.service.lessonpages import coming

HOST = "127.0.0.1"
STOP_SECONDS = 3  # a child that has not ended by then is killed; Ctrl-C promises five
START_SECONDS = 600  # a machine on which everybody starts something at once
NOT_ALL_OUT = "Not all sessions are out. The facilitator's corner puts out the others one by one; so does the next start of this command."


def run(course: CourseAtHand, data: Path, options) -> int:
    """Serve until stopped; the exit code. Raises CannotStart."""
    started = time.monotonic()
    os.umask(0o077)
    # A file manager or a supervisor stops programs by SIGTERM: the same good end as Ctrl-C.
    # And a shell's background job is started with Ctrl-C's signal ignored.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    port = options.port
    folder = open_folder(data, course.id, course.parts.root)
    need_port(HOST, port)
    token = folder.secret("token")
    address = f"http://{HOST}:{port}/openpractice/"
    print(f"Starting {course.title} on {data} ...", flush=True)
    log = data / "log" / "server.log"
    children = []
    try:
        if options.sample:
            env = server_environment(course, data, token)
            sampledata.put_in(course.parts.people, data, env, options.among_real_people)
        quiet(data / "config" / "jupyter")
        with open(log, "ab") as out:
            server = start(server_command(data, port), course, folder, out, token)
            children.append(server)
            # Beside the server: putting out all sessions first would take half a minute, and after the
            # server is ready the first one would come seconds later.
            outbound = data / "exchange" / course.id / "outbound"
            if course.at_start != "none" and course.unreleased(outbound):
                children.append(put_out(course, folder, token))
            wait_for_home(server, address, token, log)
            say_ready(f"{address}?token={token}", data, time.monotonic() - started, coming.coming(data))
            if not options.no_browser and has_display():
                webbrowser.open(f"{address}?token={token}")
            watch(server, children[1:])
        raise CannotStart("start-server-ended", words=last_words(log))
    except KeyboardInterrupt:
        print("\nStopping. Everything is kept; the same command starts it again.", flush=True)
        return 0
    finally:
        stop(children)


def server_command(data: Path, port: int) -> list[str]:
    command = [sys.executable, "-m", "jupyter_server", f"--ServerApp.ip={HOST}"]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    command += [f"--ServerApp.root_dir={data / 'files'}", "--ServerApp.open_browser=False"]
    command += ["--ServerApp.default_url=/openpractice/", "--ServerApp.answer_yes=True"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--ServerApp.allow_root=True")
    return command


def server_environment(course: CourseAtHand, data: Path, token: str) -> dict[str, str]:
    """The child's environment: all of Jupyter's own state goes into the data folder too."""
    jupyter = data / "config" / "jupyter"
    # What the caller's own Jupyter is set to (a hub's server, say) is not ours.
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER")}
    return {
        **inherited,
        # alembic, which nbgrader runs as a program, lies beside this Python
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "JUPYTER_CONFIG_DIR": str(jupyter),
        "JUPYTER_DATA_DIR": str(jupyter / "share"),
        "JUPYTER_RUNTIME_DIR": str(jupyter / "run"),
        "JUPYTER_CONFIG_PATH": str(config_folder()),
        "JUPYTER_TOKEN": token,
        **course.environ,
        "OPENPRACTICE_DATA": str(data),
        "OPENPRACTICE_EXCHANGE": str(data / "exchange"),
        "OPENPRACTICE_ROLE": "alone",
        "OPENPRACTICE_WORKSHOP": workshop_id(data),
    }


def put_out(course: CourseAtHand, folder: DataFolder, token: str) -> subprocess.Popen:
    """The program that releases the sessions; the course home says that they are coming while it runs."""
    held = coming.hold(folder.path)
    try:
        lessons = [sys.executable, "-m", "openpractice.launch.firstrelease"]
        return start(lessons, course, folder, None, token, held)
    finally:
        os.close(held)


def start(
    command: list[str], course: CourseAtHand, folder: DataFolder, out, token: str, *given: int
) -> subprocess.Popen:
    return subprocess.Popen(
        command,
        env=server_environment(course, folder.path, token),
        cwd=folder.path / "files",
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT,
        # Its own session: a Ctrl-C in the terminal reaches this process only, which then stops it.
        start_new_session=True,
        # The lock stays taken while the server lives, even if this process is killed.
        pass_fds=[folder.lock, *given],
        preexec_fn=end_with_parent if sys.platform == "linux" else None,
    )


def end_with_parent() -> None:
    """Linux: the server gets SIGTERM when this process dies, however it dies."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def wait_for_home(server: subprocess.Popen, address: str, token: str, log: Path) -> None:
    request = urllib.request.Request(address, headers={"Authorization": f"token {token}"})
    # A proxy set for the machine must not be asked for 127.0.0.1.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise CannotStart("start-server-failed", words=last_words(log))
        try:
            opener.open(request, timeout=10).close()
            return
        except urllib.error.HTTPError as error:
            raise CannotStart("start-home-answers", status=error.code, words=last_words(log)) from None
        except OSError:
            time.sleep(0.1)
    raise CannotStart("start-no-answer", seconds=START_SECONDS, log=log)


def watch(server: subprocess.Popen, others: list[subprocess.Popen]) -> None:
    """Wait for the server to end; say so when what puts the sessions out ends before they all are."""
    while others:
        try:
            server.wait(0.5)
            return
        except subprocess.TimeoutExpired:
            ended = [child for child in others if child.poll() is not None]
        if any(child.returncode for child in ended):
            print(NOT_ALL_OUT, flush=True)
        others = [child for child in others if child not in ended]
    server.wait()


def last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()[-12:]
    return "\n  ".join(["", *lines, f"(all of it: {log})"])


def say_ready(address: str, data: Path, seconds: float, putting_out: bool) -> None:
    print(f"\nOpen Practice is ready ({seconds:.0f} s). Open this address in a browser:\n")
    print(f"    {address}\n")
    if putting_out:
        print("The sessions are being put out; they appear on that page by themselves, within a minute.")
    print(f"Everything written is kept in {data}")
    print("Stop with Ctrl-C; the same command starts it again.", flush=True)


def has_display() -> bool:
    if "CI" in os.environ:
        return False
    return sys.platform != "linux" or any(os.environ.get(k) for k in ("DISPLAY", "WAYLAND_DISPLAY"))


def stop(children: list[subprocess.Popen]) -> None:
    """End the children: asked first, killed after STOP_SECONDS. A second Ctrl-C changes nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for child in children:
        child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
