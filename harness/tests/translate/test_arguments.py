"""Arguments as they come in: begun, appended to, finished; and where they break."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.strategies import objects
from streamgauge.translate.arguments import Arguments, TooLong

WHOLE = {
    "an object": '{"a": 1}',
    "an array": "[1, [2]]",
    "nested": '{"a": {"b": [{}]}}',
    "brackets in a string": '{"a": "}]{["}',
    "an escaped quote": r'{"a": "\"}"}',
    "an escaped backslash at the end": r'{"a": "\\"}',
}


def taken(*pieces: str) -> Arguments:
    arguments = Arguments()
    for piece in pieces:
        arguments.append(piece)
    return arguments


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_only_the_last_character_makes_them_whole(text: str) -> None:
    assert [taken(*text[:at]).whole for at in range(len(text) + 1)] == [False] * len(text) + [True]
    assert taken(*text).finish().value == json.loads(text)


@given(objects(), st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_any_cutting_gives_the_same_value(value: dict[str, object], sizes: list[int]) -> None:
    text, pieces, at = json.dumps(value), [], 0
    while at < len(text):
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(text[at : at + size])
        at += size
    arguments = taken(*pieces)
    assert arguments.whole
    assert arguments.finish().value == value
    assert arguments.finish().text == text


@pytest.mark.parametrize("text", ["", "  "], ids=["nothing", "blanks"])
def test_no_text_is_the_empty_object(text: str) -> None:
    assert (taken(text).finish().value, taken(text).whole) == ({}, False)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"city": "Par', "not JSON at character 13, in /city: the text ends inside a string"),
        ('{"a": 1,,}', "not JSON at character 8: a key in quotes was expected, not ','"),
        ('{"a": 1} {"b": 2}', "not JSON at character 9: something follows the value"),
        ('{"a": [1, 2}', "not JSON at character 11, in /a: '}' closes what '[' opened"),
    ],
    ids=["cut in a string", "two commas", "two objects", "a wrong bracket"],
)
def test_a_problem_says_where_and_why(text: str, problem: str) -> None:
    assert taken(text).finish().problem == problem
    assert taken(text).finish().value is None


def test_there_is_a_limit() -> None:
    arguments = Arguments(limit=10)
    arguments.append("0123456789")
    with pytest.raises(TooLong, match="longer than 10 characters"):
        arguments.append("0")
