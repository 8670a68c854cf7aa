"""Names said where no sign-in says them."""

import json

import pytest

from openpractice.service.identities.persons import People


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


def test_a_name_written_another_way_is_the_same_person_and_another_accent_is_not(tmp_path):
    people = People(tmp_path / "person.json")
    sean = people.arrive("Sean O’Brien").id
    assert people.arrive("SEAN O'BRIEN ").id == sean
    assert people.arrive("O‘Brien, Sean").id == sean
    assert people.arrive("Seán O'Brien").id != sean


def test_an_invented_person_is_found_by_the_name_that_pages_show_and_makes_no_double(tmp_path):
    people = People(tmp_path / "person.json")
    dawit = people.arrive("Dawit Mengesha (invented)")
    assert (dawit.id, dawit.name) == ("dawit-mengesha", "Dawit Mengesha")
    assert people.arrive("dawit mengesha") == people.arrive("DAWIT MENGESHA (invented)") == dawit
    assert people.arrive("(invented)").name == "(invented)"


def test_an_older_list_with_two_writings_of_one_name_gives_each_their_own_words(tmp_path):
    path = tmp_path / "person.json"
    held = [{"id": "sean-o-brien", "name": "Sean O'Brien"}, {"id": "sean-obrien", "name": "Sean O’Brien"}]
    path.write_text(json.dumps({"people": held}))
    assert People(path).arrive("Sean O’Brien").id == "sean-obrien"
    assert People(path).arrive("sean o'brien").id == "sean-o-brien"


@pytest.mark.parametrize("held", ["", "{", "[]", '{"people": [{"id": "../x", "name": "X"}]}', '{"people": 3}'])
def test_a_broken_list_of_names_is_an_empty_one(tmp_path, held):
    path = tmp_path / "person.json"
    path.write_text(held)
    people = People(path)
    assert people.all() == []
    people.arrive("Ana")
    assert json.loads(path.read_text())["current"] == "ana"
