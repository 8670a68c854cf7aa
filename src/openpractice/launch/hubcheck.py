"""What is missing or wrong in a hub's configuration, for a course that it is to serve. Reads it, and changes nothing."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from openpractice.launch.doctor import Finding
from openpractice.launch.operatorsfile import read_config


@dataclass(frozen=True)
class HubEntry:
    """The course's entry among a hub's services."""

    name: str
    url: str
    command: list[str]
    environment: dict
    user: str = ""

    def named(self, option: str) -> list[str]:
        """What follows this option in the command, each time."""
        return [after for before, after in zip(self.command, self.command[1:], strict=False) if before == option]


def examine_hub(file: Path, data: Path | None, course: str) -> list[Finding]:
    """Everything that was found in a jupyterhub_config.py."""
    try:
        config = read_config(file)
    except Exception as error:  # whatever an operator's own file may raise
        return [Finding("doctor-hub-unread", file=file, why=f"{type(error).__name__}: {error}")]
    entry = _entry(_value(config.JupyterHub, "services"))
    if entry is None:
        return [Finding("doctor-hub-no-entry", file=file)]
    return [*_program(entry, data), *_runs_as(entry), *_who_comes_in(config, entry), *_who_leads(config, entry, course)]


def _value(section, name: str) -> list:
    held = section.get(name, [])
    return list(held if isinstance(held, list) else held.get_value([]))


def _entry(services: list) -> HubEntry | None:
    for one in services:
        command = [str(word) for word in one.get("command") or []]
        if "serve" in command and "--data" in command:
            told = one.get("environment") or {}
            return HubEntry(str(one["name"]), str(one.get("url") or ""), command, told, str(one.get("user") or ""))
    return None


def _program(entry: HubEntry, data: Path | None) -> Iterator[Finding]:
    program = Path(entry.command[0])
    if not os.access(program, os.X_OK):
        yield Finding("doctor-hub-program", program=program)
    if not entry.url:
        yield Finding("doctor-hub-no-url", name=entry.name)
    named = entry.named("--data")
    if data and named and Path(named[0]).absolute() != data.absolute():
        yield Finding("doctor-hub-other-data", named=named[0], data=data)
    kit = entry.environment.get("OPENPRACTICE_KIT")
    if kit and not Path(kit, "notebooks").is_dir():
        yield Finding("doctor-no-kit", folder=Path(kit, "notebooks"))


def _runs_as(entry: HubEntry) -> Iterator[Finding]:
    """Whether the system user of the service is there, can run the program, and has the data folder; root can try."""
    if not entry.user or os.geteuid() != 0:
        return
    try:
        account = pwd.getpwnam(entry.user)
    except KeyError:
        yield Finding("doctor-hub-no-user", user=entry.user, data=entry.named("--data")[0])
        return
    if os.access(entry.command[0], os.X_OK):
        command = [entry.command[0], "--version"]
        try:
            ran = subprocess.run(
                command, capture_output=True, user=account.pw_uid, group=account.pw_gid, extra_groups=[], cwd="/"
            )
            why = ran.stderr.decode("utf-8", "replace").strip()[-300:] if ran.returncode else ""
        except PermissionError as error:
            why = str(error.strerror)
        if why:
            yield Finding("doctor-hub-program-closed", program=entry.command[0], user=entry.user, why=why)
    for data in map(Path, entry.named("--data")):
        if data.exists() and data.stat().st_uid != account.pw_uid:
            yield Finding("doctor-hub-folder-of-another", data=data, user=entry.user)


def _who_comes_in(config, entry: HubEntry) -> Iterator[Finding]:
    """Whether the hub lets people, and their servers, in to the course."""
    enters = {f"access:services!service={entry.name}", "access:services"}
    open_to = [one for one in _value(config.JupyterHub, "load_roles") if enters & set(one.get("scopes") or ())]
    people = [one for one in open_to if one["name"] == "user" or one.get("groups") or one.get("users")]
    if not people:
        yield Finding("doctor-hub-nobody-enters", name=entry.name)
    if "--notebooks" in entry.command and not any(one["name"] == "server" for one in open_to):
        yield Finding("doctor-hub-servers", name=entry.name)


def _who_leads(config, entry: HubEntry, course: str) -> Iterator[Finding]:
    """Whether anybody facilitates, by a group that the hub has or by a name that it can have."""
    groups, first = entry.named("--facilitators"), entry.named("--first-facilitator")
    if not groups and not first:
        groups = [f"facilitate-{course}"]
    have = set(config.JupyterHub.get("load_groups", {}))
    given = config.Authenticator.get("manage_groups", False) or any(
        section.get("manage_groups", False) for name, section in config.items() if name.endswith("Authenticator")
    )
    if not first and not given and not have & set(groups):
        yield Finding("doctor-hub-nobody-leads", groups=", ".join(groups))
    for name in first:
        if name != name.lower():
            yield Finding("doctor-hub-capitals", name=name, small=name.lower())
