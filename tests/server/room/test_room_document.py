"""The room's own document of its routes, and the running service asked by it: it answers as it says, and never falls."""

import pytest

from room_service import room_service

LESSON, RIGOR = "2-learning", "purpose-rigor"


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """A room in which something was shared, so that there is something to ask for."""
    from asked_by_document import AskedByDocument  # here: it loads what only the long runs need

    with room_service(tmp_path_factory.mktemp("course"), lessons=("1-purpose", LESSON)) as running:
        for who in ("ana", "ben", "cleo"):
            running.state(who, LESSON)
            running.share(who, "1-purpose", RIGOR, {"text": f"Words of {who}."})
        yield AskedByDocument(running)


@pytest.mark.slow
@pytest.mark.parametrize("who", ["ana", "fay"])
def test_the_service_answers_every_request_as_its_own_document_says(asked, who):
    operations = asked.described(who)
    assert len(operations) > 15
    asked.ask(who, operations, 500)


@pytest.mark.slow
def test_an_answer_that_does_not_fit_is_found(asked):
    [state] = [one for one in asked.described("ana") if one.path == "/api/room/state"]
    replies = state.definition.raw["responses"]
    replies["200"]["content"]["application/json"]["schema"] = {"type": "object", "required": ["nothing-of-the-kind"]}
    with pytest.raises(asked.FAULTS, match="nothing-of-the-kind"):
        asked.ask("ana", [state], 20)
