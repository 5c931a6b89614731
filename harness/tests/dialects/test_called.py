"""Calls read from a request, and written back."""

from __future__ import annotations

import pytest

from streamgauge.delta import Kind
from streamgauge.dialects.called import called, text_of, value_of
from streamgauge.message import ArgumentsState, Part

READ = {
    "text": ('{"a": 1}', {"a": 1}, '{"a": 1}', ArgumentsState.COMPLETE),
    "a value": ({"a": "ü"}, {"a": "ü"}, '{"a": "ü"}', ArgumentsState.COMPLETE),
    "nothing": (None, {}, "", ArgumentsState.EMPTY),
    "blanks": (" ", {}, " ", ArgumentsState.EMPTY),
    "an empty object": ({}, {}, "", ArgumentsState.EMPTY),
    "no JSON": ('{"a"', None, '{"a"', ArgumentsState.INVALID),
    "a list": ([1], [1], "[1]", ArgumentsState.COMPLETE),
}


@pytest.mark.parametrize("name", READ)
def test_arguments_are_read_in_any_form(name: str) -> None:
    given, value, text, state = READ[name]
    part = called(given, id="c", name="f")
    assert (part.arguments, part.arguments_json, part.arguments_state) == (value, text, state)
    assert (part.kind, part.id, part.name) == (Kind.TOOL_CALL, "c", "f")


def test_text_as_sent_comes_before_text_that_is_made() -> None:
    assert text_of(called('{"a":1}')) == '{"a":1}'
    assert text_of(Part(kind=Kind.TOOL_CALL, arguments={"a": 1})) == '{"a": 1}'
    assert text_of(Part(kind=Kind.TOOL_CALL)) == ""


def test_the_value_is_read_from_text_where_nobody_read_it() -> None:
    assert value_of(Part(kind=Kind.TOOL_CALL, arguments_json='{"a": 1}')) == {"a": 1}
    assert value_of(called('{"a"')) == {}
