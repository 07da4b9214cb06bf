"""Every test is worth points in exactly one group, and the groups share the exercise's points."""

import pytest

from grading.catalogue import points as groups
from grading.catalogue.points import NoSuchGroup, group_named, group_of, groups_of
from grading.catalogue.syllabus import NAMES, SYLLABUS


def test_each_exercise_has_groups():
    assert [item.name for item in SYLLABUS if item.groups] == list(NAMES)


@pytest.mark.parametrize("item", SYLLABUS, ids=lambda item: item.name)
def test_the_groups_share_the_points_of_the_exercise(item):
    assert sum(group.points for group in groups_of(item.name)) == item.points
    assert all(group.points > 0 for group in groups_of(item.name))


@pytest.mark.parametrize("name", NAMES)
def test_every_test_is_in_exactly_one_group_and_no_group_is_empty(name):
    found = groups.tests_by_group(name)
    assert sorted(test for tests in found.values() for test in tests) == sorted(
        groups.tests_of(name)
    )
    assert len(set(groups.tests_of(name))) == len(groups.tests_of(name)) > 10
    assert [group.name for group, tests in found.items() if not tests] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_group_has_a_test_that_needs_no_file_from_elsewhere(name):
    # Tests on the full Shakespeare text are skipped where it is not at hand.
    for group, tests in groups.tests_by_group(name).items():
        assert any("shakespeare" not in test and "full_text" not in test for test in tests), group


@pytest.mark.parametrize("name", NAMES)
def test_only_the_first_group_has_no_words_and_names_differ(name):
    first, *others = groups_of(name)
    assert not first.words
    assert all(group.words for group in others)
    for names in ([g.name for g in groups_of(name)], [g.slug for g in groups_of(name)]):
        assert len(set(names)) == len(names)
        assert all(names)


@pytest.mark.parametrize("name", NAMES)
def test_the_words_of_a_group_are_in_the_name_of_a_test(name):
    names = [test.replace("_", " ") for test in groups.tests_of(name)]
    rare = {"refused", "refuses"}  # each exercise uses one or the other
    for group in groups_of(name):
        for words in set(group.words) - rare:
            assert any(words in test for test in names), f"{group.name}: {words}"


def test_a_test_that_is_new_falls_into_a_group():
    assert group_of("tokenizer", "test_something_nobody_thought_of").name == "the ids"
    assert group_of("tokenizer", "test_a_list_of_texts_is_refused").name == "what is refused"
    assert group_of("tokenizer", "test_decode_of_x[case-1]").name == "decode"
    assert group_of("tokenizer", "test_decoders").name == "the ids"  # whole words only


def test_a_group_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(NoSuchGroup, match="'the ids', 'encode', 'case'"):
        group_named("tokenizer", "ids")
    with pytest.raises(ValueError, match="no exercise is called 'tokeniser'"):
        groups_of("tokeniser")
