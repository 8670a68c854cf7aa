"""What a start says, and what of it is read aloud: addresses, codes, one's own sign-in, and how the walls stand."""

import os

from openpractice.hub.accounts import AccountRefused, Accounts
from openpractice.hub.passphrases import new_passphrase
from openpractice.launch.datafolder import DataFolder, write_private
from openpractice.launch.servers.net import address, hosts

OWNER = "Facilitator"


def wall_words(env) -> str:
    first = (
        "Participants can run code on their servers (--kernels)."
        if env["OPENPRACTICE_KERNELS"] == "1"
        else "Nobody can run code on the servers."
    )
    if env["OPENPRACTICE_WALLED"] == "1":
        return f"{first} bubblewrap keeps each server to its own files."
    words = f"{first} The second wall is missing: {env['OPENPRACTICE_NO_WALL_BECAUSE']}.\n"
    if env["OPENPRACTICE_KERNELS"] == "1":
        words += (
            "Whoever runs code can read and change everything in the data folder: everybody's words, and the marks."
        )
    else:
        words += "Servers share one user of this system, and only the first wall is between them."
    if os.geteuid() == 0 and env["OPENPRACTICE_UID"] == "-1":
        words += "\nThey run as root. Better: start as an ordinary user."
    return words


def to_type(options, cert) -> list[str]:
    """The addresses that people may type, the likeliest first."""
    return [address("https" if cert else "http", host, options.port) for host in hosts(options.host)]


def welcome(addresses: list[str], folder: DataFolder, seconds: float) -> str:
    accounts = Accounts(folder.path / "hub" / "accounts.db")
    lines = [f"\nOpen Practice is ready ({seconds:.0f} s). To read aloud:\n"]
    if not addresses:
        lines.append("    This machine is in no network now. Connect it, and start the workshop again.")
    lines += [f"    {'or' if place else 'Address':<10} {one}" for place, one in enumerate(addresses)]
    if len(addresses) > 1:
        lines.append("               (the first that opens on a phone or laptop in the room)")
    code = accounts.code("participant")
    lines.append(f"    Join code  {code.code}" if code.open else "    Nobody can join now: the code is closed.")
    lines.append("\nFor you and those who read answers with you:\n")
    name, passphrase = owner(accounts, folder)
    lines.append(
        f"    Sign in    {name} / {passphrase}"
        if passphrase
        else f"    Sign in    {name}, with the passphrase you chose"
    )
    for role in ("facilitator", "reviewer"):
        if (one := accounts.code(role)).open:
            lines.append(f"    {role.capitalize()}s join by  {one.code}")
    lines += [f"\nEverything written is kept in {folder.path}", "Stop with Ctrl-C; the same command starts it again."]
    return "\n".join(lines)


def owner(accounts: Accounts, folder: DataFolder) -> tuple[str, str | None]:
    """Name and passphrase of whoever starts the workshop; None once they chose their own."""
    file = folder.path / "config" / "facilitator-passphrase"
    if not file.exists():
        passphrase = new_passphrase()
        person = accounts.add(OWNER, "facilitator", passphrase)
        write_private(file, f"{person.id} {passphrase}")
    name, passphrase = file.read_text().split()
    try:
        accounts.check(name, passphrase)
    except AccountRefused:
        return name, None
    return name, passphrase
