"""Arguments that arrive as values at JSON paths."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.dialects.partial_args import DEEPEST, Problem, fold, path_of, show


def text(path: str, value: str, goes_on: bool = False) -> dict[str, Any]:
    return {"jsonPath": path, "stringValue": value} | ({"willContinue": True} if goes_on else {})


WHOLE: dict[str, tuple[list[object], object]] = {
    "nothing": ([], {}),
    "a string in pieces, closed by an empty one": (
        [text("$.a", "Bos", True), text("$.a", "ton", True), text("$.a", "")],
        {"a": "Boston"},
    ),
    "a string at once": ([text("$.a", "Boston")], {"a": "Boston"}),
    "numbers, booleans and null": (
        [
            {"jsonPath": "$.n", "numberValue": 1},
            {"jsonPath": "$.x", "numberValue": 0.5},
            {"jsonPath": "$.b", "boolValue": False},
            {"jsonPath": "$.z", "nullValue": "NULL_VALUE"},
            {"jsonPath": "$.y", "nullValue": None},
        ],
        {"n": 1, "x": 0.5, "b": False, "z": None, "y": None},
    ),
    "objects in arrays in objects": (
        [
            text("$.r.i[0].n", "a", True),
            text("$.r.i[0].n", "b"),
            {"jsonPath": "$.r.i[0].q", "numberValue": 2},
            text("$.r.i[1].n", "c"),
            text("$.r.s[0]", "d"),
            text("$.r.s[1]", "e"),
        ],
        {"r": {"i": [{"n": "ab", "q": 2}, {"n": "c"}], "s": ["d", "e"]}},
    ),
    "an array in an array": (
        [
            {"jsonPath": "$.m[0][0]", "numberValue": 1},
            {"jsonPath": "$.m[0][1]", "numberValue": 2},
            {"jsonPath": "$.m[1][0]", "numberValue": 3},
        ],
        {"m": [[1, 2], [3]]},
    ),
    "two strings by turns": (
        [text("$.a", "1", True), text("$.b", "3", True), text("$.a", "2"), text("$.b", "4")],
        {"a": "12", "b": "34"},
    ),
    "the same place under two spellings": (
        [text("$.a", "1", True), text("$['a']", "2")],
        {"a": "12"},
    ),
}


@pytest.mark.parametrize(("pieces", "value"), WHOLE.values(), ids=WHOLE.keys())
def test_pieces_add_up(pieces: list[object], value: object) -> None:
    assert fold(pieces) == (value, ())


FIT = "the path does not fit what is there"
WHERE = "jsonPath is not a path of names and indexes below the arguments"

ODD: dict[str, tuple[list[object], object, list[str]]] = {
    "a piece that is text": (["Bos"], {}, ["the piece is not an object"]),
    "no path": ([{"stringValue": "a"}], {}, [WHERE]),
    "the root": ([text("$", "a")], {}, [WHERE]),
    "an index at the root": ([text("$[0]", "a")], {}, [WHERE]),
    "a query that may match more than one place": ([text("$..a", "a")], {}, [WHERE]),
    "a filter": ([text("$.a[?@.b]", "a")], {}, [WHERE]),
    "an index from the end": ([text("$.a[-1]", "a")], {}, [WHERE]),
    "no value": (
        [{"jsonPath": "$.a", "willContinue": True}],
        {},
        ["the piece does not hold exactly one value"],
    ),
    "two values": (
        [{"jsonPath": "$.a", "boolValue": True, "numberValue": 1}],
        {},
        ["the piece does not hold exactly one value"],
    ),
    "values of the wrong type": (
        [
            {"jsonPath": "$.a", "stringValue": 1},
            {"jsonPath": "$.a", "numberValue": True},
            {"jsonPath": "$.a", "boolValue": 1},
        ],
        {},
        [
            "stringValue is not a string",
            "numberValue is not a number",
            "boolValue is not a boolean",
        ],
    ),
    "a place that was set before": (
        [text("$.a", "1"), text("$.a", "2")],
        {"a": "1"},
        ["the path was set before"],
    ),
    "an array with a hole": (
        [text("$.a[0]", "1"), text("$.a[2]", "3")],
        {"a": ["1"]},
        ["the array has a hole or the element is there"],
    ),
    "an array that does not begin at its beginning": ([text("$.a[7]", "1")], {}, [FIT]),
    "an index that would fill the memory": ([text("$.a[999999999]", "1")], {}, [FIT]),
    "a name in an array": (
        [text("$.a[0]", "1"), text("$.a.b", "2")],
        {"a": ["1"]},
        ["a name stands where there is an array"],
    ),
    "an index in an object": (
        [text("$.a.b", "1"), text("$.a[0]", "2")],
        {"a": {"b": "1"}},
        ["an index stands where there is an object"],
    ),
    "a path through a string": (
        [text("$.a", "1"), text("$.a.b.c", "2")],
        {"a": "1"},
        [FIT],
    ),
    "a path through null": (
        [{"jsonPath": "$.a", "nullValue": None}, text("$.a.b", "2")],
        {"a": None},
        [FIT],
    ),
    "a value where an object is": (
        [text("$.a.b", "1"), text("$.a", "2")],
        {"a": {"b": "1"}},
        ["something else is there already"],
    ),
    "a string that is left open": (
        [text("$.a", "Bos", True), text("$.a", "t", True)],
        {"a": "Bost"},
        ["the string was left open"],
    ),
    "a string in an array that is left open": (
        [text("$.a[0]", "Bos", True), text("$.a[0]", "t", True)],
        {"a": ["Bost"]},
        ["the string was left open"],
    ),
}


@pytest.mark.parametrize(("pieces", "value", "says"), ODD.values(), ids=ODD.keys())
def test_a_piece_that_does_not_fit_is_left_out_and_told_of(
    pieces: list[object], value: object, says: list[str]
) -> None:
    folded = fold(pieces)
    assert folded.value == value
    assert [problem.says for problem in folded.problems] == says


def test_a_problem_names_its_piece_and_its_path() -> None:
    pieces = [text("$.a", "1"), text("$.a", "2"), text("$.b c", "3", True)]
    assert fold(pieces).problems == (
        Problem(1, "$.a", "the path was set before"),
        Problem(2, "$.b c", WHERE),
    )


PATHS: dict[str, tuple[object, ...] | None] = {
    "$": (),
    "$.a": ("a",),
    "$.a.b[0]['x']": ("a", "b", 0, "x"),
    '$["a b"][10]': ("a b", 10),
    r"$['it\'s']": ("it's",),
    r'$["\u00e9\n\"\\"]': ('é\n"\\',),
    r'$["\ud83d\ude00"]': ("😀",),
    "$.größe-1": ("größe-1",),
    "": None,
    "a": None,
    "$a": None,
    "$.": None,
    "$.1": None,
    "$.a[01]": None,
    "$.a[*]": None,
    "$.a[0:1]": None,
    "$['a": None,
    "$" + ".a" * DEEPEST: ("a",) * DEEPEST,
    "$" + ".a" * (DEEPEST + 1): None,
}


@pytest.mark.parametrize(("path", "steps"), PATHS.items(), ids=[p[:20] or "empty" for p in PATHS])
def test_only_paths_of_names_and_indexes_are_paths(path: str, steps: object) -> None:
    assert path_of(path) == steps


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(st.text(max_size=4), inner, min_size=1, max_size=3)
    ),
    max_leaves=10,
)


def pieces_of(value: object, path: tuple[str | int, ...]) -> list[object]:
    """What a provider would send for a value: one piece for each leaf, two for each string."""
    if isinstance(value, dict):
        return [p for key, item in value.items() for p in pieces_of(item, (*path, key))]
    if isinstance(value, list):
        return [p for at, item in enumerate(value) for p in pieces_of(item, (*path, at))]
    if isinstance(value, str):
        return [text(show(path), value[:2], True), text(show(path), value[2:])]
    member = "boolValue" if isinstance(value, bool) else "numberValue"
    return [{"jsonPath": show(path), **({"nullValue": None} if value is None else {member: value})}]


@given(st.dictionaries(st.text(max_size=4), json_values, max_size=3))
def test_a_value_taken_to_pieces_comes_back(value: dict[str, object]) -> None:
    assert fold(pieces_of(value, ())) == (value, ())


steps = st.sampled_from([".a", ".b", "[0]", "[1]", "['a']", "..", "[", "]"])
paths = st.lists(steps, max_size=5).map(lambda found: "$" + "".join(found))
anything = st.none() | st.booleans() | st.integers() | st.text(max_size=4)
pieces = st.fixed_dictionaries(
    {},
    optional={
        "jsonPath": paths | anything,
        "stringValue": anything,
        "numberValue": anything,
        "boolValue": anything,
        "willContinue": anything,
    },
)


@given(st.lists(pieces | anything, max_size=12))
def test_any_pieces_fold(found: list[object]) -> None:
    assert isinstance(fold(found).value, dict)
