"""The places come from the environment, and no path is built from anything but an id."""

from pathlib import Path

import pytest

from openpractice.handins.places import places
from openpractice.ids import safe_id


def test_everything_has_a_default_but_the_exchange_and_the_person():
    here = places({})
    assert here.course == "open-practice"
    assert here.journal.name == "open-practice.jsonl"
    assert (here.exchange, here.person, here.data, here.inbound, here.outbound, here.feedback) == (None,) * 6
    assert here.role == "participant"


def test_the_environment_names_every_place():
    here = places(
        {
            "OPENPRACTICE_HOME": "/h",
            "OPENPRACTICE_EXCHANGE": "/x",
            "OPENPRACTICE_COURSE": "pilot",
            "JUPYTERHUB_USER": "ana",
            "OPENPRACTICE_DATA": "/d",
            "OPENPRACTICE_ROLE": "alone",
        }
    )
    assert here.journal == Path("/h/journal/pilot.jsonl")
    assert here.outbound == Path("/x/pilot/outbound")
    assert here.inbound == Path("/x/pilot/inbound/ana")
    assert here.feedback == Path("/x/pilot/feedback/ana")
    assert (here.data, here.role) == (Path("/d"), "alone")
    assert places({"OPENPRACTICE_PERSON": "ben", "JUPYTERHUB_USER": "ana"}).person == "ben"


@pytest.mark.parametrize("odd", ["", "..", "a/b", "A", "-a", "a+b", "é", "a" * 64, "a\n", None, 7])
def test_what_is_not_an_id_never_names_a_path(odd):
    with pytest.raises(ValueError):
        safe_id(odd)
    if isinstance(odd, str) and odd:
        for name in ("OPENPRACTICE_PERSON", "OPENPRACTICE_COURSE"):
            with pytest.raises(ValueError):
                places({name: odd})
