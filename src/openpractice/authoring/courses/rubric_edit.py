"""Other words put into rubric.yml where they stand, so that its comments and its order stay."""

import json

import yaml

from openpractice.authoring.courses.rubric import read_rubric

MAX_WORDS = 600


def with_words(text: str, words: dict, version: int) -> str:
    """The file's text with this version and these words, ``{code: {"name", "question", "levels"}}``.

    Raises
    ------
    ValueError
        When the text is no rubric, or these words cannot be one's; its argument says why.
    """
    top = _entries(yaml.compose(text, Loader=yaml.SafeLoader))
    wanted = [(top["version"], str(version))]
    for node in top["criteria"].value:
        criterion = _entries(node)
        said = words.get(criterion["code"].value)
        if said is None:
            continue
        wanted += [(criterion["name"], said["name"]), (criterion["question"], said["question"])]
        for level, told in zip(criterion["levels"].value, said["levels"], strict=True):
            held = _entries(level)
            wanted += [(held["name"], told["name"]), (held["descriptor"], told["descriptor"])]
    for node, value in sorted(wanted, key=lambda one: -one[0].start_mark.index):
        if " ".join(node.value.split()) != value:
            text = _put(text, node, value)
    rubric, problems = read_rubric(text, "rubric.yml")
    if rubric is None:
        raise ValueError("; ".join(problem.what for problem in problems))
    return text


def _entries(node):
    return {key.value: value for key, value in node.value}


def _put(text, node, value):
    begin, end = node.start_mark.index, node.end_mark.index
    written = text[begin:end]
    # A block of lines ends where the next entry begins: the line end between them stays.
    return text[:begin] + json.dumps(value, ensure_ascii=False) + written[len(written.rstrip()) :] + text[end:]
