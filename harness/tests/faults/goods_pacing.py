"""Good streams for faults of pace: long ones, as the rules of time ask for many pieces."""

from __future__ import annotations

from collections.abc import Iterator

from tests.breakage.good import (
    THOUGHTS,
    _answer,
    _block,
    _candidates,
    _chunk,
    _item_text,
    _item_thought,
    _message,
    _sse,
)
from tests.breakage.streams import CHAT, GEMINI, MESSAGES, RESPONSES
from tests.faults.good import Good, good

WORDS = tuple(f"word {n}, " for n in range(40))


def goods() -> Iterator[Good]:
    """One stream of every dialect: two pieces of thought, and forty of text."""
    yield good("pacing: chat: long", CHAT, _chat())
    yield good("pacing: messages: long", MESSAGES, _messages())
    yield good("pacing: responses: long", RESPONSES, _responses())
    yield good("pacing: gemini: long", GEMINI, _gemini())


def _chat() -> bytes:
    said = [*({"reasoning_content": one} for one in THOUGHTS), *({"content": one} for one in WORDS)]
    first = _chunk({"role": "assistant", "content": ""})
    return _sse(first, *map(_chunk, said), _chunk({}, "stop"), "[DONE]")


def _messages() -> bytes:
    thoughts = [{"type": "thinking_delta", "thinking": one} for one in THOUGHTS]
    signed = {"type": "signature_delta", "signature": "c2lnbmVk"}
    words = [{"type": "text_delta", "text": one} for one in WORDS]
    return _message(
        *_block(0, {"type": "thinking", "thinking": "", "signature": ""}, *thoughts, signed),
        *_block(1, {"type": "text", "text": ""}, *words),
        reason="end_turn",
    )


def _responses() -> bytes:
    part = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
    return _answer(_item_thought(0), _item_text(1, part, "text", "output_text", WORDS))


def _gemini() -> bytes:
    thoughts = [[{"text": one, "thought": True}] for one in THOUGHTS]
    words = [[{"text": one}] for one in WORDS]
    said = [_candidates(n, one) for n, one in enumerate((*thoughts, *words), 1)]
    return _sse(*said, _candidates(len(said), [{"text": ""}], reason="STOP"))
