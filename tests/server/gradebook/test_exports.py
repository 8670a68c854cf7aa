"""Exports that a spreadsheet opens without harm, and readings after a rubric has changed."""

import csv
import io
import zipfile
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from handins import LESSON, hand_in, response
from handins import mark as mark_in_formgrader
from openpractice.cleantext import utf16_length
from openpractice.gradebook import marks, nbgrader_run
from openpractice.gradebook.marks import BadMark, Mark
from openpractice.gradebook.own_tables import AGREED
from openpractice.intake.collect import collect
from openpractice.review import rubric_change
from openpractice.review.exports import LONG, as_csv, guarded, long_rows, wide_rows
from openpractice.review.workbooks import (
    ACROSS,
    CELL_MOST,
    HIGHEST,
    LEAST,
    LINE,
    NARROWEST,
    ROOMIER,
    as_workbook,
    as_xlsx,
)
from openpractice.roster.roster import ListedPerson, merge
from reviewers import PROMPT, READ, copy_class, desk_at, key, make_class, nbgrader_grade

FORMULA = '=HYPERLINK("http://x.example","click")'
WIDE = ("answer", "R", "P", "comment", "read by")
ODD = 'Arabic مرحبا, 中文, \U0001f600, “quotes” "straight", <b>b</b>, $x$, a|b\nsecond line'


@pytest.fixture(scope="module")
def made(tmp_path_factory, db_url):
    folder = make_class(tmp_path_factory.mktemp("class"), (), db_url)
    hand_in(folder, "ana", {PROMPT: response(READ, {"text": FORMULA})})
    hand_in(folder, "ben", {PROMPT: response(READ, {"text": ODD})})
    hand_in(folder, "cy", {})
    collect(folder, LESSON)
    return folder


@pytest.fixture
def desk(made, tmp_path):
    with desk_at(copy_class(made, tmp_path)) as desk:
        with desk.engine.begin() as db:
            merge(db, [ListedPerson("ana", "O'Neil, Jr.", school="@school"), ListedPerson("zoe", "Zoe")])
        desk.save("rev", key("ben"), Mark("", {"R": 2, "P": 1}, "+1 for the scene", {"R": "why?"}))
        yield desk


def read_csv(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_long_csv_has_a_row_an_answer_and_criterion_with_the_very_words(desk):
    data = as_csv(LONG, long_rows(desk, [LESSON]))
    assert data.startswith(b"\xef\xbb\xbf")
    rows = read_csv(data)
    assert [(row["participant"], row["criterion"], row["level"]) for row in rows] == [
        ("ana", "R", ""),
        ("ana", "P", ""),
        ("ben", "R", "2"),
        ("ben", "P", "1"),
        ("cy", "R", ""),
        ("cy", "P", ""),
    ]
    assert rows[2]["answer"] == ODD
    assert rows[2]["comment on criterion"] == "why?"
    assert (rows[0]["name"], rows[0]["state"], rows[4]["state"]) == ("O'Neil, Jr.", "unread", "not yet")


def test_every_reading_is_exported_and_what_was_agreed_is_called_agreed(desk):
    with desk.engine.begin() as db:
        marks.save(db, key("ben"), Mark("two", {"R": 3, "P": 1}, "second", sha256="0" * 64), "two")
    desk.agree("rev", key("ben"), Mark(AGREED, {"R": 3, "P": 2}, "together"))
    rows = [row for row in read_csv(as_csv(LONG, long_rows(desk, [LESSON]))) if row["participant"] == "ben"]
    names = ("reading", "reviewer", "recorded by", "counts", "of these words", "criterion", "level", "comment")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("agreed", "", "rev", "yes", "yes", "R", "3", "together"),
        ("agreed", "", "rev", "yes", "yes", "P", "2", "together"),
        ("own", "rev", "rev", "", "yes", "R", "2", "'+1 for the scene"),
        ("own", "rev", "rev", "", "yes", "P", "1", "'+1 for the scene"),
        ("own", "two", "two", "", "earlier words", "R", "3", "second"),
        ("own", "two", "two", "", "earlier words", "P", "1", "second"),
    ]
    columns, people = wide_rows(desk, [LESSON])
    assert columns == ["participant", "name", "school", *(f"{PROMPT}: {name}" for name in WIDE)]
    assert [people[1][f"{PROMPT}: {name}"] for name in WIDE] == [ODD, 3, 2, "together", "agreed"]
    assert [people[0][f"{PROMPT}: {name}"] for name in WIDE[1:]] == ["", "", "", ""]


def test_a_workbook_has_a_bold_head_that_stays_a_filter_and_widths(desk):
    tables = [
        ("Session 1: [who] / why?", *wide_rows(desk, [LESSON])),
        ("x" * 40, LONG, []),
        ("x" * 40, ["a"], [{"a": 1}]),
    ]
    book = load_workbook(io.BytesIO(as_workbook(tables)))
    assert book.sheetnames == ["Session 1   who    why", "x" * 31, "x" * 29 + " 2"]
    people, empty, last = book
    assert (people.freeze_panes, empty.freeze_panes) == ("D2", "A2")
    assert {each.page_setup.orientation for each in book} == {"landscape"}
    assert [each.print_title_rows for each in book] == ["$1:$1"] * 3
    assert [each.print_title_cols for each in book] == ["$A:$C", "$C:$E", None]
    assert all(cell.alignment.wrap_text for cell in people[2] if cell.value)
    assert (people.auto_filter.ref, empty.auto_filter.ref, last.auto_filter.ref) == ("A1:H4", "A1:V1", "A1:A2")
    assert all(cell.font.bold for sheet in book for cell in sheet[1]) and not people["D2"].font.bold
    widths = {cell.value: people.column_dimensions[cell.column_letter].width for cell in people[1]}
    assert LEAST <= widths[f"{PROMPT}: answer"] < 40 and NARROWEST <= widths["school"] < 20


def test_on_paper_what_is_read_together_stands_together_and_can_be_read():
    words = "I followed one hour of my week and found that it reaches two teachers. " * 12
    long = [dict.fromkeys(LONG, "0123456789ab") | {"answer": words, "comment": words, "sha256": "a" * 64}]
    prompts = [f"question-{number}" for number in range(6)]
    parts = [f"{prompt}: {name}" for prompt in prompts for name in WIDE]
    wide = [{"participant": "ana", "name": "Ana", "school": "North"} | dict.fromkeys(parts, words)]
    tables = [("long", LONG, long), ("wide", ["participant", "name", "school", *parts], wide)]
    for sheet, (_, columns, _) in zip(load_workbook(io.BytesIO(as_workbook(tables))), tables, strict=True):
        breaks = [stop.id for stop in sheet.col_breaks.brk]
        assert breaks and {columns[place].rpartition(": ")[2] for place in breaks} <= {"answer", "state", "criterion"}
        widths = [sheet.column_dimensions[cell.column_letter].width for cell in sheet[1]]
        first, last = sheet.print_title_cols.replace("$", "").split(":")
        again = sum(sheet.column_dimensions[letter].width for letter in "ABCDE" if first <= letter <= last)
        pages = [sum(widths[begin:end]) for begin, end in pairwise([0, *breaks, len(columns)])]
        across = max(pages[0], *(page + again for page in pages[1:])) * sheet.page_setup.scale / 100
        assert sheet.page_setup.scale >= 45 and across <= ACROSS + len(columns)
        # High enough for the words, which Excel alone would work out by itself.
        assert LINE * len(words) / ROOMIER[": answer"] / 1.2 < sheet.row_dimensions[2].height <= HIGHEST
    again = [*long, *long]
    sheet = load_workbook(io.BytesIO(as_xlsx(LONG, again))).active
    assert sheet.row_dimensions[3].height == LINE < sheet.row_dimensions[2].height and sheet["I3"].value == words


def test_no_cell_begins_as_a_formula_in_csv_or_xlsx(desk):
    for row in read_csv(as_csv(LONG, long_rows(desk, [LESSON]))):
        assert not any(value.startswith(("=", "+", "-", "@", "\t")) for value in row.values())
    columns, rows = wide_rows(desk, [LESSON])
    sheet = load_workbook(io.BytesIO(as_xlsx(columns, rows))).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert "'" + FORMULA in [cell.value for cell in cells]
    assert guarded("+1") == "'+1" and guarded("\uff1d1") == "'\uff1d1" and guarded("a=b") == "a=b"


def test_wide_has_one_row_a_person(desk):
    columns, rows = wide_rows(desk, [LESSON])
    assert [row["participant"] for row in rows] == ["ana", "ben", "cy"]
    assert rows[1][f"{PROMPT}: R"] == 2 and rows[1][f"{PROMPT}: answer"] == ODD
    assert columns[:3] == ["participant", "name", "school"]


def test_a_title_of_any_words_names_a_sheet_that_opens():
    titles = [
        "What\ufffe's next",
        "History",
        "HISTORY",
        "Listening",
        "listening",
        "\x00",
        "'",
        "\U0001f642" * 20,
        "\U0001f642" * 21,
    ]
    book = as_workbook([(title, ["a"], []) for title in titles])
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        for name in parts.namelist():
            ElementTree.fromstring(parts.read(name))
    names = load_workbook(io.BytesIO(book)).sheetnames
    assert len({name.casefold() for name in names}) == len(titles) and "history" not in map(str.casefold, names)
    assert all(utf16_length(name) <= 31 for name in names) and names[0] == "What\ufffd's next"


@pytest.mark.parametrize("sign", ["\ufffe", "\uffff", "\x0b", "\x00", "\ud800", "\ufdd0", "\U0001fffe"])
def test_xlsx_opens_whatever_is_in_a_text_and_the_character_is_replaced(sign):
    book = as_xlsx([f"a{sign}"], [{f"a{sign}": f"learn{sign}ing 🙂"}, {f"a{sign}": f"{sign}\r\nb\rc"}])
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        for name in parts.namelist():
            ElementTree.fromstring(parts.read(name))
    cells = [row[0].value for row in load_workbook(io.BytesIO(book)).active.iter_rows()]
    assert cells == ["a\ufffd", "learn\ufffding 🙂", "\ufffd\nb\nc"]


@pytest.mark.parametrize(
    ("text", "cut"),
    [("x" * 32_767, False), ("x" * 32_768, True), ("😀" * 16_383 + "x", False), ("😀" * 16_384, True)],
    ids=["just", "one-more", "just-in-pairs", "one-more-in-pairs"],
)
def test_xlsx_counts_a_cells_length_in_utf16_units(text, cut):
    held = load_workbook(io.BytesIO(as_xlsx(["a"], [{"a": text}]))).active["A2"].value
    assert utf16_length(held) <= CELL_MOST
    assert (held == text) is not cut and held.endswith("the whole answer)") is cut


def test_xlsx_does_not_take_a_text_for_the_number_of_a_character():
    written = zipfile.ZipFile(io.BytesIO(as_xlsx(["a"], [{"a": "_x0041_ _x00e9_ _x_ _xyz_"}])))
    assert "_x005F_x0041_ _x005F_x00e9_ _x_ _xyz_" in written.read("xl/sharedStrings.xml").decode()


def test_a_full_sheet_is_followed_by_another_with_the_same_head(monkeypatch):
    monkeypatch.setattr("openpractice.review.workbooks.ROWS_MOST", 3)
    book = load_workbook(io.BytesIO(as_xlsx(["a"], [{"a": n} for n in range(5)])))
    assert [[row[0].value for row in sheet.iter_rows()] for sheet in book] == [["a", 0, 1], ["a", 2, 3], ["a", 4]]
    assert load_workbook(io.BytesIO(as_xlsx(["a"], []))).active["A1"].value == "a"


def test_xlsx_cuts_what_a_cell_cannot_hold_and_says_so():
    sheet = load_workbook(io.BytesIO(as_xlsx(["a"], [{"a": "x" * 40_000 + "\x07"}]))).active
    assert sheet["A2"].value.endswith("(cut here: the CSV file has the whole answer)")


def test_nbgraders_own_export_has_our_scores(desk):
    out = desk.folder.data / "grades.csv"
    nbgrader_run.run(desk.folder, "export", f"--to={out}")
    scores = {row["student_id"]: row["score"] for row in csv.DictReader(io.StringIO(out.read_text("utf-8")))}
    assert (scores["ben"], scores["ana"], scores["cy"]) == ("3.0", "0.0", "0.0")


def with_criteria(desk, *codes, **weights):
    desk.criteria = lambda lesson, prompt: {code: weights.get(code, 1) for code in codes}
    desk.tops = lambda lesson, prompt: dict.fromkeys(codes, 3)
    return preview(desk)


def preview(desk):
    return next(iter(rubric_change.previews(desk)), None)


def apply(desk, change, who="lead"):
    return rubric_change.apply(desk, LESSON, PROMPT, change.token, who)


def test_new_words_for_a_level_change_nothing(desk):
    assert with_criteria(desk, "R", "P") is None


def test_a_criterion_that_is_gone_no_longer_counts(desk):
    change = with_criteria(desk, "R")
    assert change.scores == (("ben", 3.0, 2),)
    assert "no longer read by P: 0 answers wait to be read again, 1 scores change" in change.sentence
    assert nbgrader_grade(desk, "ben")[0] == 3.0
    apply(desk, change)
    assert nbgrader_grade(desk, "ben")[:2] == (2.0, False)
    with desk.engine.connect() as db:
        from openpractice.gradebook.collected import lesson_cells

        assert lesson_cells(db, desk.folder, LESSON).points[PROMPT] == 3.0


def test_a_criterion_that_weighs_more_counts_so_and_words_and_readings_stay(desk):
    change = with_criteria(desk, "R", "P", R=2)
    assert (change.scores, change.most_before, change.most, change.again, change.moved) == (
        (("ben", 3.0, 5),),
        6.0,
        9,
        0,
        1,
    )
    assert "counts its criteria anew: 0 answers wait to be read again, 1 scores change." in change.sentence
    before = desk.open("rev", key("ben"))["mark"]
    apply(desk, change)
    assert nbgrader_grade(desk, "ben") == (5.0, False, "+1 for the scene")
    assert desk.open("rev", key("ben"))["mark"] == before
    assert preview(desk) is None


def test_only_the_change_that_was_shown_is_made(desk):
    change = with_criteria(desk, "R", "P", R=2)
    assert change.scores == (("ben", 3.0, 5),)
    desk.save("rev", key("ben"), Mark("", {"R": 1, "P": 1}, version=1))  # counts by the new weights at once
    with pytest.raises(BadMark, match="in the meantime"):
        apply(desk, change)
    assert desk.open("rev", key("ben"))["mark"].levels == {"R": 1, "P": 1}
    change = preview(desk)
    assert (change.scores, change.most) == ((), 9)
    apply(desk, change)
    assert nbgrader_grade(desk, "ben")[0] == 3.0


def test_a_score_from_formgrader_is_left_alone_by_a_new_rubric(desk):
    mark_in_formgrader(desk.folder, "ben", PROMPT, 1.5, "Mine.")
    change = with_criteria(desk, "R", "P", R=2)
    assert (change.scores, change.elsewhere) == ((), 1)
    apply(desk, change)
    assert nbgrader_grade(desk, "ben") == (1.5, False, "Mine.")


def test_a_criterion_that_is_new_makes_answers_wait_and_keeps_the_reading(desk):
    change = with_criteria(desk, "R", "P", "E")
    apply(desk, change)
    assert nbgrader_grade(desk, "ben")[:2] == (None, True)
    mark = desk.open("rev", key("ben"))["mark"]
    assert (mark.levels, mark.rubric) == ({"R": 2, "P": 1}, 1)
