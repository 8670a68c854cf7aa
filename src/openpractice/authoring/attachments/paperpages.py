"""What a PDF becomes when it is opened: its pages, its pictures, and how far its packed parts swell.

Looked at as bytes, without a reader of PDF: parts are unpacked a piece at a time, up to the cap
and no further. What is locked cannot be looked at and is not carried.
"""

import re
import zlib
from bisect import bisect_left

MOST_PAGES = 300
MOST_UNPACKED = 100_000_000  # bytes, all parts together
MOST_PIXELS = 100_000_000  # one picture: an A3 page scanned at 600 dots an inch has 70 million
_HEAD = 4096  # bytes before a part in which its description is looked for
_START = re.compile(rb"(?<!end)stream\r?\n")
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_TWICE = re.compile(rb"/(?:Fl|FlateDecode)\s+?/(?:Fl|FlateDecode)\b|/(?:Fl|FlateDecode)/(?:Fl|FlateDecode)\b")
_PIECE = 1 << 20


class PaperTooLarge(ValueError):
    """A PDF that is not carried; the message is the end of a sentence."""


def check_paper(data: bytes) -> None:
    """Nothing, for a PDF that any reader can open without swelling.

    Raises
    ------
    PaperTooLarge
        For one that is locked, has too many pages or too large a picture, or unpacks to too much.
    """
    if re.search(rb"/Encrypt\b", data):
        raise PaperTooLarge("it is locked, so that nobody can look into it")
    left, pages = MOST_UNPACKED, len(_PAGE.findall(data))
    for head, part in _parts(data):
        if _pixels(head) > MOST_PIXELS:
            raise PaperTooLarge("a picture in it has too many pixels")
        if _TWICE.search(head):
            raise PaperTooLarge("a part of it is packed twice")
        unpacked, in_it = _unpacked(part, left, b"/ObjStm" in head)
        left -= unpacked
        pages += in_it
        if left < 0:
            raise PaperTooLarge(f"it unpacks to more than {MOST_UNPACKED / 1e6:g} MB")
    if pages > MOST_PAGES:
        raise PaperTooLarge(f"it has more than {MOST_PAGES} pages")


def _parts(data):
    """The packed parts, each with what stands before it; every byte is looked at once."""
    ends = [found.start() for found in re.finditer(rb"endstream", data)]
    before = 0
    for start in _START.finditer(data):
        if start.start() < before:
            continue  # inside the part before
        place = bisect_left(ends, start.end())
        end = ends[place] if place < len(ends) else len(data)
        yield data[max(before, start.start() - _HEAD) : start.start()], data[start.end() : end]
        before = end


def _pixels(head):
    found = [max(map(int, re.findall(rb"/%s\s+(\d{1,9})" % name, head)), default=0) for name in (b"Width", b"Height")]
    return found[0] * found[1]


def _unpacked(part, most, has_objects):
    """How many bytes it unpacks to, as far as `most`, and how many pages are described in them."""
    if len(part) < 2 or part[0] & 0x0F != 8 or int.from_bytes(part[:2]) % 31:
        return 0, 0  # not packed by the one way that swells a thousandfold
    unpacker, size, pages, rest, tail = zlib.decompressobj(), 0, 0, part, b""
    try:
        while rest and size <= most and not unpacker.eof:
            piece = unpacker.decompress(rest, _PIECE)
            rest, size = unpacker.unconsumed_tail, size + len(piece)
            if has_objects:
                text = tail + piece
                pages += len(_PAGE.findall(text)) - len(_PAGE.findall(tail))
                tail = text[-20:]
    except zlib.error:
        pass  # a reader of PDF stops there too
    return size, pages
