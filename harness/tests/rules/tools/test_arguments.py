"""What the joined arguments of a call are worth, rule by rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.rules.tools.arguments import (
    arguments_are_json,
    arguments_are_object,
    arguments_are_text,
    arguments_are_whole,
    arguments_not_blank,
)

_ = ...
CALL = "/choices/0/delta/tool_calls/0"
TEXT = f"{CALL}/function/arguments"
HEAD = (0, "call_a", "look", "")
GOOD = [HEAD, (0, _, _, '{"a":'), (0, _, _, '"b"}')]


@pytest.mark.parametrize(
    ("pieces", "finish", "expected"),
    [
        pytest.param(GOOD, "tool_calls", [], id="whole in pieces"),
        pytest.param([(0, "call_a", "look", "")], "tool_calls", [], id="none at all"),
        pytest.param([HEAD, (0, _, _, '{"a"')], "length", [], id="merely cut"),
        pytest.param(
            [HEAD, (0, _, _, '{"a"'), (0, _, _, " 1}")], "tool_calls", [(2, TEXT, 1)],
            id="points at the piece that does not fit",
        ),
        pytest.param([(0, "call_a", "look", "{}{}")], "stop", [(0, TEXT, 1)], id="two values"),
        pytest.param(
            [HEAD, *[(0, _, _, c) for c in '{"a": "bcdefgh", i}']], "tool_calls", [(18, TEXT, 1)],
            id="inside a run of look-alikes",
        ),
    ],
)  # fmt: skip
def test_arguments_are_json(
    chat: Any, places: Any, pieces: list[Any], finish: str, expected: list[Any]
) -> None:
    assert places(arguments_are_json, chat(*pieces, finish=finish)) == expected


def test_arguments_of_custom_tools_are_free_text(chat: Any, responses: Any, places: Any) -> None:
    custom = {"index": 0, "id": "call_a", "type": "custom", "custom": {"name": "x", "input": "ls"}}
    assert places(arguments_are_json, chat({"tool_calls": [custom]})) == []
    body = responses("ls -l", kind="custom_tool_call")
    assert places(arguments_are_json, body, "openai-responses") == []
    assert places(arguments_are_object, body, "openai-responses") == []


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        ("anthropic-messages", [(2, "/delta/partial_json", 1)]),
        ("openai-responses", [(1, "/delta", 1)]),
    ],
)
def test_arguments_are_json_in_other_dialects(
    messages: Any, responses: Any, places: Any, dialect: str, expected: list[Any]
) -> None:
    broken = '{"a" 1}'
    body = messages(("toolu_0", "look", [broken])) if "mess" in dialect else responses(broken)
    assert places(arguments_are_json, body, dialect) == expected


@pytest.mark.parametrize(
    ("finish", "expected"),
    [
        ("tool_calls", [(1, TEXT, 1)]),
        ("stop", [(1, TEXT, 1)]),
        (None, [(1, TEXT, 1)]),
        ("length", []),
        ("content_filter", []),
        ("something_new", []),
    ],
)
def test_arguments_are_whole_unless_the_reason_tells_of_a_cut(
    chat: Any, places: Any, finish: str | None, expected: list[Any]
) -> None:
    body = chat(HEAD, (0, _, _, '{"path":"/tmp/x'), finish=finish)
    assert places(arguments_are_whole, body) == expected


def test_arguments_of_a_cut_stream_are_not_asked_for(chat: Any, court: Any) -> None:
    outcome = court(arguments_are_whole, chat(HEAD, (0, _, _, '{"a'), finish=None, end=""))
    assert [one.reason for one in outcome.skipped] == ["the stream did not reach its end"]


@pytest.mark.parametrize(
    ("pieces", "stop", "expected"),
    [
        (['{"a":1}'], "tool_use", []),
        (['{"a":', "1"], "tool_use", [(3, "/delta/partial_json", 1)]),
        (['{"a":', "1"], "max_tokens", []),
        ([], "tool_use", []),
    ],
)
def test_arguments_are_whole_in_messages(
    messages: Any, places: Any, pieces: list[str], stop: str, expected: list[Any]
) -> None:
    body = messages(("toolu_0", "look", pieces), stop=stop)
    assert places(arguments_are_whole, body, "anthropic-messages") == expected


def test_arguments_are_whole_in_gemini(gemini: Any, places: Any) -> None:
    begun = {"functionCall": {"name": "look", "willContinue": True}}
    piece = {"jsonPath": "$.a", "stringValue": "b"}
    more = {"functionCall": {"partialArgs": [piece], "willContinue": True}}
    closed = gemini(begun, more, {"functionCall": {}})
    assert places(arguments_are_whole, closed, "gemini") == []
    assert places(arguments_are_whole, gemini(begun, more), "gemini") == [
        (0, "/candidates/0/content/parts/0/functionCall", 1)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", []),
        ('{"a":[1]}', []),
        ('"{\\"a\\":1}"', [(1, TEXT, 1)]),
        ("[1]", [(1, TEXT, 1)]),
        ("null", [(1, TEXT, 1)]),
    ],
)
def test_arguments_are_object(chat: Any, places: Any, text: str, expected: list[Any]) -> None:
    assert places(arguments_are_object, chat(HEAD, (0, _, _, text))) == expected


def test_arguments_are_text(chat: Any, places: Any) -> None:
    assert places(arguments_are_text, chat(*GOOD)) == []
    assert places(arguments_are_text, chat((0, "call_a", "look", {"a": 1}))) == [(0, TEXT, 1)]
    assert places(arguments_are_text, chat(HEAD, (0, _, _, {"a": 1}))) == [(1, TEXT, 1)]


@pytest.mark.parametrize(
    ("pieces", "finish", "expected"),
    [
        pytest.param(GOOD, "tool_calls", [], id="some"),
        pytest.param([HEAD, (0, _, _, "{}")], "tool_calls", [], id="an empty object"),
        pytest.param([HEAD], "tool_calls", [(0, CALL, 1)], id="an empty text"),
        pytest.param([(0, "call_a", "look", _)], "stop", [(0, CALL, 1)], id="no member"),
        pytest.param([HEAD], "length", [], id="cut by a limit"),
    ],
)
def test_arguments_not_blank(
    chat: Any, places: Callable[..., Any], pieces: list[Any], finish: str, expected: list[Any]
) -> None:
    assert places(arguments_not_blank, chat(*pieces, finish=finish)) == expected


def test_the_evidence_shows_where_the_text_broke(chat: Any, court: Any) -> None:
    outcome = court(arguments_are_whole, chat(HEAD, (0, _, _, '{"path":"/tmp/x')))
    assert outcome.findings[0].got == 'the text ends inside a string, near \'{"path":"/tmp/x\''
