"""Handing in without a script, and what it leaves: check your answers, receipt."""

from __future__ import annotations

import json
import secrets
from urllib.parse import quote

from openpractice.carried import named_in
from openpractice.service.handlers.answering import Form
from openpractice.service.handlers.guard import off
from openpractice.service.lessonpages.questions import question_html
from openpractice.service.participant import answers, handing, lessons
from openpractice.service.participant.answerdoors import ID
from openpractice.service.participant.ownpage import Own
from openpractice.service.refusal import Refusal


class Check(Own, Form):
    """All answers as the reader will see them, then one button."""

    async def get(self, lesson_id):
        await self.check(lesson_id)

    async def check(self, lesson_id, said: str = ""):
        if not await self.need_name():
            await self.draw("check.html", said=said, **await off(self._seen, lesson_id))

    async def take(self, lesson_id):
        """Handing in, taking back, and choosing between versions."""
        path = f"handin/{self.context.lesson(lesson_id).id}"
        try:
            keep, do = self.field("keep"), self.field("do")
            if keep:
                prompt = await off(self._keep, lesson_id, keep)
                self.then(f"{path}#answer-{prompt}")
            elif do == "withdraw":
                await off(lambda: handing.withdraw(self.context, self.context.seat(), lesson_id))
                self.then(f"{path}#standing")
            elif do == "send":
                await off(lambda: handing.send(self.context, self.context.seat(), lesson_id, self._revs()))
                self.then(path.replace("handin/", "receipt/", 1))
            else:
                raise Refusal(400, "not-understood")
        except Refusal as refusal:
            status, content = self.refusal(refusal.status, refusal)
            self.set_status(status)
            await self.check(lesson_id, content["message"])

    def _revs(self) -> dict:
        """The versions that were on the page when the button was pressed."""
        return {name[4:]: _number(self.field(name)) for name in self.request.body_arguments if name.startswith("rev:")}

    def _keep(self, lesson_id, keep):
        prompt, _, rev = keep.rpartition(":")
        choice = {"lesson": lesson_id, "rev": _number(rev), "key": secrets.token_hex(16)}
        answers.choose(self.context, self.context.seat(), prompt, choice)
        return prompt

    def _seen(self, lesson_id):
        context, seat, language = self.context, self.context.seat(), self.language
        lesson = context.lesson(lesson_id)
        seen = handing.preview(context, seat, lesson.id, language)
        states = seat.journal.states()
        rows = [row | self._typed(row, states) | self._asked(row, lesson, states) for row in seen["responses"]]
        view = lessons.lesson_view(context, seat, lesson, states, language)
        return {
            "title": self.say("check-title") + ": " + view["word"],
            "here": "check",
            "lesson": view,
            "responses": rows,
            "gaps": [self._gap(key, lesson, states, seen) for key in seen["missing"]],
            "waiting": len(seen["waiting"]),
            "spare": len(seen["spare"]),
            "conflicts": [row for row in rows if row.get("heads")],
            "kept_back": seen["kept_back"],
            "readers": seen["readers"],
            "can_send": seen["state"]["can_change"],
            "can_withdraw": seen["state"]["can_withdraw"],
            "any": any(not row["blank"] for row in rows),
        }

    def _gap(self, key, lesson, states, seen):
        """A question without a whole answer: its title, whether it is begun, and whether a reader looks for it."""
        spec = lesson.spec_for(key, states[key].value if key in states else {})
        read = any(row["id"] == key for row in seen["responses"])
        return {"id": key, "title": spec["title"], "begun": key in seen["begun"], "read": read}

    def _asked(self, row, lesson, states):
        """The question of an answer, in the wording that was answered."""
        state, files = states.get(row["id"]), named_in(lesson.notebook)
        spec = lesson.spec_for(row["id"], state.value if state else {})
        below = f"{self.context.root}lesson/{lesson.id}/files/"
        return {"question": question_html(spec, lambda name: below + quote(name) if name in files else None)}

    def _typed(self, row, states):
        """What was typed in the plain cell, where the box above it holds other words."""
        typed = row.get("typed_in_cell")
        only = typed and row["text"] == typed
        return {"typed_text": "" if only else typed or "", "typed_only": bool(only), "heads": row.get("heads", [])}


class Receipt(Own):
    """What was handed in, to keep; `?as=json` and `?as=file` download it."""

    async def get(self, lesson_id):
        if not await self.need_name():
            await self.receipt(lesson_id)

    async def receipt(self, lesson_id):
        held, view = await off(self._held, lesson_id)
        wanted = self.get_query_argument("as", "")
        if wanted and held is None:
            raise Refusal(404, "not-found")
        if wanted == "json":
            self.download(f"receipt-{view['id']}.json", json.dumps(held, ensure_ascii=False, indent=1).encode())
        elif wanted == "file":
            content = await off(lambda: handing.handin_file(self.context.seat(), view["id"]))
            self.download(f"{view['id']}.openpractice.json", content)
        else:
            await self.draw(
                "receipt.html",
                title=self.say("receipt-title") + ": " + view["word"],
                here="receipt",
                lesson=view,
                receipt=held,
                file=bool(held and held.get("file")),
            )

    def _held(self, lesson_id):
        seat = self.context.seat()
        lesson = self.context.lesson(lesson_id)
        view = lessons.lesson_view(self.context, seat, lesson, seat.journal.states(), self.language)
        return handing.receipt(self.context, seat, lesson.id), view

    def download(self, name: str, content: bytes):
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.attach(name)
        self.finish(content)


def _number(text):
    """The whole number that a field holds, or None, which no version is."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


ROUTES = [
    (rf"handin/{ID}", Check),
    (rf"receipt/{ID}", Receipt),
]
