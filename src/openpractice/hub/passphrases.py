"""Passphrases: made, judged and hashed. Nothing here remembers any."""

import hashlib
import secrets
import unicodedata

from openpractice.names import loosened
from openpractice.roster.ledger import AccountRefused, word

# 16 MB and about 50 ms: the cost OWASP names for interactive sign-in at r=8, p=1 is 2**17;
# a laptop that lets thirty people in at once affords 2**14, behind a throttle.
COST = 2**14
SHORTEST = 8
LONGEST = 200


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


def new_passphrase() -> str:
    return "-".join(word(4) for _ in range(3))
