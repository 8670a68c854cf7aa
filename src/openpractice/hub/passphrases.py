"""Passphrases and codes: made, judged and hashed. Nothing here remembers any."""

import hashlib
import secrets
import unicodedata

from openpractice.names import loosened

SHORTEST = 8
LONGEST = 200
# No 0/o, 1/l/i: codes are read aloud and typed on phones.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class Refused(Exception):
    """A sign-in, a joining or a change that cannot be; the text is for the person."""


def scrypt(passphrase: str, salt: bytes) -> bytes:
    # 16 MB and about 50 ms: the cost OWASP names for interactive sign-in at r=8, p=1 is 2**17;
    # a laptop that lets thirty people in at once affords 2**14, behind a throttle.
    composed = unicodedata.normalize("NFKC", passphrase).encode()
    return hashlib.scrypt(composed, salt=salt, n=2**14, r=8, p=1)


def hash_new(passphrase: str) -> tuple[bytes, bytes]:
    salt = secrets.token_bytes(16)
    return salt, scrypt(passphrase, salt)


def check_passphrase(passphrase: str, name: str) -> None:
    """Raises Refused for one that is too easy or too long."""
    if len(passphrase) < SHORTEST:
        raise Refused(f"Please choose a passphrase of at least {SHORTEST} characters: three words do well.")
    if len(passphrase) > LONGEST:
        raise Refused(f"That passphrase is longer than {LONGEST} characters. Please shorten it.")
    if loosened(passphrase) in (loosened(name), loosened(name).replace(" ", "")):
        raise Refused("Please choose a passphrase that is not your name.")
    if len(set(passphrase)) < 4:
        raise Refused("Please choose a passphrase with more different characters.")


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
