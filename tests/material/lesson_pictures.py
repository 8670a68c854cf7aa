"""Pictures and papers, sound and odd, and a folder of lessons that names them."""

import struct
import zlib


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(wide=2, high=2, more=b"", between=b""):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0))
    rows = zlib.compress((b"\0" + b"\xc0\x20\x20" * 2) * 2)
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + between
        + chunk(b"IDAT", rows)
        + chunk(b"tEXt", b"a\0" + more)
        + chunk(b"IEND", b"")
    )


PNG = png()


def jpeg(wide=2, high=2, before=b"", sof=0xC0):
    head = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0" + before
    return (
        head + bytes([0xFF, sof]) + struct.pack(">HBHHB", 11, 8, high, wide, 1) + b"\1\x11\0" + b"x" * 40 + b"\xff\xd9"
    )


def webp(*parts):
    body = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for kind, data in parts
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def drawing(inside, attributes=""):
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {attributes}>{inside}</svg>'.encode()


def swelling(each, steps, names='<use href="#{}"/>'):
    """A drawing of so many parts, of which each draws the next so many times."""
    parts = [f'<g id="a{n}">{names.format(f"a{n + 1}") * each}</g>' for n in range(steps)]
    return drawing(f'{"".join(parts)}<g id="a{steps}"><path d="M0 0"/></g><use href="#a0"/>')


def pdf(inside):
    return b"%PDF-1.7\n" + inside + b"\n%%EOF\n"


def packed(data, about=b""):
    return b"9 0 obj <<%s /Filter /FlateDecode>>\nstream\n%s\nendstream endobj\n" % (about, zlib.compress(data))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><rect width="2" height="2" fill="red"/></svg>'
