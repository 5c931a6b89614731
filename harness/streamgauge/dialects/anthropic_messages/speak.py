"""A message → the stream as the vendor sends it: pieces, pings, counts at both ends.

The order is that of recorded streams: the first ping after the first block has begun, a call's
arguments after an empty piece, a signature right before its block stops (platform.claude.com,
"Streaming messages"; 132 recorded streams). It must never say more than `tell`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from streamgauge.delta import Kind
from streamgauge.dialects.anthropic_messages.tell import (
    Json,
    at_end,
    at_start,
    block,
    failure,
    head,
    settled,
    spent,
    stop,
)
from streamgauge.dialects.called import text_of
from streamgauge.dialects.dialect import Voice, WireEvent
from streamgauge.message import Message, Part


def speak(message: Message, voice: Voice) -> Iterator[WireEvent]:
    """The events, each with its name. A message that failed ends with the error."""
    for value in _events(message, voice):
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        yield WireEvent(str(value["type"]), text)


def _events(message: Message, voice: Voice) -> Iterator[Json]:
    start = head(message, voice)
    counts = spent(message.usage, voice.facts)
    yield {"type": "message_start", "message": start | {"usage": at_start(counts, voice.facts)}}
    for index, part in enumerate(settled(message, voice, str(start["id"]))):
        for event in _block(index, part, voice):
            yield event
            if index == 0 and event["type"] == "content_block_start":
                yield from _pings(voice)
    if message.error is not None:
        yield {"type": "error", "error": failure(message)}
        return
    yield {"type": "message_delta", "delta": stop(message, voice), "usage": at_end(counts)}
    yield {"type": "message_stop"}


def _pings(voice: Voice) -> Iterator[Json]:
    if voice.facts.get("keepalive") == "ping":
        yield {"type": "ping"}


def _block(index: int, part: Part, voice: Voice) -> Iterator[Json]:
    start, deltas = _begun(part, voice), _deltas(part, voice)
    yield {"type": "content_block_start", "index": index, "content_block": start}
    for delta in deltas:
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def _begun(part: Part, voice: Voice) -> Json:
    """A block as it begins: empty where deltas follow, whole where none do."""
    whole = block(part)
    match part.kind:
        case Kind.TEXT:
            cited: Json = {"citations": []} if part.citations else {}
            return whole | {"text": ""} | cited
        case Kind.REASONING if not part.redacted:
            bare = voice.facts.get("reasoning-signature") in ("id", "none")
            unsigned: Json = {} if bare else {"signature": ""}
            kept = {k: v for k, v in whole.items() if k != "signature"}
            return kept | {"thinking": ""} | unsigned
        case Kind.TOOL_CALL | Kind.SERVER_TOOL_CALL:
            return whole | {"input": {}}
        case _:
            return whole


def _deltas(part: Part, voice: Voice) -> Iterator[Json]:
    match part.kind:
        case Kind.TEXT:
            # In answers from the web the citation comes before the text that it is for.
            for citation in part.citations:
                yield {"type": "citations_delta", "citation": citation}
            for piece in _pieces(part.content, voice):
                yield {"type": "text_delta", "text": piece}
        case Kind.REASONING if not part.redacted:
            for piece in _pieces(part.content, voice):
                yield {"type": "thinking_delta", "thinking": piece}
            if part.signature is not None:
                yield {"type": "signature_delta", "signature": part.signature}
        case Kind.TOOL_CALL | Kind.SERVER_TOOL_CALL:
            for piece in _arguments(part, voice):
                yield {"type": "input_json_delta", "partial_json": piece}
        case _:
            return


def _arguments(part: Part, voice: Voice) -> Sequence[str]:
    """An empty piece first, then the text: in pieces, or at once where the vendor sends it so."""
    text = text_of(part)
    if voice.facts.get("tool-arguments") == "whole":
        return [text] if text else []
    return ["", *_pieces(text, voice)]


def _pieces(text: str, voice: Voice) -> list[str]:
    return [piece for piece in voice.pieces(text) if piece] if text else []
