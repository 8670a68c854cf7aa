"""Every fault that `check` can name: its code, its sentence and its hint, as data.

The sentences hold the places for the words of one case; `docs/author.md` has a
line for each code, and a test holds one failing and one passing text per rule.
"""

from dataclasses import dataclass

from openpractice.problems import Problem


@dataclass(frozen=True)
class Rule:
    code: str
    what: str
    hint: str = ""


_TABLE = (
    # The shape of the file
    Rule("unreadable", "the file cannot be read: {why}", "save it as plain text in UTF-8"),
    Rule(
        "front-matter",
        "the part between the two lines of '---' cannot be read: {why}",
        "{hint}",
    ),
    Rule("lost-words", "{what}", "{hint}"),
    Rule("missing-title", "the lesson has no title", 'add to the front matter:  title: "..."'),
    Rule(
        "unclosed-block",
        "the block '{name}' is never closed",
        "put a line of ':::' after its last line, before the next block",
    ),
    Rule(
        "misfenced-block",
        "this line looks like the block '{name}' and opens none, so participants would read what stands in it: {text}",
        "write  :::{{{name}}}  at the start of the line: three plain colons, the name in curly brackets, no space between",
    ),
    Rule(
        "foreign-block",
        "this line is meant to open a block '{name}', which there is not, so participants would read it: {text}",
        "take one of the blocks that  openpractice check --reference  lists, or only its words; a picture is  ![what it shows](file.png)",
    ),
    Rule(
        "leaked-text",
        "this line of '{name}' is for facilitators only, and the notebook for participants holds it: {text}",
        "take it out of the text for participants, or say it in other words here",
    ),
    Rule("stray-fence", "a line of ':::' that closes nothing", "remove it, or open the block above it"),
    Rule(
        "fence-length", "a block is fenced with exactly three colons, not {count}", "write ':::' to open and to close"
    ),
    Rule(
        "unclosed-code",
        "a block of code or HTML swallows the rest of the lesson",
        "close it with the same line of marks that opened it",
    ),
    Rule(
        "nested-block",
        "the block '{name}' stands inside another block, a list or a quotation",
        "close the outer one first, and begin ':::' at the start of the line",
    ),
    Rule("unknown-block", "'{name}' is no block", "{near}"),
    Rule("missing-block", "the lesson has no '{name}' block", "add:  :::{{{name}}} Heading"),
    Rule("repeated-block", "a second '{name}' block", "a lesson has one: put both together"),
    Rule("empty-block", "the block '{name}' has no text", "write its text after a blank line, or remove it"),
    # Options
    Rule(
        "bad-option",
        "this line is not an option: {text}",
        "write ':name: value', and leave a blank line before the text",
    ),
    Rule("tab", "this line begins with a tab: {text}", "begin it with two spaces, not a tab"),
    Rule(
        "late-option",
        "the option ':{name}:' comes after the text began, so it is read as text",
        "move it up, straight below the line that opens the block",
    ),
    Rule(
        "stray-option",
        "the option ':{name}:' stands outside of any block, so participants would read it",
        "write  :::{{prompt}} Heading  or the block that it belongs to on the line above the options",
    ),
    Rule("repeated-option", "the option ':{name}:' stands twice", "keep one of them"),
    Rule("unknown-option", "'{name}' is no option here", "{near}"),
    Rule("unknown-kind", "'{name}' is no kind of prompt", "{near}"),
    Rule(
        "kind-not-drawn",
        "no script of the kit draws the kind '{name}'",
        "take another kind, or add front/prompts/kinds/kind-*.js for it and run script/front",
    ),
    Rule("missing-option", "this {what} needs ':{name}:'", "add the line  :{name}: {example}"),
    Rule("bad-front", "'{name}' cannot be '{value}': {why}", "write for example  {name}: {example}"),
    Rule("bad-value", "':{name}:' cannot be '{value}': {why}", "write for example  :{name}: {example}"),
    # Ids
    Rule(
        "bad-id", "'{id}' cannot be an id", "use small letters without accents, digits and hyphens, at most 63: {plain}"
    ),
    Rule("duplicate-id", "'{id}' is used already at {where}", "give this one an id of its own"),
    Rule("id-prefix", "the id '{id}' does not begin with '{prefix}-'", "write  :id: {prefix}-{id}"),
    Rule("lesson-id", "the lesson's id '{id}' differs from its file name", "write  id: {stem}"),
    Rule(
        "frozen-id",
        "'{id}' was released as {was}, and now it is {now}",
        "people have answered it: put it back, and write a new prompt with a new id",
    ),
    # References
    Rule("unknown-reference", "':{name}:' names '{id}', which is no {what}", "{near}"),
    Rule("unknown-criterion", "'{code}' is no criterion of the rubric", "use the codes of rubric.yml"),
    Rule(
        "exemplar-level",
        "'{text}' is no level that this strong answer could be given",
        "write the codes of its question with levels of rubric.yml:  :level: {example}",
    ),
    Rule(
        "wording-differs",
        "'{id}' and '{other}' share one answer but differ in {what}",
        "give both wordings the same kind and criteria",
    ),
    # What a lesson must hold
    Rule(
        "agenda-sum",
        "the agenda adds up to {sum} minutes, the lesson says {minutes}",
        "change a step of the agenda, or the minutes in the front matter",
    ),
    Rule(
        "agenda-clock",
        "'{what}' needs {needed} minutes to read and write, and has {minutes}",
        "give it more minutes, ask for less, or move a part of it to another step",
    ),
    Rule(
        "agenda-unnamed",
        "no step of the agenda has time for '{id}'",
        "name it behind a step:  - 8 | Write | {id}",
    ),
    Rule(
        "agenda-sign-in",
        "the course's first session has no time to sign in",
        "name it behind a step:  - 8 | Welcome | sign-in",
    ),
    Rule(
        "agenda-cue",
        "'{what}' at {at} minutes lies outside its step of {minutes} minutes, or before the cue above it",
        "cues stand in order, set in below their step:    - 5 | the first person starts",
    ),
    Rule("bad-agenda", "this line is no step of an agenda: {text}", "write  - 8 | Read: the title"),
    Rule("no-list", "the block '{name}' holds no list", "begin each line with '-' and a space"),
    Rule("missing-starred", "no prompt is answered first by the facilitator", "add  :lead-first: yes  to one prompt"),
    Rule(
        "graded-visibility",
        "a graded prompt cannot be '{visibility}': a reviewer could not read it",
        "write  :visibility: facilitators",
    ),
    Rule("bad-take", "there is no '{what}' to take", "{near}"),
    # How the text reads
    Rule("raw-html", "HTML is not used in lessons: {text}", "write it in Markdown, or remove it"),
    Rule(
        "bad-math",
        "this mathematics cannot be drawn: {text}: {why}",
        "mend it; for money write  \\$  or switch mathematics off in course.yml",
    ),
    Rule("unlike", "'{text}' is drawn in notebooks otherwise than on pages", "{mend}"),
    Rule(
        "bad-link",
        "a link to '{address}', which leads nowhere for participants",
        "write a whole address, as in  [words](https://example.org/page),  or only the words",
    ),
    Rule("lost-file", "'{name}' does not go with the lesson: {why}", "{hint}"),
    Rule("missing-alt", "a picture {what}", "describe it:  ![what it shows](file.png)"),
    Rule("missing-link-words", "a link without words, which nobody can see", "say what it is:  [the form](form.pdf)"),
    Rule(
        "stays-text",
        "'{text}' sets nothing, and people would read it",
        "remove it; a picture is shown as wide as it is, and never wider than its page",
    ),
    Rule(
        "plain-label",
        "people would read the marks of Markdown in '{text}': this place ({name}) holds words alone",
        "write the words without them; pictures and links stand in a text",
    ),
    Rule(
        "run-together",
        "this line and the one below look like a list or a table, and are read as one paragraph: {text}",
        "write  {better}  below an empty line; where it is neither, leave an empty line between the two",
    ),
    Rule(
        "no-heading",
        "this line looks like a heading and is read with its mark: {text}",
        "write  {better}  for a heading, or  \\{text}  for the words as they stand",
    ),
    Rule(
        "heading-order",
        "a heading of level {level} here; the next level is {expected}",
        "use {marks} here: the title of the page and of each block stand above the text",
    ),
    Rule("long-link-text", "a link of {count} characters", "link a few words that say where it leads"),
    Rule(
        "reading-too-long",
        "the reading has {count} words, at most {most} are read in the time given",
        "cut it, or move a part to another session",
    ),
    Rule(
        "in-short",
        "the reading does not end with '**In short**' and three bullets",
        "end it with  **In short**  and a list of three lines",
    ),
    Rule("vignette-length", "the vignette has {count} words, not {least} to {most}", "bring it to about 200 words"),
    # course.yml, rubric.yml and the folder
    Rule("missing-file", "'{name}' is not there", "{hint}"),
    Rule("unlisted-lesson", "the lesson is not in course.yml", "add its id to 'lessons' or to 'drafts'"),
    Rule("language-unlisted", "the course is not written in '{language}'", "{hint}"),
    Rule("language-missing", "in '{language}' there is no {what}", "{hint}"),
    Rule(
        "language-differs",
        "{what} is {here} here, and {there} at {where}",
        "languages differ in words alone: write it as it stands there",
    ),
    Rule("bad-text", "the sentences of this file: {what}", "{hint}"),
    Rule("bad-course", "course.yml: {what}", "{hint}"),
    Rule("bad-rubric", "rubric.yml: {what}", "{hint}"),
    Rule("bad-released", "this line of released.txt cannot be read: {text}", "write  lesson prompt-id kind criteria"),
)

RULES = {rule.code: rule for rule in _TABLE}


def problem(code: str, path: str, line: int, /, *, allowed: tuple[str, ...] = (), **words) -> Problem:
    """The problem with this code at this place, its sentence filled with the words."""
    rule = RULES[code]
    words = {name: _one_line(str(value)) for name, value in words.items()}
    what, hint = rule.what.format(**words), rule.hint.format(**words)
    return Problem(path, line, code, what, hint, tuple(allowed))


def _one_line(text: str, most: int = 120) -> str:
    text = "".join(char if char.isprintable() or char in "\u200c\u200d" else " " for char in text).strip()
    return text if len(text) <= most else text[: most - 3] + "..."
