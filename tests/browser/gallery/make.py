"""Writes prompts.json: one prompt of every kind, and the harder forms of some."""

import json
from pathlib import Path

R = {"code": "R", "name": "Reasoning", "levels": ["Not shown: restates the question or retells events.", "Described: gives a reaction or a simple reason.", "Explained: works out why it happened, tests another explanation or viewpoint.", "Re-thought: names an assumption of the writer's own that has shifted, and what that changes."]}
P = {"code": "P", "name": "Principle", "levels": ["Not shown: the principle is absent or misread.", "Described: the principle is named beside the case.", "Explained: the principle is used to interpret the case.", "Re-thought: the principle shows a tension, limit or cost in this school."]}
OFTEN = [{"id": "never", "label": "Never"}, {"id": "rarely", "label": "Rarely"}, {"id": "sometimes", "label": "Sometimes"}, {"id": "often", "label": "Often"}, {"id": "always", "label": "Always"}, {"id": "na", "label": "Not part of my role"}]
ITEMS = [("p1a", "Purpose", "I could say which classroom practice a meeting of mine was meant to improve."), ("p1b", "Purpose", "I looked at students' work before I decided."), ("p2a", "Learning", "I showed colleagues something of mine that was not finished."), ("p2b", "Learning", "I learned something from a colleague and said so."), ("p3a", "Example", "I did in public what I ask of others."), ("p4a", "Expertise", "I asked the person who knew, whatever their title."), ("p5a", "Reciprocity", "Whatever I required, I made time or help for.")]
ROWS = [{"id": key, "group": group, "label": text} for key, group, text in ITEMS]
ids = lambda **labels: [{"id": key.replace("_", "-"), "label": text} for key, text in labels.items()]

PROMPTS = [
    {"id": "gallery-short", "kind": "short_text", "title": "Name one thing you would change", "body": "In **one or two** sentences.", "visibility": "P", "minutes": 2, "why": "Private, so that it can be true."},
    {"id": "gallery-long", "kind": "long_text", "title": "Trace one hour", "body": "Pick something you spend an hour a week on. Trace how it reaches *practice* and *performance*.\n\nIf the trail goes cold, say where.", "why": "The purpose test.", "minutes": 10, "visibility": "F", "graded": 1, "may_share": 1, "criteria": [R, P], "words": {"min": 80, "max": 180}, "starters": ["What happened was …", "So what this tells me is …", "Now what I will try is …"], "lead_first": 1, "recall": ["gallery-before"]},
    {"id": "gallery-single", "kind": "single_choice", "title": "Does your administration have any instructional leaders?", "visibility": "F", "minutes": 2, "choices": ids(yes="Yes", partly="Partly", no="No", not_sure="Not sure"), "comment": "What makes you say so?"},
    {"id": "gallery-yes", "kind": "long_text", "title": "What makes them so?", "visibility": "F", "branch": {"of": "gallery-single", "when": ["yes", "partly", "not-sure"]}, "graded": 1, "criteria": [R], "minutes": 6},
    {"id": "gallery-not", "kind": "long_text", "title": "What would it take?", "visibility": "F", "branch": {"of": "gallery-single", "when": ["no", "partly", "not-sure"]}, "answer_with": "gallery-yes", "minutes": 6},
    {"id": "gallery-multi", "kind": "multi_choice", "title": "What does your map show?", "visibility": "A", "minutes": 3, "pick": [1, 3], "choices": ids(hub="One hub that everybody goes to", title="A title without ties", ties="Ties without a title", cut="Somebody cut off", outside="Help from outside", none="Nobody for this")},
    {"id": "gallery-matrix", "kind": "likert_matrix", "title": "In the last four school weeks", "visibility": "A", "minutes": 8, "rows": ROWS, "points": OFTEN, "comment": "Which row was hardest to answer?"},
    {"id": "gallery-ranking", "kind": "ranking", "title": "What would help you most?", "visibility": "C", "minutes": 3, "items": ids(time="Time with colleagues in the timetable", see="Seeing a lesson that is not mine", talk="Somebody to think aloud with", data="Better information about students"), "comment": "Why the first?"},
    {"id": "gallery-slider", "kind": "slider", "title": "How likely are you to keep it?", "visibility": "F", "minutes": 2, "from": 0, "to": 10, "step": 1, "low_label": "Not at all", "high_label": "Quite certain", "comment": "What would break it?"},
    {"id": "gallery-evidence", "kind": "evidence_table", "title": "What could a visitor see?", "visibility": "F", "minutes": 12, "graded": 1, "criteria": [R], "columns": [{"id": "claim", "label": "What I say"}, {"id": "seen", "label": "What could be seen or heard", "long": 1}, {"id": "when", "label": "When, and by whom"}], "row_count": [2, 5]},
    {"id": "gallery-ledger", "kind": "ledger", "title": "The ledger", "visibility": "F", "minutes": 13, "columns": [{"id": "require", "label": "What I require"}, {"id": "who", "label": "Of which role"}, {"id": "provide", "label": "What I provide so that they can learn to do it", "long": 1}, {"id": "reached", "label": "How I know it reached them", "long": 1}], "row_count": [2, 5]},
    {"id": "gallery-rowslider", "kind": "slider", "title": "How much support, as they would rate it?", "visibility": "P", "minutes": 4, "rows_from": "gallery-ledger", "from": 0, "to": 3, "step": 1, "low_label": "none", "high_label": "all they need"},
    {"id": "gallery-map", "kind": "expertise_map", "title": "Who goes to whom?", "body": "For **one** teaching problem. Roles, not names.", "visibility": "P", "may_share": 1, "minutes": 13, "nodes": [3, 12]},
    {"id": "gallery-plan", "kind": "action_plan", "title": "Two or three moves", "visibility": "F", "may_share": 1, "minutes": 18, "graded": 1, "criteria": [P], "columns": [{"id": "principle", "label": "Principle"}, {"id": "first", "label": "What I do first", "long": 1}, {"id": "learn", "label": "Who must learn what"}, {"id": "provide", "label": "What I provide"}, {"id": "stop", "label": "What I stop"}, {"id": "date", "label": "By when"}, {"id": "sign", "label": "A sign in practice"}, {"id": "witness", "label": "My witness"}], "row_count": [1, 3]},
    {"id": "gallery-critique", "kind": "peer_critique", "title": "Say back two answers", "visibility": "C", "minutes": 12, "of": "colleagues", "count": 2, "offer": 1},
    {"id": "gallery-then", "kind": "then_now", "title": "Your three lines", "visibility": "P", "minutes": 5, "baseline": "audit-baseline", "then": "audit-then", "now": "audit-now", "rows": ROWS, "points": OFTEN, "starters": ["My practice moved where …", "My yardstick moved where …"]},
]

if __name__ == "__main__":
    whole = [{"v": 1, "course": "open-practice", "lesson": "gallery", **prompt} for prompt in PROMPTS]
    Path(__file__).with_name("prompts.json").write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
