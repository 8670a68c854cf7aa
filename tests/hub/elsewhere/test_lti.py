"""A real hub whose people come from a learning platform, by messages signed as a platform signs them."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from openpractice.hub.ltidoor import CLAIM, hashed
from openpractice.launch.workshophub import node_program, proxy_script

from ..conftest import PATIENCE

ISSUER, CLIENT = "https://platform.example", "the-course"
TEACHER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
ASSISTANT = "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
# Somebody's role in the whole institution is none in this course.
ELSEWHERE = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"
PASSPHRASE = "three small words"
CONFIG = """
c = get_config()
c.JupyterHub.authenticator_class = "openpractice.hub.ltidoor.CourseLti"
c.JupyterHub.bind_url = "http://127.0.0.1:{port}/"
c.JupyterHub.hub_port = {hub}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.JupyterHub.db_url = "sqlite:///{place}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{place}/cookies"
c.CourseLti.issuer = "{issuer}"
c.CourseLti.authorize_url = "{issuer}/authorize"
c.CourseLti.client_id = {{"{client}"}}
c.CourseLti.jwks_endpoint = "http://127.0.0.1:{keys}/jwks"
c.CourseLti.contexts = {{"our-course"}}
c.CourseLti.leads = {{"Fay": {lead!r}}}
c.JupyterHub.load_roles = [
    {{"name": "see", "scopes": ["read:users:groups!user", "read:users!user"], "groups": ["facilitators", "reviewers", "participants"]}},
]
"""


def free_ports(n):
    held = [socket.socket() for _ in range(n)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class Platform:
    """What a learning platform does: it holds a key, shows its public half, and signs who somebody is."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        known = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key())) | {"kid": "k", "alg": "RS256"}

        class Keys(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps({"keys": [known]}).encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def message(self, nonce, email, roles, key=None, **more):
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": CLIENT,
            "sub": f"sub-of-{email}",
            "email": email,
            "iat": now,
            "exp": now + 600,
            "nonce": nonce,
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}deployment_id": "d",
            f"{CLAIM}message_type": "LtiResourceLinkRequest",
            f"{CLAIM}resource_link": {"id": "link"},
            f"{CLAIM}target_link_uri": "http://tool.example/hub",
            f"{CLAIM}context": {"id": "our-course"},
            f"{CLAIM}roles": roles,
        } | more
        return jwt.encode(claims, key or self.key, algorithm="RS256", headers={"kid": "k"})


class Hub:
    def __init__(self, address, platform):
        self.address, self.platform = address, platform

    def browser(self):
        return httpx.Client(base_url=self.address, timeout=PATIENCE, trust_env=False)

    def launch(self, email, roles, browser=None, **more):
        """The whole way of one launch: the platform starts, the tool asks back, the platform's message comes."""
        browser = browser or self.browser()
        begun = {"iss": ISSUER, "login_hint": "h", "target_link_uri": f"{self.address}/hub/home", "client_id": CLIENT}
        asked = browser.post("/hub/lti13/oauth_login", data=begun)
        assert asked.status_code == 302 and asked.headers["Location"].startswith(f"{ISSUER}/authorize?")
        query = {name: value[0] for name, value in parse_qs(urlsplit(asked.headers["Location"]).query).items()}
        token = self.platform.message(more.pop("nonce", query["nonce"]), email, roles, **more)
        return browser, browser.post("/hub/lti13/oauth_callback", data={"id_token": token, "state": query["state"]})

    def groups(self, browser):
        page = browser.get("/hub/home", follow_redirects=True)
        mark = next(c.value for c in browser.cookies.jar if c.name == "_xsrf")
        assert page.status_code == 200, page.text
        said = browser.get("/hub/api/user", headers={"X-XSRFToken": mark, "Referer": f"{self.address}/hub/home"}).json()
        return said["name"], said["groups"]

    def sign_in(self, name, passphrase):
        browser = self.browser()
        browser.get("/hub/login")
        mark = next(c.value for c in browser.cookies.jar if c.name == "_xsrf")
        return browser, browser.post("/hub/login", data={"username": name, "password": passphrase, "_xsrf": mark})


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    place, platform = tmp_path_factory.mktemp("lti"), Platform()
    port, own, api = free_ports(3)
    given = {"port": port, "hub": own, "api": api, "place": place, "issuer": ISSUER, "client": CLIENT}
    given |= {"keys": platform.server.server_address[1], "lead": hashed(PASSPHRASE)}
    (place / "config.py").write_text(CONFIG.format(**given) + proxy())
    with open(place / "log", "w") as log:
        command = [sys.executable, "-m", "jupyterhub", "-f", str(place / "config.py")]
        process = subprocess.Popen(command, cwd=place, stdout=log, stderr=log, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                if httpx.get(f"{address}/hub/api", trust_env=False, timeout=PATIENCE).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            assert process.poll() is None and time.monotonic() < until, (place / "log").read_text()[-3000:]
            time.sleep(0.3)
        yield Hub(address, platform)
    finally:
        process.terminate()
        process.wait(60)
        platform.server.shutdown()


def proxy():
    """The proxy that the kit's own hub uses."""
    # Node itself: the wheel's program in front of it would end, and leave it running.
    return f"c.ConfigurableHTTPProxy.command = {[node_program(os.environ['PATH']), str(proxy_script())]!r}\n"


@pytest.mark.parametrize(
    ("roles", "group"),
    [
        ([TEACHER], "facilitators"),
        ([LEARNER, ASSISTANT], "reviewers"),
        ([LEARNER], "participants"),
        ([ELSEWHERE], "participants"),
    ],
)
def test_a_signed_message_signs_in_with_the_part_that_its_roles_give(hub, roles, group):
    browser, done = hub.launch(f"Person{len(roles)}.{group}@School.org", roles)
    assert done.status_code == 302, done.text
    assert hub.groups(browser) == (f"person{len(roles)}.{group}@school.org", [group])


def test_who_is_no_longer_a_teacher_there_is_none_here(hub):
    browser, _ = hub.launch("changes@school.org", [TEACHER])
    assert hub.groups(browser)[1] == ["facilitators"]
    browser, _ = hub.launch("changes@school.org", [LEARNER])
    assert hub.groups(browser)[1] == ["participants"]


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"nonce": "0" * 64}, 400),
        ({"key": rsa.generate_private_key(public_exponent=65537, key_size=2048)}, 400),
        ({"aud": "another-tool"}, 401),
        ({"iss": "https://elsewhere.example"}, 400),
        ({"exp": 1_000_000_000}, 400),
        ({f"{CLAIM}context": {"id": "another-course"}}, 400),
    ],
    ids=["replayed", "another key", "for another tool", "another platform", "ran out", "another course"],
)
def test_a_message_that_is_not_right_lets_nobody_in(hub, more, status):
    browser, done = hub.launch("ana@school.org", [TEACHER], **more)
    assert done.status_code == status
    assert browser.get("/hub/home").status_code == 302


def test_a_message_opens_once(hub):
    browser = hub.browser()
    begun = {"iss": ISSUER, "login_hint": "h", "target_link_uri": f"{hub.address}/hub/home", "client_id": CLIENT}
    query = parse_qs(urlsplit(browser.post("/hub/lti13/oauth_login", data=begun).headers["Location"]).query)
    sent = {
        "id_token": hub.platform.message(query["nonce"][0], "ben@school.org", [LEARNER]),
        "state": query["state"][0],
    }
    assert browser.post("/hub/lti13/oauth_callback", data=sent).status_code == 302
    assert hub.browser().post("/hub/lti13/oauth_callback", data=sent).status_code == 400


def test_facilitators_have_a_door_beside_it(hub):
    browser, done = hub.sign_in("fay", PASSPHRASE)
    assert done.status_code == 302 and hub.groups(browser) == ("fay", ["facilitators"])
    for name, passphrase in (("fay", "wrong"), ("fay", ""), ("nobody", PASSPHRASE), ("ana@school.org", "")):
        assert hub.sign_in(name, passphrase)[1].status_code == 403


def test_no_platform_gives_somebody_the_name_of_that_door(hub):
    browser, done = hub.launch("FAY", [LEARNER])
    assert done.status_code == 400
    assert browser.get("/hub/home").status_code == 302
