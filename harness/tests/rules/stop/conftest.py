"""Bodies that say why they stopped, written short so that a table shows only what matters."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.rules.rule import Rule

Body = Callable[..., bytes]


@pytest.fixture
def chat() -> Body:
    """A chat body of `(delta, finish_reason)`, of choices as dicts, or of lists of such."""
    return _chat


def _chat(*chunks: Any, end: str = "data: [DONE]\n\n", usage: Any = None) -> bytes:
    events = []
    for chunk in chunks:
        entries = [_choice(one) for one in (chunk if isinstance(chunk, list) else [chunk])]
        head = {"id": "chatcmpl-0", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        events.append({**head, "choices": entries})
    if usage is not None:
        events.append({"choices": [], "usage": usage})
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events).encode() + end.encode()


def _choice(one: Any) -> dict[str, Any]:
    if isinstance(one, dict):
        return one
    delta, reason = one
    return {"index": 0, "delta": delta, "finish_reason": reason}


@pytest.fixture
def messages() -> Body:
    """A Messages body: the members of the start's message, its blocks, and of the last delta."""
    return _messages


def _messages(*blocks: Any, start: Any = None, **delta: Any) -> bytes:
    head = {"id": "msg_0", "type": "message", "role": "assistant", "model": "m", "content": []}
    message = {**head, "stop_reason": None, "stop_sequence": None, "usage": {}, **(start or {})}
    events: list[dict[str, Any]] = [{"type": "message_start", "message": message}]
    for index, block in enumerate(blocks):
        events.append({"type": "content_block_start", "index": index, "content_block": block})
        events.append({"type": "content_block_stop", "index": index})
    if delta:
        events.append({"type": "message_delta", "delta": delta, "usage": {}})
    events.append({"type": "message_stop"})
    text = (f"event: {one['type']}\ndata: {json.dumps(one)}\n\n" for one in events)
    return "".join(text).encode()


@pytest.fixture
def places(court: Any) -> Callable[..., list[tuple[int | None, str | None, int]]]:
    """(event, pointer, times) of each finding of one rule."""

    def found(rule: Rule, body: bytes, *args: Any, **more: Any) -> list[Any]:
        outcome = court(rule, body, *args, **more)
        assert not outcome.skipped, outcome.skipped
        return [(one.event, one.pointer, one.times) for one in outcome.findings]

    return found
