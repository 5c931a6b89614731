"""A whole chat completion gives the deltas of its stream."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.delta import Append, Ended, Failure, Fragment, Kind, Malformed, Role, Stop
from streamgauge.dialects.openai_chat.document import document, is_document

D = "/choices/0/delta"


def test_a_message_is_read_as_one_delta() -> None:
    choice = {"index": 0, "message": {"role": "a", "content": "b"}, "finish_reason": "stop"}
    assert document({"choices": [choice]}) == [
        Role(0, "a", D + "/role"),
        Append(0, None, Kind.TEXT, "b", D + "/content"),
        Stop(0, "stop", "stop", "/choices/0/finish_reason"),
        Ended("document"),
    ]


@pytest.mark.parametrize("index", [{}, {"index": 0}, {"index": -1}, {"index": "b"}])
def test_calls_are_told_apart_by_their_places(index: dict[str, Any]) -> None:
    calls = [{**index, "id": id, "function": {"name": "f", "arguments": "{}"}} for id in "ab"]
    deltas = document({"choices": [{"index": 0, "message": {"tool_calls": [*calls, 7]}}]})
    found = [(delta.index, delta.id) for delta in deltas if isinstance(delta, Fragment)]
    assert found == [(0, "a"), (1, "b")]
    assert any(isinstance(delta, Malformed) for delta in deltas)


def test_an_error_is_no_end() -> None:
    assert document({"error": "no"}) == [Failure(None, None, "no", {"error": "no"}, "/error")]


@pytest.mark.parametrize("value", [None, [], {}, "a", {"choices": {}}])
def test_what_is_no_document_raises_nothing(value: Any) -> None:
    assert [type(delta) for delta in document(value)] == [Malformed]


def test_choices_of_the_wrong_type_are_told() -> None:
    assert document({"choices": [7]})[0] == Malformed("choice is not an object", "/choices/0")


IS: dict[str, tuple[Any, bool]] = {
    "a message": ({"choices": [{"message": {}}]}, True),
    "an error": ({"error": {"message": "no"}}, True),
    "an error in an array": ([{"error": {"message": "no"}}], True),
    "a chunk": ({"choices": [{"delta": {}}]}, False),
    "no choice": ({"choices": []}, False),
    "a null error": ({"error": None}, False),
    "a stranger": ({"a": 1}, False),
    "text": ("a", False),
}


@pytest.mark.parametrize("name", IS)
def test_a_document_is_known_by_its_message_or_error(name: str) -> None:
    value, expected = IS[name]
    assert is_document(value) is expected
