"""A running service, asked by schemathesis as its own OpenAPI document describes it."""

import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from served import COOKIE, mark_of
from tried import tried

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# A stream never ends, and who left is not in the room any more.
APART = r"stream|room/leave"
# What a path may name besides what is made up.
NAMED = ("1-purpose", "2-learning", "purpose-rigor", "learning-give", "ana", "main")


class AskedByDocument:
    """The room at a service that runs: what it describes, and requests made of that."""

    FAULTS = (Failure, FailureGroup)

    def __init__(self, room):
        self.room, self.home = room, f"{room.running.address}openpractice"

    def described(self, who: str) -> list:
        """Every operation that the service describes to this person."""
        url = f"{self.home}/api/room/openapi.json"
        schema = schemathesis.openapi.from_url(url, headers=_signed_in(who)).exclude(path_regex=APART)
        return [one.ok() for one in schema.get_all_operations()]

    def ask(self, who: str, operations: list, count: int) -> None:
        """So many requests, such that fit and such that do not; each answer is held against the description."""
        questions = self.room.state("ana", "1-purpose")["questions"]
        shares = [card["id"] for one in questions.values() for card in one.get("wall", ())]
        ways = [one.as_strategy(generation_mode=mode) for one in operations for mode in GenerationMode]

        @tried(count)
        @given(st.one_of(ways), st.sampled_from([*shares, *NAMED]), st.booleans())
        def ask_once(case, name, is_there):
            if is_there and "id" in (case.path_parameters or {}) and "do/{id}" not in case.operation.path:
                case.path_parameters["id"] = name
            case.call_and_validate(base_url=self.home, headers=_signed_in(who), checks=CHECKS, timeout=600)

        ask_once()


def _signed_in(who):
    return {"Cookie": f"{COOKIE}={who}", "X-XSRFToken": mark_of(who)}
