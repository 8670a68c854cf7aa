"""Files beside a lesson: what is named goes with it, and what does not is named."""

import base64
import json
import re
import struct

import pytest

from authoring import LESSON, problems_of, write_folder
from lesson_pictures import PNG, SVG, chunk, drawing, jpeg, packed, pdf, png, swelling, webp
from openpractice.authoring.attachments.lessonfiles import MOST_BYTES, MOST_FILES, lesson_files
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.making import build
from openpractice.authoring.making.guide import guide_html
from openpractice.authoring.preview import lesson_page
from openpractice.carried import named_in, read_carried


def lossy(wide=2, high=2):
    return b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", wide, high) + b"x" * 8


def canvas(wide, high, flags=0):
    return b"VP8X", bytes([flags, 0, 0, 0]) + struct.pack("<I", wide - 1)[:3] + struct.pack("<I", high - 1)[:3]


def lossless(wide, high):
    return b"VP8L", b"\x2f" + struct.pack("<I", (wide - 1) | (high - 1) << 14) + b"x" * 6


#: Photographs have a small one of themselves in front.
EXIF = b"\xff\xe1" + struct.pack(">H", 2 + 90) + b"Exif\0\0" + b"\xff\xd8\xff\xc0\0\x0b\x08\0\2\0\2" + b"x" * 73
JPEG, WEBP = jpeg(), webp(lossy())
PDF = b"%PDF-1.7\n" + b"x" * 40

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
    "a lesson": ("[the next](8-more.md)", {}, "no session is linked"),
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
    "a space in the name": ("![A hall](my hall.png)", {"my hall.png": PNG}, "![what it shows](<my hall.png>)"),
    "a space in a link": ("[form](my form.pdf)", {"my form.pdf": PDF}, "write  [what it shows](<my form.pdf>)"),
    "a space before the bracket": ("![A hall] (hall.png)", {"hall.png": PNG}, "![what it shows](hall.png)"),
    "a size": ("![A hall](hall.png =200x100)", {"hall.png": PNG}, "![what it shows](hall.png)"),
    "another tool's brackets": ("![[hall.png|300]]", {"hall.png": PNG}, "![what it shows](hall.png)"),
    "a reference to nothing": ("![A hall][h]", {"hall.png": PNG}, "no picture and no link"),
    "an address without its beginning": ("[form](www.a.example/x)", {}, "https://www.a.example/x"),
    "another's address without it": ("[form](docs.a.example/d/7)", {}, "https://docs.a.example/d/7"),
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
    assert [problem.hint for problem in faults(folder)] == ["put the file itself beside the lesson"]
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
    for words in ("![](hall.png)", "![ ](hall.png)", "![hall.png](hall.png)", "![Hall](./hall.png)"):
        assert {problem.code for problem in problems_of(folder_with(tmp_path, words))} == {"missing-alt"}


def test_a_paper_needs_words_and_a_width_behind_a_picture_is_no_text(tmp_path):
    for words, code in (
        ("[](form.pdf)", "missing-link-words"),
        ("![A hall](hall.png){width=200}", "stays-text"),
        ('![A hall](hall.png){: width="50%" .centre}', "stays-text"),
        ("![A hall](hall.png) {width=200}", "stays-text"),
        ("![A hall](hall.png)\n{: .wide}", "stays-text"),
        ("![A hall](hall.png){width: 50%}", "stays-text"),
        ("![A hall](hall.png){wide}", "stays-text"),
        ("![A hall|200](hall.png)", "stays-text"),
    ):
        (found,) = problems_of(folder_with(tmp_path, words, {"form.pdf": PDF, "hall.png": PNG}))
        assert found.code == code, found.text()
    good = "[![A hall](hall.png)](form.pdf), in {brackets}"
    assert problems_of(folder_with(tmp_path, good, {"form.pdf": PDF, "hall.png": PNG})) == []


@pytest.mark.parametrize(
    "words",
    [
        ".. image:: hall.png", '{{< figure src="hall.png" >}}', "image::hall.png[A hall]", "[img]hall.png[/img]",
        "Look at ./hall.png now.", "![[hall.png]]", "![A hall] (hall.png)", "!\\[A hall](hall.png)",
    ],
)  # fmt: skip
def test_a_picture_in_marks_of_another_tool_is_named_once(tmp_path, words):
    (problem,) = faults(folder_with(tmp_path, words, {"hall.png": PNG}))
    assert "![what it shows](hall.png)" in problem.hint


def test_a_name_in_the_text_is_a_name_where_the_file_is_shown_or_not_there(tmp_path):
    for words in ("![A hall](hall.png)\n\nhall.png is red.", "`hall.png` is its name.", "Call it other.png."):
        assert faults(folder_with(tmp_path, words, {"hall.png": PNG})) == []


@pytest.mark.parametrize(
    ("target", "hint"),
    [
        ("a#1.png", "name it without them"),
        ("ana@example.org", "mailto:ana@example.org"),
        ("example.org", "https://example.org"),
        ("example.org/page", "https://example.org/page"),
        ("8-other.md", "by its title"),
        ("8-other", "by its title"),
        ("nope.png", "put nope.png beside the lesson"),
        ("Formula.pdf", "put Formula.pdf beside the lesson"),
        ("hal.png", "did you mean 'hall.png'?"),
        ("HALL.png", "did you mean 'hall.png'?"),
    ],
)
def test_the_hint_is_for_what_was_meant(tmp_path, target, hint):
    (problem,) = faults(
        folder_with(
            tmp_path, f"[it]({target})", {"hall.png": PNG, "a#1.png": PNG, "a\u00f1o.png": PNG, "form-a.png": PNG}
        )
    )
    assert hint in problem.hint, problem.text()
