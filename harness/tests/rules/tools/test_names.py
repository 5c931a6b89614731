"""Names of the tools that are called."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.rules.rule import Rule
from streamgauge.rules.tools.names import (
    name_comes_first,
    name_is_present,
    name_not_blanked,
    name_sent_once,
    names_are_callable,
)

_ = ...
CALL = "/choices/0/delta/tool_calls/0"
NAME = f"{CALL}/function/name"
GOOD = [(0, "call_a", "look", ""), (0, _, _, "{}")]


@pytest.mark.parametrize(
    "rule",
    [name_is_present, name_sent_once, name_not_blanked, name_comes_first, names_are_callable],
)
def test_a_call_as_openai_streams_it_breaks_nothing(chat: Any, places: Any, rule: Rule) -> None:
    assert places(rule, chat(*GOOD)) == []


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param([(0, "call_a", _, "{}")], [(0, CALL, 1)], id="no name"),
        pytest.param([(0, "call_a", "", "{}")], [(0, CALL, 1)], id="an empty name"),
        pytest.param([(0, "call_a", "", ""), (0, _, "look", "{}")], [], id="a late name"),
        pytest.param([(0, _, _, "{}")], [], id="a piece of no call"),
        pytest.param([*GOOD, (0, "call_b", _, "")], [], id="a new id on every piece"),
    ],
)
def test_name_is_present(chat: Any, places: Any, pieces: list[Any], expected: list[Any]) -> None:
    assert places(name_is_present, chat(*pieces)) == expected


def test_name_is_present_in_messages(messages: Any, places: Any) -> None:
    body = messages(("toolu_0", "", ["{}"]))
    assert places(name_is_present, body, "anthropic-messages") == [(1, "/content_block", 1)]


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ("look", [(1, NAME, 1)]),
        ("er", [(1, NAME, 1)]),
        ("", []),
    ],
    ids=["repeated", "split", "blank"],
)
def test_name_sent_once(chat: Any, places: Any, later: str, expected: list[Any]) -> None:
    assert places(name_sent_once, chat(GOOD[0], (0, _, later, "{}"))) == expected


def test_two_calls_with_one_id_do_not_repeat_a_name(chat: Any, places: Any) -> None:
    body = chat((0, "call_a", "look", "{}"), (1, "call_a", "look", "{}"))
    assert places(name_sent_once, body) == []
    body = chat((0, "call_a", "look", ""), (1, "call_a", "look", "{}"), (0, _, "look", "{}"))
    assert places(name_sent_once, body) == [(2, NAME, 1)]


def test_name_not_blanked(chat: Any, places: Any) -> None:
    body = chat(GOOD[0], *[(0, _, "", text) for text in '{"a":1}'])
    assert places(name_not_blanked, body) == [(1, NAME, 7)]


def test_name_comes_first(chat: Any, places: Any) -> None:
    body = chat((0, "call_a", _, ""), (0, _, "look", "{}"))
    assert places(name_comes_first, body) == [(1, NAME, 1)]


@pytest.mark.parametrize(
    ("name", "offered", "expected"),
    [
        ("look", "look", []),
        ("look_up-2", "other", []),
        ("functions.look", "look", [(0, CALL, 1)]),
        ("functions.look", "functions.look", []),
        ("x" * 65, "look", [(0, CALL, 1)]),
    ],
)
def test_names_are_callable(
    chat: Any, places: Any, name: str, offered: str, expected: list[Any]
) -> None:
    request = {"tools": [{"type": "function", "function": {"name": offered}}]}
    assert places(names_are_callable, chat((0, "call_a", name, "{}")), request=request) == expected
