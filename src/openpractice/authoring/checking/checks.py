"""What a folder of lessons must hold together: ids, references and what was released.

Each check takes what it judges and yields problems; none stops another.
"""

import re

from openpractice.authoring.attachments.filechecks import check_files
from openpractice.authoring.checking.agendaclock import check_clock
from openpractice.authoring.checking.labelchecks import check_labels
from openpractice.authoring.checking.languages import compare
from openpractice.authoring.checking.promptchecks import check_prompt
from openpractice.authoring.checking.textchecks import check_text
from openpractice.authoring.courses.lessonfolder import Folder, name_of
from openpractice.authoring.format.options import NOTE_SECTIONS
from openpractice.authoring.format.optiontext import near
from openpractice.authoring.rules import problem
from openpractice.model import Lesson, Rubric


def check_folder(folder: Folder) -> list:
    """All problems of the folder: those of reading and those of what was read."""
    problems = list(folder.problems)
    lessons = _ordered(folder)
    known: dict = {}
    codes = tuple(item.code for item in folder.rubric.criteria) if folder.rubric else None
    group = not folder.course or folder.course.group
    for lesson in lessons:
        problems += _ids(lesson, known)
        # Somebody alone has nobody who answers first, and no room to sign in to.
        problems += [each for each in check_text(lesson) if group or each.code != "missing-starred"]
        problems += [*check_files(lesson), *check_labels(lesson)]
        first = folder.course is not None and group and lesson.id == folder.course.lessons[0]
        problems += check_clock(lesson, first=first)
        problems += _exemplar_levels(lesson, folder.rubric)
        for prompt in lesson.prompts:
            problems += check_prompt(prompt, lesson.path)
            for code in prompt.criteria:
                if codes is not None and code not in codes:
                    problems.append(
                        problem("unknown-criterion", lesson.path, prompt.line_of("criteria"), code=code, allowed=codes)
                    )
    for lesson in lessons:
        problems += _references(lesson, known)
    problems += _frozen(folder, known)
    for other in folder.others.values():
        problems += check_folder(other)
    return _without_follow_ups(problems + list(compare(folder)))


#: Faults for which a prompt is not read, and what they bring along: it is missing where others name it.
_LOSING = {
    "unreadable",
    "bad-id",
    "unknown-kind",
    "missing-option",
    "bad-value",
    "bad-front",
    "tab",
    "bad-option",
    "unclosed-block",
    "nested-block",
}
_FOLLOWING = {"unknown-reference", "agenda-unnamed", "missing-starred"}


def _without_follow_ups(problems: list) -> list:
    """The problems without those that go away with another: first the slip, then what hangs on it."""
    if not any(each.code in _LOSING for each in problems):
        return problems
    return [each for each in problems if each.code not in _FOLLOWING]


def word_of(lesson_id: str) -> str:
    """The lesson's word, with which its prompt ids begin: `1-purpose` gives `purpose`."""
    return re.sub(r"^[0-9]+-", "", lesson_id)


def _ordered(folder: Folder) -> list[Lesson]:
    """Lessons in the course's order, then the others by file name."""
    order = folder.course.lessons + folder.course.drafts if folder.course else ()
    place = {name: number for number, name in enumerate(order)}
    # By its file, too: that its id is another is a fault of its own.
    at = {lesson.path: place.get(lesson.id, place.get(name_of(lesson.path), len(place))) for lesson in folder.lessons}
    return sorted(folder.lessons, key=lambda lesson: (at[lesson.path], lesson.path))


def _ids(lesson: Lesson, known: dict):
    """Ids of this lesson; adds {prompt id: (place in the course, lesson, prompt)} to `known`."""
    stem = name_of(lesson.path)
    if lesson.id and lesson.id != stem:
        yield problem("lesson-id", lesson.path, lesson.line, id=lesson.id, stem=stem)
    prefix = word_of(stem) if lesson.id else ""
    for prompt in lesson.prompts:
        line = prompt.line_of("id")
        if prompt.id in known:
            _, other, first = known[prompt.id]
            where = f"{other.path}:{first.line_of('id')}"
            yield problem("duplicate-id", lesson.path, line, id=prompt.id, where=where)
            continue
        known[prompt.id] = (len(known), lesson, prompt)
        if prefix and not prompt.id.startswith(prefix + "-"):
            yield problem("id-prefix", lesson.path, line, id=prompt.id, prefix=prefix)


def _exemplar_levels(lesson: Lesson, rubric: Rubric | None):
    """Levels of strong answers that their question is not read for, or that the rubric has not."""
    tops = {each.code: each.top for each in rubric.criteria} if rubric else {}
    asked = {prompt.id: prompt.criteria for prompt in lesson.prompts if tops.keys() >= set(prompt.criteria)}
    for part in lesson.exemplars:
        codes = asked.get(part.prompt, ())
        for word in re.split(r"[\s,]+", part.level) if codes and part.level else ():
            found = re.fullmatch(r"(.*?)([0-9]+)", word)
            if not found or found[1] not in codes or int(found[2]) > tops[found[1]]:
                example = " ".join(f"{code}{tops[code]}" for code in codes)
                yield problem("exemplar-level", lesson.path, part.line, text=word, example=example)


def _references(lesson: Lesson, known: dict):
    """Every option that names another prompt, and the blocks that belong to one."""
    here = {prompt.id for prompt in lesson.prompts}
    for prompt in lesson.prompts:
        for name, target, what, fits in _targets(prompt, known):
            if not fits:
                yield problem(
                    "unknown-reference",
                    lesson.path,
                    prompt.line_of(name),
                    name=name,
                    id=target,
                    what=what,
                    near=near(target, list(known), "{}"),
                )
        yield from _wording(prompt, lesson, known)
    for part in lesson.exemplars:
        if part.prompt not in here:
            yield problem(
                "unknown-reference",
                lesson.path,
                part.line,
                name="exemplar",
                id=part.prompt,
                what="prompt of this lesson",
                near=near(part.prompt, list(here), "{}"),
            )
    for note in lesson.notes:
        if note.about and note.about not in here and note.about not in NOTE_SECTIONS:
            yield problem(
                "unknown-reference",
                lesson.path,
                note.line,
                name="about",
                id=note.about,
                what="prompt of this lesson and no section of the guide",
                near=near(note.about, [*NOTE_SECTIONS, *here], "{}"),
                allowed=NOTE_SECTIONS,
            )


def _targets(prompt, known):
    """(option, id named, what it should be, whether it is that)."""
    place = known[prompt.id][0]

    def earlier(target, *kinds):
        at, _, other = known.get(target, (place, None, None))
        return at < place and (not kinds or other.kind in kinds)

    if prompt.branch_of:
        fits = earlier(prompt.branch_of, "single_choice")
        yield "branch-of", prompt.branch_of, "single_choice prompt above it", fits
        choices = {item.id for item in known[prompt.branch_of][2].options.get("choices", ())} if fits else set()
        for choice in prompt.branch_when if fits else ():
            yield "branch-when", choice, "choice of that prompt", choice in choices
    if prompt.answer_with:
        fits = earlier(prompt.answer_with) and known[prompt.answer_with][2].owns_answer
        yield "answer-with", prompt.answer_with, "graded prompt above it", fits
    for target in prompt.recall:
        yield "recall", target, "earlier prompt", earlier(target)
    if "rows_from" in prompt.options:
        target = prompt.options["rows_from"]
        yield "rows-from", target, "ledger above it", earlier(target, "ledger")
    for name in ("baseline", "then", "now"):
        if name in prompt.options and prompt.kind == "then_now":
            target = prompt.options[name]
            yield name, target, "likert_matrix above it", earlier(target, "likert_matrix")


def _wording(prompt, lesson, known):
    """Two wordings of one answer have to be of one kind, criteria and visibility."""
    if not prompt.answer_with or prompt.answer_with not in known:
        return
    other = known[prompt.answer_with][2]
    for what in ("kind", "criteria", "visibility"):
        if getattr(prompt, what) != getattr(other, what):
            yield problem("wording-differs", lesson.path, prompt.line_of(what), id=prompt.id, other=other.id, what=what)


def _frozen(folder: Folder, known: dict):
    path = str(folder.path / "released.txt")
    for item in folder.released:
        was = f"{item.kind} {' '.join(item.criteria)}".strip()
        _, lesson, prompt = known.get(item.prompt, (0, None, None))
        if prompt is None or lesson.id != item.lesson:
            place = f"in {lesson.id}" if lesson else "gone"
            yield problem("frozen-id", path, item.line, id=item.prompt, was=f"{was} in {item.lesson}", now=place)
        elif (prompt.kind, prompt.criteria) != (item.kind, item.criteria):
            now = f"{prompt.kind} {' '.join(prompt.criteria)}".strip()
            name = "kind" if prompt.kind != item.kind else "criteria"
            yield problem("frozen-id", lesson.path, prompt.line_of(name), id=item.prompt, was=was, now=now)
