"""Every kind of prompt: one of each, an answer that fills it, how that reads, and whatever else could be sent to it."""

from hypothesis import strategies as st

YES_NO = [{"id": "yes", "label": "Yes"}, {"id": "not-yet", "label": "Not yet"}]
ROWS = [
    {"id": "a", "label": "People could state it alike?", "group": "Classroom"},
    {"id": "b", "label": "A visitor could see it"},
]
COLUMNS = [{"id": "seen", "label": "What you saw"}, {"id": "who", "label": "Who would agree"}]
NODES = [
    {"id": "n1", "role": "Reading coach", "knows": "phonics", "title": 1},
    {"id": "n2", "role": "Fifth-grade teacher", "me": 1},
]

SPECS = {
    "short_text": {},
    "long_text": {},
    "then_now": {"baseline": "x", "then": "y", "now": "z"},
    "single_choice": {"choices": YES_NO, "comment": "Why"},
    "multi_choice": {"choices": YES_NO, "pick": [1, 2]},
    "ranking": {"items": YES_NO},
    "likert_matrix": {
        "rows": ROWS,
        "points": [{"id": "0", "label": "Never"}, {"id": "3", "label": "Every week"}],
    },
    "slider": {
        "rows": [{"id": "value", "label": ""}],
        "from": 0,
        "to": 10,
        "step": 1,
        "low_label": "not at all",
        "high_label": "fully",
    },
    "evidence_table": {"columns": COLUMNS, "row_labels": [{"id": "school", "label": "School"}]},
    "ledger": {"columns": COLUMNS, "row_count": [3, 5]},
    "action_plan": {"columns": COLUMNS},
    "expertise_map": {"nodes": [3, 12]},
    "peer_critique": {"of": "facilitator", "count": 2, "offer": 1},
}
FULL = {
    "short_text": {"text": "One hour."},
    "long_text": {"text": "One\n\nhour."},
    "then_now": {"text": "Then I saw less."},
    "single_choice": {"choice": "yes", "comment": "Two of us."},
    "multi_choice": {"choices": ["not-yet", "yes"], "comment": ""},
    "ranking": {"order": ["not-yet", "yes"]},
    "likert_matrix": {"rows": {"b": "0", "a": "3"}, "comment": "x"},
    "slider": {"rows": {"value": 7}},
    "evidence_table": {"rows": [{"_row": "school", "seen": "a | b", "who": ""}, {}]},
    "ledger": {"rows": [{"seen": "one", "who": "two"}, {"seen": "three"}]},
    "action_plan": {"rows": [{"seen": "one", "who": "two"}]},
    "expertise_map": {"nodes": NODES, "links": [{"from": "n2", "to": "n1", "about": "new readers"}]},
    "peer_critique": {
        "critiques": [{"of": "Session 0", "say_back": "s", "see": "t", "expect": "u", "question": "v", "offer": ""}]
    },
}
READS = {
    "short_text": "One hour.",
    "long_text": "One\n\nhour.",
    "then_now": "Then I saw less.",
    "single_choice": "Yes\nWhy: Two of us.",
    "multi_choice": "- Not yet\n- Yes",
    "ranking": "1. Not yet\n2. Yes",
    "likert_matrix": "Classroom – People could state it alike? Every week\nA visitor could see it: Never\nComment: x",
    "slider": "7 (from 0 not at all to 10 fully)",
    "evidence_table": "School\nWhat you saw: a | b\nWho would agree: (nothing written)",
    "ledger": "Row 1\nWhat you saw: one\nWho would agree: two\n\nRow 2\nWhat you saw: three\nWho would agree: (nothing written)",
    "action_plan": "Row 1\nWhat you saw: one\nWho would agree: two",
    "expertise_map": "Reading coach (has the title): phonics\nFifth-grade teacher (this is me)\nFifth-grade teacher goes to Reading coach: new readers",
    "peer_critique": "About: Session 0\nI say back: s\nI see: t\nI would expect to see: u\nA question that could change it: v",
}


def spec(kind):
    return {"v": 1, "id": "purpose-x", "kind": kind, **SPECS[kind]}


ODD = st.text(st.characters() | st.sampled_from("\x00\r\n\t\ud800\u200f\u202e🙂|<>&\\`$"), max_size=40)
IDS = st.sampled_from(["a", "b", "yes", "not-yet", "0", "3", "value", "school", "seen", "who", "n1"])
LEAF = ODD | IDS | st.integers() | st.floats() | st.booleans() | st.none()
ANYTHING = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ODD | IDS, inner, max_size=4),
    max_leaves=12,
)


def values(kind):
    """Values of the kind's form with odd text, and some that are not of it."""
    text = st.fixed_dictionaries({}, optional={"text": ODD})
    cells = st.fixed_dictionaries({}, optional={"seen": ODD, "who": ODD})
    nodes = st.lists(
        st.fixed_dictionaries({"id": IDS}, optional={"role": ODD, "knows": ODD, "me": st.booleans()}),
        max_size=4,
    )
    choice = st.sampled_from(["yes", "not-yet"])
    form = {
        "single_choice": {"choice": choice, "comment": ODD},
        "multi_choice": {"choices": st.lists(choice, unique=True), "comment": ODD},
        "ranking": {"order": st.lists(choice, unique=True), "comment": ODD},
        "likert_matrix": {"rows": st.dictionaries(st.sampled_from("ab"), st.sampled_from("03"))},
        "slider": {"rows": st.dictionaries(st.just("value"), st.integers(0, 10) | st.just(4.0))},
        "expertise_map": {"nodes": nodes},
        "peer_critique": {
            "critiques": st.lists(st.fixed_dictionaries({}, optional={"see": ODD, "of": ODD}), max_size=3)
        },
    }
    if kind in ("evidence_table", "ledger", "action_plan"):
        return st.fixed_dictionaries({}, optional={"rows": st.lists(cells, max_size=4)})
    return st.fixed_dictionaries({}, optional=form[kind]) if kind in form else text
