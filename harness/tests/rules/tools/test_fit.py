"""Arguments against the parameters that the request declared."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.rules.tools.fit import arguments_fit_schema

_ = ...
TEXT = "/choices/0/delta/tool_calls/0/function/arguments"
PARAMETERS = {
    "type": "object",
    "properties": {"count": {"type": "integer"}, "where": {"enum": ["here", "there"]}},
    "required": ["count"],
    "additionalProperties": False,
}


def asking(parameters: object) -> dict[str, Any]:
    return {"tools": [{"type": "function", "function": {"name": "look", "parameters": parameters}}]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"count":1}', []),
        ('{"count":1,"where":"here"}', []),
        ('{"count":"1"}', ['/count: "1" is not of type "integer"']),
        ("{}", ['the arguments: "count" is a required property']),
        ("", ['the arguments: "count" is a required property']),
        ('{"count":1,"where":"away"}', ['/where: "away" is not one of "here" or "there"']),
        ('{"count"', []),
        ('{"count":1} x', []),
    ],
)
def test_arguments_fit_schema(chat: Any, court: Any, text: str, expected: list[str]) -> None:
    body = chat((0, "call_a", "look", ""), (0, _, _, text))
    outcome = court(arguments_fit_schema, body, request=asking(PARAMETERS))
    assert [one.expected for one in outcome.findings] == expected


def test_the_evidence_points_at_the_arguments(chat: Any, places: Any) -> None:
    body = chat((0, "call_a", "look", ""), (0, _, _, '{"count":"1"}'))
    assert places(arguments_fit_schema, body, request=asking(PARAMETERS)) == [(1, TEXT, 1)]


def test_arguments_that_are_very_long_are_not_judged(chat: Any, places: Any) -> None:
    body = chat((0, "call_a", "look", '{"count":"' + "1" * 200_000 + '"}'))
    assert places(arguments_fit_schema, body, request=asking(PARAMETERS)) == []


def test_of_many_calls_the_first_are_judged(chat: Any, court: Any) -> None:
    body = chat(*[(at, f"call_{at}", "look", "{}") for at in range(40)])
    outcome = court(arguments_fit_schema, body, request=asking(PARAMETERS))
    assert sum(one.times for one in outcome.findings) == 32


def test_of_many_errors_in_a_call_the_first_are_told(chat: Any, court: Any) -> None:
    integers = {name: {"type": "integer"} for name in "abcdefgh"}
    text = "{" + ",".join(f'"{name}":"x"' for name in integers) + "}"
    body = chat((0, "call_a", "look", text))
    outcome = court(arguments_fit_schema, body, request=asking({"properties": integers}))
    assert len(outcome.findings) == 4


@pytest.mark.parametrize(
    "parameters",
    [
        None,
        "text",
        {"type": "no such type"},
        {"$ref": "https://example.com/schema.json"},
        {"$ref": "#/$defs/missing"},
        {"$schema": "https://example.com/dialect"},
        {"pattern": "("},
        {"enum": ["x" * 300_000]},
    ],
    ids=["absent", "text", "bad type", "elsewhere", "nowhere", "dialect", "bad pattern", "huge"],
)
def test_a_schema_that_cannot_be_used_is_not_the_streams_fault(
    chat: Any, places: Any, parameters: object
) -> None:
    body = chat((0, "call_a", "look", "{}"))
    assert places(arguments_fit_schema, body, request=asking(parameters)) == []


def test_a_pattern_made_to_hang_does_not(chat: Any, places: Any) -> None:
    hostile = {"type": "object", "properties": {"a": {"pattern": "^(a|a)+$"}}}
    text = '{"a":"' + "a" * 200 + '!"}'
    body = chat((0, "call_a", "look", text))
    assert len(places(arguments_fit_schema, body, request=asking(hostile))) == 1


def test_arguments_too_deep_to_judge_are_let_pass(chat: Any, places: Any) -> None:
    text = '{"a":' + "[" * 400 + "]" * 400 + "}"
    body = chat((0, "call_a", "look", text))
    assert places(arguments_fit_schema, body, request=asking({"type": "object"})) == []
