"""The review page for everybody: names, focus, contrast, narrow and enlarged, forced colours, long and foreign words."""

import pytest

import review_class as rc
from handins import LESSON
from looks import CONTRASTS, unnamed
from openpractice.gradebook import gradebook
from openpractice.gradebook.marks import Mark
from openpractice.roster import roster
from review_page import browser, folder, holds, made, server, view, visit
from reviewers import desk_at, key

pytestmark = pytest.mark.browser

VIEWS = ["prompts", "people", f"discuss/{LESSON}", f"give/{LESSON}", "class", "rubric", "calibrate", rc.READING[1:]]
ARABIC = "تتبعت ساعة من اجتماع البيانات. تصل إلى معلمتين تغيران سؤالا واحدا."
LONG = "Honoraria-" * 12 + "von Ketelsbüttel-Ramanathapuram"

# Every piece of text on the page with its colour and what stands behind it: [ratio, size, words].


@pytest.fixture
def busy(folder):
    """The class with two readings of some answers, long and Arabic names, and somebody who hands in nothing."""
    with gradebook.opened(folder) as engine, engine.begin() as db:
        roster.merge(
            db,
            [
                roster.ListedPerson("person-00", LONG, school=LONG),
                roster.ListedPerson("person-01", "سلمى الحداد"),
                roster.ListedPerson("nobody-yet", LONG),
            ],
        )
    with desk_at(folder) as desk:
        for number in range(6):
            for who, level in (("rev", 1), ("two", 3)):
                desk.save(
                    who,
                    key(f"person-{number:02}"),
                    Mark(reviewer=who, levels={"R": level, "P": 2}, comment=ARABIC, flagged=number == 0),
                )
    return folder


def test_whatever_can_be_worked_has_a_name_and_headings_come_in_order(visit, busy):
    page = visit("rev", "#prompts")
    for mark in VIEWS:
        view(page, mark)
        assert unnamed(page) == [], mark
        levels = page.evaluate(
            "[...document.querySelectorAll('main :is(h1, h2, h3)')].filter((one) => one.checkVisibility()).map((one) => Number(one.tagName[1]))"
        )
        assert levels[0] == 1 and levels.count(1) == 1, mark
        assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False)), (mark, levels)
        assert page.locator("main").count() == 1 and page.get_by_role("navigation").count() >= 1


def test_a_button_without_a_name_would_be_found(visit):
    page = visit("rev", "#prompts")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert unnamed(page) == ["- button"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out_from_what_is_behind_it(visit, busy, scheme):
    page = visit("rev", "#prompts", color_scheme=scheme)
    for mark in VIEWS:
        view(page, mark)
        if mark == rc.READING[1:]:
            page.keyboard.press("2")
            page.keyboard.press("n")
            page.keyboard.press("e")
            page.keyboard.press("Escape")
            page.keyboard.press("/")
            page.wait_for_selector(".bank-list li")
        faint = [row for row in page.evaluate(CONTRASTS) if row[0] < 4.5]
        assert faint == [], mark
    page.evaluate("document.querySelector('dialog h2').style.color = 'var(--line)'")
    assert any(row[0] < 4.5 for row in page.evaluate(CONTRASTS)), "a faint word is found"


@pytest.mark.slow
def test_long_and_foreign_names_keep_within_a_narrow_screen(visit, busy):
    page = visit("rev", "#prompts")
    for mark in VIEWS:
        view(page, mark)
        show = page.get_by_role("button", name="Show names")
        if mark != rc.READING[1:] and show.count():
            show.click()
            page.wait_for_selector("text=Ketelsbüttel")
        for width in (1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_timeout(100)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (mark, width)


def test_every_control_is_reached_by_tab_with_its_focus_in_sight(visit):
    page = visit("rev")
    reached = []
    for _ in range(45):
        page.keyboard.press("Tab")
        # A focus is in sight when the middle of the control is what lies on top there.
        here = page.evaluate("""() => { const el = document.activeElement; if (el === document.body) return null; const box = el.getBoundingClientRect();
          const top = document.elementFromPoint(box.x + Math.min(box.width / 2, 200), box.y + Math.min(box.height / 2, 30));
          return {name: el.textContent.trim().slice(0, 30) || el.id, seen: el.contains(top) || Boolean(top?.closest("label")), ring: getComputedStyle(el).outlineStyle !== "none"}; }""")
        if here:
            reached.append(here)
    assert [one for one in reached if not (one["seen"] and one["ring"])] == []
    names = " ".join(one["name"] for one in reached)
    for name in (
        "Previous",
        "Keys",
        "Not shown",
        "Taken further",
        "review-comment",
        "Comments by criterion",
        "Flag to discuss",
        "Save and next",
        "Undo",
    ):
        assert name in names, name


def test_the_focus_does_not_leave_the_answer_when_the_next_one_comes(visit):
    page = visit("rev")
    for pressed in ("1", "1", "Enter"):
        page.keyboard.press(pressed)
    holds(page, "document.querySelector('#answer-heading').textContent === 'Answer 2'")
    assert page.evaluate("document.activeElement.className") == "one-answer"
    page.keyboard.press("/")
    page.wait_for_selector("dialog")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "one-answer"


def test_the_answer_its_question_and_the_whole_pane_with_save_are_in_view_together(visit):
    page = visit("rev")
    # The criterion that is scored has its levels in full, the other by name: both in full would not fit.
    for width, height in ((1440, 900), (1280, 900)):
        page.set_viewport_size({"width": width, "height": height})
        for pressed in ("1", "Backspace"):
            page.keyboard.press(pressed)
            boxes = {
                name: page.locator(name).bounding_box()
                for name in (".question", ".answer-words", ".side", ".saving .primary", "#review-comment")
            }
            assert boxes[".answer-words"]["y"] < height / 3
            assert boxes[".question"]["y"] < boxes[".answer-words"]["y"]
            assert all(box["y"] + box["height"] <= height for name, box in boxes.items() if name != ".answer-words")
            assert page.locator(".criterion.current .descriptor").first.is_visible()
            assert page.evaluate(
                "document.querySelector('.side').scrollHeight <= document.querySelector('.side').clientHeight"
            )
    assert page.locator(".criterion:not(.current) .descriptor").first.is_hidden()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.locator(".answer-words").bounding_box()["y"] < 844


@pytest.mark.parametrize(
    ("width", "height", "scale"),
    [
        (1280, 720, 1),
        *(pytest.param(*size, marks=pytest.mark.slow) for size in ((640, 400, 2), (390, 844, 2))),
        (320, 640, 2),
    ],
)
def test_rubric_and_saving_stay_at_hand_beside_five_thousand_words(browser, tmp_path, width, height, scale):
    text = " ".join(f"word{number}" for number in range(4990)) + f" {'x' * 300} {ARABIC}"
    folder = rc.make(tmp_path / "data", 1, [text])
    with rc.named(folder) as running:
        page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=scale)
        page.goto(rc.address(running, "rev", rc.READING))
        page.wait_for_selector(".one-answer h2")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.keyboard.press("2")
        page.evaluate("document.querySelector('.answer-words').scrollIntoView({ block: 'end' })")
        page.wait_for_timeout(200)
        save = page.get_by_role("button", name="Save and next").bounding_box()
        if width > 860:
            assert 0 <= save["y"] <= height - save["height"]
            level = page.locator(".criterion.current .level").first.bounding_box()
            assert 0 <= level["y"] <= height - level["height"]
        assert page.text_content(".answer-words .words") == text
        page.close()


@pytest.mark.slow
def test_an_arabic_answer_runs_from_the_right(browser, tmp_path):
    folder = rc.make(tmp_path / "data", 1, [ARABIC])
    with rc.named(folder) as running:
        page = browser.new_page()
        page.goto(rc.address(running, "rev", rc.READING))
        page.wait_for_selector(".one-answer h2")
        assert page.evaluate("getComputedStyle(document.querySelector('.answer-words .words')).direction") == "rtl"
        page.close()


# A word that broke would be higher than the line it stands on.
BROKEN = """(places) => {
  const found = [];
  for (const place of document.querySelectorAll(places)) {
    const node = place.firstChild;
    for (const { 0: word, index } of (node?.data ?? "").matchAll(/\\w{4,}/g)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      if (range.getClientRects().length > 1) found.push(word);
    }
  }
  return found;
}"""


@pytest.mark.slow
@pytest.mark.parametrize(("count", "form"), [(4, "table.answer-table"), (6, ".answer-list dl")])
def test_no_word_of_an_answer_in_many_boxes_is_broken(browser, tmp_path, count, form):
    columns = [{"id": f"c{n}", "label": f"Box number {n}"} for n in range(count)]
    spec = rc.READ | {"kind": "evidence_table", "columns": columns}
    rows = [{column["id"]: "Responsibility <b>shared</b>" for column in columns}, {"c0": "One"}]
    with rc.named(rc.make_of(tmp_path / "table", spec, {"person-00": {"rows": rows}})) as server:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(rc.address(server, "rev", rc.READING))
        said = page.locator(f".answer-words {form}")
        said.first.wait_for()
        text = page.locator(".answer-words").inner_text()
        assert text.count("Responsibility <b>shared</b>") == count and "Box number 0" in text
        assert page.evaluate(BROKEN, ".answer-words td, .answer-words dd") == []
        # Neither is one on the page that goes back to the writer, on a screen or a phone.
        page.keyboard.press("p")
        page.wait_for_url("**#person/*")
        who = page.url.split("#person/")[1]
        page.goto(f"{server.address}openpractice/review/preview/{LESSON}/{who}")
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            written = page.locator(".written td, .written-list dd")
            assert written.all_inner_texts().count("Responsibility <b>shared</b>") == count
            assert page.evaluate(BROKEN, ".written :is(td, th), .written-list :is(dt, dd)") == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()


def test_forced_colours_show_which_level_is_given(visit):
    page = visit("rev", forced_colors="active")
    page.keyboard.press("2")
    given = page.locator(".level[aria-pressed=true]")
    assert given.evaluate("(one) => getComputedStyle(one).outlineStyle") == "solid"
    assert (
        page.locator(".level[aria-pressed=false]").first.evaluate("(one) => getComputedStyle(one).outlineStyle")
        == "none"
    )
    here, there = (
        page.locator(f".criterion{mark}").evaluate("(one) => getComputedStyle(one).borderLeftColor")
        for mark in (".current", ":not(.current)")
    )
    assert here != there


def test_an_empty_course_says_what_to_do(browser, tmp_path):
    folder = rc.make(tmp_path / "data", 0)
    with rc.named(folder) as running:
        page = browser.new_page()
        page.goto(rc.address(running, "rev", "#prompts"))
        for mark in ("prompts", "people", "discuss", "give"):
            view(page, mark)
            page.wait_for_selector("text=Nothing has been collected yet.")
        for mark, said in (
            ("class", "No answer has been read by two people yet."),
            ("rubric", "Every reading fits the present rubric."),
        ):
            view(page, mark)
            page.wait_for_selector(f"text={said}")
        page.close()
