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
_MOST_ELEMENTS, _DEEPEST = 20_000, 100
# In a style, too, only parts of the same drawing may be named.
_FETCHES = re.compile(r"url\s*\(\s*(?![\"']?\s*#)|@import|expression\s*\(|image-set|javascript:|\\", re.IGNORECASE)
_OWN_PART = re.compile(r"#[\w.:-]+")
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*>", re.IGNORECASE)


class UnsafeDrawing(ValueError):
    """A drawing that is not taken; the message is the end of a sentence."""


def safe_svg(data: bytes) -> bytes:
    """The drawing with only what is known to be harmless; the same drawing gives the same bytes.

    Raises
    ------
    UnsafeDrawing
        When it is no SVG, or makes its own entities, or is too deep or too large.
    """
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
    _clean(root, 0, [0])
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _LINK)
    return ElementTree.tostring(root, "utf-8", xml_declaration=False)


def _clean(element, depth, count):
    count[0] += 1
    if depth > _DEEPEST or count[0] > _MOST_ELEMENTS:
        raise UnsafeDrawing("it is too large a drawing; simplify it, or save it as PNG")
    for child in list(element):
        name = child.tag.removeprefix(f"{{{_SVG}}}") if isinstance(child.tag, str) else ""
        if name not in _ELEMENTS or (name == "style" and _FETCHES.search("".join(child.itertext()))):
            _take_out(element, child)
        else:
            _clean(child, depth + 1, count)
    for name, value in list(element.attrib.items()):
        if not _is_harmless(name, value):
            del element.attrib[name]


def _take_out(parent, child):
    """Without the child, and with the text that stands behind it."""
    at = list(parent).index(child)
    if at:
        parent[at - 1].tail = (parent[at - 1].tail or "") + (child.tail or "")
    else:
        parent.text = (parent.text or "") + (child.tail or "")
    parent.remove(child)


def _is_harmless(name: str, value: str) -> bool:
    if name in ("href", f"{{{_LINK}}}href"):
        return _OWN_PART.fullmatch(value.strip()) is not None
    if name.startswith("{"):
        return name in (f"{{{_XML}}}space", f"{{{_XML}}}lang")
    return not name.lower().startswith("on") and name != "src" and not _FETCHES.search(value)
