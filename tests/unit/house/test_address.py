"""The Spanish of the kit says tú, everywhere: pages, prompts, notebooks and lessons."""

import json
import re

import pytest

from repo import REPO

# What is said to somebody as usted. A verb counts where a sentence or a part of one begins: elsewhere
# "lea" or "use" may speak of anybody.
VERBS = """
    abra acepte acuda añada anote avise baje borre busque cambie cite compare compruebe conserve copie corrija
    dé decida deje descargue describa diga elija empiece entre entregue envíe escoja escriba espere explique firme
    guarde haga imprima indique intente invite lea llame marque mire muestre olvide pase pegue pida piense ponga
    pregunte procure pruebe publique pulse quite recargue recoja recorra repita responda revise seleccione señale
    siga sume suponga tome traiga use vaya vea venga vuelva
""".split()
THEIRS = """
    ayuda bandeja casilla centro clase clave código colegas contraseña correo curso descargas diario escuela equipo
    facilitador facilitadora facilitadores grupo idea lectura navegador nivel niveles computadora palabras parte pareja
    pregunta preguntas primera propia propias propio propios recibo relato respuesta respuestas salón sesión sesiones
    últimas
""".split()
# With a pronoun behind it, the vowel tells them apart: guárdelo and guárdalo, escríbalo and escríbelo.
IN_E = "anót avís búsqu cámbi compruéb cópi descárgu ejecút entrégu enví guárd intént llám márqu mír muéstr pregúnt".split()
IN_E += "pruéb quít recárgu revís tóm ús".split()
IN_A = "ábr díg elíj escríb hág lé póng véng vé".split()
FORMAL = re.compile(
    rf"""
      \bustede?s?\b
    | (?:^|[.:;,!?»”"*]\s+|\by\s+|[¿¡(«“"*])(?:no\s+)?(?:l[ao]s?\s+)?(?:{"|".join(VERBS)})\b
    | \b(?:(?:{"|".join(IN_E)})e|(?:{"|".join(IN_A)})a)(?:se)?(?:me|l[eao]s?)\b
    | \b[Ss]us?\s+(?:{"|".join(THEIRS)})\b
    | \b(?:cuando|si|hasta\ que|salvo\ que|como)\s+(?:no\s+)?(?:l[aeo]\s+)?
        (?:desea|desee|pulsa|pulse|quiera|decida|termine|prefiera|haya\ respondido)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Where it is somebody else's: "nobody reads their own answers".
OF_OTHERS = (
    "nadie lee sus propias",
    "también todas sus respuestas",
    "espera todavía su propia lectura",
    "con su código",
    "publicó y sus preguntas",
    "cuando cambien sus palabras",
    "conserva sus niveles",
    "conservan sus niveles",
    "{name}: su pregunta",
    "{level}: sus palabras",
    "tras ellos vienen sus palabras",
    "a prueba su propia idea",
    "un hueco en su respuesta",
    "de cada cuatro de sus colegas",
    "criterio, sube por sus niveles",
)


def catalogs() -> dict[str, str]:
    """Every Spanish sentence, by where it stands."""
    found = {}
    for path in ("src/openpractice/text/es.json", "front/prompts/catalog/es.json"):
        for key, text in json.loads((REPO / path).read_text("utf-8")).items():
            found[f"{path} {key}"] = text
    words = (REPO / "front/notebook/words.js").read_text("utf-8").partition("  es: {")[2].partition("  },")[0]
    return found | {f"front/notebook/words.js {n}": line for n, line in enumerate(words.splitlines())}


def lessons() -> dict[str, str]:
    """Every paragraph of the Spanish courses."""
    found = {}
    for course in (REPO / "courses").rglob("course.yml"):
        if "\nlanguage: es" in course.read_text("utf-8"):
            for path in [*course.parent.glob("*.md"), *course.parent.glob("*.yml")]:
                for n, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                    found[f"{path.relative_to(REPO)}:{n}"] = line
    return found


def formal(texts: dict[str, str]) -> dict[str, str]:
    """What of it is said as usted, by where it stands."""
    wrong = {}
    for where, text in texts.items():
        for said in FORMAL.finditer(text):
            around = text[max(0, said.start() - 20) : said.end() + 12]
            if not any(one in around.lower() for one in OF_OTHERS):
                wrong[where] = around
    return wrong


def test_pages_prompts_and_notebooks_say_tu():
    assert len(catalogs()) > 1000
    assert formal(catalogs()) == {}


def test_lessons_in_spanish_say_tu():
    assert len(lessons()) > 300
    assert formal(lessons()) == {}


@pytest.mark.parametrize(
    "text",
    [
        "Solo usted",
        "Ustedes deciden.",
        "Lo que usted podrá hacer",
        "Revise antes lo escrito.",
        "Mire otra vez y pulse Guardar.",
        "Se cambió en dos sitios: elija con cuál seguir.",
        "No se pierde nada: inténtelo otra vez.",
        "Ejecútela otra vez.",
        "Compruebe la dirección. Envíela después.",
        "Buscando sus palabras…",
        "Su recibo",
        "Con otras palabras, si lo desea",
        "Compartido con el grupo cuando pulse Compartir",
        "¿Puede decirlo? No lo diga todavía.",
        "*Escriba* dos cosas",
    ],
)
def test_what_is_said_as_usted_is_found(text):
    assert formal({"here": text})


@pytest.mark.parametrize(
    "text",
    [
        "Nadie lee sus propias respuestas.",
        "Su nombre no es el de una entrega.",
        "Puedes cambiarlas hasta que se lean.",
        "En cuanto alguien muestre el suyo, podrás tomarlo.",
        "Quien lo use contigo puede abrirlas.",
        "Guárdalo. Escríbela arriba. Llámala. Elígelo. Léela.",
        "El grupo está creado. Se entra con su código.",
    ],
)
def test_what_is_said_of_others_or_as_tu_is_not(text):
    assert formal({"here": text}) == {}
