"""What a program tries from inside a participant's kernel, one row for each thing of somebody else's.

Sent as text into the kernel, so it stands alone: standard library only. `MANY`, where things are,
is put in front of it. It prints a JSON object: what was tried, and how far it got ("" is refused).
"""

import glob
import json
import os
import signal
import socket
import sqlite3
import subprocess
import urllib.error
import urllib.request

AT = MANY["at"]
DATA, ME, OTHER, COURSE = MANY["data"], MANY["me"], MANY["other"], MANY["course"]
EX = f"{DATA}/exchange/{COURSE}"
TOKEN = os.environ.get("JUPYTERHUB_API_TOKEN", "")
found = {}


def row(what, tried):
    """One row of the table: what came of it in a word or two, "" where it was refused."""
    try:
        found[what] = str(tried() or "")[:60]
    except (OSError, sqlite3.Error, subprocess.SubprocessError):
        found[what] = ""


def read(path):
    with open(path, "rb") as file:
        return file.read() and "read"


def write(path):
    with open(path, "a") as file:
        file.write("x")
    return "written"


def could_write(folder):
    """Asked, not done: with the wall off it would be this machine's own Python."""
    closed = not os.access(folder, os.W_OK) or os.statvfs(folder).f_flag & os.ST_RDONLY
    return "" if closed else "could be changed"


def others(folder, own):
    return ", ".join(name for name in os.listdir(folder) if name != own)


def ask(url, method="GET", body=None, token=TOKEN):
    """ "opened" when that address answers as if one might; a refusal or a sign-in page is ""."""
    headers = {"Authorization": f"token {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, body and json.dumps(body).encode(), headers, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=20) as reply:
            return "" if "/hub/login" in reply.url or "/hub/api/oauth2" in reply.url else f"opened {reply.status}"
    except urllib.error.HTTPError as refusal:
        answered.setdefault(refusal.code, []).append(url)
        return ""


answered = {}

# -- files ---------------------------------------------------------------------------------------
row("files: the neighbour's journal", lambda: read(f"{DATA}/people/{OTHER}/journal/{COURSE}.jsonl"))
row("files: who the neighbours are", lambda: others(f"{DATA}/people", ME))
row("files: write into the neighbour's home", lambda: write(f"{DATA}/people/{OTHER}/planted"))
row("files: the neighbour's server", lambda: others(f"{DATA}/servers/{OTHER}", ""))
row("files: one's own journal, past the service", lambda: write(f"{DATA}/people/{ME}/journal/{COURSE}.jsonl"))
row("files: what the service keeps", lambda: read(f"{DATA}/service/kept"))
row("files: the accounts", lambda: read(f"{DATA}/hub/accounts.db"))
row("files: the hub's database", lambda: read(f"{DATA}/hub/jupyterhub.sqlite"))
row("files: the hub's log", lambda: read(f"{DATA}/log/hub.log"))
row("files: change the program", lambda: could_write(os.path.dirname(json.__file__)))
row("files: change the kit", lambda: could_write(MANY["package"]))
row("files: who has an account on this machine", lambda: "yes" if len(open("/etc/passwd").readlines()) > 1 else "")

# -- the exchange --------------------------------------------------------------------------------
row("exchange: whose hand-ins there are", lambda: others(f"{EX}/inbound", ME))
row(
    "exchange: the neighbour's hand-in",
    lambda: (
        read(glob.glob(f"{EX}/inbound/{OTHER}/*/responses.json")[0])
        if glob.glob(f"{EX}/inbound/{OTHER}/*/responses.json")
        else ""
    ),
)
row("exchange: hand in for the neighbour", lambda: write(f"{EX}/inbound/{OTHER}/forged"))
row("exchange: hand in for oneself, past the service", lambda: write(f"{EX}/inbound/{ME}/mine"))
row("exchange: the neighbour's feedback", lambda: others(f"{EX}/feedback/{OTHER}", ""))
row("exchange: change one's own feedback", lambda: write(f"{EX}/feedback/{ME}/planted"))
row("exchange: change what is released", lambda: write(f"{EX}/outbound/planted"))
row("exchange: what was collected", lambda: others(f"{DATA}/files/course", ""))

# -- the gradebook -------------------------------------------------------------------------------
BOOK = f"{DATA}/files/course/gradebook.db"
row("gradebook: read it", lambda: read(BOOK))
row(
    "gradebook: ask it",
    lambda: (
        sqlite3.connect(f"file:{BOOK}?mode=ro", uri=True).execute("select count(*) from sqlite_master").fetchone()[0]
    ),
)
row("gradebook: write to it", lambda: write(BOOK))


# -- processes -----------------------------------------------------------------------------------
def environments():
    names = []
    for path in glob.glob("/proc/[0-9]*/environ"):
        try:
            text = open(path, "rb").read()
        except OSError:
            continue
        names += [
            f"{path} {word}"
            for word in ("CONFIGPROXY_AUTH_TOKEN=", f"JUPYTERHUB_USER={OTHER}", f"JUPYTERHUB_USER=course-{COURSE}")
            if word.encode() in text
        ]
    return ", ".join(names)


def signalled():
    for pid in (MANY["other_pid"], MANY["hub_pid"]):
        # The same number may be a process of one's own in here.
        try:
            command = open(f"/proc/{pid}/environ", "rb").read()
        except OSError:
            continue
        if f"JUPYTERHUB_USER={ME}".encode() not in command:
            os.kill(pid, 0)
            return "could be killed"
    return ""


def looked_through(pid):
    return others(f"/proc/{pid}/root{DATA}/people", ME) or others(f"/proc/{pid}/root{DATA}/servers", ME)


row("processes: another's environment", environments)
row("processes: end another's server, or the hub", signalled)
row("processes: look through another's process", lambda: looked_through(MANY["other_pid"]))
row("processes: those of the system", lambda: "seen" if len(glob.glob("/proc/[0-9]*")) > 12 else "")
row(
    "processes: a right of root",
    lambda: (
        "yes"
        if int(next(line for line in open("/proc/self/status") if line.startswith("CapEff")).split()[1], 16)
        else ""
    ),
)


# -- sockets -------------------------------------------------------------------------------------
def other_sockets():
    mine = os.environ.get("JUPYTER_RUNTIME_DIR", "")
    places = ("/tmp", "/run", f"{DATA}/servers/{OTHER}")
    names = []
    for place in places:
        for top, _, files in os.walk(place):
            names += [f"{top}/{name}" for name in files if "-ipc-" in name and not top.startswith(mine)]
    for line in open("/proc/net/unix").readlines()[1:]:
        parts = line.split()
        if len(parts) > 7 and "-ipc-" in parts[7] and not parts[7].startswith(mine):
            with socket.socket(socket.AF_UNIX) as one:
                one.connect(parts[7].replace("@", "\0", 1))
            names.append(parts[7])
    return ", ".join(names)


HUB, PROXY = MANY["hub_port"], MANY["proxy_port"]
row("sockets: another's kernel", other_sockets)
row(
    "sockets: the neighbour's server, past the proxy",
    lambda: ask(f"http://127.0.0.1:{MANY['other_port']}{AT}/user/{OTHER}/openpractice/api/me"),
)
row(
    "sockets: the course's server, past the proxy",
    lambda: ask(f"http://127.0.0.1:{MANY['course_port']}{AT}/user/course-{COURSE}/api/contents"),
)
row("sockets: the proxy's own door", lambda: ask(f"http://127.0.0.1:{PROXY}/api/routes"))
row(
    "sockets: turn a route of the proxy",
    lambda: ask(f"http://127.0.0.1:{PROXY}/api/routes{AT}/user/{OTHER}", "POST", {"target": "http://127.0.0.1:1"}),
)

# -- tokens --------------------------------------------------------------------------------------
for what, method, path, body in (
    ("who is on the hub", "GET", "/users", None),
    ("the neighbour's record", "GET", f"/users/{OTHER}", None),
    ("a token of the neighbour's", "POST", f"/users/{OTHER}/tokens", {}),
    ("a token of the course's", "POST", f"/users/course-{COURSE}/tokens", {}),
    ("a wider token of one's own", "POST", f"/users/{ME}/tokens", {"scopes": ["admin:users", "admin:servers"]}),
    ("start the neighbour's server", "POST", f"/users/{OTHER}/server", {}),
    ("stop the neighbour's server", "DELETE", f"/users/{OTHER}/server", None),
    ("stop the course's server", "DELETE", f"/users/course-{COURSE}/server", None),
    ("become a facilitator", "POST", f"/groups/formgrade-{COURSE}/users", {"users": [ME]}),
    ("make a person", "POST", "/users/planted", {}),
    ("end the hub", "POST", "/shutdown", {}),
    ("the proxy's routes", "GET", "/proxy", None),
):
    row(f"tokens: {what}", lambda m=method, p=path, b=body: ask(f"http://127.0.0.1:{HUB}{AT}/hub/api{p}", m, b))
row("tokens: the cookie secret", lambda: read(f"{DATA}/hub/cookie_secret"))
row("tokens: the proxy's", lambda: read(f"{DATA}/config/proxy-token"))
row("tokens: the course service's", lambda: read(f"{DATA}/config/service-token"))
row("tokens: the course service's cookies'", lambda: read(f"{DATA}/config/service-cookies"))
row("tokens: the facilitator's passphrase", lambda: read(f"{DATA}/config/facilitator-passphrase"))

# -- other servers, through the front door ---------------------------------------------------------
FRONT = MANY["address"]
row("servers: the neighbour's answers", lambda: ask(f"{FRONT}/user/{OTHER}/openpractice/api/answers?lesson=1-purpose"))
row("servers: the neighbour's files", lambda: ask(f"{FRONT}/user/{OTHER}/api/contents"))
row(
    "servers: a kernel on the neighbour's",
    lambda: ask(f"{FRONT}/user/{OTHER}/api/kernels", "POST", {"name": "python3"}),
)
for method, path in MANY["routes"]:
    body = {} if method in ("POST", "PUT") else None
    row(
        f"course server: {method} {path}",
        lambda m=method, p=path, b=body: ask(f"{FRONT}/user/course-{COURSE}/{p}", m, b),
    )

# -- the course service, with the token of one's own server ------------------------------------------
SERVICE = f"{FRONT}/services/openpractice"
for method, path in MANY["service_routes"]:
    body = {} if method in ("POST", "PUT") else None
    row(f"service: {method} {path}", lambda m=method, p=path, b=body: ask(f"{SERVICE}/{p}", m, b))
row("service: say that somebody is gone", lambda: ask(f"{SERVICE}/api/hub/gone", "POST", {"name": OTHER}))

# -- one's own, so that a refusal above means something --------------------------------------------
row("own: write in one's home", lambda: write(f"{DATA}/servers/{ME}/mine"))
row("own: write beside one's copies", lambda: write(f"{DATA}/people/{ME}/files/mine"))
row("own: read what is released", lambda: others(f"{EX}/outbound", ""))
row("own: one's record on the hub", lambda: ask(f"http://127.0.0.1:{HUB}{AT}/hub/api/user"))
row(
    "own: one's answers, past the proxy",
    lambda: ask(f"http://127.0.0.1:{MANY['own_port']}{AT}/user/{ME}/openpractice/api/me", token=TOKEN),
)
row("own: one's doors at the service", lambda: ask(f"{SERVICE}/api/me"))
print(json.dumps({"found": found, "answered": {str(status): sorted(set(urls)) for status, urls in answered.items()}}))
