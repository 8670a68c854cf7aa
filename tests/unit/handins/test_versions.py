"""What tells versions of one answer apart."""

import json

import pytest

from openpractice.handins.versions import own_ways
from repo import DATA


@pytest.mark.parametrize(("texts", "ways"), json.loads((DATA / "versions.json").read_text("utf-8")))
def test_each_version_says_where_it_goes_its_own_way(texts, ways):
    assert own_ways(texts) == ways
