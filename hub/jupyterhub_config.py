"""The hub of a workshop, read from top to bottom. Each line says why.

script/workshop starts it and says by the environment where the data are and which ports are
free. Settings of your own: hub/local_config.py beside this file, read last.
"""

import os
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

from openpractice.hub import hubpages, landing
from openpractice.service.coursewords import say_as_course
from openpractice.service.roles import OFFICE_SCOPE

c = get_config()

data = Path(os.environ["OPENPRACTICE_DATA"])
course, lies = os.environ["OPENPRACTICE_COURSE"], os.environ["OPENPRACTICE_COURSE_FOLDER"]
state = data / "hub"
service = "openpractice"
prefix = urlsplit(os.environ["OPENPRACTICE_PUBLIC_URL"]).path

# -- where it listens ------------------------------------------------------------------------
# The proxy is in front and is started by script/workshop, so that neither falls with the other.
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{os.environ['OPENPRACTICE_PROXY_PORT']}"
c.ConfigurableHTTPProxy.auth_token = os.environ["CONFIGPROXY_AUTH_TOKEN"]
c.JupyterHub.bind_url = os.environ["OPENPRACTICE_PUBLIC_URL"]
# The same port every time: servers that outlived a hub must find the next one.
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{os.environ['OPENPRACTICE_HUB_PORT']}"
# A proxy that was started again knows no way to anybody. script/workshop has the hub tell it at once;
# this is for one that was started again by other hands.
c.JupyterHub.last_activity_interval = 30
# Servers go on while the hub restarts; script/workshop ends them at its own end.
c.JupyterHub.cleanup_servers = False
c.JupyterHub.cleanup_proxy = False

# -- what it keeps: all in the data folder ------------------------------------------------------
c.JupyterHub.db_url = os.environ.get("OPENPRACTICE_HUB_DB") or f"sqlite:///{state / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(state / "cookie_secret")
c.JupyterHub.upgrade_db = True  # a newer hub opens an older folder
c.JupyterHub.template_paths = [str(landing.TEMPLATES)]
hubpages.in_language_of_reader()  # the hub itself speaks English to everybody
say_as_course(course)  # the sign-in page has the course's own title

# -- who comes in ------------------------------------------------------------------------------
c.JupyterHub.authenticator_class = "openpractice.hub.signin.SignIn"
c.SignIn.accounts_file = str(state / "accounts.db")
c.SignIn.course = course
# Who leaves is gone from the course service at once, not when its time comes to ask again.
c.SignIn.service_url = f"http://127.0.0.1:{os.environ['OPENPRACTICE_SERVICE_PORT']}{prefix}services/{service}/"
c.SignIn.service_token = os.environ["OPENPRACTICE_SERVICE_TOKEN"]
c.Authenticator.allow_all = True  # whoever has an account: joining took a code
c.Authenticator.manage_groups = True  # the role decides the group, and the group what one may do
c.Authenticator.auth_refresh_age = 60  # seconds until somebody who left is signed out
c.Authenticator.refresh_pre_spawn = True  # and no server starts for them in the meantime
c.JupyterHub.cookie_max_age_days = 30  # a participant comes back next week without a passphrase

# -- what each may do: the least that works -------------------------------------------------------
server = f"course-{course}"
enters = f"access:services!service={service}"
c.JupyterHub.custom_scopes = {OFFICE_SCOPE: {"description": "See and change who may come in, and by which codes"}}
c.JupyterHub.load_roles = [
    # A person's own server asks the course service in their name, and it opens their own doors to it only.
    {"name": "server", "scopes": ["users:activity!user", "access:servers!server", "read:users:name!user", enters]},
    {"name": "user", "scopes": ["self"]},
    {"name": f"take-part-{course}", "groups": [f"nbgrader-{course}"], "scopes": [enters]},
    {
        "name": f"formgrade-{course}",
        "groups": [f"formgrade-{course}"],
        "scopes": [
            enters,
            *(f"{scope}!user={server}" for scope in ("access:servers", "servers", "read:users:name")),
        ],
    },
    # The one thing that facilitators may and reviewers may not do at the hub; the group comes from their role.
    {"name": f"facilitate-{course}", "groups": [f"facilitate-{course}"], "scopes": [OFFICE_SCOPE]},
    # Naming the course's own user here makes it.
    {"name": "course", "users": [server], "scopes": [f"access:servers!user={server}"]},
    {"name": "launcher", "services": ["launcher"], "scopes": ["proxy"]},
    {
        "name": "cull",
        "services": ["cull"],
        "scopes": [
            f"{scope}!group=nbgrader-{course}"
            for scope in ("list:users", "read:users:activity", "read:servers", "delete:servers")
        ],
    },
]

# -- the servers -------------------------------------------------------------------------------
c.JupyterHub.spawner_class = "openpractice.hub.spawner.WalledSpawner"
c.WalledSpawner.data, c.WalledSpawner.course_folder, c.WalledSpawner.course = str(data), lies, course
c.WalledSpawner.walled = os.environ["OPENPRACTICE_WALLED"] == "1"
c.WalledSpawner.uid = int(os.environ["OPENPRACTICE_UID"])
c.WalledSpawner.kernels = os.environ.get("OPENPRACTICE_KERNELS") == "1"
c.WalledSpawner.service = f"http://127.0.0.1:{os.environ['OPENPRACTICE_SERVICE_PORT']}{prefix}services/{service}/"
c.WalledSpawner.service_pages = f"{prefix}services/{service}/"
c.Spawner.default_url = "/lab"
c.Spawner.disable_user_config = True  # nobody changes their server by a file in their folder
c.Spawner.poll_interval = 5  # seconds until a server that died is noticed
c.Spawner.http_timeout = c.Spawner.start_timeout = 300  # thirty starting at once on two cores
c.JupyterHub.concurrent_spawn_limit = 0  # all of a room may start: a refusal would not try again
c.LocalProcessSpawner.term_timeout = 2
c.LocalProcessSpawner.kill_timeout = 1
# A link to a server that sleeps wakes it, rather than asking for a button press.
c.JupyterHub.implicit_spawn_seconds = 0.1

# -- where people land -------------------------------------------------------------------------
c.JupyterHub.default_url = landing.default_url
# Nobody is asked whether they mean it: joining was the consent to the course, and facilitators open the
# course's Jupyter server, which is not their own.
c.JupyterHub.tornado_settings = {"oauth_no_confirm_list": {f"service-{service}", f"jupyterhub-user-{server}"}}

# -- helpers -----------------------------------------------------------------------------------
idle = os.environ.get("OPENPRACTICE_IDLE_SECONDS") or "7200"
c.JupyterHub.services = [
    # Has a new proxy told its routes; its token is made anew at each start of the workshop.
    {"name": "launcher", "api_token": os.environ["OPENPRACTICE_LAUNCHER_TOKEN"]},
    # The course. script/workshop starts it and starts it again, so that it outlives this hub.
    {
        "name": service,
        "url": f"http://127.0.0.1:{os.environ['OPENPRACTICE_SERVICE_PORT']}",
        "api_token": os.environ["OPENPRACTICE_SERVICE_TOKEN"],
        "oauth_client_allowed_scopes": [OFFICE_SCOPE],  # of whoever has it: a facilitator at the page of people
        "display": False,
    },
    # Ends servers of participants who have gone; their words are kept and the next click wakes it.
    {
        "name": "cull",
        "command": [
            *(["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []),
            sys.executable,
            "-m",
            "jupyterhub_idle_culler",
            f"--timeout={idle}",
        ],
    },
]

local = Path(__file__).with_name("local_config.py")
if local.exists():
    exec(compile(local.read_text(), str(local), "exec"))
