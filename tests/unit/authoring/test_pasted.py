"""What word processors and PDFs leave in a lesson is read as what it looks like."""

import pytest

from authoring import LESSON, REPO, problems_of, write_folder
from openpractice.authoring.checking.runtogether import run_together
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.format.lesson import listed
from openpractice.authoring.format.pasted import meant_signs, plain_lines
from openpractice.authoring.making.guide import guide_html
from openpractice.authoring.prose import render

NBSP, NARROW, EM, IDEOGRAPHIC = "\u00a0", "\u202f", "\u2003", "\u3000"
ZERO, BOM, JOINER = "\u200b", "\ufeff", "\u2060"


@pytest.mark.parametrize(
    "space", [NBSP, NARROW, EM, IDEOGRAPHIC, "\u2007", " " + NBSP, NBSP + NBSP, ZERO + " ", " " + ZERO, JOINER + NBSP]
)
@pytest.mark.parametrize("mark", ["-", "*", "+", "1.", "12)", "##", "######", ">"])
def test_a_space_that_does_not_break_is_a_space_after_a_mark(mark, space):
    for margin in ("", NBSP, ZERO, BOM, "  "):
        assert plain_lines([f"{margin}{mark}{space}One"])[0].strip() == f"{mark} One"


@pytest.mark.parametrize(
    "line",
    ["\u2022 One", "\u2022One", "\u2022\tOne", f"\u2022{NBSP}One", f"{NBSP}\u2022 One", "\u25cf One", "\u25e6 One", "\u25aa One", "\u00b7 One",
     "\uf0b7\tOne", "\uf0a7 One", "\u2023 One", "\u27a2 One", "o\tOne", "\u00a7\tOne", f"-{NBSP}\u2022 One"],
)  # fmt: skip
def test_a_pasted_bullet_is_a_bullet(line):
    assert listed("\n".join(plain_lines([line, line]))) == ["One", "One"]


@pytest.mark.parametrize("lines", [("\u2460\tOne", "\u2461\tTwo"), ("\u2474One", "\u2475Two"), ("\uff11\uff0eOne", "\uff12\uff0eTwo"), ("\uff11\u3001One", "\uff12) Two")])  # fmt: skip
def test_numbers_of_other_forms_count_a_list(lines):
    assert plain_lines(list(lines)) == ["1. One", "2. Two"]


def test_dashes_are_bullets_where_they_stand_below_each_other():
    assert plain_lines(["\u2013 One", "\u2013 Two"]) == ["- One", "- Two"]
    assert plain_lines(["\u2013 so he said,", "and left."]) == ["\u2013 so he said,", "and left."]


@pytest.mark.parametrize(
    "mark", ["-", "*", "\u2011 ", "\u2212 ", "\u00bb ", "\u203a ", "\u21d2 ", "\u2794 ", "\uff0d ", "\uff0a "]
)
def test_marks_below_each_other_are_bullets_and_one_alone_is_none(mark):
    assert plain_lines([f"{mark}One", f"{mark}Two"]) == ["- One", "- Two"]
    assert plain_lines([f"{mark}One", "and more"]) == [f"{mark}One", "and more"]


@pytest.mark.parametrize("form", ["({})", "{}.-", "{}\u00ba)", "{}.\u00aa)", "{}\u00b0)"])
def test_numbers_as_some_write_them_count_a_list(form):
    assert plain_lines([form.format(1) + " One", form.format(2) + "\u00a0Two"]) == ["1. One", "2. Two"]
    assert plain_lines([form.format(1) + " One", "and more"])[0] != "1. One"


@pytest.mark.parametrize("form", ["{}\u00ba", "{}.\u00ba", "{}\u00b0", "{}.\u00aa"])
def test_an_ordinal_stays_one_as_it_may_be_a_year_of_school(form):
    one, two = form.format(1), form.format(2)
    assert plain_lines([f"{one} ESO", f"{two}\u00a0Bachillerato"]) == [f"- {one} ESO", f"- {two}\u00a0Bachillerato"]
    for line in (f"{one} de primaria", f"{one} y los de"):
        assert plain_lines([line, line.replace(one, two)]) == [line, line.replace(one, two)]
    assert plain_lines([f"{one} ESO", "and more"])[0] == f"{one} ESO"


def test_a_sign_that_says_more_than_a_bullet_stays_behind_it():
    for one, two in ("\u2610\u2611", "\u2713\u2713", "\u2714\u2718", "\u25a1\u25a1"):
        assert plain_lines([f"{one} One", f"{two} Two"]) == [f"- {one} One", f"- {two} Two"]
    assert plain_lines(["\u2776 One", "\u2777 Two"]) == ["1. One", "2. Two"]
    assert plain_lines(["##Before we meet", "#tag"]) == ["## Before we meet", "#tag"]


@pytest.mark.parametrize("fence", ["```", "~~~~text"])
def test_what_stands_in_a_code_block_stays(fence):
    code = [fence, "-o one", "-p two", "##x", "\u2022 three", fence.removesuffix("text")]
    assert plain_lines([*code, "\u2022 four"]) == [*code, "- four"]


@pytest.mark.parametrize(
    "line",
    ["Ordinary text\u00a0with a space that does not break.", "\u201cQuoted\u201d", "\u00b72 is a number", "\u2014 Hola, dijo.", f"{IDEOGRAPHIC}\u65e5\u672c\u8a9e",
     "\u26a0\ufe0f A sign and a word", "a \u2022 b \u2022 c", "\u2022 a \u2022 b", "\u25cb Yes \u25cb No", "\u25cb Yes\u00a0\u25cb No", "\u2192", "\u2022", "- One", "\u2460 says so", "\uff11\uff10\u4eba", "\u2489", "-5 degrees", "*one* and two", "**Both**", "--", "(2020) a year", "##", "caf\u00e9 - no list", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"],
)  # fmt: skip
def test_other_lines_stay_as_they_are(line):
    assert plain_lines([line]) == [line]


@pytest.mark.parametrize(
    "sign",
    [
        "\u2014",
        "\u2705",
        "\U0001f539",
        "\u00a7",
        "~",
        "&bull;",
        "&#8226;",
        "-&nbsp;",
        "\u202b-",
        "\u2067-",
        "\U0001f469\u200d\U0001f3eb",
        "\U0001f44d\U0001f3fd",
        "\u270d\ufe0f",
    ],
)
def test_bullets_that_are_read_as_none_are_named_with_what_to_write(sign):
    assert run_together(f"{sign} One\n{sign} Two\n{sign} Three") == [(0, f"{sign} One", "- One")]


@pytest.mark.parametrize(
    ("lines", "better"),
    [
        ("a) One\nb) Two", "- a) One"), ("(A) One\n(B) Two", "- (A) One"), ("i. One\nii. Two", "- i. One"), ("1.One\n2.Two", "1. One"),
        ("1- One\n2- Two", "1. One"), ("3: One\n4: Two", "3. One"), ("\u0661. One\n\u0662. Two", "1. One"), ("1\u00a0. One\n2\u00a0. Two", "1. One"),
        ("\u0967. One\n\u0968. Two", "1. One"), ("\u4e00\u3001One\n\u4e8c\u3001Two", "- \u4e00\u3001One"), ("1 \u2013 One\n2 \u2013 Two", "1. One"),
        ("S. Smith\nT. Jones", "- S. Smith"), ("1\ufe0f\u20e3 One\n2\ufe0f\u20e3 Two", "1. One"),
        ("9:00 One\n10:00 Two", "- 9:00 One"), ("09:30 One\n10:15 Two", "- 09:30 One"), ("9h30 One\n11h00 Two", "- 9h30 One"),
        ("8:30-9:00 One\n9:00-9:45 Two", "- 8:30-9:00 One"), ("1.5 hours\n2.5 hours", "- 1.5 hours"), ("1:1 talks\n2:1 talks", "- 1:1 talks"),
        ("3/12 One\n4/12 Two", "- 3/12 One"), ("1 May One\n2 May Two", "- 1 May One"), ("5 + 3 = 8\n6 + 3 = 9", "- 5 + 3 = 8"),
        ("1.\u00aa sesi\u00f3n\n2.\u00aa sesi\u00f3n", "- 1.\u00aa sesi\u00f3n"), ("1\u00ba de primaria\n2\u00ba de primaria", "- 1\u00ba de primaria"),
        ("\u20ac 12 One\n\u20ac 30 Two", "- \u20ac 12 One"), ("\u00a7 1 One\n\u00a7 2 Two", "- \u00a7 1 One"), ("\u2014 2 pens\n\u2014 3 books", "- 2 pens"),
    ],
)  # fmt: skip
def test_counting_that_is_read_as_none_is_named(lines, better):
    assert run_together("Said:\n" + lines) == [(1, lines.split("\n")[0], better)]


@pytest.mark.parametrize("lines", ["|a|b|\n|\u00a0---|---|\n|1|2|", "a\tb\n1\t2", "|a|b|\n|\u2014|\u2014|"])
def test_a_table_that_is_read_as_none_is_named(lines):
    ((_, _, better),) = run_together(lines)
    assert better.startswith("| a | b |") and "|---|---|" in better


@pytest.mark.parametrize(
    "lines",
    ["He was 40\nand she 41", "1990 was good\n1991 was not", "(a) One\n(c) Three", "\u201cOne,\u201d he said.\n\u201cTwo.\u201d", "\u00bfQu\u00e9?\n\u00bfQui\u00e9n?", "\u2014 One,\nhe said.",
     "a) One  \nb) Two", "a) One\\\nb) Two", "2 of 3\n2 of 4", "$5 and\n$6 and", "There are\n2 tables and\n3 chairs.", "It was the\n1 de mayo y el\n2 de junio.",
     "We meet at\n9:00 and end at\n10:00.", "They won\n3 - 2 at home and\n4 - 2 away.", "Los de\n1\u00ba y los de\n2\u00ba van.", "It was\n20\u00b0 inside and\n21\u00b0 outside.", "I. One\nThen two", ""],
)  # fmt: skip
def test_lines_that_are_no_list_are_none(lines):
    assert run_together(lines) == []


def test_a_list_in_a_quotation_is_a_list():
    assert "<li>One</li>" in render("\n".join(plain_lines(["> \u2022 One", "> \u2022 Two"])))
    assert plain_lines(["> \u2013 One", "> \u2013 Two"]) == ["> - One", "> - Two"]
    assert plain_lines(["> \u2013 so he said", "> and left"]) == ["> \u2013 so he said", "> and left"]
    assert plain_lines([">quoted", "> - One"]) == [">quoted", "> - One"]


def test_a_margin_of_wide_spaces_begins_no_code():
    (line,) = plain_lines([NBSP * 6 + "Indented by hand."])
    assert "<code>" not in render(line) and "Indented by hand." in render(line)


@pytest.mark.parametrize("space", [NBSP, NARROW, EM, ZERO + " "])
def test_a_pasted_lesson_reads_like_a_typed_one(tmp_path, space):
    typed = LESSON.replace(
        "\n:::{keypoints}",
        "\n## Before we meet again\n\n- Bring five things.\n- Bring a colleague.\n\n1. One\n2. Two\n\n:::{keypoints}",
    )
    pasted = typed
    for mark in ("## ", "\n- ", "\n1. ", "\n2. "):
        pasted = pasted.replace(mark, mark.rstrip(" ") + space)
    pasted = pasted.replace(f"\n-{space}Write one", f"\n\u2022{space}Write one").replace(
        "\n  graphs =", f"\n{NBSP}{NBSP}graphs ="
    )
    folder = read_folder(write_folder(tmp_path / "typed", lesson=typed))
    other = read_folder(write_folder(tmp_path / "pasted", lesson=pasted))
    assert problems_of(other.path) == []
    first, second = (guide_html(each.lessons[0], each.course, each.rubric) for each in (folder, other))
    assert first == second
    assert [part.body for part in folder.lessons[0].texts] == [part.body for part in other.lessons[0].texts]


def test_objectives_of_any_list_reach_the_guide(tmp_path):
    for body in ("1. See it.\n2. Say it\n   aloud.", "* See it.\n* Say it\naloud.", "  - See it.\n  - Say it aloud."):
        start, end = LESSON.index("- Write one objective"), LESSON.index(":::\n\n:::{agenda}")
        lesson = read_folder(write_folder(tmp_path, lesson=LESSON[:start] + body + "\n\n" + LESSON[end:])).lessons[0]
        assert lesson.objectives == ("See it.", "Say it aloud.")


def test_the_end_of_a_block_may_have_unseen_signs_behind_it(tmp_path):
    for behind in (NBSP, ZERO, " " + NBSP, JOINER):
        assert problems_of(write_folder(tmp_path, lesson=LESSON.replace("\n:::\n", f"\n:::{behind}\n"))) == []


def test_front_matter_with_pasted_bullets_keeps_its_objectives(tmp_path):
    for mark in ("\u2022 ", f"-{NBSP}", f"\u2022{NBSP}", "\u2022\t"):
        text = LESSON.replace("principle: 0\n", f"principle: 0\nobjectives:\n  {mark}See it.\n  {mark}Say it.\n")
        folder = write_folder(tmp_path, lesson=text)
        assert problems_of(folder) == []
        assert read_folder(folder).lessons[0].objectives == ("See it.", "Say it.")


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("Budget first\x0bThen staff\x0cThen time", "Budget first Then staff Then time"),
        ("one\u2028two\u2029three\x0efour", "one two three four"),
        ("learn\x02ing and learn\ufffeing", "learning and learning"),
        ("learn\x02\ning for all", "learning\nfor all"),
        ("learn\xad\ning for all", "learning\nfor all"),
        ("a\x02\n- b", "a\x02\n- b".replace("\x02", "")),
        ("a\x07b\x1ec\x1fd\x00e\x08f", "a\tb\u2011c\xaddef"),
        ("an \x93early\x94 start\x85", "an \u201cearly\u201d start\u2026"),
    ],
)
def test_control_signs_are_what_their_writer_meant_and_no_line_moves(tmp_path, pasted, meant):
    assert meant_signs(pasted) == meant and pasted.count("\n") == meant.count("\n")
    text = LESSON.replace("This is a lesson", f"{pasted}\n\nThis is a lesson").replace("Listening to", "Hear\x0bto\x08")
    text = text.replace("\n:kind: ", "\n:kind: no-", 1)
    folder = write_folder(tmp_path, lesson=text)
    assert read_folder(folder).lessons[0].title == "Hear to learners"
    at = text.replace(pasted, meant).split("\n:kind: no-")[0].count("\n") + 2
    assert [each.line for each in problems_of(folder) if each.code == "unknown-kind"] == [at]


def test_the_lessons_of_the_course_are_plain_already():
    for path in (REPO / "lessons").glob("*.md"):
        lines = path.read_text("utf-8").split("\n")
        assert plain_lines(lines) == lines
