"""What Jupyter draws beyond CommonMark, and our pages do not: boxes to tick, struck words, bare addresses."""

import re

_TICK = re.compile(r"\[[ xX]\](?=\s)")
_STRUCK = re.compile(r"(~~?)(?=[^\s~])(?:[^~]*[^\s~])?\1(?!~)")
_BARE = re.compile(
    r"(?:https?://|ftp://|\bwww\.)[^\s<]+|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE | re.ASCII
)


def unlike(children) -> list[tuple[str, str]]:
    """(what is drawn otherwise, how to mend it) in the text of one block, in order.

    `children` are its inline tokens. Code and the words of a link are left alone.
    """
    found, linked, text = [], 0, []
    for child in children:
        linked += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        # What was escaped, or is a link already, is drawn alike.
        text.append(
            child.content if child.type == "text" and not linked else " " if child.type == "softbreak" else "\0"
        )
    words = "".join(text)
    for struck in _STRUCK.finditer(words):
        found.append((struck[0], "write  \\~  for the sign itself"))
    for bare in _BARE.finditer(words):
        whole = _whole(bare[0])
        found.append((bare[0], f"write  [words for it]({whole}),  or  <{whole.removeprefix('mailto:')}>"))
    return found


def _whole(bare: str) -> str:
    if "://" in bare:
        return bare
    return f"https://{bare}" if bare.lower().startswith("www.") else f"mailto:{bare}"


def ticked(children) -> str:
    """The box to tick that an item of a list begins with; empty without one."""
    first = children[0] if children else None
    found = _TICK.match(first.content) if first is not None and first.type == "text" else None
    return found[0] if found else ""
