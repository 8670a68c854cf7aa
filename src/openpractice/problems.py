"""Problems as data: found all at once, shown with the place and a hint."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """Something to mend, at a line of a file; the text never holds a traceback."""

    path: str
    line: int
    code: str
    what: str
    hint: str = ""
    allowed: tuple[str, ...] = ()

    def text(self) -> str:
        """`path:line: code: what (allowed: ...)`, then the hint on its own line."""
        allowed = f" (allowed: {', '.join(self.allowed)})" if self.allowed else ""
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{self.path}:{self.line}: {self.code}: {self.what}{allowed}{hint}"

    def ci_text(self) -> str:
        """The same as one workflow command, which marks the line in a pull request."""
        allowed = f" (allowed: {', '.join(self.allowed)})" if self.allowed else ""
        message = f"{self.code}: {self.what}{allowed}\n{self.hint}".strip()
        place = f"file={_escape(self.path, ',:')},line={self.line}"
        return f"::error {place}::{_escape(message)}"


def _escape(text: str, also: str = "") -> str:
    # Source: GitHub's workflow commands read %, line ends, and in the
    # properties also comma and colon, as %XX.
    for char in "%\r\n" + also:
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def report(problems: Iterable[Problem], ci: bool = False) -> str:
    """All problems in the order of files and lines, once each."""
    ordered = sorted(set(problems))
    return "\n".join(item.ci_text() if ci else item.text() for item in ordered)
