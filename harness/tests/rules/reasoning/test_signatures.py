"""Signed thoughts, as tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.rules.reasoning.signatures import (
    call_is_signed,
    signature_comes_last,
    signature_is_present,
)

MESSAGE = {"id": "m", "role": "assistant", "content": [], "usage": {"input_tokens": 1}}
START = {"type": "message_start", "message": MESSAGE}
TAIL = [
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 1}},
    {"type": "message_stop"},
]


def block(index: int, *deltas: dict[str, Any], kind: str = "thinking", **begun: Any) -> list[Any]:
    content = {"type": kind, **begun}
    return [
        {"type": "content_block_start", "index": index, "content_block": content},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def thinks(text: str) -> dict[str, Any]:
    return {"type": "thinking_delta", "thinking": text}


def signs(text: str) -> dict[str, Any]:
    return {"type": "signature_delta", "signature": text}


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param(block(0, thinks("a"), signs("s")), [], id="signed"),
        pytest.param(block(0, thinks("a")), [(1, "/content_block", 1)], id="unsigned"),
        pytest.param(block(0, thinks("a"), signs("")), [(1, "/content_block", 1)], id="blank"),
        pytest.param(block(0, thinking="", signature=""), [(1, "/content_block", 1)], id="empty"),
        pytest.param(block(0, signs("s")), [], id="signature-alone"),
        pytest.param(block(0, thinking="a", signature="s"), [], id="signed-at-once"),
        pytest.param(block(0, kind="redacted_thinking", data="x"), [], id="redacted"),
        pytest.param(
            [*block(0, thinks("a"), signs("s")), *block(1, thinks("b"))],
            [(5, "/content_block", 1)],
            id="second-block",
        ),
        pytest.param(
            block(0, {"type": "thinking_delta", "thinking": "", "signature": "s"}),
            [(1, "/content_block", 1)],
            id="hidden-in-a-thinking-delta",
        ),
        pytest.param(block(0, kind="text"), "no reasoning in this answer", id="no-thinking"),
    ],
)
def test_a_signature_is_present(
    found: Callable[..., Any], chunks: list[Any], expected: Any
) -> None:
    stream = [START, *chunks, *TAIL]
    assert found(signature_is_present, stream, "anthropic-messages") == expected


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param(block(0, thinks("a"), thinks("b"), signs("s")), [], id="last"),
        pytest.param(
            block(0, signs("s"), thinks("b"), thinks("c")), [(3, "/delta/thinking", 2)], id="first"
        ),
        pytest.param(
            block(0, thinks("a"), signs("s"), signs("t")), [(4, "/delta/signature", 1)], id="twice"
        ),
        pytest.param(
            [*block(0, thinks("a"), signs("s")), *block(1, thinks("b"), signs("t"))],
            [],
            id="two-blocks",
        ),
        pytest.param(block(0, thinks("a"), signs("s"), thinks("")), [], id="empty-delta-after"),
    ],
)
def test_a_signature_comes_last(
    found: Callable[..., Any], chunks: list[Any], expected: list[Any]
) -> None:
    stream = [START, *chunks, *TAIL]
    assert found(signature_comes_last, stream, "anthropic-messages") == expected


def calls(*signatures: str | None, model: str = "gem-3") -> list[Any]:
    parts = [
        {"functionCall": {"name": "f", "args": {}}, **({"thoughtSignature": s} if s else {})}
        for s in signatures
    ]
    candidate = {"index": 0, "content": {"role": "model", "parts": parts}, "finishReason": "STOP"}
    return [{"candidates": [candidate], "modelVersion": model}]


FIRST = "/candidates/0/content/parts/0/functionCall/args"


@pytest.mark.parametrize(
    ("chunks", "fact", "expected"),
    [
        pytest.param(calls("s", None), "^gem-3", [], id="first-of-two"),
        pytest.param(calls(None, "s"), "^gem-3", [(0, FIRST, 1)], id="second-of-two"),
        pytest.param(calls(None, model="gem-2"), "^gem-3", [], id="older-model"),
        pytest.param(calls(None), None, [], id="nothing-known"),
        pytest.param(calls(None), "(", [], id="a-pattern-that-is-none"),
        pytest.param(calls(), "^gem-3", "no tool call in this answer", id="no-call"),
    ],
)
def test_the_first_call_is_signed(
    found: Callable[..., Any], chunks: list[Any], fact: object, expected: Any
) -> None:
    facts = {"signed-calls-models": fact}
    assert found(call_is_signed, chunks, "gemini", facts=facts) == expected


def test_only_a_vendor_s_profile_demands_it() -> None:
    assert call_is_signed.demanded
