"""Open Practice at a JupyterHub that you have (5.4 to 6): one entry in its configuration.

Read it in at the end of your jupyterhub_config.py, with what is other than here:

    open_practice = {"first_facilitators": ["dean@uni.edu"]}
    exec(open("/opt/open-practice/hub/service.py").read())

Or paste all of it there, and change what stands above the line of strokes.
"""

c = get_config()
_yours = globals().get("open_practice", {})

open_practice = {
    # The kit: the folder with lessons/ and notebooks/, and the program that its environment has.
    "kit": "/opt/open-practice",
    "program": "/opt/open-practice/.venv/bin/openpractice",
    # One folder on a disk of this machine. The service makes it, and nobody else can look into it.
    "data": "/srv/open-practice",
    # Any free port of this machine; only the hub's proxy asks there.
    "port": 8890,
    # Groups that this hub has. Whoever is in none of them takes part, unless `participants` names groups.
    "facilitators": [],
    "reviewers": [],
    "participants": [],
    # A hub without groups (TLJH, PAM): who facilitates first, by the name at this hub. Everybody else
    # is let in by a link that a facilitator hands out.
    "first_facilitators": [],
    # The system user of the service, where the hub runs as root; "" where it does not.
    "system_user": "",
    # The hub's own address as people's servers reach it, where they have the kit's package and lessons
    # may be opened as notebooks; "" otherwise.
    "hub_for_servers": "",
    # A folder for daily backups, on another disk if there is one; "" makes none.
    "backups": "",
    # Further settings of the service by name, such as OPENPRACTICE_GRADEBOOK.
    "environment": {},
}

# ---------------------------------------------------------------------------------------------

from jupyterhub.roles import get_default_roles  # noqa: E402  # what the hub gives where nothing is said

if _unknown := set(_yours) - set(open_practice):
    raise ValueError(f"open_practice has no {', '.join(sorted(_unknown))} (allowed: {', '.join(open_practice)})")


def _open_practice(c, named):
    name, enters = "openpractice", "access:services!service=openpractice"
    parts = {part: named[part] for part in ("facilitators", "reviewers", "participants")}
    command = [named["program"], "serve", "--data", named["data"]]
    for part, groups in parts.items():
        command += [word for group in groups for word in (f"--{part}", group)]
    command += [word for person in named["first_facilitators"] for word in ("--first-facilitator", person)]
    command += ["--notebooks"] if named["hub_for_servers"] else []
    as_user = {"user": named["system_user"]} if named["system_user"] else {}
    environment = {"OPENPRACTICE_KIT": named["kit"], **named["environment"]}
    c.JupyterHub.services.append(
        {
            "name": name,
            "url": f"http://127.0.0.1:{named['port']}",
            "command": command,
            "environment": environment,
            "oauth_no_confirm": True,  # it is the hub's own course: nobody is asked whether they mean it
            **as_user,
        }
    )
    if named["backups"]:
        keeping = [named["program"], "backup", named["backups"], "--data", named["data"], "--daily"]
        c.JupyterHub.services.append(
            {"name": f"{name}-backup", "command": keeping, "environment": environment, **as_user}
        )

    roles = c.JupyterHub.load_roles
    roles = list(roles if isinstance(roles, list) else roles.get_value([]))
    if parts["participants"]:  # these groups come in, and nobody else
        groups = [group for each in parts.values() for group in each]
        roles.append({"name": name, "groups": groups, "scopes": [enters], "users": named["first_facilitators"]})
        opened = []
    else:
        opened = ["user"]
    # A person's own server asks the course in their name; the course opens it that person's answers and nothing else.
    opened += ["server"] if named["hub_for_servers"] else []
    for role in opened:
        usual = next(one for one in get_default_roles() if one["name"] == role)
        have = next((one for one in roles if one["name"] == role), None)
        if have is None:
            have = {"name": role, "scopes": usual["scopes"]}
            roles.append(have)
        have["scopes"] = [*have.get("scopes", usual["scopes"]), enters]
    c.JupyterHub.load_roles = roles
    if named["hub_for_servers"]:
        address = f"{named['hub_for_servers'].rstrip('/')}/services/{name}/"
        c.Spawner.environment.update({"OPENPRACTICE_SERVICE": address})


_open_practice(c, open_practice | _yours)
