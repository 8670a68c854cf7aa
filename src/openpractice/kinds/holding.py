"""Whether one value says all that another says: whoever wrote both need not choose between them."""

import re

# What names something else, and is no text of the person's.
_NAMES = frozenset({"choice", "id", "from", "to", "_row", "wording"})


def holds(value: dict, earlier: dict) -> bool:
    """Whether every word, choice and number of the earlier value stands in this one.

    A text stands in another that begins with it, or has it in it as whole words.
    """
    return all(
        _has(value.get(key), part, key in _NAMES or (key == "rows" and isinstance(part, dict)))
        for key, part in earlier.items()
    )


def _has(now, before, exact):
    if now == before or before in ("", [], {}):
        return True
    if isinstance(before, str):
        return not exact and isinstance(now, str) and _stands_in(before.strip(), now)
    if isinstance(before, dict):
        parts = before.items()
        return isinstance(now, dict) and all(_has(now.get(key), part, exact or key in _NAMES) for key, part in parts)
    if not isinstance(before, list) or not isinstance(now, list):
        return False
    if all(isinstance(each, str) for each in before):
        return [each for each in now if each in before] == before
    return len(before) <= len(now) and all(_has(one, part, exact) for one, part in zip(now, before, strict=False))


def _stands_in(words, text):
    return text.startswith(words) or re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None
