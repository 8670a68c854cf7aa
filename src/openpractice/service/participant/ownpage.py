"""What every page of one person's own shares: it knows them, or asks for a name first."""

from __future__ import annotations

from datetime import UTC, datetime

from openpractice.service import catalog
from openpractice.service.handlers.answering import Page
from openpractice.service.handlers.guard import off


class Own(Page):
    """A page of one person's own; whoever has not said a name is asked for it on the course home."""

    def moment(self, text):
        return catalog.moment_html(self.language, text, datetime.now(UTC))

    async def draw(self, template: str, **values):
        person, invented = await off(lambda: (values.pop("person", None) or self.context.person(), self.invented))
        self.show(
            template,
            person=person,
            invented=invented,
            user_key=self.context.user_key(person),
            moment=self.moment,
            alone=self.context.alone,
            **values,
        )

    async def need_name(self) -> bool:
        """True when the visitor was sent to say a name first."""
        if await off(self.context.person):
            return False
        self.redirect(self.context.root)
        return True
