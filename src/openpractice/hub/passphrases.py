"""Passphrases and codes: made, judged and hashed. Nothing here remembers any."""

import hashlib
import secrets
import unicodedata

from openpractice.i18n import Coded
from openpractice.names import loosened

# 16 MB and about 50 ms: the cost OWASP names for interactive sign-in at r=8, p=1 is 2**17;
# a laptop that lets thirty people in at once affords 2**14, behind a throttle.
COST = 2**14
SHORTEST = 8
LONGEST = 200
# No 0/o, 1/l/i: codes are read aloud and typed on phones.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class AccountRefused(Coded):
    """A sign-in, a joining or a change that cannot be."""


def scrypt(passphrase: str, salt: bytes) -> bytes:
    composed = unicodedata.normalize("NFKC", passphrase).encode()
    return hashlib.scrypt(composed, salt=salt, n=COST, r=8, p=1)


def hash_new(passphrase: str) -> tuple[bytes, bytes]:
    salt = secrets.token_bytes(16)
    return salt, scrypt(passphrase, salt)


def check_passphrase(passphrase: str, name: str) -> None:
    """Raises AccountRefused for one that is too easy or too long."""
    if len(passphrase) < SHORTEST:
        raise AccountRefused("account-passphrase-short", shortest=SHORTEST)
    if len(passphrase) > LONGEST:
        raise AccountRefused("account-passphrase-long", longest=LONGEST)
    if loosened(passphrase) in (loosened(name), loosened(name).replace(" ", "")):
        raise AccountRefused("account-passphrase-is-name")
    if len(set(passphrase)) < 4:
        raise AccountRefused("account-passphrase-plain")


def new_code(role: str) -> str:
    """A code to read aloud; longer for those who read other people's answers."""
    groups = 2 if role == "participant" else 3
    return "-".join(word(4) for _ in range(groups))


def new_passphrase() -> str:
    return "-".join(word(4) for _ in range(3))


def word(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def plain_code(text: str) -> str:
    """A code as typed: capitals, spaces and other dashes do not matter."""
    return "".join(c for c in text[:100].lower() if c.isascii() and c.isalnum())
