"""Counts that add up, agree and do not fall, as tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Exchange, Head, Headers
from streamgauge.rules.case import Case
from streamgauge.rules.usage.counting import (
    copies_agree,
    counts_do_not_fall,
    details_are_counted,
    headers_agree,
    not_zero,
    reasoning_is_counted,
    reasoning_within_output,
    total_adds_up,
)
from streamgauge.transcript.transcribe import transcribe
from streamgauge.wire.framing import Framing

SAY = {"choices": [{"index": 0, "delta": {"content": "a"}, "finish_reason": None}]}
THINK = {"choices": [{"index": 0, "delta": {"reasoning": "hm"}, "finish_reason": None}]}
FINISHED = {"index": 0, "delta": {}, "finish_reason": "stop"}
END = {"choices": [FINISHED]}
OTHER = {"choices": [{"index": 1, "delta": {"content": "a"}, "finish_reason": None}]}
OTHER_END = {"choices": [{"index": 1, "delta": {}, "finish_reason": "stop"}]}
TOTAL = [(2, "/usage/total_tokens", 1)]
OUTPUT = [(2, "/usage/completion_tokens", 1)]


def counts(
    prompt: int | None, completion: int | None, total: int | None = None, thought: int | None = None
) -> dict[str, Any]:
    raw = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total}
    if thought is not None:
        raw["completion_tokens_details"] = {"reasoning_tokens": thought}  # type: ignore[assignment]
    return {name: value for name, value in raw.items() if value is not None}


def own(*numbers: int | None) -> dict[str, Any]:
    return {"choices": [], "usage": counts(*numbers)}


@pytest.mark.parametrize(
    ("usage", "facts", "expected"),
    [
        pytest.param(own(3, 4, 7), {}, [], id="sum"),
        pytest.param(own(3, 4, 9), {}, TOTAL, id="not-the-sum"),
        pytest.param(own(3, 4, 9, 2), {}, [], id="reasoning-beside-may-be"),
        pytest.param(own(3, 4, 9, 2), {"reasoning-beside-output": True}, [], id="beside"),
        pytest.param(own(3, 4, 7, 2), {"reasoning-beside-output": True}, TOTAL, id="not-beside"),
        pytest.param(own(3, 4, 9, 2), {"reasoning-beside-output": False}, TOTAL, id="not-inside"),
        pytest.param(own(3, 4, 7, 2), {"reasoning-beside-output": False}, [], id="inside"),
        pytest.param(own(3, None, 9), {}, [], id="a-count-missing"),
        pytest.param({"choices": [], "usage": {"total_tokens": "9"}}, {}, [], id="text"),
    ],
)
def test_totals_in_chat(
    found: Callable[..., Any], usage: Any, facts: dict[str, Any], expected: list[Any]
) -> None:
    assert found(total_adds_up, [SAY, END, usage], facts=facts) == expected


def test_a_count_that_gemini_leaves_out_is_zero(found: Callable[..., Any]) -> None:
    chunks = [{"usageMetadata": {"promptTokenCount": 3, "totalTokenCount": n}} for n in (3, 4)]
    assert found(total_adds_up, chunks, "gemini") == [(1, "/usageMetadata/totalTokenCount", 1)]


def test_a_negative_count_does_not_fall_from_anything(found: Callable[..., Any]) -> None:
    assert found(counts_do_not_fall, [SAY, END, own(3, -1, 2)]) == OUTPUT


@pytest.mark.parametrize(
    ("total", "expected"), [(10, []), (9, [(0, "/usageMetadata/totalTokenCount", 1)])]
)
def test_totals_in_gemini(found: Callable[..., Any], total: int, expected: list[Any]) -> None:
    usage = {"promptTokenCount": 1, "candidatesTokenCount": 2, "thoughtsTokenCount": 3}
    chunk = {"usageMetadata": {**usage, "toolUsePromptTokenCount": 4, "totalTokenCount": total}}
    assert found(total_adds_up, [chunk], "gemini") == expected


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param([{**SAY, "usage": counts(9, 1)}, END, own(9, 4)], [], id="growing"),
        pytest.param([{**SAY, "usage": counts(9, 5)}, END, own(8, 4)], OUTPUT, id="falling"),
        pytest.param([{**SAY, "usage": counts(9, 5)}, END, own(9, 0)], OUTPUT, id="back-to-zero"),
        pytest.param([{**SAY, "usage": counts(9, 0)}, END, own(8, 4)], [], id="input-corrected"),
        pytest.param([SAY, {**END, "usage": counts(9, 5)}, own(9, 5)], [], id="copies"),
        pytest.param(
            [OTHER, {**END, "usage": counts(9, 5)}, OTHER, {**OTHER_END, "usage": counts(9, 7)}],
            [],
            id="another-choice-still-speaks",
        ),
    ],
)
def test_counts_do_not_fall(
    found: Callable[..., Any], chunks: list[Any], expected: list[Any]
) -> None:
    assert found(counts_do_not_fall, chunks) == expected


@pytest.mark.parametrize(("last", "expected"), [(9, []), (1, [(1, "/usage/output_tokens", 1)])])
def test_cumulative_counts_of_messages(
    found: Callable[..., Any], last: int, expected: list[Any]
) -> None:
    start = {"type": "message_start", "message": {"usage": {"input_tokens": 5, "output_tokens": 3}}}
    delta = {"type": "message_delta", "delta": {}, "usage": {"output_tokens": last}}
    assert found(counts_do_not_fall, [start, delta], "anthropic-messages") == expected


@pytest.mark.parametrize(
    ("usage", "facts", "expected"),
    [
        pytest.param(own(3, 4, 7, 4), {}, [], id="within"),
        pytest.param(own(3, 4, 7, 5), {}, OUTPUT, id="more"),
        pytest.param(own(3, 4, 12, 5), {}, [], id="beside-by-the-total"),
        pytest.param(own(3, 4, 7, 5), {"reasoning-beside-output": True}, [], id="beside-by-fact"),
        pytest.param(own(3, 4, 7), {}, [], id="not-counted"),
    ],
)
def test_reasoning_is_within_output(
    found: Callable[..., Any], usage: Any, facts: dict[str, Any], expected: list[Any]
) -> None:
    assert found(reasoning_within_output, [SAY, END, usage], facts=facts) == expected


@pytest.mark.parametrize("good", [own(3, 4, 7, 4), own(3, 4, 12, 5)], ids=["within", "beside"])
def test_each_usage_is_asked_whatever_came_before_it(found: Callable[..., Any], good: Any) -> None:
    assert found(reasoning_within_output, [SAY, good, own(3, 4, 7, 5)]) == OUTPUT


def test_reasoning_is_within_output_in_responses(found: Callable[..., Any]) -> None:
    usage = {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}
    response = {"usage": {**usage, "output_tokens_details": {"reasoning_tokens": 5}}}
    chunk = {"type": "response.completed", "response": response}
    expected = [(0, "/response/usage/output_tokens", 1)]
    assert found(reasoning_within_output, [chunk], "openai-responses") == expected


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param([SAY, END, own(3, 4)], [], id="counted"),
        pytest.param([SAY, END, own(3, 0)], [(2, "/usage", 1)], id="no-output"),
        pytest.param([SAY, END, own(0, 0)], [(2, "/usage", 1)] * 2, id="nothing"),
        pytest.param([SAY, END, own(3, None)], [], id="not-counted"),
        pytest.param([END, own(3, 0)], [], id="nothing-said"),
    ],
)
def test_counts_are_not_zero(
    found: Callable[..., Any], chunks: list[Any], expected: list[Any]
) -> None:
    assert found(not_zero, chunks) == expected


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param([THINK, SAY, END, own(3, 4, 7, 2)], [], id="counted"),
        pytest.param([THINK, SAY, END, own(3, 4, 7, 0)], [(3, "/usage", 1)], id="zero"),
        pytest.param([THINK, SAY, END, own(3, 4, 7)], [(3, "/usage", 1)], id="no-count"),
        pytest.param([SAY, END, own(3, 4, 7)], "no reasoning in this answer", id="no-reasoning"),
    ],
)
def test_reasoning_is_counted(found: Callable[..., Any], chunks: list[Any], expected: Any) -> None:
    assert found(reasoning_is_counted, chunks) == expected


@pytest.mark.parametrize(("thought", "got"), [(0, "0"), (None, "no count")], ids=str)
def test_what_is_counted_of_a_thought_is_told(court: Any, thought: int | None, got: str) -> None:
    chunks = [THINK, SAY, END, own(3, 4, 7, thought)]
    body = b"".join(b"data: %s\n\n" % json.dumps(chunk).encode() for chunk in chunks)
    (finding,) = court(reasoning_is_counted, body).findings
    assert finding.got == got


INNER = {"choices": [{**FINISHED, "usage": counts(3, 4)}]}


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param([SAY, INNER, own(3, 4)], [], id="same"),
        pytest.param([SAY, INNER, own(3, 5)], OUTPUT, id="different"),
        pytest.param([{**SAY, "usage": counts(3, 1)}, END, own(3, 5)], [], id="running-total"),
        pytest.param(
            [{**SAY, "usage": counts(3, 1)}, INNER, own(3, 5)], OUTPUT, id="behind-a-running-total"
        ),
        pytest.param(
            [
                {"choices": [{**FINISHED, "usage": counts(3, 1)}]},
                {"choices": [{**FINISHED, "index": 1, "usage": counts(3, 2)}]},
                own(3, 3),
            ],
            [],
            id="one-for-each-answer",
        ),
    ],
)
def test_copies_agree(found: Callable[..., Any], chunks: list[Any], expected: list[Any]) -> None:
    assert found(copies_agree, chunks) == expected


@pytest.mark.parametrize(
    ("cached", "thought", "times"), [(0, 0, 0), (None, 0, 1), (0, None, 1), (None, None, 2)]
)
def test_details_are_counted(
    found: Callable[..., Any], cached: int | None, thought: int | None, times: int
) -> None:
    details = {
        "prompt_tokens_details": {"cached_tokens": cached},
        "completion_tokens_details": {"reasoning_tokens": thought},
    }
    chunk = {"choices": [], "usage": {**counts(3, 4), **details}}
    assert found(details_are_counted, [chunk]) == [(0, "/usage", 1)] * times


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param((("X-Tokens", "3"),), [], id="same"),
        pytest.param((("X-Tokens", "4"),), ["4"], id="different"),
        pytest.param((("Other", "3"),), ["no such header"], id="missing"),
    ],
)
def test_headers_agree(headers: Headers, expected: list[str]) -> None:
    facts = {"usage-headers": {"x-tokens": "/prompt_tokens", "x-other": "/not_there"}}
    body = b"data: %s\n\n" % json.dumps(own(3, 4)).encode()
    exchange = Exchange(body=body, head=Head(status=200, headers=headers))
    transcript = transcribe(exchange, named("openai-chat"), facts, Framing.SSE)
    case = Case(transcript=transcript, facts=facts, violations=lambda _: iter(()))
    assert [one.got for one in headers_agree.ask(case)] == expected


def test_only_a_vendor_s_profile_demands_it() -> None:
    assert details_are_counted.demanded
    assert headers_agree.demanded
