"""Dollars are money on every page and in every notebook, unless a course switches mathematics on."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from authoring import COURSE, LESSON, problems_of, write_folder
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.dollars import SHIELDED, BadMath, markdown_parser, mathml, shielded, unshielded
from openpractice.authoring.making.guide import guide_html
from openpractice.authoring.making.notebook import build_notebook
from openpractice.authoring.preview import lesson_page
from openpractice.authoring.prose import render

MONEY = "The school spent $400 on books and $900 on tests."
MATH = COURSE + "math: true\n"

# Every place of a lesson where words stand that people read.
EVERYWHERE = (
    LESSON.replace('"Listening to learners"', '"From $5 to $10"')
    .replace("Welcome\n", "Welcome, $5 and $6\n")
    .replace("This is a lesson", f"{MONEY} Escaped \\$1 and \\$2, &#36;3 and &dollar;4. This is a lesson")
    .replace("- Write one objective", "- Spend $5 and $6. Write one objective")
    .replace(":::{reading} How a lesson", ":::{reading} $5 and $6: how a lesson")
    .replace("In March a new teacher", "In March $7 and $8 a new teacher")
    .replace("Say it so that it can be seen\n:id:", "Say $5 and $6\n:id:")
    .replace("One line that tells people", "One line for $5 or $6 that tells people")
    .replace("Criteria make", "| a | b |\n| --- | --- |\n| $5 | $6 and $7 |\n\n> It cost $5\n> and $6.\n\n**$5** and *$6*.\n\nCriteria make")
    .replace("- `openpractice check` names", "- $5 and $6: `openpractice check` names")
)  # fmt: skip


def built(tmp_path, lesson, course=COURSE):
    folder = read_folder(write_folder(tmp_path, lesson=lesson, course=course))
    assert problems_of(folder.path) == []
    return folder, build_notebook(folder.lessons[0], folder.course, folder.rubric)


def markdown_of(notebook):
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]


def test_no_dollar_is_left_for_jupyter_to_read(tmp_path):
    _, notebook = built(tmp_path, EVERYWHERE)
    text = "\n".join(markdown_of(notebook))
    assert "$" not in text and text.count(SHIELDED["$"]) > 20
    assert "The school spent $400 on books and $900 on tests. Escaped $1 and $2, $3 and $4." in unshielded(text)


def test_an_address_in_angle_brackets_leads_where_it_did():
    text = "<https://a.example/$x$?a=1&b=2> <a$b@a.example>"
    for parser in (MarkdownIt("commonmark"), markdown_parser()):
        wanted = re.findall(r'href="([^"]*)"', parser.render(text))
        assert re.findall(r'href="([^"]*)"', parser.render(shielded(text))) == wanted and len(wanted) == 2


@pytest.mark.parametrize("words", ["A *red* hall for \\$5 &amp; `more`", "A **red** hall for $5 &#38; more"])
def test_words_for_a_picture_that_is_not_there_have_no_marks(words):
    for address in ("hall.png", "https://a.example/hall.png"):
        assert render(shielded(f"![{words}]({address})")) == "<p>A red hall for $5 &amp; more</p>\n"


def test_a_title_that_ends_in_a_number_sign_keeps_it(tmp_path):
    _, notebook = built(tmp_path, LESSON.replace('"Listening to learners"', '"Learning C #"'))
    assert "<h1>Learning C #</h1>" in MarkdownIt("commonmark").render(markdown_of(notebook)[0])


def test_a_notebook_that_needs_no_shield_is_as_it_was():
    for text in ("Plain words & more &amp; \\*stars\\*", "`$x$ and $y$`", "```\n$x$ $y$\n```", "    $x$\n"):
        assert shielded(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (MONEY, MONEY),
        ("Escaped \\$1 and \\$2.", "Escaped $1 and $2."),
        ("&#36;1 &#x24;2 &dollar;3 &#036;4", "$1 $2 $3 $4"),
        ("US$5, 5$, $ and $$", "US$5, 5$, $ and $$"),
        ("$x$ $$y$$", "$x$ $$y$$"),
        (
            "C:\\temp and \\\\(x\\\\) and \\begin{align}x\\end{align}",
            "C:\\temp and \\(x\\) and \\begin{align}x\\end{align}",
        ),
        ("**$5** _$6_ a**$7**b", "$5 $6 a**$7**b"),
        ("[pay $5](https://example.org/?a=$b&c=$d 'to $5 $6')", "pay $5"),
        ("| $1 | b |\n| - | - |\n| $2 \\| x $3 | `$4` $5 |", "$1 b $2 | x $3 $4 $5"),
        ("- one $1\n\n  > two $2\n  lazy $3\n\n1. `a $b` $4", "one $1 two $2 lazy $3 a $b $4"),
        ("Title $1\n===\n\n# Other $2 #\n\n$3\\\n$4", "Title $1 Other $2 $3 $4"),
        ("[a][r] $1\n\n[r]: https://example.org/$2 'x $3'\n\n$4", "a $1 $4"),
        ("\\\\$5 and \\`$6\\`", "\\$5 and `$6`"),
        (
            "> <https://a.example/$x_y$?a=1&b=2> or <a$b$@a.example>",
            "https://a.example/$x_y$?a=1&b=2 or a$b$@a.example",
        ),
        ("| <https://a.example/$x$> | <https://b.example/> |\n| - | - |", "https://a.example/$x$ https://b.example/"),
    ],
)
def test_dollars_are_shown_as_written_and_stand_alone(text, shown):
    ready = shielded(text)
    page = MarkdownIt("commonmark").enable("table").render(ready)
    # Each piece of text between two tags is what MathJax reads by itself.
    pieces = re.split(r"<[^>]*>", re.sub(r"<code>.*?</code>", "", page, flags=re.DOTALL))
    assert all(piece.strip() in ("$", "\\") or not re.search(r"[$\\]", piece) for piece in pieces), page
    own = re.sub(r"<[^>]*>", "", markdown_parser().render(ready))
    assert " ".join(own.replace("&lt;", "<").replace("&amp;", "&").split()) == shown


SOME = st.lists(
    st.sampled_from(
        ["$", "\\", "&#36;", "`", "``", "*", "**", "_", " ", "a", "5", "\n", "\n\n", "- ", "> ", "# ", "| ", "[", "](", ")", "<", ">", "&", "|\n|-|-|\n|", "    ", "~~~\n", "1. "]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(SOME, st.booleans())
def test_a_shielded_text_reads_as_it_did(text, math):
    ready = shielded(text, math)
    assert _plain(markdown_parser(math).render(ready)) == _plain(markdown_parser(math).render(text))
    if "$" not in text.replace("&#36;", "") and "\\" not in text and "&#36;" not in text:
        assert ready == text


def _plain(page):
    # An address or a title holds an entity where no element can stand: it is the same sign there.
    # Space before the end of a line is not seen.
    return re.sub(r"[ \t]+\n", "\n", page.replace("%5C$", "$").replace("&#36;", "$").replace("\\$", "$"))


def test_titles_are_no_markdown_in_a_notebook(tmp_path):
    _, notebook = built(tmp_path, LESSON.replace('"Listening to learners"', '"A *star*, [x](y), `code` & <b> C:\\\\d"'))
    page = markdown_parser().render(markdown_of(notebook)[0])
    assert "<h1>A *star*, [x](y), `code` &amp; &lt;b&gt; C:\\d</h1>" in page


# -- where a course switches it on ----------------------------------------------------------------


def test_mathematics_is_what_stands_tightly_between_dollars(tmp_path):
    text = LESSON.replace(
        "This is a lesson", f"{MONEY} So $x^2$ grows.\n\n$$\n\\frac{{1}}{{2}}\n$$\n\nThis is a lesson"
    )
    folder, notebook = built(tmp_path, text, MATH)
    cell = next(source for source in markdown_of(notebook) if "grows" in source)
    assert "$x^2$" in cell and "$$\n\\frac{1}{2}\n$$" in cell and "$400" not in cell
    assert notebook["metadata"]["openpractice"]["math"] is True
    drawn = "<msup><mi>x</mi><mn>2</mn></msup>"
    for page in (lesson_page(folder, "7-listening", "x"), markdown_parser(True).render(cell)):
        assert drawn in page and "spent $400 on books and $900" in page and 'display="block"' in page
    asked = LESSON.replace("Criteria make", "What is $x^2$? Criteria make")
    folder, _ = built(tmp_path, asked, MATH)
    for page in (guide_html(folder.lessons[0], folder.course, folder.rubric), lesson_page(folder, "7-listening", "x")):
        assert drawn in page
    folder, _ = built(tmp_path, asked)
    assert "What is $x^2$?" in guide_html(folder.lessons[0], folder.course, folder.rubric)


@pytest.mark.parametrize("text", ["$x^2$ of 5", "$n$-th of $5", "- $x$ of 3", "$x$ and $5"])
def test_mathematics_may_begin_a_text_that_ends_in_a_digit(text):
    assert "<math" in render(text, math=True) and shielded(text, math=True).count("$") == 2


@pytest.mark.parametrize("tex", ["\\foo", "\\frac{1", "x}", "\\left(", "{" * 3000 + "}" * 3000])
def test_what_cannot_be_drawn_is_named_where_mathematics_is_on(tmp_path, tex):
    with pytest.raises(BadMath):
        mathml(tex)
    text = LESSON.replace("This is a lesson", f"Here ${tex}$ stands.\n\nThis is a lesson")
    assert [problem.code for problem in problems_of(write_folder(tmp_path, lesson=text, course=MATH))] == ["bad-math"]
    assert problems_of(write_folder(tmp_path, lesson=text)) == []


@pytest.mark.parametrize(
    "tex",
    [
        "\\text{<script>alert(1)</script>}",
        '\\text{"><img src=x>}',
        "a<b>c",
        "\\text{&lt;b&gt;}",
        "\\href{javascript:alert(1)}{x}",
    ],
)
def test_words_inside_mathematics_stay_literal(tex):
    page = mathml(tex)
    assert not re.search(r"<(?:script|img|b)\b|=[\"']javascript", page)


def test_the_setting_is_yes_or_no(tmp_path):
    for word, on in (("true", True), ("yes", True), ("false", False), ("no", False)):
        assert read_folder(write_folder(tmp_path, course=f"{COURSE}math: {word}\n")).course.math is on
    assert [p.code for p in problems_of(write_folder(tmp_path, course=COURSE + "math: maybe\n"))] == ["bad-course"]
