"""Indexes of calls, and pieces that no index leads home."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.rules.rule import Rule
from streamgauge.rules.tools.indexes import (
    calls_not_interleaved,
    fragments_have_a_call,
    index_is_count,
    index_is_not_reused,
    index_is_present,
    indexes_count_from_zero,
)

_ = ...
CALL = "/choices/0/delta/tool_calls/0"
A, B = (0, "call_a", "look", ""), (1, "call_b", "look", "")
MORE_A, MORE_B = (0, _, _, "{}"), (1, _, _, "{}")
RULES = [
    index_is_present, index_is_count, indexes_count_from_zero, index_is_not_reused,
    fragments_have_a_call, calls_not_interleaved,
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "pieces",
    [[A, MORE_A, B, MORE_B], [[(0, "call_a", "look", "{}"), (1, "call_b", "find", "{}")]]],
    ids=["one after the other", "whole in one chunk"],
)
def test_two_numbered_calls_break_nothing(
    chat: Any, places: Any, rule: Rule, pieces: list[Any]
) -> None:
    assert places(rule, chat(*pieces)) == []


@pytest.mark.parametrize(
    ("rule", "pieces", "expected"),
    [
        pytest.param(
            index_is_present, [(_, "call_a", "look", "{}")], [(0, CALL, 1)], id="no index"
        ),
        pytest.param(
            index_is_present, [(None, "call_a", "look", ""), *[(None, _, _, c) for c in '{"a":1}']],
            [(0, CALL, 8)], id="a null index on every piece",
        ),
        pytest.param(
            index_is_present, [{"function_call": {"name": "look", "arguments": "{}"}}], [],
            id="the deprecated member has none",
        ),
        pytest.param(
            index_is_count, [(-1, "call_a", "look", "{}")], [(0, f"{CALL}/index", 1)], id="-1"
        ),
        pytest.param(
            index_is_count, [("0", "call_a", "look", "{}")], [(0, f"{CALL}/index", 1)], id="text"
        ),
        pytest.param(index_is_count, [(_, "call_a", "look", "{}")], [], id="absent is no count"),
        pytest.param(
            indexes_count_from_zero, [B, MORE_B], [(0, f"{CALL}/index", 1)], id="begins at 1"
        ),
        pytest.param(
            indexes_count_from_zero, [A, (2, "call_b", "look", "{}")], [(1, f"{CALL}/index", 1)],
            id="skips 1",
        ),
        pytest.param(
            indexes_count_from_zero, [(-1, "call_a", "look", "{}")], [], id="-1 is no count"
        ),
        pytest.param(
            index_is_not_reused, [(0, "call_a", "look", "{}"), (0, "call_b", "find", "{}")],
            [(1, f"{CALL}/index", 1)], id="two whole calls, both 0",
        ),
        pytest.param(index_is_not_reused, [A, (0, "call_a", _, "{}")], [], id="the same id again"),
        pytest.param(
            fragments_have_a_call, [A, (1, _, _, '{"a":1}')], [(1, CALL, 1)],
            id="arguments under another index",
        ),
        pytest.param(
            fragments_have_a_call, [(0, _, _, ""), (0, "call_a", "look", "{}")], [],
            id="id and name come late",
        ),
        pytest.param(
            calls_not_interleaved, [A, B, MORE_A, MORE_B], [(2, CALL, 2)], id="interleaved"
        ),
    ],
)  # fmt: skip
def test_indexes(
    chat: Any, places: Any, rule: Rule, pieces: list[Any], expected: list[Any]
) -> None:
    assert places(rule, chat(*pieces)) == expected


def test_a_piece_of_no_call_in_gemini(gemini: Any, places: Any) -> None:
    piece = {"partialArgs": [{"jsonPath": "$.a", "numberValue": 1}]}
    body = gemini({"functionCall": piece})
    assert places(fragments_have_a_call, body, "gemini") == [
        (0, "/candidates/0/content/parts/0/functionCall", 1)
    ]


def test_a_new_id_on_every_piece_is_told_from_two_calls(chat: Any, court: Any) -> None:
    outcome = court(index_is_not_reused, chat(A, (0, "call_b", _, "{}")))
    assert [one.says for one in outcome.findings] == [
        "a piece without a name brings another id under an index that is taken"
    ]
