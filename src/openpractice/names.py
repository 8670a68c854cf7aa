"""Names of people: as they wrote them, the forms in which two are compared, and ids made from them.

Keyboards, word processors and spreadsheets write one name in many ways. `compared` says when two
writings are one name; it never takes an accent away, because that makes another name of it.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from openpractice.i18n import Coded
from openpractice.ids import RESERVED

LONGEST_NAME = 80
LONGEST_ID = 40
#: What the name and the school of everybody invented end with, wherever they are shown.
INVENTED = "(invented)"
JOINERS = "\u200c\u200d"  # part of how some scripts are written: between two letters, or two pictures
# What makes several pictures one, or a letter the form that its bearer writes: behind one of them only.
_PICTURE_FORM, _KEYCAP, _BLACK_FLAG = "\ufe0f", "\u20e3", "\U0001f3f4"
_TAGS = re.compile(f"{_BLACK_FLAG}[\U000e0020-\U000e007e]{{1,8}}\U000e007f")
_LETTER_FORMS = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af][\U000e0100-\U000e01ef]")

# What stands for an apostrophe, a hyphen, a dot between names, a quotation mark or the comma of "Last, First"
# on some keyboard. Source: UAX 44, category Pd, and what looks alike; some would fall apart in NFKC.
_APOSTROPHES = "\u1ffd\u1fef\u275b\u275c'`´‘’‛′‵ʹʻʼʽʾʿˈˊˋ΄᾽᾿῾`´ꞌ՚׳ߴߵ＇｀"
_HYPHENS = "-\u02d7\u2043\u2212" + "".join(c for c in map(chr, range(0x10000)) if unicodedata.category(c) == "Pd")
_CLASSES = {"'": _APOSTROPHES, "-": _HYPHENS, "·": "·•‧∙⋅・･ꞏ", '"': "“”„‟″״＂", ",": "،、，"}
_ONE = str.maketrans({char: plain for plain, alike in _CLASSES.items() for char in alike})
# Capitals leave the accent of Greek away; names in Chinese, Japanese and Korean stand with a space or without.
_GREEK_ACCENT = re.compile("(?<=[\u03b1-\u03c9])\u0301")
_CJK = "\u3040-\u30fa\u30fc-\u30ff\u3400-\u9fff\uac00-\ud7af"
_CJK_SPACE = re.compile(f"(?<=[{_CJK}])[ ·](?=[{_CJK}])")
# One letter under two numbers, by whose keyboard it was typed; the line that stretches a word is none.
_KEYBOARDS = str.maketrans({"ş": "ș", "ţ": "ț", "ð": "đ", "ي": "ی", "ك": "ک", "ـ": None})
# Invisible without being of category Cf. Source: DerivedCoreProperties.txt, Default_Ignorable_Code_Point.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
# Latin letters that are one letter and a stroke, or two letters, and fall apart in no normal form.
_LATIN = str.maketrans(
    {
        "đ": "d", "ð": "d", "ħ": "h", "ł": "l", "ø": "o", "ŧ": "t", "ı": "i", "ĸ": "k", "ŋ": "n",
        "æ": "ae", "œ": "oe", "þ": "th", "ə": "e", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y",
    }
)  # fmt: skip


class BadName(Coded, ValueError):
    """A name that cannot be used."""


def clean_name(text: object) -> str:
    """The name on one line, composed, as it was written otherwise.

    Raises
    ------
    BadName
        When nothing readable is left, or it is longer than 80 characters.
    """
    name = plain_line(text[: LONGEST_NAME * 50]) if isinstance(text, str) else ""
    if not any(char.isalnum() for char in name):
        raise BadName("name-missing")
    if len(name) > LONGEST_NAME:
        raise BadName("name-too-long", most=LONGEST_NAME)
    return name


def plain_line(text: str) -> str:
    """The text composed, without line ends, control characters and marks that nobody sees.

    Such marks turn the direction of reading round, and could make one name show as another.
    """
    text = unicodedata.normalize("NFC", text)
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    within = {at for form in (_TAGS, _LETTER_FORMS) for found in form.finditer(text) for at in range(*found.span())}
    shown = (char if at in within or _joins(text, at) else _shown(char) for at, char in enumerate(text))
    return " ".join("".join(shown).split())


def _shown(char):
    """The character as it stands in a line: a space for what parts words, nothing for what nobody sees."""
    kind = unicodedata.category(char)
    if kind == "Cn":
        # Given after this Python: pictures, and Chinese characters that are in people's names.
        newer = "\U0001f300" <= char <= "\U0001faff" or "\U00020000" <= char <= "\U0003fffd"
        return char if newer and ord(char) & 0xFFFE != 0xFFFE else ""
    if kind in ("Cf", "Cs", "Co") or _UNSEEN.match(char):
        return ""
    return " " if kind[0] in "ZC" else char


def _joins(text, place):
    """Whether an unseen mark stands where it makes what is seen: in a letter, or between the parts of a picture."""
    char, before, behind = text[place], text[place - 1 : place], text[place + 1 : place + 2]
    if char == _PICTURE_FORM:
        return _is_picture(before) or behind == _KEYCAP
    if char not in JOINERS or not before or not behind:
        return False
    if all(unicodedata.category(one)[0] in "LM" for one in (before, behind)):
        # The form of a picture is a mark too.
        return before != _PICTURE_FORM
    return char == "\u200d" and _is_picture(behind) and (before == _PICTURE_FORM or _is_picture(before))


def _is_picture(char):
    # A picture, also one given after this Python, or the colour of a skin.
    return bool(char) and (unicodedata.category(char) == "So" or "\U0001f300" <= char <= "\U0001faff")


@lru_cache(maxsize=20_000)
def compared(name: str) -> str:
    """The form in which two names are the same name.

    Letter case, composition, width, ligatures, spaces, invisible marks, the kind of apostrophe and
    of hyphen do not count, nor whether the family name stands first with a comma. Accents do.

    Source: Unicode 3.13 D146 (compatibility caseless match), with the dotless i of Turkish capitals.
    """
    text = name.translate(_ONE)
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text.translate(_ONE)).casefold()
    text = "".join(char for char in text if unicodedata.category(char) != "Cf" and not _UNSEEN.match(char))
    text = unicodedata.normalize("NFD", text).replace("i\u0307", "i").replace("ı", "i")
    text = unicodedata.normalize("NFC", _GREEK_ACCENT.sub("", text)).translate(_ONE).translate(_KEYBOARDS)
    last, comma, first = text.partition(",")
    if comma and "," not in first and first.strip():
        text = f"{first} {last}"
    return _CJK_SPACE.sub("", re.sub(r" ?(['-]) ?", r"\1", " ".join(text.split())))


@lru_cache(maxsize=20_000)
def without_mark(name: str) -> str:
    """The name of somebody invented as it is without the label that every page shows behind it."""
    return name.removesuffix(INVENTED).rstrip() or name


def marked(name: str) -> str:
    """A name or a school, labelled as invented; once, however it came."""
    return f"{without_mark(name)} {INVENTED}"


def loosened(name: str) -> str:
    """`compared` without accents: what somebody types on a keyboard that has none.

    Different people may share it, so it tells nobody apart; a passphrase must.
    """
    plain = unicodedata.normalize("NFD", compared(name))
    return "".join(char for char in plain if unicodedata.category(char) != "Mn").translate(_LATIN)


def in_a_row(names: Iterable[str]) -> str:
    """The names with commas between them; with semicolons where one has a comma of its own: "Vos, Ana; Ben"."""
    names = list(names)
    return ("; " if any("," in name for name in names) else ", ").join(names)


def id_from(name: str) -> str:
    """An id made from a name: "José da Silva" gives "jose-da-silva"; "" when it has no Latin letters."""
    text = name.translate(_ONE).casefold()
    plain = unicodedata.normalize("NFKD", text).translate(_LATIN).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_ID].strip("-")


def plain_id(text: str) -> str:
    """The id that is nearest to what was written, as an example to type."""
    return id_from(text) or "purpose-trace"


def new_id(name: str, taken) -> str:
    """An id for a person of that name that nobody has: ana-garcia, then ana-garcia-2.

    A name without Latin letters gets a random one, since a guess at its sound would be wrong.
    """
    stem = id_from(name)
    if not stem or f"{stem}-".startswith(RESERVED):
        stem = f"person-{secrets.token_hex(3)}"
    number, made = 1, stem
    while made in taken:
        number += 1
        made = f"{stem}-{number}"
    return made
