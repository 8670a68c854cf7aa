"""A hand-in between two good ones of others, who must not notice it."""

import json

from handins import LESSON, TRACE, hand_in, response, responses_json, typed_notebook
from openpractice.intake.collect import collect

GOOD = {"purpose-trace": response(TRACE, {"text": "A good answer."})}


def why(done, person):
    return [str(left.why) for left in done.left_aside if left.participant == person]


def said(done):
    return [str(each) for each in done.sentences]


def state(folder, person):
    try:
        return json.loads((folder.feedback / person / f"{LESSON}.status.json").read_bytes())["state"]
    except OSError:
        return None


def raw(person, answers=GOOD, **other):
    return json.dumps(responses_json(person, answers, **other)).encode()


def among_others(folder, person="mal", **hand):
    """Collect a hand-in of `person` between two good ones of others, who must not notice."""
    hand_in(folder, "ana", GOOD)
    hand_in(folder, person, **hand)
    hand_in(folder, "zoe", GOOD)
    done = collect(folder, LESSON)
    assert {"ana", "zoe"} <= set(done.new)
    assert (state(folder, "ana"), state(folder, "zoe")) == ("collected", "collected")
    lines = [each for each in said(done) if not each.startswith(("Collected", "Not handed in yet"))]
    assert all(len(line) < 400 and "\n" not in line for line in lines)
    return done


def copied_cells(folder, count):
    notebook = json.loads(typed_notebook(folder, {}))
    about = {"openpractice": {"part": "answer", "id": "purpose-trace"}}
    notebook["cells"] += [{"cell_type": "markdown", "metadata": about, "source": f"{n:x}"} for n in range(count)]
    return json.dumps(notebook).encode()
