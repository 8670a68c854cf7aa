"""A target for atheris: the border module, the texts that pass it, and the files that a lesson carries.

It is run by `test_border.py`, and by hand: python tests/measures/fuzz_border.py -max_total_time=600 FOLDER
"""

import json
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports():
    from openpractice import border, cleantext
    from openpractice.authoring.attachments.paperpages import PaperTooLarge, check_paper
    from openpractice.authoring.attachments.picturesize import picture_size
    from openpractice.authoring.attachments.safesvg import UnsafeDrawing, safe_svg
    from openpractice.journal.records import decode, encode, is_record

SMALL = border.Limits(2000, deepest=12, most_parts=200)
SEEDS = [
    b'{"format": "x", "value": {"text": "words", "rows": [{"a": 1}, {"b": [1.5, null]}]}}',
    b'{"a": "\\ud800", "a": NaN, "\\u0062": -1e999}',
    '{"é": "\u2028"}'.encode("utf-16"),
    b'<svg xmlns="http://www.w3.org/2000/svg" width="9mm"><g id="a"><use href="#b"/></g><style>a{fill:url(#a)}</style></svg>',
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0\0\0\0\0\0\0\0\1IDAT",
    b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x0b\x08\0\2\0\2\1\1\x11\0",
    b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\1\0\0\1\0\0VP8L\5\0\0\0\x2f\1\0\0\0",
    b"%PDF-1.7\n<</Type/ObjStm /Filter/FlateDecode>>stream\n\x78\x9c\x03\0\0\0\0\1\nendstream",
]


def judge_json(data):
    for mend in (False, True):
        try:
            found = border.read_object(data, SMALL, mend)
        except border.Unfit as unfit:
            assert unfit.code in border.CODES and len(str(unfit)) < 120
            continue
        assert json.loads(json.dumps(found, ensure_ascii=False, allow_nan=False).encode()) == found


def judge_text(data):
    halves = data[: len(data) // 2 * 2].decode("utf-16-le", "surrogatepass")
    for text in (data.decode("utf-8", "surrogateescape"), halves):
        clean = cleantext.clean_text(text)
        assert cleantext.clean_text(clean) == clean == cleantext.fit_for_xml(clean)
        assert clean == clean.encode().decode()
        cut = cleantext.cut_to_utf16(clean, 9)
        assert clean.startswith(cut) and cleantext.utf16_length(cut) <= 9


def judge_line(data):
    found = decode(data)
    if isinstance(found, dict):
        assert is_record(found) and decode(encode(found)) == found


def judge_file(data):
    for media in ("image/png", "image/jpeg", "image/webp"):
        size = picture_size(data, media)
        assert size is None or (size.width > 0 and size.height > 0)
    for judge, refusal in ((safe_svg, UnsafeDrawing), (check_paper, PaperTooLarge)):
        try:
            again = judge(data)
        except refusal as fault:
            assert 0 < len(str(fault)) < 120
            continue
        if judge is safe_svg:
            assert safe_svg(again) == again and b"<script" not in again.lower()


def one(data):
    judge_json(data)
    judge_text(data)
    judge_line(data)
    judge_file(data)


if __name__ == "__main__":
    seeds = Path(next((word for word in sys.argv[1:] if not word.startswith("-")), tempfile.mkdtemp()))
    for number, seed in enumerate(SEEDS):
        (seeds / f"seed-{number}").write_bytes(seed)
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
