"""What is answered instead of what was asked for."""

import errno
from typing import Any

from openpractice.i18n import Coded, Said

#: What passes by itself, so that a page asks again.
PASSES = ("gradebook-in-use",)


class Refusal(Exception):
    """A request that is answered with a sentence instead of what it asked for.

    Parameters
    ----------
    status, code
        HTTP status, and a word that programs can rely on.
    text
        The sentence, when it is at hand, or what a deeper part says; otherwise the catalog's `refusal-<code>`.
    more
        Further members of the JSON reply, and the sentence's own values.
    """

    def __init__(self, status: int, code: str, text: str | Said = "", **more: Any):
        super().__init__(str(text) or code)
        self.status, self.code, self.text, self.more = status, code, text, more


def as_refusal(error: BaseException | None) -> Refusal | None:
    """The error, when it is an answer in words: a refusal, what a deeper part says stands in the way, a full disk."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Refusal(507, "disk-full")
    if isinstance(error, Coded):
        return Refusal(503 if error.code in PASSES else 409, error.code, error)
    return error if isinstance(error, Refusal) else None
