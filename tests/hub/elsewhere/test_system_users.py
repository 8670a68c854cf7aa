"""docs/your-hub.md, typed word by word by root beside a stock hub, whose people are system users that PAM signs in."""

import json
import re
import sys

import pytest

from openpractice.ids import person_id
from repo import FOLDERS

from ..conftest import REPO, free_port
from ..kernels import Kernel
from ..test_room import done
from .any_hub import DOCS, PREFIX, own_configuration, started
from .own_machine import OwnMachine, can_be_made, follow

pytestmark = [
    pytest.mark.hub,
    pytest.mark.slow,
    pytest.mark.skipif(not can_be_made(), reason="only root can make accounts of its own"),
]

STEPS = dict(re.findall(r"(?ms)^\*\*(\d)\. .*?$(.*?)(?=^\*\*\d\. |^## )", DOCS))
LEADER = "prof.smith@uni.edu"
WORDS = {"ana": "The words of Ana.", "ben": "The words of Ben."}
OPERATORS = """
c.JupyterHub.authenticator_class = "pam"
c.JupyterHub.spawner_class = "localprocess"
"""
LESSON, PROMPT = "1-purpose", "purpose-trace"
CALIBRATE = f"""
import sys
sys.path[:0] = {FOLDERS!r}
from openpractice.gradebook.coursefolder import open_folder
from reviewers import calibrate
calibrate(open_folder("/srv/open-practice"), "rob")
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """The machine with its people, and steps 1 and 2 done."""
    one = OwnMachine(tmp_path_factory.mktemp("machine"))
    for name in (LEADER, "rob", "ana", "ben"):
        one.run(f"useradd --badname --create-home '{name}'")
        one.run(f"echo '{name}:secret of {name}' | chpasswd")
    follow(one, STEPS["1"] + STEPS["2"], {"<this repository>": str(REPO)})
    return one


@pytest.fixture(scope="module")
def hub(machine):
    """Steps 3 and 4, then the hub, which root starts."""
    ports = [free_port() for _ in range(4)]
    address = f"http://127.0.0.1:{ports[0]}{PREFIX}"
    entry = re.search(r"(?s)```python\n(.*?)```", STEPS["3"])[1]
    # What the page says of notebooks too; and the port, since others may test here at the same time.
    others = f'    "hub_for_servers": "{address}",\n    "port": {ports[3]},\n}}\n'
    config = machine.inside("/etc/jupyterhub/jupyterhub_config.py")
    config.parent.mkdir()
    config.write_text(own_configuration(ports) + OPERATORS + entry.replace("}\n", others, 1))
    follow(machine, STEPS["4"], {})
    command = machine.words(sys.executable, "-m", "jupyterhub", "-f", str(config), folder="/srv")
    with started(command, machine.place, address) as running:
        yield running
    for line, seconds in machine.took.items():
        print(f"{seconds:7.1f} s  {line}")


def signed_in(hub, name):
    return hub.person(name, f"secret of {name}")


@pytest.fixture(scope="module")
def people(hub):
    """Step 5: the first facilitator, and who joined by their links."""
    leader = signed_in(hub, LEADER)
    assert leader.page().url.path.endswith("/services/openpractice/facilitator/")
    links, found = leader.links(), {LEADER: leader}
    for name in ("rob", "ana", "ben"):
        found[name] = signed_in(hub, name)
        page = found[name].join_by(links["reviewers" if name == "rob" else "participants"], name.title())
        assert page.status_code == 200, page.text
    return found


def lead(leader, what):
    return str(done(leader, leader.send("POST", f"openpractice/api/facilitator/{what}/{LESSON}", json={})))


def test_join_to_feedback(hub, machine, people):
    leader, ana, rob = people[LEADER], people["ana"], people["rob"]
    assert "Released Session 1" in lead(leader, "release")
    for name, words in WORDS.items():
        draft = {"lesson": LESSON, "key": "k", "base": 0, "value": {"text": words}, "device": "d"}
        assert people[name].send("PUT", f"openpractice/api/answers/{PROMPT}", json=draft).json()["rev"] == 1
    sent = ana.send("POST", f"openpractice/api/handin/{LESSON}", json={"revs": {PROMPT: 1}})
    assert sent.status_code == 200, sent.text
    assert "1 person" in lead(leader, "collect")
    as_service = ["setpriv", "--reuid", "openpractice", "--regid", "openpractice", "--clear-groups"]
    machine.inside("/srv/calibrate.py").write_text(CALIBRATE)
    machine.run(f"OPENPRACTICE_KIT={REPO} {' '.join(as_service)} {sys.executable} /srv/calibrate.py")
    line = rob.get(f"openpractice/api/review/line?lesson={LESSON}&prompt={PROMPT}").json()["line"]
    for each in line:
        marked = {"levels": {"R": 2, "P": 2}, "comment": "Read by Rob.", "version": 0, "seconds": 20}
        saved = rob.send("PUT", f"openpractice/api/review/mark/{LESSON}/{PROMPT}/{each['who']}", json=marked)
        assert saved.status_code == 200, saved.text
    lead(leader, "feedback")
    back = ana.get(f"openpractice/api/feedback/{LESSON}").json()["answers"][PROMPT]
    assert back["comment"] == "Read by Rob."


def test_the_service_is_the_system_user_of_its_own_and_its_folder_is_closed(machine, people):
    assert machine.run("stat -c '%U %a' /srv/open-practice") == "openpractice 700\n"
    assert machine.run("pgrep -u openpractice -f 'openpractice serve'").strip().isdecimal()


@pytest.fixture(scope="module")
def bens_kernel(people):
    """Code that Ben runs on his own server, which is a process of the system user `ben`."""
    ben = people["ben"]
    assert ben.http.get("/hub/spawn").status_code == 200
    ben.awake("ben", "tree")
    kernel = Kernel(ben)
    assert kernel.run("import os, pwd; print(pwd.getpwuid(os.getuid()).pw_name)") == "ben\n"
    return kernel


FILES = """
import json, os, pathlib
told = json.loads({told!r})
course, handed = pathlib.Path(told["course"]), pathlib.Path(told["handed"])
attacks = {{
    "read a hand-in": (handed / "responses.json").read_bytes,
    "read feedback": pathlib.Path(told["feedback"]).read_bytes,
    "read a journal": pathlib.Path(told["journal"]).read_bytes,
    "read the gradebook": pathlib.Path(told["gradebook"]).read_bytes,
    "look round": lambda: os.listdir("/srv/open-practice"),
    "rename a person's folder": lambda: handed.parent.rename(handed.parent.with_name("gone")),
    "rename the course's folder": lambda: os.rename("/srv/open-practice", "/srv/gone"),
    "forge for somebody present": lambda: handed.with_name(handed.name + "x").mkdir(),
    "forge for who never came": lambda: (course / "inbound" / "cleo").mkdir(),
    "release falsely": lambda: (course / "outbound" / "2-false").mkdir(),
    "change a release": lambda: (course / "outbound" / told["lesson"] / (told["lesson"] + ".ipynb")).write_text("x"),
    "the secrets of another's server": lambda: open("/proc/%d/environ" % told["other"]).read(),
    "end the service": lambda: os.kill(told["service"], 9),
}}
went = {{}}
for name, work in attacks.items():
    try:
        went[name] = repr(work())
    except Exception as error:
        went[name] = type(error).__name__
print(json.dumps(went))
"""


def test_another_system_user_gets_at_nothing_by_files_and_processes(machine, people, bens_kernel):
    ana = people["ana"]
    assert ana.http.get("/hub/spawn").status_code == 200
    ana.awake("ana", "tree")
    course = machine.inside("/srv/open-practice/exchange/open-practice")
    person = course / "inbound" / person_id("ana")
    [handed] = [each for each in person.iterdir() if not each.name.startswith(".")]
    places = {
        "course": course,
        "handed": handed,
        "feedback": course / "feedback" / person_id("ana") / f"{LESSON}.json",
        "journal": next(machine.inside("/srv/open-practice/people/ana").rglob("*.jsonl")),
        "gradebook": next(machine.inside("/srv/open-practice").rglob("gradebook.db")),
    }
    assert all(path.exists() for path in places.values())
    told = {name: str(path).removeprefix(str(machine.place)) for name, path in places.items()}
    pids = {
        "other": machine.run("pgrep -u ana -f singleuser | head -1"),
        "service": machine.run("pgrep -u openpractice -f 'openpractice serve' | head -1"),
    }
    told |= {"lesson": LESSON} | {name: int(pid) for name, pid in pids.items()}
    went = json.loads(bens_kernel.run(FILES.format(told=json.dumps(told))))
    assert len(went) == 13 and set(went.values()) == {"PermissionError"}, went


DOORS = """
import json, os, urllib.error, urllib.request
service, past_the_proxy = os.environ["OPENPRACTICE_SERVICE"], {past!r}
hub = os.environ["JUPYTERHUB_API_URL"]
token = "token " + os.environ["JUPYTERHUB_API_TOKEN"]
def ask(address, method="GET", body=None, **headers):
    headers = {{"Authorization": token, "Content-Type": "application/json"}} | headers
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data, headers, method=method)) as reply:
            return [reply.status, reply.read().decode()]
    except urllib.error.HTTPError as error:
        return [error.code, error.read().decode()]
forged = {{"revs": {{"purpose-trace": 1}}, "person": "ana", "user": "ana", "participant": "ana"}}
print(json.dumps({{
    "own": ask(service + "api/answers?lesson=1-purpose"),
    "another's": ask(service + "api/answers?lesson=1-purpose&person=ana&user=ana"),
    "another's feedback": ask(service + "api/feedback/1-purpose?person=ana"),
    "a false release": ask(service + "api/facilitator/release/2-noticing", "POST", {{}}),
    "collecting": ask(service + "api/facilitator/collect/1-purpose", "POST", {{}}),
    "all answers": ask(service + "api/review/export?form=long&as=csv"),
    "past the proxy": ask(past_the_proxy + "api/facilitator/release/2-noticing", "POST", {{}}),
    "with another's name": ask(past_the_proxy + "api/answers?lesson=1-purpose", Authorization="token x",
                               **{{"X-Forwarded-User": "ana", "Remote-User": "ana"}}),
    "an account for who never came": ask(hub + "/users/cleo", "POST", {{}}),
    "a token of another's": ask(hub + "/users/ana/tokens", "POST", {{}}),
    "forging": ask(service + "api/handin/1-purpose", "POST", forged),
}}))
"""


def test_another_system_user_gets_at_nothing_by_the_doors_of_the_service(hub, machine, people, bens_kernel):
    leader, ana = people[LEADER], people["ana"]
    port = re.search(r'"port": (\d+)', machine.inside("/etc/jupyterhub/jupyterhub_config.py").read_text())[1]
    past = f"http://127.0.0.1:{port}{PREFIX}/services/openpractice/"
    went = json.loads(bens_kernel.run(DOORS.format(past=past)))
    status, said = went.pop("own")
    assert status == 200 and WORDS["ben"] in said and WORDS["ana"] not in said
    forged = went.pop("forging")
    for name, (status, said) in went.items():
        assert WORDS["ana"] not in said and "Read by Rob." not in said, name
        assert status in (401, 403, 404) or name in ("another's", "another's feedback"), (name, status, said)
    # What Ben hands in is Ben's, whosever name he writes into it; and nobody came who did not.
    assert forged[0] in (200, 400, 422), forged
    lead(leader, "collect")
    handed = {path.name for path in machine.inside("/srv/open-practice/exchange/open-practice/inbound").iterdir()}
    assert handed <= {"ana", "ben"} and "ana" in handed
    lessons = [one["id"] for one in ana.get("openpractice/api/me").json()["lessons"]]
    assert lessons == [LESSON]
    kept = ana.get(f"openpractice/api/answers?lesson={LESSON}").json()["answers"][PROMPT]
    assert kept["value"]["text"] == WORDS["ana"]
    assert ana.get(f"openpractice/api/feedback/{LESSON}").json()["answers"][PROMPT]["comment"] == "Read by Rob."
