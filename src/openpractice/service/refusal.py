"""What is answered instead of what was asked for."""

from typing import Any

from openpractice.i18n import Said


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
