"""What people handed in that nobody gives levels: brought back from school, seen in a task, thought of the course."""

from __future__ import annotations

from openpractice.gradebook import collected, gradebook
from openpractice.gradebook.collected import value_of
from openpractice.gradebook.coursefolder import GradingError
from openpractice.gradebook.releasing.released import Release, read_release
from openpractice.handins.specs import own_specs, spec_for
from openpractice.kinds.kind_table import as_table
from openpractice.roster import called
from openpractice.service.facilitator.workroom import folder_of, is_person
from openpractice.service.handlers.context import RequestContext
from openpractice.service.handlers.guard import off
from openpractice.service.lessonpages.questions import question_html
from openpractice.service.participant import lessons
from openpractice.service.participant.answerdoors import ID
from openpractice.service.participant.ownpage import Own
from openpractice.service.refusal import Refusal
from openpractice.service.roles import LEADS


class Unscored(Own):
    """One session's answers that are not read for levels, question by question, with names."""

    roles = LEADS

    async def get(self, lesson_id):
        if not is_person(lesson_id):
            raise Refusal(404, "not-found")
        release, prompts = await off(unscored, self.context, lesson_id)
        named = lessons.names_of(lesson_id, release.title, self.language)
        title = self.say("unscored-title", session=named["word"])
        await self.draw("unscored.html", title=title, here="facilitator", lesson=release.title, prompts=prompts)


def unscored(context: RequestContext, lesson_id: str) -> tuple[Release, list[dict]]:
    """The release, and each prompt that nobody scores and somebody answered, in the order of the page.

    Each: ``id``, ``title``, ``question`` (HTML) and ``answers``; of these each has ``name``, ``text``
    and, where it was written in boxes, ``table`` (see `as_table`).
    """
    folder = folder_of(context)
    try:
        with gradebook.opened(folder, gradebook.BRIEFLY) as engine, engine.connect() as db:
            held, names = collected.latest_responses(db, lesson_id), called.names(folder, db)
        release = read_release(folder, lesson_id)
    except gradebook.GradebookInUse:
        raise  # no answer is better than a wrong one
    except GradingError:
        raise Refusal(404, "not-found") from None
    who = dict(zip(held, called.shown(names, held), strict=True))
    order = sorted(held, key=lambda person: (who[person].casefold(), person))
    found = []
    for prompt, spec in own_specs(release.specs).items():
        written = [(who[each], held[each][prompt]) for each in order if _is_answer(held[each].get(prompt))]
        if written and prompt not in release.graded:
            answers = [_answer(name, row, prompt, release.specs) for name, row in written]
            asked = {"id": prompt, "title": spec.get("title", prompt), "question": question_html(spec)}
            found.append(asked | {"answers": answers})
    return release, found


def _is_answer(row) -> bool:
    return row is not None and row["source"] != "blank"


def _answer(name, row, prompt, specs):
    value = value_of(row)
    return {"name": name, "text": row["text"], "table": as_table(spec_for(value, prompt, specs), value)}


ROUTES = [(rf"facilitator/unscored/{ID}", Unscored)]
