"""Pictures and papers beside a lesson go with it, or are named; a drawing is made safe on the way."""

import base64
import json
import re
import struct
import zlib

import pytest

from authoring import LESSON, problems_of, write_folder
from openpractice.authoring.attachments.lessonfiles import MOST_BYTES, MOST_FILES, lesson_files
from openpractice.authoring.attachments.paperpages import check_paper
from openpractice.authoring.attachments.picturesize import picture_size
from openpractice.authoring.attachments.safesvg import UnsafeDrawing, safe_svg
from openpractice.authoring.courses.course import read_folder
from openpractice.authoring.making import build
from openpractice.authoring.making.guide import guide_html
from openpractice.authoring.preview import lesson_page
from openpractice.carried import KINDS, is_name, named_in, read_carried
from steps import grows_no_faster


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


def lossy(wide=2, high=2):
    return b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", wide, high) + b"x" * 8


def canvas(wide, high, flags=0):
    return b"VP8X", bytes([flags, 0, 0, 0]) + struct.pack("<I", wide - 1)[:3] + struct.pack("<I", high - 1)[:3]


def lossless(wide, high):
    return b"VP8L", b"\x2f" + struct.pack("<I", (wide - 1) | (high - 1) << 14) + b"x" * 6


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


#: Photographs have a small one of themselves in front.
EXIF = b"\xff\xe1" + struct.pack(">H", 2 + 90) + b"Exif\0\0" + b"\xff\xd8\xff\xc0\0\x0b\x08\0\2\0\2" + b"x" * 73
JPEG, WEBP = jpeg(), webp(lossy())
PDF = b"%PDF-1.7\n" + b"x" * 40
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><rect width="2" height="2" fill="red"/></svg>'
FILES = {"hall.png": PNG, "hall.jpg": JPEG, "hall.webp": WEBP, "hall.svg": SVG, "form.pdf": PDF}
TEXT = "![A red hall](hall.png) ![Two](hall.jpg) ![Three](hall.webp) ![Four](hall.svg) [the form](form.pdf)"


def folder_with(tmp_path, words="", files=FILES, where="This is a lesson", **more):
    """The starter lesson with these words in it, and these files beside it."""
    folder = write_folder(tmp_path, lesson=LESSON.replace(where, f"{words}\n\n{where}"), **more)
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def faults(folder):
    return [problem for problem in problems_of(folder) if problem.code == "lost-file"]


def test_what_a_lesson_names_is_built_beside_its_notebook_and_nothing_else(tmp_path):
    folder = folder_with(tmp_path, TEXT, FILES | {"secret.pdf": PDF, "other.png": PNG})
    assert problems_of(folder) == []
    out = tmp_path / "notebooks"
    build.write(build.built_notebooks(read_folder(folder), out))
    place = out / "7-listening"
    assert {path.name for path in place.iterdir()} == {"7-listening.ipynb", *FILES}
    notebook = json.loads((place / "7-listening.ipynb").read_text("utf-8"))
    named = named_in(notebook)
    assert set(named) == set(FILES)
    assert all(read_carried(place, name, sha) == (place / name).read_bytes() for name, sha in named.items())
    assert (place / "hall.png").read_bytes() == PNG


def test_a_changed_or_forgotten_file_is_stale_or_left_over(tmp_path):
    folder = folder_with(tmp_path, TEXT)
    out = tmp_path / "notebooks"
    build.write(build.built_notebooks(read_folder(folder), out))
    (folder / "hall.png").write_bytes(png(more=b"new"))
    files = build.built_notebooks(read_folder(folder), out)
    assert {path.name for path in build.stale(files)} == {"7-listening.ipynb", "hall.png"}
    (folder / "7-listening.md").write_text(LESSON, "utf-8")
    files = build.built_notebooks(read_folder(folder), out)
    assert {path.name for path in build.left_over(files, out)} == set(FILES)


@pytest.mark.parametrize(
    "where", ["Criteria make", "- Write one objective", "A lesson is a text file.", "- `openpractice check` names", "What did your facilitator show"]
)  # fmt: skip
def test_a_picture_is_carried_from_every_part_that_people_read(tmp_path, where):
    text = LESSON.replace(
        where,
        where.removesuffix(" objective").replace("- ", "- ![A hall](hall.png) ")
        if where.startswith("- ")
        else f"![A hall](hall.png) {where}",
    )
    folder = write_folder(tmp_path, lesson=text)
    (folder / "hall.png").write_bytes(PNG)
    read = read_folder(folder)
    assert faults(folder) == []
    assert list(lesson_files(read.lessons[0])) == ["hall.png"]
    page = lesson_page(read, "7-listening", "x")
    assert 'src="/files/7-listening/hall.png" alt="A hall"' in page


def test_pictures_of_strong_answers_and_notes_stay_with_the_guide(tmp_path):
    for where in ("A strong answer, for reviewers", "Notes for the facilitator's guide"):
        folder = folder_with(tmp_path, "![A hall](hall.png)", where=where)
        read = read_folder(folder)
        assert problems_of(folder) == [] and lesson_files(read.lessons[0]) == {}
        assert set(build.built_notebooks(read, tmp_path / "out")) == {tmp_path / "out/7-listening/7-listening.ipynb"}
        guide = guide_html(read.lessons[0], read.course, read.rubric)
        assert f'src="data:image/png;base64,{base64.b64encode(PNG).decode()}"' in guide
        assert "hall.png" not in lesson_page(read, "7-listening", "x")


def test_the_guide_holds_pictures_and_papers_itself(tmp_path):
    read = read_folder(folder_with(tmp_path, TEXT, where="Criteria make"))
    guide = guide_html(read.lessons[0], read.course, read.rubric)
    for media in ("image/png", "image/jpeg", "image/webp", "image/svg+xml", "application/pdf"):
        assert f"data:{media};base64," in guide
    assert not re.search(r'(?:src|href)="(?!data:)', guide)


# -- what is named ---------------------------------------------------------------------------------

WRONG = {
    "not there": ("![Nowhere](nowhere.png)", {}, "not there"),
    "another case": ("![A hall](Hall.PNG)", {"hall.png": PNG}, "did you mean 'hall.png'"),
    "a slip": ("![A hall](hal.png)", {"hall.png": PNG}, "did you mean 'hall.png'"),
    "a linked paper": ("[the form](forms.pdf)", {}, "not there"),
    "another kind": ("![A hall](hall.gif)", {"hall.gif": b"GIF89a"}, "only PNG"),
    "a bitmap": ("![A hall](hall.bmp)", {"hall.bmp": b"BM"}, "only PNG"),
    "a phone's own kind": ("![A hall](hall.heic)", {"hall.heic": b"x"}, "only PNG"),
    "a document": ("[the form](form.docx)", {"form.docx": b"PK"}, "only PNG"),
    "a page": ("[the form](form.html)", {"form.html": b"<script>"}, "only PNG"),
    "a lesson": ("[the next](8-more.md)", {}, "only PNG"),
    "no end": ("![A hall](hall)", {"hall": PNG}, "only PNG"),
    "no name": ("![A hall]()", {}, "not a file beside"),
    "no address": ("[the form]()", {}, "not a file beside"),
    "a paper as picture": ("![the form](form.pdf)", {"form.pdf": PDF}, "no picture"),
    "above": ("![A hall](../hall.png)", {}, "'..'"),
    "above inside": ("![A hall](a/../../hall.png)", {}, "'..'"),
    "encoded above": ("![A hall](%2e%2e/hall.png)", {}, "'..'"),
    "hidden": ("![A hall](.hall.png)", {".hall.png": PNG}, "'..'"),
    "a colon": ("![A hall](<a:b.png>)", {}, "not a file beside"),
    "too deep": ("![A hall](a/b/c/hall.png)", {"a/b/c/hall.png": PNG}, "'..'"),
    "the root": ("![A hall](/hall.png)", {}, "not a file beside"),
    "a drive": ("![A hall](C:\\\\hall.png)", {}, "not a file beside"),
    "a file address": ("![A hall](file:///hall.png)", {}, "not a file beside"),
    "elsewhere": ("![A hall](https://example.org/hall.png)", {}, "not a file beside"),
    "elsewhere, no scheme": ("![A hall](//example.org/hall.png)", {}, "not a file beside"),
    "in the text": ("![A hall](data:image/png;base64,AAAA)", {}, "not a file beside"),
    "a folder": ("![A hall](hall.png)", {"hall.png/a.png": PNG}, "no file"),
    "empty": ("![A hall](hall.png)", {"hall.png": b""}, "not what the end"),
    "another's end": ("![A hall](hall.png)", {"hall.png": JPEG}, "not what the end"),
    "a page as picture": ("![A hall](hall.jpg)", {"hall.jpg": b"<html><script>alert(1)</script>"}, "not what the end"),
    "a page as paper": ("[f](form.pdf)", {"form.pdf": b"<html>"}, "not what the end"),
    "a sound": ("![A hall](hall.webp)", {"hall.webp": b"RIFF\0\0\0\0WAVE"}, "not what the end"),
    "large": ("![A hall](hall.png)", {"hall.png": png(more=b"x" * 2_000_000)}, "at most 2 MB"),
    "a large paper": ("[f](form.pdf)", {"form.pdf": PDF + b"x" * 5_000_000}, "at most 5 MB"),
    "many pixels": ("![A hall](hall.png)", {"hall.png": png(60_000, 60_000)}, "too many pixels"),
    "many pixels of a photograph": ("![A hall](hall.jpg)", {"hall.jpg": jpeg(60_000, 60_000)}, "too many pixels"),
    "of a photograph that loads by and by": ("![A hall](hall.jpg)", {"hall.jpg": jpeg(60_000, 60_000, sof=0xC2)}, "60,000 by"),
    "behind a preview": ("![A hall](hall.jpg)", {"hall.jpg": jpeg(9_000, 9_000, EXIF)}, "9,000 by 9,000"),
    "a long side": ("![A hall](hall.jpg)", {"hall.jpg": jpeg(60_000, 2)}, "too many pixels"),
    "no size": ("![A hall](hall.jpg)", {"hall.jpg": JPEG[:24]}, "not what the end"),
    "nothing across": ("![A hall](hall.png)", {"hall.png": png(0, 9)}, "not what the end"),
    "many pixels, lossy": ("![A hall](hall.webp)", {"hall.webp": webp(lossy(16_383, 16_383))}, "16,383 by"),
    "many pixels, lossless": ("![A hall](hall.webp)", {"hall.webp": webp(lossless(16_384, 16_384))}, "16,384 by"),
    "a large canvas": ("![A hall](hall.webp)", {"hall.webp": webp(canvas(2**24, 2**24), lossy())}, "16,777,216 by"),
    "a small canvas": ("![A hall](hall.webp)", {"hall.webp": webp(canvas(2, 2), lossy(16_383, 16_383))}, "16,383 by"),
    "moving": ("![A hall](hall.webp)", {"hall.webp": webp(canvas(2, 2, 2), (b"ANIM", b"x" * 6))}, "it moves"),
    "moving too": ("![A hall](hall.png)", {"hall.png": png(between=chunk(b"acTL", bytes(8)))}, "it moves"),
    "a wide drawing": ("![A hall](hall.svg)", {"hall.svg": SVG.replace(b"viewBox", b'width="1e9" viewBox')}, "longer than 16,000"),
    "a high drawing": ("![A hall](hall.svg)", {"hall.svg": SVG.replace(b"viewBox", b'height="500cm" viewBox')}, "longer than"),
    "a drawing wide by style": ("![A](hall.svg)", {"hall.svg": SVG.replace(b"viewBox", b'style="x:1;width: 900000px" viewBox')}, "longer than"),
    "a drawing within itself": ("![A](hall.svg)", {"hall.svg": drawing('<g id="a"><use href="#a"/></g><use href="#a"/>')}, "within itself"),
    "a drawing that swells": ("![A](hall.svg)", {"hall.svg": swelling(10, 10)}, "too large a drawing"),
    "a drawing that swells by patterns": ("![A](hall.svg)", {"hall.svg": swelling(10, 10, "<path fill=\"url('#{}')\"/>")}, "too large"),
    "a drawing of many steps": ("![A](hall.svg)", {"hall.svg": swelling(1, 5_000)}, "too many others"),
    "many pages": ("[f](form.pdf)", {"form.pdf": pdf(b"<</Type /Page /Parent 1 0 R>>" * 301)}, "more than 300 pages"),
    "many pages, packed": ("[f](form.pdf)", {"form.pdf": pdf(packed(b"<</Type/Page>>" * 301, b"/Type/ObjStm"))}, "300 pages"),
    "a paper that swells": ("[f](form.pdf)", {"form.pdf": pdf(packed(bytes(101_000_000)))}, "more than 100 MB"),
    "a paper that swells in all": ("[f](form.pdf)", {"form.pdf": pdf(packed(bytes(26_000_000)) * 4)}, "more than 100 MB"),
    "a paper packed twice": ("[f](form.pdf)", {"form.pdf": pdf(packed(b"x", b"/Filter[/FlateDecode /FlateDecode]"))}, "packed twice"),
    "a large picture in a paper": ("[f](form.pdf)", {"form.pdf": pdf(packed(b"x", b"/Height 40000/Width 40000"))}, "a picture in it"),
    "a locked paper": ("[f](form.pdf)", {"form.pdf": pdf(b"trailer <</Encrypt 9 0 R>>")}, "locked"),
    "no drawing": ("![A hall](hall.svg)", {"hall.svg": b"<html/>"}, "no SVG"),
    "half a drawing": ("![A hall](hall.svg)", {"hall.svg": SVG[:-3]}, "no whole SVG"),
    "reference": ("![A hall][h]\n\n[h]: nowhere.png", {}, "not there"),
    "in a link": ("[![A hall](nowhere.png)](https://example.org)", {}, "not there"),
    "in a table": ("| a |\n| - |\n| ![A hall](nowhere.png) |", {}, "not there"),
    "in a list": ("- a\n- ![A hall](nowhere.png)", {}, "not there"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_go_with_the_lesson_is_named_with_its_line(tmp_path, name):
    words, files, said = WRONG[name]
    folder = folder_with(tmp_path, words, files)
    (problem,) = faults(folder)
    line = LESSON[: LESSON.index("This is a lesson")].count("\n") + 1
    assert line <= problem.line <= line + 2 and problem.hint
    assert said in problem.what or said in problem.hint


def test_a_link_to_another_place_of_the_computer_is_not_followed(tmp_path):
    (tmp_path / "outside.png").write_bytes(PNG)
    folder = folder_with(tmp_path, "![A hall](hall.png)", {})
    (folder / "hall.png").symlink_to(tmp_path / "outside.png")
    assert len(faults(folder)) == 1
    (folder / "pictures").symlink_to(tmp_path)
    folder_with(tmp_path, "![A hall](pictures/outside.png)", {})
    assert len(faults(folder)) == 1


def test_all_files_of_a_lesson_have_a_most_together(tmp_path):
    files = {f"form{n}.pdf": PDF + b"x" * (MOST_BYTES // 3) for n in range(4)}
    folder = folder_with(tmp_path, " ".join(f"[form {n}](form{n}.pdf)" for n in range(4)), files)
    (problem,) = faults(folder)
    assert "together" in problem.what and problem.what.startswith("'form2.pdf'")
    many = {f"n{n}.png": PNG for n in range(MOST_FILES + 1)}
    (problem,) = faults(folder_with(tmp_path / "many", " ".join(f"![N]({name})" for name in many), many))
    assert f"more than {MOST_FILES}" in problem.what and problem.what.startswith(f"'n{MOST_FILES}.png'")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("![A hall](./hall.png)", "hall.png"),
        ('![A hall](hall.png "with a title")', "hall.png"),
        ("![A hall](hall%20two.png)", "hall two.png"),
        ("![A hall](<hall two.png>)", "hall two.png"),
        ("![A hall](pictures/hall.png)", "pictures/hall.png"),
        ("![A hall](Sal\u00f3n.png)", "Sal\u00f3n.png"),
        ("![A hall](Salo\u0301n.png)", "Sal\u00f3n.png"),
        ("![A hall](HALL.PNG)", "HALL.PNG"),
        ("![A hall](hall.png?raw=1)", "hall.png"),
        ("![A hall][h]\n\n[h]: hall.png", "hall.png"),
        ("[form](form.pdf#page=2)", "form.pdf"),
    ],
)
def test_a_name_may_be_written_in_several_ways(tmp_path, words, name):
    folder = folder_with(tmp_path, words, {name: PDF if name.endswith("pdf") else PNG})
    assert problems_of(folder) == []
    assert list(lesson_files(read_folder(folder).lessons[0])) == [name]


def test_a_picture_needs_words(tmp_path):
    for words in ("![](hall.png)", "![ ](hall.png)"):
        assert {problem.code for problem in problems_of(folder_with(tmp_path, words))} == {"missing-alt"}


# -- drawings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>", "<g><script href='//example.org'/></g>", "<foreignObject><b xmlns='http://www.w3.org/1999/xhtml'>x</b></foreignObject>",
        "<rect onclick='alert(1)'/>", "<rect ONLOAD='alert(1)'/>", "<a xlink:href='javascript:alert(1)'><text>x</text></a>", "<image href='https://example.org/a.png'/>",
        "<use href='https://example.org/a.svg#x'/>", "<use xlink:href='//example.org/a.svg#x'/>", "<style>@import 'https://example.org'</style>",
        "<style>rect { fill: url(https://example.org) }</style>", "<rect style='fill: url( \"https://example.org\")'/>", "<rect fill='url(//example.org)'/>",
        "<style>a { b: \\75rl(https://example.org) }</style>", "<animate attributeName='href' to='javascript:alert(1)'/>", "<set attributeName='onload' to='alert(1)'/>",
        "<iframe src='https://example.org'/>", "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>", "<handler type='a'>alert(1)</handler>",
        "<feImage href='https://example.org'/>", "<rect filter='url(https://example.org#f)'/>",
    ],
)  # fmt: skip
def test_a_drawing_keeps_nothing_that_runs_or_fetches(inside):
    safe = safe_svg(drawing(inside + "<circle r='1'/>")).decode()
    assert not re.search(
        r"script|alert|example|javascript|foreign|onl|onclick|animate|iframe|handler|@import", safe, re.IGNORECASE
    )
    assert "<circle r=" in safe and safe_svg(safe.encode()).decode() == safe


def test_a_drawing_keeps_what_is_seen():
    inside = (
        "<title>Hall</title><defs><linearGradient id='g'><stop offset='0' stop-color='red'/></linearGradient></defs>"
        "<style>.a { fill: url(#g); stroke: #333 }</style><g class='a' transform='rotate(3)'><path d='M0 0L1 1'/>"
        "<use href='#p'/><text x='1' xml:space='preserve'>A &amp; b <tspan>c</tspan> d</text></g>"
    )
    safe = safe_svg(
        b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">'
        + drawing(inside, "viewBox='0 0 9 9'")
    ).decode()
    for kept in (
        'offset="0"',
        "url(#g)",
        'transform="rotate(3)"',
        'd="M0 0L1 1"',
        'href="#p"',
        "A &amp; b ",
        ">c<",
        'viewBox="0 0 9 9"',
        "Hall",
    ):
        assert kept in safe
    taken = safe_svg(
        drawing("<text>before <script>x</script>after</text><sodipodi:view xmlns:sodipodi='urn:x'/>")
    ).decode()
    assert "before after" in taken and "sodipodi" not in taken


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"<svg>", b"<svg/>", b"<svg xmlns='http://www.w3.org/2000/svg'", b"\0", "<svg/>".encode("utf-16"),
     b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG, b'<!DOCTYPE svg [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>' + SVG,
     drawing("<g>" * 300 + "</g>" * 300), drawing("<g/>" * 30_000)],
)  # fmt: skip
def test_a_drawing_that_cannot_be_read_is_refused(data):
    with pytest.raises(UnsafeDrawing):
        safe_svg(data)


@pytest.mark.parametrize(
    "inside",
    [
        '<defs><linearGradient id="g"><stop/><stop/></linearGradient></defs>' + '<path fill="url(#g)"/>' * 15_000,
        '<g id="leaf"><path/></g>' + '<use href="#leaf"/>' * 500,
        '<clipPath id="c"><rect/></clipPath><g clip-path="url(#c)"><g clip-path="url(#c)"><path/></g></g>',
        '<path fill="url(#nowhere)"/>',
    ],
    ids=["one colour often", "a leaf often", "clipped twice", "a name of nothing"],
)
def test_a_drawing_may_name_its_parts_as_drawing_programs_do(inside):
    assert safe_svg(drawing(inside))


@pytest.mark.parametrize("size", ['width="210mm" height="297mm"', 'width="100%"', 'width="12000"', 'width="auto"', ""])
def test_a_drawing_of_an_ordinary_size_is_kept(size):
    assert safe_svg(SVG.replace(b"viewBox", f"{size} viewBox".encode()))


SHAPES = {
    "elements that go": (safe_svg, lambda n: drawing("<x/>y" * n)),
    "parts that name": (safe_svg, lambda n: swelling(1, 15).replace(b"<use", b'<path id="p"/>' * n + b"<use", 1)),
    "parts of a paper": (check_paper, lambda n: pdf(packed(b"x") * n)),
    "beginnings of parts": (check_paper, lambda n: pdf(b"stream\n" * n)),
    "ends of parts": (check_paper, lambda n: pdf(b"endstream\n" * n)),
    "pieces of a picture": (lambda data: picture_size(data, "image/webp"), lambda n: webp(*[(b"ICCP", b"")] * n)),
    "pieces of a photograph": (
        lambda data: picture_size(data, "image/jpeg"),
        lambda n: jpeg(before=b"\xff\xe1\0\2" * n),
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_judging_a_file_costs_no_more_than_it_is_long(shape):
    judge, make = SHAPES[shape]
    assert grows_no_faster(make, judge, 300)


def test_names_that_could_lead_elsewhere_are_none():
    for name in (
        "../a.png",
        "/a.png",
        "a/../b.png",
        "a//b.png",
        ".a.png",
        "a.exe",
        "a",
        "a\\b.png",
        "a\0.png",
        "a\n.png",
        "con:.png",
        "a/b/c/d.png",
        "",
        "a.png/",
        "-a.png",
    ):
        assert not is_name(name), name
    assert all(is_name(f"a.{end}") for end in KINDS)
    assert named_in({"metadata": {"openpractice": {"files": {"../a.png": "x", "b.png": 1, "c.png": "y"}}}}) == {
        "c.png": "y"
    }
    for odd in ({}, {"metadata": 1}, {"metadata": {"openpractice": {"files": ["a.png"]}}}):
        assert named_in(odd) == {}


def test_bytes_that_were_not_named_are_not_read(tmp_path):
    (tmp_path / "hall.png").write_bytes(PNG)
    assert read_carried(tmp_path, "hall.png", "0" * 64) is None
    assert read_carried(tmp_path, "nowhere.png", "0" * 64) is None
