"""Names said where no sign-in says them."""

import json

import pytest

from openpractice.service.persons import BadName, People, clean_name, id_for


def test_a_name_said_again_is_the_same_person(tmp_path):
    people = People(tmp_path / "person.json")
    ana = people.arrive("Ana  María ")
    assert (ana.id, ana.name) == ("ana-maria", "Ana María")
    people.arrive("Bo")
    assert people.current().id == "bo"
    assert people.arrive("ana maría").id == "ana-maria"
    assert [one.id for one in people.all()] == ["ana-maria", "bo"]
    people.leave()
    assert people.current() is None
    assert len(people.all()) == 2


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("李雷", "person"),
        ("O'Brien/../x", "o-brien-x"),
        ("../../etc", "etc"),
        ("A" * 80, "a" * 48),
        ("Zoë", "zoe"),
    ],
)
def test_an_id_is_always_one_that_may_stand_in_a_path(name, made):
    assert id_for(name, set()) == made
    assert id_for(name, {made}) == f"{made}-2"


@pytest.mark.parametrize("name", ["", "   ", "\u202e\u200b", None, 7, ["Ana"], "x" * 81, "!!!"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(BadName):
        clean_name(name)


def test_marks_of_direction_and_line_ends_do_not_stay_in_a_name():
    assert clean_name("Ana\u202e\nevil") == "Ana evil"


@pytest.mark.parametrize("held", ["", "{", "[]", '{"people": [{"id": "../x", "name": "X"}]}', '{"people": 3}'])
def test_a_broken_list_of_names_is_an_empty_one(tmp_path, held):
    path = tmp_path / "person.json"
    path.write_text(held)
    people = People(path)
    assert people.all() == []
    people.arrive("Ana")
    assert json.loads(path.read_text())["current"] == "ana"
