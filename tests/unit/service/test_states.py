"""The sentences that say where somebody stands: pure functions of what is known."""

import json
import re
from datetime import UTC, datetime, timezone

import pytest
from markupsafe import Markup

from openpractice import i18n
from openpractice.roster.roster import ROLES
from openpractice.service import catalog
from openpractice.service.lessonpages.states import LessonProgress, due_sentence, next_step, sentence, state_of

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)  # a Thursday
HANDED = "2026-11-24T14:05:09.123Z"


@pytest.mark.parametrize(
    ("progress", "state", "words"),
    [
        (LessonProgress(0, 8), "not-started", "Not started"),
        (LessonProgress(3, 8), "started", "3 of 8 answered"),
        (LessonProgress(0, 8, begun=1), "started", "0 of 8 answered, 1 begun"),
        (LessonProgress(3, 8, begun=2), "started", "3 of 8 answered, 2 begun"),
        (LessonProgress(8, 8, begun=1), "answered", "All 8 answered. Not handed in yet."),
        (LessonProgress(8, 8), "answered", "All 8 answered. Not handed in yet."),
        (LessonProgress(1, 1), "answered", "Answered. Not handed in yet."),
        (LessonProgress(8, 8, HANDED), "handed-in", "Handed in Tuesday 14:05 UTC. You can change it until it is read."),
        (
            LessonProgress(8, 8, HANDED, changed=True),
            "changed",
            "Handed in Tuesday 14:05 UTC. You have changed words since then: hand in again to send them.",
        ),
        (LessonProgress(8, 8, HANDED, read=True), "being-read", "Handed in Tuesday 14:05 UTC. It is being read."),
        (
            LessonProgress(8, 8, HANDED, feedback_at="2026-11-25T08:00:00Z"),
            "feedback",
            "Feedback is here, since Wednesday 08:00 UTC.",
        ),
        (
            LessonProgress(0, 8, HANDED, feedback_at="2026-11-25T08:00:00Z", left_empty=True),
            "left-empty",
            "Looked at Wednesday 08:00 UTC: nothing was written yet. You can still write, and hand in again.",
        ),
    ],
)
def test_each_state_has_its_sentence(progress, state, words):
    assert state_of(progress) == state
    assert sentence("en", progress, NOW) == words


def test_handing_in_again_after_feedback_is_a_new_hand_in():
    again = LessonProgress(8, 8, "2026-11-25T10:00:00Z", feedback_at="2026-11-25T08:00:00Z")
    assert state_of(again) == "handed-in"


def test_a_time_that_cannot_be_read_does_no_harm():
    odd = LessonProgress(8, 8, "yesterday", feedback_at="<b>")
    assert sentence("en", odd, NOW) == "Feedback is here, since ."
    assert sentence("en", odd, NOW, html=True) == "Feedback is here, since ."


def test_times_on_a_page_are_elements_that_the_browser_can_say_in_local_time():
    said = sentence("en", LessonProgress(8, 8, HANDED), NOW, html=True)
    assert isinstance(said, Markup)
    assert '<time datetime="2026-11-24T14:05:09.123000Z">Tuesday 14:05 UTC</time>' in said


def test_far_away_moments_name_the_day():
    assert "Tuesday 24 November 2026 14:05 UTC" in sentence("en", LessonProgress(8, 8, HANDED), NOW.replace(year=2027))


@pytest.mark.parametrize(
    ("due", "handed", "words"),
    [
        (None, None, ""),
        ("2026-11-27T17:00:00Z", None, "Due Friday 17:00 UTC."),
        (
            "2026-11-25T17:00:00Z",
            None,
            "Was due Wednesday 17:00 UTC. You can still hand in; it will be marked as late.",
        ),
        ("2026-11-25T17:00:00Z", HANDED, ""),
        ("soon", None, ""),
    ],
)
def test_what_is_due_is_said_until_it_is_handed_in(due, handed, words):
    assert due_sentence("en", LessonProgress(0, 8, handed, due=due), NOW) == words


@pytest.mark.parametrize(
    ("progress", "step"),
    [
        (LessonProgress(0, 8), "open-session"),
        (LessonProgress(1, 8), "continue-session"),
        (LessonProgress(8, 8), "check-session"),
        (LessonProgress(8, 8, HANDED), "look-session"),
        (LessonProgress(8, 8, HANDED, changed=True), "check-session"),
        (LessonProgress(8, 8, HANDED, feedback_at="2026-11-25T08:00:00Z"), "read-feedback"),
    ],
)
def test_the_one_button_is_what_there_is_to_do(progress, step):
    assert next_step(progress) == step


def test_spanish_says_the_same_things():
    assert sentence("es", LessonProgress(3, 8), NOW) == "3 de 8 respondidas"
    assert sentence("es", LessonProgress(3, 8, begun=1), NOW) == "3 de 8 respondidas, una empezada"
    assert sentence("es", LessonProgress(3, 8, begun=2), NOW) == "3 de 8 respondidas, 2 empezadas"
    assert sentence("es", LessonProgress(8, 8, HANDED), NOW).startswith("Entregada (martes 14:05 UTC).")


# What facilitators and operators are told, and whoever asks for a notebook or brings one in.
FOR_OTHERS = ("corner", "open-formgrader", "read-and-score", "file", "release-", "lesson-notebook", "handin-no")
FOR_OTHERS += ("doctor-", "exchange-", "kit-part-missing", "own-environment", "backup-", "restore-")


def test_no_sentence_for_participants_uses_a_machine_word():
    shown = {key: text for key, text in i18n.sentences("en").items() if not key.startswith(FOR_OTHERS)}
    words = re.compile(r"\b(kernel|cell|notebook|exchange|assignment|grade|jupyter|submit)\b", re.I)
    assert {key for key, text in shown.items() if words.search(text)} == set()


def test_a_value_with_markup_is_escaped_but_for_our_own_elements():
    said = catalog.say("en", "remind", names="<i>", title="<b>", due=Markup("<time>x</time>"))
    assert said.startswith("Hello &lt;i&gt;,") and "“&lt;b&gt;”" in said and "<time>x</time>" in said


def test_the_sentences_for_scripts_are_json():
    assert json.loads(catalog.for_scripts("es"))["js-handing-in"] == "Entregando."
