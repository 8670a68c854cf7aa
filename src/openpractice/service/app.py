"""The application: every route of a course, written once, wherever it runs."""

from __future__ import annotations

import asyncio
import logging
import re

from openpractice.service.handlers import assets
from openpractice.service.handlers.answering import Api
from openpractice.service.handlers.context import ServedCourse
from openpractice.service.handlers.guard import off
from openpractice.service.participant import answerdoors, handinpages, installed, lessonpage, personpages
from openpractice.service.people import joinpage
from openpractice.service.roles import READS

log = logging.getLogger(__name__)


class Closed(Api):
    """For facilitators only, so that every request is refused before it is looked at."""

    roles = READS

    async def get(self, *_):
        raise AssertionError("nobody who may review comes here")


def table(reviews: bool = True) -> list[tuple]:
    """Every route below our root, as pattern and handler.

    Without `reviews` those of facilitators, of reviewing and of the room are closed and load nothing:
    for a server that only one participant uses.
    """
    leading, reviewing, room = _for_facilitators() if reviews else map(_closed, ("facilitator", "review", "room"))
    return [
        *leading,
        *joinpage.ROUTES,
        *reviewing,
        *answerdoors.ROUTES,
        *room,
        (r"api(?:/.*)?", answerdoors.Nothing),
        *lessonpage.ROUTES,
        *installed.ROUTES,
        *handinpages.ROUTES,
        *personpages.ROUTES,
    ]


def _closed(name: str) -> list[tuple]:
    return [(rf"(?:api/)?{name}(?:/.*)?", Closed)]


def _for_facilitators() -> tuple[list[tuple], list[tuple], list[tuple]]:
    # They load the databases, which a participant's own server has not: the light installation is without them.
    from openpractice.service.facilitator import corner, unscored
    from openpractice.service.people import peoplepage
    from openpractice.service.review import markdoors
    from openpractice.service.room import roomroutes

    leading = [*peoplepage.ROUTES, *corner.ROUTES, *unscored.ROUTES]
    return leading, markdoors.ROUTES, roomroutes.ROUTES


def routes(served: ServedCourse, reviews: bool = True, shaped=lambda handler: handler) -> list[tuple]:
    """The table as tornado takes it, files of the kit included; `shaped` makes each handler fit its host."""
    root = re.escape(served.root)
    given = {"served": served}
    return [
        (root.removesuffix("/"), shaped(personpages.Bare), given),
        *assets.routes(root, served.assets),
        *[(root + path, shaped(handler), given) for path, handler in table(reviews)],
    ]


async def look_after(served: ServedCourse) -> None:
    """What happens without anybody asking, for as long as the course is served.

    Sessions that fall due are collected, and uploaded files that are nobody's do not lie here for ever.
    """
    from openpractice.service.facilitator import collecting, uploads  # as above

    keeper: collecting.Collecting = served.kept.setdefault("collecting", collecting.Collecting())
    while True:
        try:
            for said in await off(keeper.at_due_times, served):
                log.info(said)
            if served.places.data:
                await off(uploads.clear, uploads.place_of(served))
        except Exception:
            log.exception("What fell due could not be looked at.")
        await asyncio.sleep(collecting.LOOK)
