"""Names as people write them: which two are one, which are not, and the ids made from them."""

from types import SimpleNamespace

import pytest

from openpractice.feedback.feedback import _sentences
from openpractice.i18n import Said
from openpractice.intake.collect import MOST_NAMES, named
from openpractice.names import BadName, clean_name, compared, id_from, in_a_row, loosened, new_id, plain_line
from openpractice.service.people.view import reminder

ALIKE = [
    ("Sean O’Brien", "Sean O'Brien"),
    ("DʼShawn Hill", "d'shawn hill"),
    ("Sean O´Brien", "Sean O`Brien"),
    ("Sean O‘Brien", "Sean O＇Brien"),
    ("Sean O\u275cBrien", "Sean O\u1ffdBrien"),
    ("\U0001f469\u200d\U0001f3eb Ana", "\U0001f469\U0001f3eb Ana"),
    ("D’ Souza", "D'Souza"),
    ("Anne\u2011Marie Voss", "Anne-Marie Voss"),
    ("Anne\u2010Marie Voss", "Anne\u2013Marie Voss"),
    ("Anne\u2012Marie Voss", "Anne\u2014Marie Voss"),
    ("Anne \u2015 Marie Voss", "Anne\u2212Marie Voss"),
    ("Jose\u0301 García", "José García"),
    ("Nguye\u0302\u0303n", "Nguye\u0303\u0302n".replace("e\u0303\u0302", "ễ")),
    ("Otto Weiß", "OTTO WEISS"),
    ("OTTO WEIẞ", "otto weiß"),
    ("Ayşe Işık", "AYŞE IŞIK"),
    ("İsmail Öz", "ismail öz"),
    ("Νίκος Σοφός", "ΝΙΚΟΣ ΣΟΦΟΣ"),
    ("\ufb01ona \ufb02int", "Fiona Flint"),
    ("Ａｎａ　Ｓｉｌｖａ", "Ana Silva"),
    ("\u200fمريم حداد\u200f", "مريم حداد"),
    ("علی\u200cرضا", "علیرضا"),
    ("Ana\u00a0Silva ", " ana  SILVA"),
    ("Ana\u00adbel", "Anabel"),
    ("Silva, Ana", "Ana Silva"),
    ("SILVA ,Ana", "ana silva"),
    ("王　小明", "王小明"),
    ("爱新觉罗·溥仪", "爱新觉罗•溥仪"),
    ("ジョン・スミス", "ジョン スミス"),
    ("\u015etefan \u0162epe\u015f", "\u0218tefan \u021aepe\u0219"),
    ("\u0110\u1eb7ng", "\u00d0\u1eb7ng"),
    ("\u0643\u0631\u064a\u0645", "\u06a9\u0631\u06cc\u0645"),
    ("\u0645\u0640\u0640\u0631\u06cc\u0645", "\u0645\u0631\u064a\u0645"),
]
UNSEEN = ["\u200d", "\u200c", "\ufe0f", "\U000e0100", "\U000e0067", "\u034f", "\u2060", "\u00ad"]


@pytest.mark.parametrize("mark", UNSEEN)
@pytest.mark.parametrize("name", ["Ana Silva", "\u845b\u57ce", "\U0001f469\U0001f3eb Ana", "\u0639\u0644\u06cc"])
def test_what_makes_a_picture_tells_no_two_names_apart(name, mark):
    for at in range(len(name) + 1):
        assert compared(name[:at] + mark + name[at:]) == compared(name)


def test_a_line_is_the_same_once_it_was_cleaned():
    for mark in UNSEEN:
        for name in ("Ana \U0001f469\U0001f3fd\U0001f3eb", "\u845b\u57ce 1\u20e3", "\U0001f3f4\U000e0067\U000e007f"):
            for at in range(len(name) + 1):
                once = plain_line(name[:at] + mark * 2 + name[at:])
                assert plain_line(once) == once


DIFFERENT = [
    ("Maria Nunez", "María Núñez"),
    ("Nguyễn Thị Hà", "Nguyễn Thị Hạ"),
    ("Hanna Muller", "Hanna Müller"),
    ("Ana Silva", "Ana Sylva"),
    ("AnnaLee", "Anna Lee"),
    ("O'Brien", "OBrien"),
    ("Anne-Marie", "Anne Marie"),
    ("王小明", "王小朋"),
    ("Smith, John, Jr.", "John Smith"),
    ("أحمد", "احمد"),
    ("Gal·la", "Galla"),
    ("Ana,", "Ana ,B"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_two_writings_of_one_name_are_one_name(one, other):
    assert compared(one) == compared(other) == compared(clean_name(one))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_names_are_two(one, other):
    assert compared(one) != compared(other)


def test_without_accents_a_name_is_what_a_keyboard_without_them_types():
    for one, other in [("José", "jose"), ("Đặng Hà", "Dang Ha"), ("Łódź", "lodz"), ("Æsa Øst", "aesa ost")]:
        assert loosened(one) == loosened(other)
    assert loosened("Ana") != loosened("Ane")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Ana\t García\n", "Ana García"),
        ("Ana\u202egro", "Anagro"),
        ("Ana\u202e\nevil", "Ana evil"),
        ("Jose\u0301", "José"),
        ("\u200fمريم\u200f", "مريم"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("\u200cAna\u200c Silva", "Ana Silva"),
        ("a/b\\..", "a/b\\.."),
        ("Ana \U0001f469\U0001f3fd\u200d\U0001f3eb", "Ana \U0001f469\U0001f3fd\u200d\U0001f3eb"),
        ("\U0001f3f3\ufe0f\u200d\U0001f308 Ana", "\U0001f3f3\ufe0f\u200d\U0001f308 Ana"),
        (
            "\U0001f3f4\U000e0067\U000e0062\U000e007f Ana 1\ufe0f\u20e3",
            "\U0001f3f4\U000e0067\U000e0062\U000e007f Ana 1\ufe0f\u20e3",
        ),
        ("\u845b\U000e0100\u57ce", "\u845b\U000e0100\u57ce"),
        ("\u738b\U00031350 \U0001fae8", "\u738b\U00031350 \U0001fae8"),
        (
            "Ana\u200d\U0001f469 \U0001f469\u200da \U0001f469\u200d\u200d\U0001f469",
            "Ana\U0001f469 \U0001f469a \U0001f469\U0001f469",
        ),
        ("Ana\ufe0f\u200d B\U000e0067o \U0002fffeL\U0003ffffi", "Ana Bo Li"),
        ("Sean O’Brien", "Sean O’Brien"),
    ],
)
def test_a_name_is_cleaned_and_kept_as_written(typed, name):
    assert clean_name(typed) == name


@pytest.mark.parametrize(
    "typed", ["", "   ", "\u202e\u200b", "\u200c\u200d", "/..", "!!!", "x" * 81, "x" * 9000, None, 7, ["Ana"]]
)
def test_what_is_no_name_is_refused(typed):
    with pytest.raises(BadName) as no:
        clean_name(typed)
    assert no.value.code in ("name-missing", "name-too-long")


def test_an_id_is_always_one_that_may_stand_in_a_path():
    for name, made in [
        ("José da Silva", "jose-da-silva"),
        ("Sean O’Brien/../x", "sean-o-brien-x"),
        ("../../etc", "etc"),
        ("A" * 80, "a" * 40),
        ("Otto Weiß", "otto-weiss"),
        ("Đặng Thị Hạ", "dang-thi-ha"),
        ("王芳", ""),
    ]:
        assert id_from(name) == made


def test_ids_are_never_given_twice_nor_what_the_kit_means_by_something_else():
    assert new_id("Ana María/../x", set()) == "ana-maria-x"
    assert new_id("Ana", {"ana", "ana-2"}) == "ana-3"
    for name in ("王芳", "Мария", "course-open-practice", "Listed 12ab", "listed", "!!!"):
        assert new_id(name, set()).startswith("person-")


def test_names_in_a_row_show_where_one_ends():
    assert in_a_row(["Ana Vos", "Ben"]) == "Ana Vos, Ben" and in_a_row([]) == ""
    assert in_a_row(["Vos, Ana", "Ben", "Gil"]) == "Vos, Ana; Ben; Gil"
    assert named(["Vos, Ana", "Ben"]) == "Vos, Ana; Ben"  # in what collecting says
    more = named(["Vos, Ana", *(f"P{n}" for n in range(MOST_NAMES))])
    assert isinstance(more, Said) and str(more.values["names"]).startswith("Vos, Ana; P0; ")


def test_a_reminder_and_what_is_said_of_feedback_show_where_a_name_ends():
    people = [SimpleNamespace(name=name, id="x") for name in ("Vos, Ana", "Ben", "Gil")]
    assert "Vos, Ana; Ben and Gil" in reminder(SimpleNamespace(due="", title="T"), people, "en")
    new, *rest = _sentences("T", ["Vos, Ana", "Ben"], [], ["Gil, Luis", "Mo"], ["Ilves, J", "Bo"], None)
    said = [each.values["names"] for each in (new, *rest)]
    assert said == ["Vos, Ana; Ben", "Gil, Luis; Mo", "Ilves, J; Bo"]
