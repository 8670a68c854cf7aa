"""The facilitators' office at the hub: who may come in, seen and changed from their page of people.

That page is the course service's, behind its wall, where neither codes nor hashes can be
read. It asks here with the sign-in of the person at the page, never with its own: so whoever
took over the service could do here only what the facilitators using it may, in their name.
"""

import asyncio
from dataclasses import asdict

from jupyterhub.apihandlers.base import APIHandler
from tornado import web

from openpractice.hub.accounts import Accounts
from openpractice.i18n import Said
from openpractice.roster.ledger import AccountRefused
from openpractice.service.roles import OFFICE_SCOPE

PATH = "/api/openpractice/people"

# What may be done to a person or to a role's code, by the word in the request.
TO_PEOPLE = {"reset": Accounts.reset, "leave": Accounts.leave, "return": Accounts.come_back}
TO_CODES = {"new-code": Accounts.change_code, "close-code": Accounts.close_code, "open-code": Accounts.open_code}


class PeopleOffice(APIHandler):
    """People, codes and what was done; and the few things that a facilitator may do to them."""

    async def get(self):
        await self.facilitator()
        self.finish(await asyncio.to_thread(shown, self.authenticator.accounts))

    async def post(self):
        who = await self.facilitator()
        asked = self.get_json_body()
        do, whom = (asked.get("do"), asked.get("whom")) if isinstance(asked, dict) else (None, None)
        work = (TO_PEOPLE | TO_CODES).get(do) if isinstance(do, str) else None
        if work is None or not isinstance(whom, str) or len(whom) > 63:
            return self.refuse(400, Said("refusal-not-understood"))
        if not self.authenticator.pace.allows(who):
            return self.refuse(429, Said("account-too-much-at-once"))
        try:
            async with self.authenticator.at_once:
                done = await asyncio.to_thread(work, self.authenticator.accounts, whom, who)
        except AccountRefused as no:
            return self.refuse(409, no)
        if do == "leave":
            await self.show_out(whom)
        return self.finish({"code": done if do == "reset" else ""})

    def refuse(self, status: int, why: Said) -> None:
        """Says in code what is not done; whoever asked says it in the reader's language."""
        self.set_status(status)
        self.finish({"refused": why.code, "values": why.values})

    async def facilitator(self) -> str:
        """The id of the facilitator who asks; everybody else is refused.

        Only a sign-in that was given to the course service counts: a cookie would come along
        with a request that some other page of this address had forged.
        """
        user = self.current_user
        if user is None or self.get_token() is None or not self.has_scope(OFFICE_SCOPE):
            raise web.HTTPError(403, "account-for-facilitators")
        person = await asyncio.to_thread(self.authenticator.accounts.person, user.name)
        if person is None or person.left_at or person.role != "facilitator":
            raise web.HTTPError(403, "account-for-facilitators")
        return person.id

    async def show_out(self, person_id: str) -> None:
        """Ends the server and every sign-in of somebody who left; their words are on disk already."""
        user = self.find_user(person_id)
        if user is None:
            return
        if user.running:
            await self.stop_single_user(user)
        self.authenticator.end_sign_ins(user)
        await self.authenticator.tell_service(user.name)


def shown(accounts: Accounts) -> dict:
    """`people`, `codes` and `changes` as the page gets them; no salt, hash or one-time code."""
    return {
        "people": [asdict(one) for one in accounts.people()],
        "codes": [asdict(one) for one in accounts.codes()],
        "changes": [asdict(one) for one in accounts.changes()],
    }
