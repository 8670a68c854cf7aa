"""The few words that building adds to a lesson, by language."""

_WORDS = {
    "en": {
        "objectives": "What you will be able to do",
        "agenda": "How the time is spent",
        "keypoints": "What to take away",
        "minutes": "Minutes",
        "step": "Step",
        "about-minutes": "About {minutes} minutes",
        "about-minute": "About 1 minute",
        "session-minutes": "{minutes} minutes together",
        "why": "Why we ask",
        "sees": "Who sees it",
        "words": "Aim for at most {max} words",
        "words-between": "Aim for {min} to {max} words",
        "words-least": "Aim for at least {min} words",
        "P": "Only you",
        "F": "You and your facilitators",
        "C": "Shared with the group, when you press Share",
        "A": "Counted, never named",
        "P-share": "Only you, unless you choose to show your facilitators",
        "F-share": "You and your facilitators, and the group if you press Share",
        "lead-first": "Your facilitator answers this one first",
        "extension": "If time allows",
        "handin": "When you are done",
        "handin-text": "Look over your answers and hand them in here. You can change them until they are read.",
    },
    "es": {
        "objectives": "Lo que usted podrá hacer",
        "agenda": "Cómo se reparte el tiempo",
        "keypoints": "Para llevarse",
        "minutes": "Minutos",
        "step": "Paso",
        "about-minutes": "Unos {minutes} minutos",
        "about-minute": "Un minuto",
        "session-minutes": "{minutes} minutos en grupo",
        "why": "Por qué lo preguntamos",
        "sees": "Quién lo ve",
        "words": "Como máximo {max} palabras",
        "words-between": "De {min} a {max} palabras",
        "words-least": "Al menos {min} palabras",
        "P": "Solo usted",
        "F": "Usted y sus facilitadores",
        "C": "Compartido con el grupo, cuando usted pulse Compartir",
        "A": "Se cuenta, nunca con nombre",
        "P-share": "Solo usted, salvo que decida mostrarlo a sus facilitadores",
        "F-share": "Usted y sus facilitadores, y el grupo si usted pulsa Compartir",
        "lead-first": "Quien facilita responde primero",
        "extension": "Si queda tiempo",
        "handin": "Cuando termine",
        "handin-text": "Revise sus respuestas y entréguelas aquí. Puede cambiarlas hasta que se lean.",
    },
}

LANGUAGES = tuple(_WORDS)


def word(language: str, name: str, **values) -> str:
    """The word in this language; English where the language is not there."""
    words = _WORDS.get(language.split("-")[0], _WORDS["en"])
    return words[name].format(**values)
