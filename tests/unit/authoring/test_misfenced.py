"""What is for facilitators only never reaches a participant's notebook, however it was fenced."""

import pytest
from click.testing import CliRunner

from authoring import LESSON, REPO, problems_of, write_folder
from openpractice.authoring.checking.leaks import leaks, private_lines
from openpractice.authoring.courses.lessonfolder import read_folder
from openpractice.authoring.format.fences import OPENER, looks_like_edge, looks_like_opener
from openpractice.authoring.format.options import BLOCKS
from openpractice.authoring.making import build
from openpractice.cli import main
from openpractice.problems import report

SECRET = "MODEL ANSWER, NOT FOR PARTICIPANTS."
ZERO_WIDTH, SOFT_HYPHEN, BOM, JOINER = "\u200b", "\u00ad", "\ufeff", "\u2060"
CYRILLIC_P, CYRILLIC_E, CYRILLIC_A = "\u0440", "\u0435", "\u0430"

# The line that opens, the line that ends, and what stands before each line between.
FORMS = {
    "backticks": ("```{exemplar} listening-seen", "```", ""),
    "four backticks": ("````{exemplar} listening-seen", "````", ""),
    "two backticks": ("``{exemplar} listening-seen", "``", ""),
    "backticks and a space": ("``` {exemplar} listening-seen", "```", ""),
    "tildes": ("~~~{exemplar} listening-seen", "~~~", ""),
    "full-width colons": ("\uff1a\uff1a\uff1a{exemplar} listening-seen", "\uff1a\uff1a\uff1a", ""),
    "full-width all": ("\uff1a\uff1a\uff1a\uff5bexemplar\uff5d listening-seen", "\uff1a\uff1a\uff1a", ""),
    "small colons": ("\ufe55\ufe55\ufe55{exemplar} listening-seen", "\ufe55\ufe55\ufe55", ""),
    "ratio signs": ("\u2236\u2236\u2236{exemplar} listening-seen", "\u2236\u2236\u2236", ""),
    "one of them full-width": ("::\uff1a{exemplar} listening-seen", ":::", ""),
    "one colon": (":{exemplar} listening-seen", ":", ""),
    "two colons": ("::{exemplar} listening-seen", "::", ""),
    "four colons": ("::::{exemplar} listening-seen", "::::", ""),
    "five colons": (":::::{exemplar} listening-seen", ":::::", ""),
    "colons apart": (": : :{exemplar} listening-seen", ": : :", ""),
    "semicolons": (";;;{exemplar} listening-seen", ";;;", ""),
    "quotes": ('"""{exemplar} listening-seen', '"""', ""),
    "single quotes": ("'''{exemplar} listening-seen", "'''", ""),
    "curled quotes": ("\u2018\u2018\u2018{exemplar} listening-seen", "\u2019\u2019\u2019", ""),
    "dollars": ("$$${exemplar} listening-seen", "$$$", ""),
    "dashes": ("---{exemplar} listening-seen", "---", ""),
    "four spaces": ("    :::{exemplar} listening-seen", "    :::", "    "),
    "a tab": ("\t:::{exemplar} listening-seen", "\t:::", "\t"),
    "a quotation": ("> :::{exemplar} listening-seen", "> :::", "> "),
    "a quotation of two colons": ("> ::{exemplar} listening-seen", "> ::", "> "),
    "a list": ("- :::{exemplar} listening-seen", "  :::", "  "),
    "a list of backticks": ("- ```{exemplar} listening-seen", "  ```", "  "),
    "a numbered list": ("1. :::{exemplar} listening-seen", "   :::", "   "),
    "a heading": ("## {exemplar} listening-seen", "##", ""),
    "a table": ("| :::{exemplar} listening-seen |", "| ::: |", "| "),
    "zero width before": (ZERO_WIDTH + ":::{exemplar} listening-seen", ZERO_WIDTH + ":::", ""),
    "a byte order mark": (BOM + ":::{exemplar} listening-seen", ":::", ""),
    "zero width between": (f":{ZERO_WIDTH}::{{exemplar}} listening-seen", ":::", ""),
    "a soft hyphen": (f"::{SOFT_HYPHEN}:{{exemplar}} listening-seen", ":::", ""),
    "a joiner in the name": (f":::{{exem{JOINER}plar}} listening-seen", ":::", ""),
    "a braille blank": ("\u2800:::{exemplar} listening-seen", ":::", ""),
    "capitals": (":::{Exemplar} listening-seen", ":::", ""),
    "all capitals": (":::{EXEMPLAR} listening-seen", ":::", ""),
    "capitals in backticks": ("```{EXEMPLAR} listening-seen", "```", ""),
    "cyrillic": (f":::{{{CYRILLIC_E}xempl{CYRILLIC_A}r}} listening-seen", ":::", ""),
    "cyrillic in backticks": (f"```{{ex{CYRILLIC_E}m{CYRILLIC_P}lar}} listening-seen", "```", ""),
    "mathematical letters": ("```{\U0001d41e\U0001d431\U0001d41e\U0001d426\U0001d429\U0001d425\U0001d41a\U0001d42b} listening-seen", "```", ""),
    "an accent": ("```{exempl\u00e1r} listening-seen", "```", ""),
    "a plural": ("```{exemplars} listening-seen", "```", ""),
    "a typing slip": ("```{exempler} listening-seen", "```", ""),
    "a space before the bracket": ("::: {exemplar} listening-seen", ":::", ""),
    "spaces in the brackets": (":::{ exemplar } listening-seen", ":::", ""),
    "a dot in the brackets": ("::: {.exemplar #listening-seen}", ":::", ""),
    "words in the brackets": (":::{exemplar listening-seen}", ":::", ""),
    "two brackets": (":::{{exemplar}} listening-seen", ":::", ""),
    "no brackets": (":::exemplar listening-seen", ":::", ""),
    "no brackets and a space": ("::: exemplar listening-seen", ":::", ""),
    "no first bracket": (":::exemplar} listening-seen", ":::", ""),
    "no last bracket": (":::{exemplar listening-seen", ":::", ""),
    "round brackets": (":::(exemplar) listening-seen", ":::", ""),
    "square brackets": (":::[exemplar] listening-seen", ":::", ""),
    "other curly brackets": (":::\u2774exemplar\u2775 listening-seen", ":::", ""),
    "no colons": ("{exemplar} listening-seen", "", ""),
    "an admonition": ("!!! exemplar listening-seen", "", ""),
    "liquid": ("{% exemplar %} listening-seen", "{% end %}", ""),
    "a code span": ("`:::{exemplar} listening-seen`", "`:::`", ""),
    "stars": ("**{exemplar}** listening-seen", "", ""),
    "a backslash": ("\\:::{exemplar} listening-seen", "\\:::", ""),
    "an entity": ("&#58;::{exemplar} listening-seen", ":::", ""),
    "words before": ("Here: :::{exemplar} listening-seen", ":::", ""),
    "only words": ("Exemplar: listening-seen", "", ""),
    "a comment": ("<!-- {exemplar} listening-seen -->", "", ""),
    "a comment around": ("<!--\n:::{exemplar} listening-seen", ":::\n-->", ""),
    "a callout": ("> [!exemplar] listening-seen", "", "> "),
    "a callout in capitals": ("> [!EXEMPLAR]- listening-seen", "", "> "),
    "a shortcode": ("{{< exemplar >}}", "{{< /exemplar >}}", ""),
    "a shortcode of percents": ("{{% exemplar %}} listening-seen", "{{% /exemplar %}}", ""),
    "a tag with a style": ('{% hint style="exemplar" %}', "{% endhint %}", ""),
    "a collapsed admonition": ('??? exemplar "listening-seen"', "", ""),
    "plus signs": ("+++ exemplar", "+++", ""),
    "org": ("#+begin_exemplar", "#+end_exemplar", ""),
    "latex": ("\\begin{exemplar}", "\\end{exemplar}", ""),
    "a directive of two dots": (".. exemplar:: listening-seen", "", ""),
    "entities for the brackets": ("&lt;exemplar&gt; listening-seen", "", ""),
    "entities for curly brackets": ("&#123;exemplar&#125; listening-seen", "", ""),
    "words and the prompt": ("Exemplar for listening-seen:", "", ""),
    "a remark of another tool": ("{/* exemplar */}", "", ""),
    "a target": ("(exemplar)=", "", ""),
    "a remark in Markdown": ("[//]: # (exemplar listening-seen)", "", ""),
    "an id and a class": ("::: {#listening-seen .exemplar}", ":::", ""),
    "two classes": ("::: {.note .exemplar}", ":::", ""),
    "a class by its name": (":::{class=\"exemplar\"}", ":::", ""),
    "an element": ("<exemplar>", "</exemplar>", ""),
    "code around": ("```\n:::{exemplar} listening-seen", ":::\n```", ""),
    "another block around": (":::{reading} Aloud\n\n:::{exemplar} listening-seen", ":::\n\n:::", ""),
    "backticks in a block": (":::{keypoints}\n\n```{exemplar} listening-seen", "```\n\n:::", ""),
    "a line separator before": ("Text.\u2028:::{exemplar} listening-seen", ":::", ""),
    "never ended": (":::{exemplar} listening-seen", "", ""),
    "ended full-width": (":::{exemplar} listening-seen", "\uff1a\uff1a\uff1a", ""),
}  # fmt: skip
SHAPE = {
    "misfenced-block", "nested-block", "fence-length", "unknown-block", "raw-html", "unclosed-block", "unclosed-code",
}  # fmt: skip


def with_block(form, name="exemplar", options=":level: E2 R2", text=SECRET):
    """The starter lesson with its exemplar written in this form, and the line that opens it."""
    opens, ends, margin = form
    opens = opens if name == "exemplar" else opens.replace("exemplar", name)
    start = LESSON.index(":::{exemplar}")
    end = LESSON.index(":::{prompt} What would you choose?")
    body = [opens, *(margin + line if line else "" for line in (options, "", text, "")), ends, "", ""]
    return LESSON[:start] + "\n".join(body) + LESSON[end:], LESSON[:start].count("\n") + 1


@pytest.mark.parametrize("name", FORMS)
def test_a_block_that_opens_none_is_named(tmp_path, name):
    text, line = with_block(FORMS[name], options="")  # an option would tell on it as well
    problems = problems_of(write_folder(tmp_path, lesson=text))
    assert {problem.code for problem in problems if line <= problem.line <= line + 8} & SHAPE, report(problems)


@pytest.mark.parametrize("name", ["backticks", "tildes", "full-width colons", "four spaces", "zero width before"])
def test_nothing_is_built_while_a_block_opens_none(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    write_folder(tmp_path, lesson=with_block(FORMS[name])[0])
    assert CliRunner().invoke(main, ["build"], catch_exceptions=False).exit_code == 1
    assert not (tmp_path / "notebooks").exists()


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_is_told_by_its_name(block):
    for name, (opens, _, _) in FORMS.items():
        if "exemplar" in opens and name not in ("only words", "words and the prompt"):
            line = opens.split("\n")[-1].replace("exemplar", block)
            edge = looks_like_opener(line)
            assert (edge and edge.name == block) or "<" in line, line


def test_the_message_names_line_and_remedy(tmp_path):
    text, line = with_block(FORMS["backticks"])
    (problem,) = problems_of(write_folder(tmp_path, lesson=text))
    assert (problem.code, problem.line) == ("misfenced-block", line)
    assert "'exemplar'" in problem.what and ":::{exemplar}" in problem.hint


def test_a_block_of_another_tool_is_not_said_to_be_one_of_ours(tmp_path):
    text, line = with_block(FORMS["backticks"], "image", "", "x")
    problem = problems_of(write_folder(tmp_path, lesson=text))[0]
    assert (problem.code, problem.line) == ("foreign-block", line)
    assert ":::{image}" not in problem.hint and "![what it shows](file.png)" in problem.hint


def test_the_message_shows_what_cannot_be_seen(tmp_path):
    for name, said in (
        ("zero width before", "<U+200B>:::{exemplar}"),
        ("a soft hyphen", "::<U+00AD>:{exemplar}"),
        ("four spaces", "(4 spaces or tabs) :::{exemplar}"),
        ("a tab", "(1 spaces or tabs) :::{exemplar}"),
        ("a braille blank", "<U+2800>:::{exemplar}"),
    ):
        text, _ = with_block(FORMS[name])
        problem = problems_of(write_folder(tmp_path, lesson=text))[0]
        assert problem.code == "misfenced-block" and said in problem.what, problem.what


def test_what_was_meant_is_read_on_so_that_one_slip_is_one_fault(tmp_path):
    for name in (
        "backticks",
        "tildes",
        "full-width all",
        "four spaces",
        "zero width before",
        "no brackets",
        "two colons",
    ):
        text, line = with_block(FORMS[name])
        assert [(p.code, p.line) for p in problems_of(write_folder(tmp_path, lesson=text))] == [
            ("misfenced-block", line)
        ], name
        lesson = read_folder(tmp_path / "lessons").lessons[0]
        assert lesson.exemplars[0].body.strip() == SECRET


def test_a_no_break_space_before_the_colons_is_a_space(tmp_path):
    text, _ = with_block(("\u00a0:::{exemplar} listening-seen", "\u00a0:::", ""))
    folder = write_folder(tmp_path, lesson=text)
    assert problems_of(folder) == []
    assert [part.body.strip() for part in read_folder(folder).lessons[0].exemplars] == [SECRET]


def test_options_without_a_block_are_named(tmp_path):
    text = LESSON.replace(":::{exemplar} listening-seen\n:level: E2 R2", "An answer\n\uff1alevel\uff1a E2 R2")
    assert "stray-option" in {problem.code for problem in problems_of(write_folder(tmp_path, lesson=text))}


@pytest.mark.parametrize(
    "line",
    [
        "(Reading aloud) takes longer.", "## Agenda", "**Reading**", "- Reading: ten minutes", "> prompt and fair",
        "A prompt is a question.", "[reading](https://example.org/a) and more", "-- prompt --", "... prompt people",
        "== Heading ==", "Read at 10:30: prompt.", "`code` and {more}", "1. Prompt", "a) Reading", "| --- | :--- |",
        "Exemplar schools: three of them", "> [!NOTE]", "{{< figure >}}", "??? who knows", "... reading", "a < reading > b",
        "{% raw %}", "<https://example.org/reading>", "Exemplar: the co-teaching school", "Facilitator: co-teaching", "https://example.org/reading", "print(prompt)",
        "!! Take care with names.", "?? Take a guess.", "// Take it slowly", "!! Reading aloud takes longer",
    ],
)  # fmt: skip
def test_ordinary_lines_are_ordinary(line):
    assert looks_like_opener(line) is None and not looks_like_edge(line)


def test_a_sentence_behind_marks_may_still_be_a_block_that_is_private():
    for line in (
        "!! Exemplar of a good answer",
        "!!! reading If it ends",
        "!!! take purpose-trace",
        "!!! Reading",
        "!! Facilitator says so",
    ):
        assert looks_like_opener(line), line


def test_no_line_of_the_course_is_taken_for_a_slip():
    for path in (REPO / "lessons").glob("*.md"):
        for line in path.read_text("utf-8").split("\n"):
            assert OPENER.fullmatch(line) or looks_like_opener(line) is None, line


# -- the second guard ----------------------------------------------------------------------------


def notebook_with(text):
    cell = {"cell_type": "markdown", "source": [line + "\n" for line in text.split("\n")]}
    return {"cells": [cell]}


def test_a_notebook_that_holds_a_private_line_is_refused():
    long = "She said that her own graphs had been wrong last year and that she had never told anybody at all."
    text, line = with_block(FORMS["five colons"], text=long)
    assert private_lines(text)[0] == (line + 3, "exemplar", long)
    for leaked in (long, "- " + long.upper(), "Before. " + long + " After.", " ".join(long.split()[3:])):
        (problem,) = leaks(notebook_with(leaked), text, "x.md")
        assert (problem.code, problem.line) == ("leaked-text", line + 3)
    assert leaks(notebook_with("She said that her own graphs had been right."), text, "x.md") == []


def test_a_private_text_inside_a_specification_is_found():
    text, _ = with_block(FORMS["backticks"], "facilitator", ":about: moves", "NOTE, NOT FOR PARTICIPANTS.")
    cell = {"cell_type": "code", "source": ['prompt({"id": "a", "body": "One.\\nNOTE, NOT FOR PARTICIPANTS."})']}
    assert [problem.code for problem in leaks({"cells": [cell]}, text, "x.md")] == ["leaked-text"]


def test_a_notebook_with_a_line_that_looks_like_a_block_is_refused():
    assert [p.code for p in leaks(notebook_with("```{exemplar} a-b"), LESSON, "x.md")] == ["misfenced-block"]


def test_build_refuses_what_the_reader_let_through(tmp_path, monkeypatch):
    """With the first guard blind, the second still holds."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    note = "Notes for the facilitator's guide stand in blocks like this one."
    text = LESSON.replace("Which would you try first", note + "\n\nWhich would you try first")
    write_folder(tmp_path, lesson=text)
    result = CliRunner().invoke(main, ["build"], catch_exceptions=False)
    assert result.exit_code == 1 and "leaked-text" in result.stdout
    monkeypatch.setattr("openpractice.authoring.format.blocks.looks_like_opener", lambda line: None)
    monkeypatch.setattr("openpractice.authoring.checking.checks.check_text", lambda lesson: ())
    for name in ("backticks", "tildes", "full-width all", "four spaces"):
        write_folder(tmp_path, lesson=with_block(FORMS[name])[0])
        found = build.leaked(read_folder(tmp_path / "lessons"))
        assert {"leaked-text", "misfenced-block"} <= {problem.code for problem in found}, name
    assert not (tmp_path / "notebooks").exists()


def test_the_course_and_the_starter_lesson_leak_nothing(tmp_path):
    assert build.leaked(read_folder(REPO / "lessons")) == []
    assert build.leaked(read_folder(write_folder(tmp_path))) == []
