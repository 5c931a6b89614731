"""Ids of calls: there, first, once, their own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.rules.rule import Rule
from streamgauge.rules.tools.ids import (
    id_comes_first,
    id_has_vendor_form,
    id_is_present,
    id_is_unique,
    id_not_blanked,
    id_sent_once,
)

_ = ...
CALL = "/choices/0/delta/tool_calls/0"
GOOD = [(0, "call_a", "look", ""), (0, _, _, "{}"), (1, "call_b", "look", ""), (1, _, _, "{}")]


@pytest.mark.parametrize(
    "rule", [id_is_present, id_is_unique, id_not_blanked, id_sent_once, id_comes_first]
)
def test_two_calls_as_openai_streams_them_break_nothing(chat: Any, places: Any, rule: Rule) -> None:
    assert places(rule, chat(*GOOD)) == []


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param([(0, _, "look", "{}")], [(0, CALL, 1)], id="no id"),
        pytest.param([(0, "", "look", "{}")], [(0, CALL, 1)], id="an empty id"),
        pytest.param([(0, _, "look", "{}"), (0, "call_a", _, "")], [], id="a late id"),
        pytest.param([(0, _, _, "{}")], [], id="a piece of no call"),
        pytest.param([{"function_call": {"name": "look", "arguments": "{}"}}], [], id="legacy"),
    ],
)
def test_id_is_present(chat: Any, places: Any, pieces: list[Any], expected: list[Any]) -> None:
    assert places(id_is_present, chat(*pieces)) == expected


def test_id_is_present_in_messages(messages: Any, places: Any) -> None:
    good, bad = messages(("toolu_0", "look", [])), messages(("", "look", []))
    assert places(id_is_present, good, "anthropic-messages") == []
    assert places(id_is_present, bad, "anthropic-messages") == [(1, "/content_block", 1)]


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param(
            [(0, "call_a", "look", "{}"), (1, "call_a", "look", "{}")], [(1, f"{CALL}/id", 1)],
            id="under another index",
        ),
        pytest.param(
            [(_, "call_a", "look", "{}"), (_, "call_a", "find", "{}")], [(1, f"{CALL}/id", 1)],
            id="for another tool, without an index",
        ),
        pytest.param([(0, "call_a", "look", ""), (0, "call_a", _, "{}")], [], id="sent again"),
        pytest.param([(0, "", "look", "{}"), (1, "", "look", "{}")], [], id="blank twice"),
    ],
)  # fmt: skip
def test_id_is_unique(chat: Any, places: Any, pieces: list[Any], expected: list[Any]) -> None:
    assert places(id_is_unique, chat(*pieces)) == expected


def test_id_is_unique_in_messages(messages: Any, places: Any) -> None:
    body = messages(("toolu_0", "look", ["{}"]), ("toolu_0", "look", ["{}"]))
    assert places(id_is_unique, body, "anthropic-messages") == [(5, "/content_block", 1)]


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        pytest.param(["a", "b"], [], id="two ids"),
        pytest.param(["", ""], [], id="no ids"),
        pytest.param(
            ["a", "a"], [(1, "/candidates/0/content/parts/0/functionCall/id", 1)], id="one id"
        ),
    ],
)
def test_id_is_unique_in_gemini(places: Any, calls: list[str], expected: list[Any]) -> None:
    parts = [
        {"functionCall": {"name": "look", "args": {"n": n}, "id": id}} for n, id in enumerate(calls)
    ]
    chunks = [{"candidates": [{"content": {"parts": [part]}}]} for part in parts]
    body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks).encode()
    assert places(id_is_unique, body, "gemini") == expected


def test_id_not_blanked(chat: Any, places: Any) -> None:
    body = chat((0, "call_a", "look", ""), *[(0, "", _, text) for text in '{"a":1}'])
    assert places(id_not_blanked, body) == [(1, f"{CALL}/id", 7)]


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param(
            [(0, "call_a", "look", ""), (0, "call_a", _, "{"), (0, "call_a", _, "}")],
            [(1, f"{CALL}/id", 2)],
            id="on every piece",
        ),
        pytest.param(
            [(0, "call_a", "look", "{}"), (1, "call_a", "look", "{}")], [], id="two calls share it"
        ),
    ],
)
def test_id_sent_once(chat: Any, places: Any, pieces: list[Any], expected: list[Any]) -> None:
    assert places(id_sent_once, chat(*pieces)) == expected


def test_a_changed_id_counts_where_the_index_alone_is_the_key(chat: Any, court: Any) -> None:
    body = chat((0, "call_a", "look", ""), (0, "call_b", _, "{}"))
    outcome = court(id_sent_once, body, facts={"tool-call-key": "index"})
    assert [one.says for one in outcome.findings] == ["a later piece of a call carries another id"]


def test_id_comes_first(chat: Any, places: Any) -> None:
    body = chat((0, _, "look", ""), (0, "call_a", _, "{}"))
    assert places(id_comes_first, body) == [(1, f"{CALL}/id", 1)]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"look_[0-9]+", [(0, CALL, 1)]),
        (r"call_[a-z]", []),
        ("(", []),
        (None, []),
    ],
)
def test_id_has_vendor_form(chat: Any, places: Any, pattern: object, expected: list[Any]) -> None:
    body = chat((0, "call_a", "look", "{}"))
    assert places(id_has_vendor_form, body, facts={"tool-id-pattern": pattern}) == expected


def test_of_a_long_id_the_beginning_is_compared(chat: Any, places: Any) -> None:
    facts = {"tool-id-pattern": "a+"}
    for length, count in ((255, 1), (256, 0)):
        body = chat((0, "a" * length + "!", "look", "{}"))
        assert len(places(id_has_vendor_form, body, facts=facts)) == count


def test_only_a_vendor_s_profile_demands_it() -> None:
    assert id_has_vendor_form.demanded
