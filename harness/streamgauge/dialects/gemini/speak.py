"""A message → the chunks that the vendor streams: text in large pieces, calls whole, counts.

Events have no name and nothing follows the last chunk (wire facts of recorded streams). Whether
chunks go out as events or as the elements of one JSON array is framing, and not known here: both
hold the same texts. It must never say more than `tell`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from streamgauge.dialects.dialect import Voice, WireEvent
from streamgauge.dialects.gemini.tell import (
    Json,
    blocked,
    failure,
    identity,
    is_blocked,
    is_everywhere,
    payloads,
    so_far,
    spent,
    stop,
)
from streamgauge.message import Choice, Message

_TOKENS = 8
"""Tokens that share a chunk: far fewer chunks than tokens are seen on this wire."""


def speak(message: Message, voice: Voice) -> Iterator[WireEvent]:
    """The chunks. A message that failed ends with the error in place of a stop."""
    about = identity(message, voice)
    chunks = [*_chunks(message, voice)]
    counts = spent(message.usage)
    everywhere = is_everywhere(voice.facts)
    for number, chunk in enumerate(chunks):
        last = number == len(chunks) - 1
        if everywhere or last:
            chunk["usageMetadata"] = so_far(counts, number, len(chunks))
        yield _event(chunk | about)
    if message.error is not None:
        yield _event({"error": failure(message)})


def _event(chunk: Json) -> WireEvent:
    return WireEvent(None, json.dumps(chunk, separators=(",", ":"), ensure_ascii=False))


def _chunks(message: Message, voice: Voice) -> Iterator[Json]:
    """Choices speak side by side; one that has said all it has is not named again."""
    if is_blocked(message):
        yield {"promptFeedback": blocked(message)}
        return
    stops = message.error is None
    spoken = [_candidates(choice, voice, message, stops) for choice in message.choices]
    for row in zip_longest(*spoken):
        yield {"candidates": [candidate for candidate in row if candidate is not None]}


def _candidates(choice: Choice, voice: Voice, message: Message, stops: bool) -> list[Json]:
    """The steps of one choice, the stop on the last.

    A filter that cuts an answer leaves no content beside its stop; a call stands beside it.
    """
    steps: list[Json] = [
        {"content": {"parts": [piece], "role": "model"}, "index": choice.index}
        for payload in payloads(choice, voice, message)
        for piece in _pieces(payload, voice)
    ]
    if not stops:
        return steps
    reason = stop(choice)
    if not steps or choice.finish_reason == "content_filter":
        steps.append({"index": choice.index})
    steps[-1] = {**steps[-1], "finishReason": reason}
    return steps


def _pieces(payload: Json, voice: Voice) -> Sequence[Json]:
    """Text piece by piece; whatever is signed stays whole, for its signature covers all of it."""
    text = payload.get("text")
    if not isinstance(text, str) or not text or set(payload) - {"text", "thought"}:
        return [payload]
    tokens = voice.pieces(text)
    groups = (tokens[at : at + _TOKENS] for at in range(0, len(tokens), _TOKENS))
    return [payload | {"text": "".join(group)} for group in groups]
