"""Prompts through ipywidgets, for VS Code, Voila and Jupyter without the extension.

`prompt` and `handin` are what a lesson's cells call. An answer travels by custom
messages only, straight into the person's journal: neither the notebook's outputs nor
saved widget state ever hold a word of it.
"""

import functools
import hashlib
import os

import anywidget
import traitlets

from openpractice.i18n import Coded
from openpractice.jupyter import seat
from openpractice.kit import STATIC

#: Reasons that the page has sentences for; any other is told with its own.
_KNOWN = {"stale": "stale", "no-space": "no-space", "signed-out": "signed-out", "not-saved": "offline"}


@functools.cache
def files() -> dict[str, str]:
    """What a page may ask for, by name: the prompts' joined modules, style and sentences."""
    found = sorted((STATIC / "prompts").glob("*.[jc]s*"))
    if not found:
        raise ImportError("Open Practice's prompts are not built. Run script/front.")
    return {path.name: path.read_text(encoding="utf-8") for path in found}


def _loader() -> str:
    whole = "".join(files().values())
    return files()["loader.js"].replace("VERSION", hashlib.sha256(whole.encode()).hexdigest()[:12])


class Prompt(anywidget.AnyWidget):
    """One prompt of a lesson, drawn from its specification."""

    _esm = _loader()
    spec = traitlets.Dict().tag(sync=True)
    host = traitlets.Dict().tag(sync=True)
    part = "prompt"

    def __init__(self, spec: dict, **kwargs):
        self._seat = seat.KernelSeat()
        host = {"user": self._seat.user, "workshop": self._seat.workshop, "base": served_at()}
        host |= {"language": kwargs.pop("language", ""), "part": self.part}
        super().__init__(spec=spec, host=host, **kwargs)
        self.on_msg(self._hear)

    def _repr_mimebundle_(self, **kwargs):
        """A stable text that names the question, and the live prompt where one can be."""
        name = {"text/plain": f"{type(self).__name__}: {self.spec.get('title') or self.spec.get('id', '')}"}
        if os.environ.get("NBGRADER_EXECUTION"):
            return name
        drawn = super()._repr_mimebundle_(**kwargs)
        if isinstance(drawn, tuple):
            return ({**drawn[0], **name}, *drawn[1:])
        return {**(drawn or {}), **name}

    def _hear(self, _widget, content, _buffers):
        if not isinstance(content, dict) or "id" not in content:
            return
        try:
            self.send({"id": content["id"], "ok": self._answer(content)})
        except Exception as error:
            self.send({"id": content["id"], "error": _error(error, self.spec.get("language", ""))})

    def _answer(self, content):
        if content.get("call") == "file":
            return {"text": files()[str(content.get("file"))]}
        return self._seat.answer(content.get("call"), content.get("args") or {}, self.spec)


class HandIn(Prompt):
    """The end of a lesson: looking over, handing in, the receipt."""

    part = "handin"


def prompt(spec: dict, **kwargs) -> Prompt:
    """The prompt of one specification; a lesson's cell shows it by ending with it."""
    seat.remember(spec)
    return Prompt(spec, **kwargs)


def handin(spec: dict, **kwargs) -> HandIn:
    """The hand-in of one lesson: ``{"course", "lesson", "title"}``."""
    return HandIn(spec, **kwargs)


def _error(error: Exception, language: str) -> dict:
    """What the page is told; anything unforeseen is tried again by the page, nothing is lost."""
    if not isinstance(error, Coded):
        return {"reason": "offline", "message": ""}
    if error.reason in _KNOWN:
        return {"reason": _KNOWN[error.reason], "message": ""}
    return {"reason": "refused", "message": error.said(language)}


def served_at(environ=None) -> str:
    """The address of the Jupyter server whose doors lead to the course service; "" where a kernel keeps the words.

    At a hub with a course service the page asks that server rather than this kernel, so that what is
    typed in a notebook is there on the lesson's page too.
    """
    env = os.environ if environ is None else environ
    return env.get("JUPYTERHUB_SERVICE_PREFIX", "") if env.get("OPENPRACTICE_SERVICE") else ""
