"""A drawing keeps what is seen and nothing that runs or fetches; judging a file costs no more than it is long."""

import re
import time

import pytest

from lesson_pictures import PNG, SVG, drawing, jpeg, packed, pdf, swelling, webp
from openpractice.authoring.attachments.lessonfiles import NotCarried, read_file
from openpractice.authoring.attachments.paperpages import check_paper
from openpractice.authoring.attachments.picturesize import picture_size
from openpractice.authoring.attachments.safesvg import UnsafeDrawing, lost_parts, safe_svg
from openpractice.carried import KINDS, is_name, named_in, read_carried
from steps import grows_no_faster


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
    ("inside", "lost"),
    [
        ("<image href='data:image/png;base64,AAAA'/>", "image"),
        ("<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>Words</p></foreignObject>", "foreignObject"),
        ("<rect><animate attributeName='x' to='5'/></rect>", "animate"),
        ("<filter id='f'><feDiffuseLighting/></filter>", "feDiffuseLighting"),
        ("<style>.a { background: url(x.png) }</style>", "style"),
    ],
)
def test_what_is_seen_of_a_drawing_and_would_be_gone_is_named(tmp_path, inside, lost):
    assert lost_parts(drawing(inside)) == [lost]
    (tmp_path / "a.svg").write_bytes(drawing(inside))
    with pytest.raises(NotCarried) as no:
        read_file(tmp_path, "a.svg", picture=True)
    assert lost in no.value.why and "PNG" in no.value.hint


@pytest.mark.parametrize(
    ("inside", "kept"),
    [
        ("<a href='https://example.org'><path d='M0 0'/></a>", '<path d="M0 0" />'),
        ("<text>one <a href='https://example.org'>two</a> three</text>", "<text>one <tspan>two</tspan> three</text>"),
        ("<switch><foreignObject/><text>Words</text></switch>", "<text>Words</text>"),
        ("<style>@import url('https://example.org/css?a:400;700');.a{fill:red}</style>", "<style>.a{fill:red}</style>"),
        ("<style>@font-face{src:url(data:font/woff2;base64,AA)}.a{fill:red}</style>", "<style>.a{fill:red}</style>"),
    ],
)
def test_a_drawing_keeps_what_stands_in_links_and_beside_letters_of_its_own(inside, kept):
    assert lost_parts(drawing(inside)) == []
    safe = safe_svg(drawing(inside)).decode()
    assert kept in safe and "example" not in safe and "data:" not in safe


def test_a_style_that_hides_what_it_fetches_goes():
    for style in ("@imp@import 'a';ort url(https://example.org)", "@import url(https://example.org;a{b:c}"):
        assert lost_parts(drawing(f"<style>{style}</style>")) == ["style"]
        assert "example" not in safe_svg(drawing(f"<style>{style}</style>")).decode()


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
    "parts that are lost": (lost_parts, lambda n: drawing("<image/>" * n)),
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


def test_a_style_of_many_beginnings_is_read_at_once():
    """What a pattern looks at are no steps: unbounded, each beginning would be read to the end."""
    begun = time.monotonic()
    assert lost_parts(drawing("<style>" + "@import url(" * 40_000 + "</style>")) == ["style"]
    assert time.monotonic() - begun < 20


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
