"""A drawing in SVG with nothing in it that runs or fetches: known elements and attributes, and no others.

Drawing programs add much that no reader sees; it goes too. What cannot be read is refused.
"""

import re
from xml.etree import ElementTree

_SVG, _LINK, _XML = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", "http://www.w3.org/XML/1998/namespace"
_ELEMENTS = frozenset(
    [
        "svg",
        "g",
        "defs",
        "symbol",
        "use",
        "title",
        "desc",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "textPath",
        "style",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "mask",
        "pattern",
        "marker",
        "filter",
        "switch",
        "feBlend",
        "feColorMatrix",
        "feComponentTransfer",
        "feComposite",
        "feFlood",
        "feFuncA",
        "feFuncB",
        "feFuncG",
        "feFuncR",
        "feGaussianBlur",
        "feMerge",
        "feMergeNode",
        "feMorphology",
        "feOffset",
        "feTile",
        "feTurbulence",
        "feDropShadow",
    ]
)
#: What somebody sees of a drawing and is not among these. Its words or its picture would be gone.
_SEEN = frozenset(["image", "foreignObject", "video", "animate", "animateTransform", "animateMotion", "set"])
_MOST_ELEMENTS, _DEEPEST = 20_000, 100
#: How many elements a drawing may become when its parts are drawn where they are named, and how far names lead on.
_MOST_DRAWN, _MOST_STEPS = 200_000, 20
_MOST_SIDE = 16_000
# In a style, too, only parts of the same drawing may be named.
_FETCHES = re.compile(r"url\s*\(\s*(?![\"']?\s*#)|@import|expression\s*\(|image-set|javascript:|\\", re.IGNORECASE)
# Letters that are fetched or packed in: the drawing's words are shown in those that the reader has.
_LETTERS = re.compile(
    r"@import\s*(?:url\([^)]{0,2000}\)|\"[^\"]{0,2000}\"|'[^']{0,2000}')[^;{}]{0,500}(?:;|$)|@font-face\s*\{[^{}]*\}",
    re.IGNORECASE,
)
_OWN_PART = re.compile(r"#[\w.:-]+")
_NAMES_PART = re.compile(r"url\(\s*[\"']?\s*#([\w.:-]+)")
_LENGTH = re.compile(
    r"\s*\+?([\d.]+(?:e[+-]?\d+)?)\s*(px|pt|pc|mm|cm|in|q|em|rem|ex|ch|)\s*(?:!important)?\s*", re.IGNORECASE
)
_PIXELS = {"pt": 4 / 3, "pc": 16, "mm": 3.78, "cm": 37.8, "in": 96, "q": 0.945, "em": 16, "rem": 16, "ex": 8, "ch": 8}
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*>", re.IGNORECASE)


_TOO_LARGE = "it is too large a drawing; simplify it, or save it as PNG"


class UnsafeDrawing(ValueError):
    """A drawing that is not taken; the message is the end of a sentence."""


def safe_svg(data: bytes) -> bytes:
    """The drawing with only what is known to be harmless; the same drawing gives the same bytes.

    Raises
    ------
    UnsafeDrawing
        When it is no SVG, or makes its own entities, or is too deep or too large.
    """
    root = _read(data)
    _clean(root, 0)
    _check_size(root)
    _check_drawn(root)
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _LINK)
    return ElementTree.tostring(root, "utf-8", xml_declaration=False)


def lost_parts(data: bytes) -> list[str]:
    """The kinds of parts that somebody sees in this drawing, and that `safe_svg` takes away."""
    found = set()
    for part in _read(data).iter():
        names = [_name(child) for child in part]
        # Of a switch the first that can be drawn is; programs put one beside what not all can.
        if _name(part) != "switch" or not any(name in _ELEMENTS for name in names):
            found |= {name for name in names if name in _SEEN or (name.startswith("fe") and name not in _ELEMENTS)}
        if _name(part) == "style" and _FETCHES.search(_style(part)):
            found.add("style")
    return sorted(found)


def _read(data: bytes) -> ElementTree.Element:
    try:
        text = _DOCTYPE.sub("", data.decode("utf-8-sig"), count=1)
    except UnicodeDecodeError:
        raise UnsafeDrawing("it is not saved in UTF-8") from None
    if re.search(r"<!(?:DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise UnsafeDrawing("it has entities of its own; save it as plain SVG")
    try:
        parser = ElementTree.XMLParser()
        parser.feed(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
        root = parser.close()
    except (ElementTree.ParseError, ValueError):
        raise UnsafeDrawing("it is no whole SVG") from None
    if root.tag != f"{{{_SVG}}}svg":
        raise UnsafeDrawing("it is no SVG")
    if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        raise UnsafeDrawing(_TOO_LARGE)
    return root


def _name(element) -> str:
    """The name of an element of SVG; "" for another's, and for a remark."""
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag.removeprefix(f"{{{_SVG}}}") if tag.startswith(f"{{{_SVG}}}") else ""


def _style(element) -> str:
    """The rules of a style, without those that bring letters along."""
    return _LETTERS.sub("", "".join(element.itertext()))


def _clean(element: ElementTree.Element, depth: int) -> None:
    if depth > _DEEPEST:
        raise UnsafeDrawing(_TOO_LARGE)
    kept: list = []
    texts: list[list[str]] = [[]]  # what stands behind those that go, by the one that stays before them
    for child in element:
        name = _name(child)
        if name == "a":  # what a link draws stays, and leads nowhere
            name = "tspan" if _name(element) in ("text", "tspan", "textPath") else "g"
            child.tag = f"{{{_SVG}}}{name}"
        if name == "style":
            child.text, child[:] = _style(child), []
        if name not in _ELEMENTS or (name == "style" and _FETCHES.search(child.text or "")):
            texts[-1].append(child.tail or "")
        else:
            kept.append(child)
            texts.append([])
            _clean(child, depth + 1)
    element[:] = kept
    element.text = "".join([element.text or "", *texts[0]]) or None
    for child, more in zip(kept, texts[1:], strict=True):
        child.tail = "".join([child.tail or "", *more]) or None
    for name, value in list(element.attrib.items()):
        if not _is_harmless(name, value):
            del element.attrib[name]


def _check_size(root):
    """No side is longer than a picture's may be; what has a part of the page for its length is not judged."""
    given = [root.get("width", ""), root.get("height", "")]
    given += re.findall(r"(?:^|[;\s-])(?:width|height)\s*:([^;]*)", root.get("style", ""), re.IGNORECASE)
    for length in given:
        found = _LENGTH.fullmatch(length)
        try:
            pixels = float(found[1]) * _PIXELS.get(found[2].lower(), 1) if found else 0
        except ValueError:
            pixels = 0  # no number, so that no browser takes it for one
        if pixels > _MOST_SIDE:
            raise UnsafeDrawing(f"it says that a side is longer than {_MOST_SIDE:,} pixels")


def _check_drawn(root: ElementTree.Element) -> None:
    """Parts drawn where they are named, within each other, become no more than a browser can draw."""
    named = {part.get("id"): (_count(part), _named_in(part)) for part in root.iter() if part.get("id")}
    memo: dict[str, int] = {}

    def drawn(name, way):
        if name in way or len(way) > _MOST_STEPS:
            raise UnsafeDrawing("a part of it is drawn within itself, or within too many others")
        if name not in memo:
            own, names = named.get(name, (0, ()))
            memo[name] = own + sum(drawn(each, (*way, name)) for each in names)
            if memo[name] > _MOST_DRAWN:
                raise UnsafeDrawing(_TOO_LARGE)
        return memo[name]

    if sum(drawn(name, ()) for name in _named_in(root)) > _MOST_DRAWN:
        raise UnsafeDrawing(_TOO_LARGE)


def _count(part):
    """How many elements it is, drawn once; a gradient is a colour and not drawn."""
    return 1 if part.tag.endswith("Gradient") else sum(1 for _ in part.iter())


def _named_in(element):
    """The parts that are named in an element and all within it, as often as they are."""
    found = []
    for part in element.iter():
        for key, value in part.attrib.items():
            if key in ("href", f"{{{_LINK}}}href"):
                found.append(value.strip()[1:])
            else:
                found += _NAMES_PART.findall(value)
    return found


def _is_harmless(name: str, value: str) -> bool:
    if name in ("href", f"{{{_LINK}}}href"):
        return _OWN_PART.fullmatch(value.strip()) is not None
    if name.startswith("{"):
        return name in (f"{{{_XML}}}space", f"{{{_XML}}}lang")
    return not name.lower().startswith("on") and name != "src" and not _FETCHES.search(value)
