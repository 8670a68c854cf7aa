"""Questions with everything that `check` allows in them, and a lesson that asks them."""

import base64

from authoring import LESSON

#: A picture beside the lesson, `hall.png`.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAIAAAA7ljmRAAAAFklEQVR4nGNkYGBgYPjPAANMDEgABQcAI5kBBd7Xz5UAAAAASUVORK5CYII="
)

ALLOWED = {
    "plain": "One paragraph\nthat goes on in a second line.\n\nAnd another one.",
    "marks": "Read it *twice*, then **decide** and __say so__. An `observation` is no _judgement_; *a **strong** word* inside.",
    "money": "The school spent $400 on books and $900 on tests: $1,300, or \\$1,300, or 1.300 $.",
    "table": "Before\n\n| What | How much | Left |\n| --- | ---: | :-: |\n| Books, *new* | $400 | 2 |\n| A \\| B | `1` | [here](https://example.org/a) |\n\nAfter",
    "nested": "Think of\n\n1. one hour\n   - in a classroom\n     - with *one* group\n   - in a corridor\n2. one meeting\n\nand choose.",
    "wrapped": "- an item that is long\n  and goes on below\n- a second one\nthat goes on without an indent\n\n  and has a paragraph of its own\n- a third",
    "numbers": "3. starts at three\n4. goes on\n\na row of its own: [ ]",
    "quotes": "> A principal said:\n> > We never *visit*.\n>\n> - and meant it\n\nWhat did she mean?",
    "links": "See [the **standards**](https://example.org/x?a=1&b=2 \"A title\"), <https://example.org/plain>, or [write](mailto:ana@example.org).",
    "code": "Use `a < b && c` or\n\n```text\n  two  spaces\n<b>no HTML</b>\n```\n\n    indented code\n",
    "headings": "#### First look\n\nAt the door.\n\n##### Then closer\n\nAt a table.\n\n---\n\nAnd away.",
    "picture": "Look:\n\n![A red hall with \"quotes\"](hall.png)\n\nWhat do you see?",
    "signs": "5 < 6 & 7 > 2; a*b*c; snake_case_word; 2 \\* 3; &copy; &amp; “quotes” – dash… #no 1) x \\~\\~not struck\\~\\~ ~5 to ~6 100 %",
    "right-to-left": "صف ساعة واحدة من *أسبوعك*.\n\n- أولاً: من يتعلم؟\n- ثانياً: كيف تعرف ذلك؟",
    "other scripts": "描述**一个**小时。\n\n> 为什么？\n\nÁrvíztűrő tükörfúrógép, naïve café, 👩🏽‍🏫.",
    "breaks": "First line  \nsecond line\\\nthird line",
}  # fmt: skip

WHY = "Because *looking* comes before `judging`, at $5 a look."


def lesson_text(texts: dict[str, str] = ALLOWED) -> str:
    """The starter lesson with a prompt for each of these texts, its id `listening-q` and a number."""
    asked = (
        f":::{{prompt}} Question {at}: {name}\n:id: listening-q{at}\n:kind: short_text\n:visibility: facilitators\n:minutes: 1\n:why: {WHY}\n\n{text}\n\n:::\n"
        for at, (name, text) in enumerate(texts.items(), 1)
    )
    return LESSON.rstrip() + "\n\n" + "\n".join(asked)
