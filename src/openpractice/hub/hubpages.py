"""The hub's own pages, in the language that the browser asks for."""

from functools import partial

from jupyterhub.handlers.base import BaseHandler

from openpractice import i18n
from openpractice.service import catalog


def in_language_of_reader() -> None:
    """From now on every template of the hub is given `words_of` the browser that asks.

    The hub's own setting for what templates are given, template_vars, knows the person and not the
    request; so it is given where all pages of the hub get the rest.
    """
    given = BaseHandler.template_namespace.fget
    if getattr(given, "by_openpractice", False):
        return

    def namespace(handler):
        return given(handler) | words_of(handler.request.headers.get("Accept-Language", ""))

    namespace.by_openpractice = True  # type: ignore[attr-defined]
    BaseHandler.template_namespace = property(namespace)


def words_of(accept: str) -> dict:
    """`lang`, `t(key)` and `said(sentence)` in it; and for who asked without a language, `tongues`: each with its t."""
    language = i18n.choose(accept)
    return {
        "lang": language,
        "dir": i18n.direction(language),
        "t": partial(catalog.say, language),
        "said": partial(of_the_hub, language),
        "tongues": [(one, partial(catalog.say, one)) for one in ([language] if accept else i18n.languages())],
    }


# What the hub itself says to people, and the code of ours for it.
HUB_SAYS = {"Login form invalid or expired. Try again.": "hub-form-expired"}


def of_the_hub(language: str, sentence: str) -> str:
    """What a refusal says, in that language; "" for what the hub says to those who run it.

    Ours come as codes; of the hub's own sentences one is for those who sign in.
    """
    code = HUB_SAYS.get(sentence, sentence)
    return catalog.say(language, code) if code in i18n.sentences(i18n.FALLBACK) else ""
