"""What both doors say and take of one person's answers."""

import pytest

from openpractice.handins.answerservice import AnswerService, NotTaken
from openpractice.handins.places import places
from openpractice.handins.specs import Lesson
from openpractice.journal.journal import Journal, NotSaved

LESSON = "1-purpose"


def spec(prompt, **more):
    return {"lesson": LESSON, "id": prompt, "kind": "long_text", "title": prompt, "visibility": "F", **more}


SPECS = {
    one["id"]: one
    for one in (
        spec("trace", recall=["hopes"]),
        spec("said", visibility="C"),
        spec("aside", visibility="P"),
        spec("other-words", answer_with="trace"),
    )
}
EARLIER = {"hopes": spec("hopes", lesson="0-opening", title="What you hoped")}


def lesson(*ids):
    return Lesson("open-practice", LESSON, LESSON, "en", {key: SPECS[key] for key in ids or SPECS}, {}, [])


@pytest.fixture
def mine(tmp_path):
    return AnswerService(Journal(tmp_path / "journal.jsonl"), places({"OPENPRACTICE_HOME": str(tmp_path)}), "ana")


def change(text="words", key="k1", base=0, **more):
    return {"key": key, "base": base, "value": {"text": text}, **more}


def known(prompt):
    return EARLIER if prompt in EARLIER else None


def test_what_is_saved_is_acknowledged_with_what_is_loaded(mine):
    said = mine.save(lesson(), "trace", change())
    told = mine.load(lesson(), known)["answers"]["trace"]
    assert said == {key: told[key] for key in ("rev", "at", "sha256")}
    assert told["value"] == {"text": "words"} and mine.journal.history("trace")[0]["by"] == "ana"


def test_words_written_apart_are_both_told_and_one_is_chosen(mine):
    mine.save(lesson(), "trace", change("here", device="desk"))
    both = mine.save(lesson(), "trace", change("there", "k2", device="phone"))["heads"]
    assert [(head["value"]["text"], head["device"]) for head in both] == [("here", "desk"), ("there", "phone")]
    assert mine.load(lesson(), known)["answers"]["trace"]["heads"] == both
    chosen = mine.choose(lesson(), "trace", {"rev": 1, "key": "k3"})
    assert chosen["value"] == {"text": "here"} and "heads" not in chosen


def test_one_text_is_changed_by_a_patch(mine):
    mine.save(lesson(), "trace", change("words"))
    patch = {"path": ["text"], "at": 0, "drop": 1, "put": "s", "length": 5}
    mine.save(lesson(), "trace", {"key": "k2", "base": 1, "patch": patch})
    assert mine.journal.state("trace").value == {"text": "sords"}


def test_earlier_words_come_with_the_title_of_their_question_where_that_is_known(mine):
    mine.journal.put("0-opening", "hopes", {"text": "to listen"}, 0, "k1")
    told = mine.load(lesson(), known)["recall"]["hopes"]
    assert (told["title"], told["text"]) == ("What you hoped", "to listen")
    assert mine.load(lesson(), lambda prompt: None)["recall"] == {}
    assert mine.load(lesson(), lambda prompt: {})["recall"]["hopes"]["title"] == ""


def test_of_a_lesson_that_is_known_in_part_every_answer_is_told(mine):
    mine.save(lesson(), "said", change())
    assert mine.load(lesson("trace"), known)["answers"] == {}
    assert "stale_spec" not in mine.load(lesson("trace"), known, whole=False)["answers"]["said"]


def test_sharing_is_told_and_taken_back(mine):
    mine.save(lesson(), "said", change())
    assert mine.share("said", SPECS["said"], {"rev": 1})["shared"]["rev"] == 1
    assert mine.unshare("said", SPECS["said"]) == {"rev": 1, "shared": None}


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda mine: mine.save(lesson(), "elsewhere", change()), "no-prompt"),
        (lambda mine: mine.save(lesson(), "other-words", change()), "no-prompt"),
        (lambda mine: mine.save(lesson(), "trace", change(key="")), "not-understood"),
        (lambda mine: mine.save(lesson(), "trace", change(key="k" * 201)), "not-understood"),
        (lambda mine: mine.save(lesson(), "trace", {"base": 0, "value": {"text": "x"}}), "not-understood"),
        (lambda mine: mine.save(lesson(), "trace", {"key": "k", "value": {"choice": "x"}}), "refused"),
        (lambda mine: mine.save(lesson(), "trace", {"key": "k", "value": "x"}), "refused"),
        (lambda mine: mine.save(lesson(), "trace", change(base="1")), "refused"),
        (lambda mine: mine.save(lesson(), "trace", {"key": "k", "base": 3, "patch": {}}), "stale"),
        (lambda mine: mine.choose(lesson(), "trace", {"rev": "1", "key": "k"}), "not-understood"),
        (lambda mine: mine.choose(lesson(), "trace", {"rev": 7, "key": "k"}), "stale"),
        (lambda mine: mine.share("trace", SPECS["trace"], {"rev": 1}), "not-shared"),
        (lambda mine: mine.share("said", SPECS["said"], {"rev": None}), "not-understood"),
        (lambda mine: mine.share("said", SPECS["said"], {"rev": 1}), "stale"),
        (lambda mine: mine.unshare("trace", SPECS["trace"]), "not-shared"),
    ],
)
def test_what_is_not_taken_has_a_reason_and_a_sentence_in_each_language(mine, ask, reason):
    with pytest.raises(NotTaken) as refused:
        ask(mine)
    assert refused.value.reason == reason
    assert refused.value.said("es") != refused.value.said("en") != ""
    assert not mine.journal.states()


def test_a_disk_that_takes_no_more_is_a_reason_too(mine, monkeypatch):
    for code, reason in (("no-space", "no-space"), ("refused", "not-saved"), ("link", "not-saved")):

        def fails(*_, code=code, **__):
            raise NotSaved(code)

        monkeypatch.setattr(Journal, "put", fails)
        with pytest.raises(NotTaken) as refused:
            mine.save(lesson(), "trace", change())
        assert refused.value.reason == reason
