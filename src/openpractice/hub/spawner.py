"""Starts a server for one person, behind the walls, and ends all of it when it ends."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from jupyterhub.spawner import LocalProcessSpawner
from traitlets import Bool, Integer, Unicode

from openpractice.gradebook.nbgrader_run import config_folder
from openpractice.hub import walls
from openpractice.jupyter.quietlab import quiet
from openpractice.kit import FOLDER, CourseParts

HERE = "openpractice.hub.nokernels."
# Of all that loads itself into a Jupyter server, what a person here has no use for. Some of it runs code.
OFF = {
    "nbgrader.server_extensions.validate_assignment": False,
    "nbgrader.server_extensions.assignment_list": False,
    "nbgrader.server_extensions.course_list": False,
    "nbgrader.server_extensions.formgrader": False,
    "jupyter_lsp": False,
    "jupyter_server_terminals": False,
}


class WalledSpawner(LocalProcessSpawner):
    """One person's server. The course's own server is that of the hub user course-ID."""

    data = Unicode(help="the data folder").tag(config=True)
    course_folder = Unicode(help="where the course lies").tag(config=True)
    course = Unicode("open-practice").tag(config=True)
    service = Unicode(help="where a server asks the course service").tag(config=True)
    service_pages = Unicode(help="where browsers find its pages").tag(config=True)
    walled = Bool(True, help="whether bubblewrap stands around the server").tag(config=True)
    uid = Integer(-1, help="the id that servers run as when root started the hub").tag(config=True)
    kernels = Bool(False, help="whether people may run code").tag(config=True)
    pid: int  # the process that the class below this one started

    @property
    def is_course(self) -> bool:
        return self.user.name == f"course-{self.course}"

    @property
    def drop_to(self) -> int | None:
        return None if self.uid < 0 else self.uid

    def view(self) -> walls.View:
        data = Path(self.data)
        if self.is_course:
            return walls.facilitator_view(data, self.course, CourseParts(Path(self.course_folder)).shown)
        return walls.participant_view(data, self.course, self.user.name)

    # -- starting --------------------------------------------------------------------------

    async def start(self):
        view = self.view()
        quiet(view.home / ".jupyter")  # before the home is given to the id that the server runs as
        walls.prepare(view, self.drop_to)
        prefix = walls.command(view, self.drop_to) if self.walled else self._bare()
        self.cmd = [*prefix, sys.executable, "-m", "openpractice.hub.single"]
        files = Path(self.data, "files") if self.is_course else Path(self.data, "people", self.user.name, "files")
        self.notebook_dir = str(files)
        log = Path(self.data, "log", "servers")
        log.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(log / f"{self.user.name}.log", "w") as out:
            self.popen_kwargs = {"stdout": out, "stderr": out}
            where = await super().start()
        await self._listening()
        return where

    def _bare(self) -> list[str]:
        return [] if self.drop_to is None else walls.unprivileged(self.drop_to)

    async def _listening(self) -> None:
        """Wait for the port in small steps; the hub's own waiting grows to five seconds a step."""
        for _ in range(int(self.start_timeout * 10)):
            if await self.poll() is not None:
                return
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return

    def make_preexec_fn(self, name):
        home = str(self.view().home)

        def preexec():
            os.umask(0o077)
            os.chdir(home)

        return preexec

    def get_args(self):
        off = {**OFF, "nbgrader.server_extensions.formgrader": self.is_course}
        args = super().get_args()
        args.append(f"--ServerApp.jpserver_extensions={off}")
        args.append("--LabApp.extension_manager=readonly")
        if self.is_course:
            args.append("--HubOAuth.cache_max_age=15")  # seconds until somebody who left reads no more
            # formgrader shows its pages in a frame of our own
            headers = {"headers": {"Content-Security-Policy": "frame-ancestors 'self'"}}
            args.append(f"--ServerApp.tornado_settings={headers}")
        if self.kernels and not self.is_course:
            # sockets in files: many kernels starting at once take each other's ports otherwise
            args.append("--KernelManager.transport=ipc")
        else:
            args.append(f"--ServerApp.kernel_manager_class={HERE}NoKernels")
            args.append(f"--ServerApp.authorizer_class={HERE}ReadingOnly")
        args.append("--ServerApp.terminals_enabled=False")
        if os.geteuid() == 0 and self.drop_to is None:
            args.append("--ServerApp.allow_root=True")
        return args

    def user_env(self, env):
        home = self.view().home
        env.update(
            USER=self.user.name,
            HOME=str(home),
            SHELL="/bin/sh",
            PATH=f"{Path(sys.executable).parent}:/usr/bin:/bin",
            JUPYTER_CONFIG_DIR=str(home / ".jupyter"),
            JUPYTER_DATA_DIR=str(home / ".share"),
            # behind the wall /tmp is the server's own
            JUPYTER_RUNTIME_DIR="/tmp/run" if self.walled else str(walls.socket_folder(home, self.drop_to)),
            OPENPRACTICE_HOME=str(home),
            OPENPRACTICE_EXCHANGE=str(Path(self.data, "exchange")),
            OPENPRACTICE_COURSE=self.course,
            OPENPRACTICE_PERSON=self.user.name,
            OPENPRACTICE_SERVICE=self.service,
            OPENPRACTICE_SERVICE_PAGES=self.service_pages,
            OPENPRACTICE_ROLE="facilitator" if self.is_course else "participant",
        )
        if self.is_course:
            env["OPENPRACTICE_DATA"] = self.data
            env[FOLDER] = self.course_folder
            env["JUPYTER_CONFIG_PATH"] = str(config_folder())
        return env

    # -- ending ----------------------------------------------------------------------------

    def load_state(self, state):
        """What the hub wrote down of a server, without a process number that is somebody else's by now.

        A workshop that ended, or a machine that was started again, leaves the number behind; what
        has it today would be taken for this server, and ended in its place.
        """
        super().load_state(state)
        if self.pid and not runs_at(self.pid, self.view().home):
            self.pid = 0

    async def _signal(self, sig):
        """To all of the server's processes, which are one group; the wall's own among them."""
        if sig == 0:
            return await super()._signal(0)
        try:
            os.killpg(self.pid, sig)
        except ProcessLookupError:
            return False
        return True

    async def poll(self):
        pid = self.pid
        status = await super().poll()
        if status is not None and pid:
            # The outermost process is gone; nothing behind the wall may go on without it.
            try:
                os.killpg(pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass
        return status

    async def stop(self, now=False):
        # Every word was on disk before it was acknowledged: there is nothing to wait for.
        await super().stop(now=True)


def runs_at(pid: int, home: Path) -> bool:
    """Whether that process is the outermost one of a server with this home."""
    try:
        told = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        return f"OPENPRACTICE_HOME={home}".encode() in told
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self/environ").exists():
            return False
    except OSError:
        pass  # another user's, or one that hides what it was told
    command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    shown = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False).stdout
    return "openpractice.hub.single" in shown
