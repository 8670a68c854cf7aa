"""The few words that the plain-text form of an answer adds to it, in the lesson's language."""

from openpractice import i18n


def word(spec: dict, name: str, **values) -> str:
    """The word in the language of the lesson that a specification is of; English where it is not here."""
    return i18n.say(spec.get("language", "en"), f"plain-{name}", **values)
