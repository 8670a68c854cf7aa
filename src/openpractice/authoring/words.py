"""The few words that building adds to a lesson, in its language."""

from openpractice import i18n


def word(language: str, name: str, **values) -> str:
    """The word in this language; English where the language is not there."""
    return i18n.say(language, f"lesson-{name}", **values)
