"""The make-up of one chat chunk, as some vendors demand it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.rules.schema.increments import (
    no_null_increments,
    one_choice_per_chunk,
    one_kind_per_chunk,
    whole_chunk_members,
)


def choice(index: int = 0, **delta: object) -> dict[str, object]:
    return {"index": index, "delta": delta, "finish_reason": None}


CASES: dict[str, tuple[Any, list[dict[str, object]], list[tuple[str, int | None]]]] = {
    "one choice": (one_choice_per_chunk, [choice(content="a")], []),
    "no choice": (one_choice_per_chunk, [], []),
    "two choices": (one_choice_per_chunk, [choice(0), choice(1)], [("/choices", None)]),
    "one kind": (one_kind_per_chunk, [choice(content="a", refusal=None)], []),
    "text and reasoning": (
        one_kind_per_chunk,
        [choice(content="", reasoning_content="a")],
        [("/choices/0/delta", 0)],
    ),
    "text and a call, in the second answer": (
        one_kind_per_chunk,
        [choice(0), choice(1, content="a", tool_calls=[])],
        [("/choices/1/delta", 1)],
    ),
    "no null": (no_null_increments, [choice(content="a")], []),
    "null beside the role": (no_null_increments, [choice(role="assistant", content=None)], []),
    "null beside reasoning": (
        no_null_increments,
        [choice(content=None, reasoning_content="a")],
        [("/choices/0/delta/content", 0)],
    ),
    "null calls": (
        no_null_increments,
        [choice(role="assistant", tool_calls=None)],
        [("/choices/0/delta/tool_calls", 0)],
    ),
    "whole": (whole_chunk_members, [choice()], []),
    "no delta, no reason": (
        whole_chunk_members,
        [{"index": 0}],
        [("/choices/0", 0), ("/choices/0", 0)],
    ),
}


@pytest.mark.parametrize(("rule", "choices", "wanted"), CASES.values(), ids=CASES)
def test_a_rule_about_increments(
    rule: Any, choices: list[dict[str, object]], wanted: Any, court: Any
) -> None:
    body = f"data: {json.dumps({'choices': choices})}\n\n".encode()
    outcome = court(rule, body)
    assert not outcome.skipped
    assert [(f.pointer, f.choice) for f in outcome.findings] == wanted


def test_an_error_need_not_look_like_an_answer(court: Any) -> None:
    body = b'data: {"error": {"message": "no"}, "choices": [{"index": 0}]}\n\n'
    assert court(whole_chunk_members, body).passed == ("schema/whole-chunk-members",)


def test_increments_are_counted_with_their_look_alikes(court: Any) -> None:
    event = b'data: {"choices": [{"index": 0, "delta": {"content": "a", "reasoning": ""}}]}\n\n'
    (finding,) = court(one_kind_per_chunk, event * 30).findings
    assert (finding.event, finding.times) == (0, 30)


def test_only_a_vendor_s_profile_demands_it() -> None:
    assert no_null_increments.demanded
    assert one_choice_per_chunk.demanded
    assert one_kind_per_chunk.demanded
    assert whole_chunk_members.demanded
