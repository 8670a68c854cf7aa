"""An answer of every kind, all the way round: through either door, handed in, collected, taken in,
shown in formgrader's page, returned as JSON and as a page. The same words and bytes come out.

The texts are drawn by hypothesis: odd characters, any length, any number of rows.
"""

import itertools
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from every_kind import ANYTHING, FULL, SPECS, spec, values
from handins import LESSON, answer_row, course_folder, mark, release_lesson, rows
from openpractice import border
from openpractice.feedback.feedback import give_feedback
from openpractice.handins.answerservice import NotTaken
from openpractice.intake.collect import collect
from openpractice.jupyter import seat
from openpractice.kinds import registry
from openpractice.kinds.registry import BadValue, clean, is_blank, plain_text
from servers import serving

KINDS = list(SPECS)
GRADED = {
    kind: {
        **spec(kind),
        "course": "open-practice",
        "lesson": LESSON,
        "id": f"purpose-{kind.replace('_', '-')}",
        "title": f"A {kind}",
        "body": "What do you see?",
        "visibility": "F",
        "graded": 1,
        "language": "es",
    }
    for kind in KINDS
}
COUNTER = itertools.count(1)
BOUNDED = settings(
    max_examples=3, deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)  # each try is a whole way round: making a failing one smaller takes too long
LONG = settings(BOUNDED, max_examples=40)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A workshop on one computer with a lesson in Spanish of thirteen graded prompts, one of each kind."""
    folder = course_folder(tmp_path_factory.mktemp("round"))
    release_lesson(
        folder, specs=tuple(GRADED.values()), points={each["id"]: 3 for each in GRADED.values()}, language="es"
    )
    with serving(folder.data, whole=True) as server:
        yield folder, server


def fits(value, kind):
    try:
        return not is_blank(clean(value, GRADED[kind]), GRADED[kind])
    except BadValue:
        return False


class Long(str):
    """A long text that does not fill the report when a try fails."""

    def __repr__(self):
        return f"Long({self[:20]!r} and on to {len(self)} characters)"


def long_text(kind):
    """Now and then one long text in the kind's place for it."""
    words = st.text(st.characters(), min_size=1, max_size=20)
    text = st.builds(lambda some, many: Long((some * many)[:20_000] + " end"), words, st.integers(1, 4000))
    place = {
        "single_choice": "comment",
        "multi_choice": "comment",
        "ranking": "comment",
        "likert_matrix": "comment",
        "slider": "comment",
    }
    if kind in ("evidence_table", "ledger", "action_plan"):
        return text.map(lambda one: {"rows": [{}, {"seen": one, "who": "me"}]})
    if kind == "expertise_map":
        return text.map(lambda one: {"nodes": [{"id": "n1", "role": one}]})
    if kind == "peer_critique":
        return text.map(lambda one: {"critiques": [{"see": one}]})
    return text.map(lambda one: {place.get(kind, "text"): one})


def kept(kind):
    return st.one_of(values(kind), values(kind), long_text(kind)).filter(lambda value: fits(value, kind))


ANSWERS = st.fixed_dictionaries({kind: kept(kind) for kind in KINDS})


class Words(HTMLParser):
    """The text inside every element of one class, as a reader sees it."""

    def __init__(self, name):
        super().__init__(convert_charrefs=True)
        self.name, self.found, self.depth = name, [], 0

    def handle_starttag(self, tag, attrs):
        if tag == "br":
            if self.depth:
                self.found[-1] += "\n"
            return
        if self.depth:
            self.depth += 1
        elif self.name in (dict(attrs).get("class") or "").split():
            self.depth = 1
            self.found.append("")

    def handle_endtag(self, tag):
        self.depth -= bool(self.depth) and tag != "br"

    def handle_data(self, data):
        if self.depth:
            self.found[-1] += data


def words_in(html, name):
    reader = Words(name)
    reader.feed(html)
    return reader.found


def seen(text):
    """A text as formgrader's page shows it: every line end alike, what is no character replaced."""
    text = re.sub("[\x85\u2028\u2029]", "\n", text)
    return re.sub("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", "\ufffd", text)


def kernel(folder):
    """The door in a kernel of whoever is at this computer."""
    for each in GRADED.values():
        seat.remember(each)
    return seat.KernelSeat(
        {
            "OPENPRACTICE_ROLE": "alone",
            "OPENPRACTICE_DATA": str(folder.data),
            "OPENPRACTICE_EXCHANGE": str(folder.exchange),
        }
    )


def go_round(room, answers, first):
    folder, server = room
    number = next(COUNTER)
    assert server.ask("POST", "api/person", {"name": f"Person {number}"}).status == 200
    person = server.ask("GET", "api/me").json["user"]
    own = kernel(folder)
    wanted = {}
    for turn, (kind, value) in enumerate((kind, answers[kind]) for kind in KINDS):
        prompt = GRADED[kind]["id"]
        if (turn + first) % 2:
            ack = own.answer(
                "save",
                {
                    "prompt": prompt,
                    "change": {
                        "lesson": LESSON,
                        "key": f"k{number}-{turn}",
                        "base": 0,
                        "value": json.loads(json.dumps(value)),
                    },
                },
                GRADED[kind],
            )
        else:
            reply = server.save(prompt, value, key=f"k{number}-{turn}")
            assert reply.status == 200, reply.text
            ack = reply.json
        good = clean(value, GRADED[kind])
        wanted[prompt] = (good, plain_text(good, GRADED[kind]), registry.sha256(good))
        assert ack["sha256"] == wanted[prompt][2]
    by_http = server.ask("GET", f"api/answers?lesson={LESSON}").json
    by_kernel = own.answer("load", {"lesson": LESSON}, GRADED["long_text"])
    assert {prompt: by_http["answers"][prompt]["value"] for prompt in wanted} == {
        prompt: each[0] for prompt, each in wanted.items()
    }
    for part in ("lesson", "answers", "recall", "feedback"):
        assert by_kernel[part] == by_http[part]

    preview = server.ask("GET", f"api/handin/{LESSON}").json
    assert {row["id"]: row["text"] for row in preview["responses"]} == {
        prompt: each[1] for prompt, each in wanted.items()
    }
    receipt = server.ask(
        "POST", f"api/handin/{LESSON}", {"revs": {row["id"]: row["rev"] for row in preview["responses"]}}
    )
    assert {row["id"]: row["sha256"] for row in receipt.json["responses"]} == {
        prompt: each[2] for prompt, each in wanted.items()
    }

    collect(folder, LESSON)
    for prompt, (value, text, sha) in wanted.items():
        row = answer_row(folder, person, prompt)
        assert (json.loads(row["value"]), row["text"], row["sha256"], row["beside"]) == (value, text, sha, ""), prompt
    check_formgrader(folder, server, person, wanted)
    check_feedback(folder, server, own, person, wanted)


def check_formgrader(folder, server, person, wanted):
    query = "SELECT b.id FROM submitted_notebook b JOIN submitted_assignment s ON s.id = b.assignment_id WHERE student_id = ?"
    page = server.ask("GET", f"/formgrader/submissions/{rows(folder, query, (person,))[0][0]}/")
    assert page.status == 200
    assert words_in(page.text, "op-answer") == [seen(text) for _, text, _ in wanted.values()]
    for _, _, sha in wanted.values():
        assert sha in page.text


def check_feedback(folder, server, own, person, wanted):
    for prompt in wanted:
        mark(folder, person, prompt, 2, f"I see <i>this</i> in {prompt}")
    give_feedback(folder, LESSON, [person])
    held = json.loads((folder.feedback / person / f"{LESSON}.json").read_bytes())["answers"]
    assert {prompt: (each["text"], each["sha256"]) for prompt, each in held.items()} == {
        prompt: each[1:] for prompt, each in wanted.items()
    }
    html = (folder.feedback / person / f"{LESSON}.html").read_bytes().decode()
    texts, shown = [text for _, text, _ in wanted.values()], words_in(html, "words")
    # What was written in rows is a table there, or a list where it is wide; all else is the very text.
    in_rows = html.count('<table class="written">') + html.count('<div class="written-list">')
    assert shown == [text for text in texts if text in shown] and in_rows == len(texts) - len(shown)
    for told in (
        server.ask("GET", f"api/answers?lesson={LESSON}").json,
        own.answer("load", {"lesson": LESSON}, GRADED["long_text"]),
    ):
        assert {
            prompt: (told["feedback"][prompt]["text"], told["feedback"][prompt]["sha256"]) for prompt in wanted
        } == {prompt: each[1:] for prompt, each in wanted.items()}


@BOUNDED
@given(answers=ANSWERS, first=st.integers(0, 1))
def test_every_kind_goes_all_the_way_round_unchanged(room, answers, first):
    go_round(room, answers, first)


@pytest.mark.slow
@LONG
@given(answers=ANSWERS, first=st.integers(0, 1))
def test_every_kind_goes_all_the_way_round_unchanged_many_times(room, answers, first):
    go_round(room, answers, first)


@settings(BOUNDED, max_examples=40)
@given(kind=st.sampled_from(KINDS), value=ANYTHING)
def test_both_doors_keep_or_refuse_the_same_and_a_refusal_keeps_what_was_there(room, kind, value):
    folder, server = room
    assert server.ask("POST", "api/person", {"name": f"Doors {next(COUNTER)}"}).status == 200
    own, prompt = kernel(folder), GRADED[kind]["id"]
    # As a browser sends it: infinity is no JSON, and goes as null.
    value = json.loads(json.dumps(value), parse_constant=lambda name: None)
    by_http = server.save(prompt, value, key="one")
    try:
        ack = own.answer(
            "save",
            {
                "prompt": prompt,
                "change": {"lesson": LESSON, "key": "two", "base": int(by_http.status == 200), "value": value},
            },
            GRADED[kind],
        )
    except NotTaken as refused:
        # What cannot be stored at all is refused at the border, before the prompt is looked at.
        refusal = by_http.json["code"], by_http.json["message"]
        assert by_http.status == 422 and (refusal == ("refused", str(refused)) or refusal[0] in border.CODES)
        assert prompt not in server.ask("GET", f"api/answers?lesson={LESSON}").json["answers"]
    else:
        assert (by_http.status, by_http.json["sha256"]) == (200, ack["sha256"])


def test_what_a_lesson_in_spanish_adds_to_an_answer_is_spanish_for_whoever_reads_it(room):
    folder, server = room
    go_round(room, FULL, 0)
    person = server.ask("GET", "api/me").json["user"]
    given = {kind: answer_row(folder, person, GRADED[kind]["id"]) for kind in FULL}
    assert {kind: given[kind]["sha256"] for kind in FULL} == {
        kind: registry.sha256(value) for kind, value in FULL.items()
    }
    html = (folder.feedback / person / f"{LESSON}.html").read_bytes().decode()
    for kind, word in (
        ("ledger", "Fila 2"),
        ("ledger", "(nada escrito)"),
        ("slider", "(de 0 not at all a 10 fully)"),
        ("likert_matrix", "Comentario: x"),
        ("expertise_map", "acude a"),
        ("expertise_map", "(soy yo)"),
        ("peer_critique", "Una pregunta que podría cambiarlo: v"),
    ):
        assert word in given[kind]["text"]
        if given[kind]["text"] in words_in(html, "words"):  # what is no table there
            assert word in html
    seen = "".join(words_in(html, "words"))
    for word in ("Row ", "nothing written", "Comment:", "from 0", "this is me", "goes to", "About:", "I say back"):
        assert word not in seen


def test_words_on_a_page_are_read_as_a_reader_sees_them():
    assert words_in('<p class="x y">a<br>b &lt;i&gt; <b>c</b></p><p class="z">d</p>', "y") == ["a\nb <i> c"]
