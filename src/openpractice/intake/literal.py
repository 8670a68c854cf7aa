"""An answer as Markdown that shows nothing but its own characters.

The copy that reviewers see is drawn as HTML by nbgrader, so every character that HTML,
Markdown or MathJax could take as an instruction becomes a numeric entity.
"""

import re
from datetime import datetime

from openpractice.gradebook.judgedhandin import JudgedAnswer, JudgedHandIn
from openpractice.gradebook.releasing.released import Release

_ACTIVE = "\\`*_{}[]()#+-!|$~&<>\"':./@="

# One pass: a second replacement would escape the first one's ampersands.
_ENTITIES = {char: f"&#{ord(char)};" for char in _ACTIVE}
_ENTITIES |= dict.fromkeys("\n\x85\u2028\u2029", "<br>")
_ENTITIES |= {chr(code): "\ufffd" for code in (*range(0x09), 0x0B, 0x0C, *range(0x0D, 0x20), 0x7F)}
_FIND = re.compile("[" + re.escape("".join(_ENTITIES)) + "\ud800-\udfff]")


class _Entities(dict):
    def __missing__(self, surrogate):
        return "\ufffd"


_ENTITY_OF = _Entities(_ENTITIES)

_BOX = (
    '<div class="op-answer tex2jax_ignore mathjax_ignore" dir="auto"'
    ' style="white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate">{}</div>'
)
_NOTE = '<div class="op-note tex2jax_ignore mathjax_ignore"><small>{}</small></div>'

ALTERED = "These words do not match the fingerprint they were handed in with. They are shown as they came."
BESIDE = "Also typed in the answer field of the page, and not counted:"


def literal(text: str) -> str:
    """The text as HTML in Markdown: every active character an entity, line ends `<br>`."""
    # Several times faster than str.translate, which looks every character up.
    return _FIND.sub(lambda found: _ENTITY_OF[found[0]], text)


def answer_source(answer: JudgedAnswer, handed_in: datetime, late: bool) -> str:
    """The answer cell of the reviewers' copy: the words, their sha256 and time.

    No blank line: Markdown would end the HTML.
    """
    parts = [_BOX.format(literal(answer.text))]
    if answer.source == "altered":
        parts.append(_NOTE.format(literal(ALTERED)))
    if answer.beside:
        parts += [_NOTE.format(literal(BESIDE)), _BOX.format(literal(answer.beside))]
    when = f"{handed_in:%Y-%m-%d %H:%M} UTC{', after the due time' if late else ''}"
    parts.append(_NOTE.format(f"sha256 <code>{answer.sha256}</code>. Handed in {when}."))
    return "\n".join(parts)


def sources(release: Release, each: JudgedHandIn) -> dict[str, str]:
    """The source of each answer cell that was answered, by prompt."""
    return {
        prompt: answer_source(answer, each.handed_in_at, each.late)
        for prompt, answer in each.answers.items()
        if prompt in release.graded and not answer.is_blank
    }
