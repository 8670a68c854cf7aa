"""The few words that the plain-text form of an answer adds to it, by language."""

_WORDS = {
    "en": {
        "comment": "Comment",
        "row": "Row {number}",
        "nothing-written": "(nothing written)",
        "earlier-form": "(an earlier form of this question)",
        "scale": "{point} (from {low} to {high})",
        "person": "Person {number}",
        "title": "has the title",
        "me": "this is me",
        "goes-to": "{one} goes to {other}",
        "about": "About: {whose}",
        "critique": "Critique {number}",
        "say_back": "I say back",
        "see": "I see",
        "expect": "I would expect to see",
        "question": "A question that could change it",
        "offer": "What I can offer",
    },
    "es": {
        "comment": "Comentario",
        "row": "Fila {number}",
        "nothing-written": "(nada escrito)",
        "earlier-form": "(una forma anterior de esta pregunta)",
        "scale": "{point} (de {low} a {high})",
        "person": "Persona {number}",
        "title": "tiene el cargo",
        "me": "soy yo",
        "goes-to": "{one} acude a {other}",
        "about": "Sobre: {whose}",
        "critique": "Crítica {number}",
        "say_back": "Digo lo que he entendido",
        "see": "Veo",
        "expect": "Esperaría ver",
        "question": "Una pregunta que podría cambiarlo",
        "offer": "Lo que puedo ofrecer",
    },
}

LANGUAGES = tuple(_WORDS)


def word(spec: dict, name: str, **values) -> str:
    """The word in the language of the lesson that a specification is of; English where it is not here."""
    language = spec.get("language", "en").split("-")[0]
    return _WORDS.get(language, _WORDS["en"])[name].format(**values)
