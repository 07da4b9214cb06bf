"""Plain values cross unchanged, and nothing else crosses."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grading.beside.plain import NotPlain, dumps, loads, to_plain
from grading.running.differences import differences

arrays = hnp.arrays(
    dtype=st.sampled_from([np.int64, np.int32, np.uint8, np.float32, np.float64, np.bool_]),
    shape=hnp.array_shapes(min_dims=0, min_side=0),
)
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.binary()
    | arrays,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(value=plain)
def test_a_plain_value_arrives_as_it_was_sent(value):
    def agree(one, other):
        if isinstance(one, np.ndarray):
            return (
                one.dtype == other.dtype
                and one.shape == other.shape
                and one.tobytes() == other.tobytes()
            )
        if isinstance(one, list):
            return len(one) == len(other) and all(map(agree, one, other))
        if isinstance(one, dict):
            return one.keys() == other.keys() and all(agree(one[k], other[k]) for k in one)
        return type(one) is type(other) and (one == other or one != one)

    assert agree(value, loads(dumps(to_plain(value))))


def test_strings_cross_in_arrays():
    array = np.array([["a", "bc"], ["", "é"]], dtype=object)
    assert loads(dumps(to_plain(array))).tolist() == array.tolist()
    assert to_plain(np.array([b"x"])).tolist() == [b"x"]


def test_tuples_become_lists_and_numpy_scalars_numbers():
    assert to_plain((1, np.int64(2), np.float64(0.5), np.bool_(True))) == [1, 2, 0.5, True]


class EqualToAll(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


def test_an_object_with_a_will_of_its_own_becomes_a_mere_value():
    assert type(to_plain(EqualToAll(3))) is int


@pytest.mark.parametrize(
    "value", [object(), (i for i in "ab"), len, {1, 2}, {1: 2}, 1j, np.array([object()])]
)
def test_anything_else_is_refused(value):
    with pytest.raises(NotPlain):
        to_plain(value)


def test_a_list_that_holds_itself_is_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(NotPlain):
        to_plain(endless)


@pytest.mark.parametrize(
    "forged",
    [
        {"!": "array", "shape": [2], "dtype": "<i8", "data": ""},
        {"!": "array", "shape": [-1], "dtype": "<i8", "data": ""},
        {"!": "array", "shape": [1], "dtype": "O", "data": "AAAAAAAAAAA="},
        {"!": "strings", "shape": [1], "items": [3]},
        {"!": "pickle", "shape": []},
        {"no": "kind"},
    ],
)
def test_a_forged_message_is_refused(forged):
    with pytest.raises(ValueError):
        loads(json.dumps(forged).encode())


@pytest.mark.parametrize(
    ("found", "expected", "said"),
    [
        (np.zeros((2, 3)), np.zeros((3, 2)), "found shape (2, 3), expected shape (3, 2)"),
        (np.array([[1, 2], [3, 5]]), np.array([[1, 2], [3, 4]]), "at [1, 1]: found 5, expected 4"),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0]), "NaN appears first at [1]"),
        (np.array([np.inf, 0.0]), np.array([1.0, 0.0]), "infinity appears first at [0]"),
        ([1, 2], [1, 2, 3], "found 2 items, expected 3"),
        ([[1], [2]], [[1], [3]], "at [1][0]: found 2, expected 3"),
        ("abc", "abd", "differ from character 2 on"),
        (["sea"], ["The"], "at [0]: found 'sea', expected 'The'"),
        (None, [1], "found None, expected a list"),
        (None, 3, "found None, expected the int 3"),
        (1, True, "expected"),
    ],
)
def test_a_difference_is_told_where_it_is(found, expected, said):
    assert said in "\n".join(differences(found, expected))


@given(value=plain.filter(lambda value: value == value))
def test_equal_values_have_no_differences(value):
    assert differences(value, loads(dumps(value))) == []
