"""How many pixels a picture becomes when it is opened, by its own first bytes: a small file can claim a billion.

Only lengths and sizes are read, and nothing is unpacked. Every step goes forward in the bytes.
"""

from typing import NamedTuple


class PictureSize(NamedTuple):
    """Pixels across and down, and whether it moves by itself."""

    width: int
    height: int
    moves: bool = False


def picture_size(data: bytes, media: str) -> PictureSize | None:
    """What the picture claims to be; None where it is no whole picture of that type."""
    found = {"image/png": _png, "image/jpeg": _jpeg, "image/webp": _webp}[media](data)
    return found if found and found.width > 0 and found.height > 0 else None


def _png(data):
    """Source: https://www.w3.org/TR/png-3/#5Chunk-layout"""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR" or len(data) < 33:
        return None
    at, moves = 8, False
    while at + 8 <= len(data) and (kind := data[at + 4 : at + 8]) != b"IDAT":
        moves |= kind == b"acTL"
        at += 12 + int.from_bytes(data[at : at + 4])
    return PictureSize(int.from_bytes(data[16:20]), int.from_bytes(data[20:24]), moves)


def _jpeg(data):
    """Source: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B"""
    at = 2
    while data[:2] == b"\xff\xd8" and at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or marker == 0x01 or 0xD0 <= marker <= 0xD7:  # filling, and marks without a length
            at += 1 if marker == 0xFF else 2
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return PictureSize(int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7]))
        else:
            at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4]))
    return None


def _webp(data):
    """Source: https://developers.google.com/speed/webp/docs/riff_container"""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    at, width, height, moves = 12, 0, 0, False
    while at + 8 <= len(data):
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        one = _webp_part(kind, data[at + 8 : at + 18])
        width, height = max(width, one[0]), max(height, one[1])
        moves |= kind in (b"ANIM", b"ANMF")
        at += 8 + length + length % 2
    return PictureSize(width, height, moves)


def _webp_part(kind, head):
    if len(head) == 10 and kind == b"VP8X":
        return int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1
    if len(head) == 10 and kind == b"VP8 " and head[3:6] == b"\x9d\x01\x2a":
        return int.from_bytes(head[6:8], "little") & 0x3FFF, int.from_bytes(head[8:10], "little") & 0x3FFF
    if len(head) >= 5 and kind == b"VP8L" and head[0] == 0x2F:
        bits = int.from_bytes(head[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return 0, 0
