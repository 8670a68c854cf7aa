"""What may name a course, a lesson, a prompt or a person; no path is built from anything else."""

import re
from typing import TypeGuard

PATTERN = r"[a-z0-9][a-z0-9-]{0,62}"
_ID = re.compile(PATTERN)


def is_id(text: object) -> TypeGuard[str]:
    """Whether the text may serve as the id of a course, lesson, prompt or person."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def safe_id(text: object) -> str:
    """The text, when it may name a course, lesson, prompt or participant in a path.

    Raises
    ------
    ValueError
        For anything else.
    """
    if not is_id(text):
        raise ValueError(f"not an id: {text!r:.80} (allowed: small letters, digits and -, at most 63)")
    return text
