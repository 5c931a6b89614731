"""A message → the stream as the vendor sends it: numbered events, items in pieces, one end.

Created, in progress, each item from added to done, then the whole response again with its counts
(openai/openai-openapi openapi.json; 203 recorded streams). Whether events have names, how
arguments come, whether deltas are padded and whether a sentinel follows are facts. It must never
say more than `tell`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator

from streamgauge.dialects.dialect import Voice, WireEvent
from streamgauge.dialects.openai_responses.compose import Item
from streamgauge.dialects.openai_responses.tell import (
    Json,
    end,
    failed,
    finished,
    items,
    skeleton,
    spent,
)
from streamgauge.message import Fault, Message

_SENTINEL = "[DONE]"
_BLOCK = 16
"""Padding makes the text of a delta and its padding a multiple of this many characters long."""


def speak(message: Message, voice: Voice) -> Iterator[WireEvent]:
    """The events, numbered from 0. A message that failed ends with the error and the failure."""
    named = voice.facts.get("event-names") is not False
    for number, event in enumerate(_padded(_events(message, voice), voice)):
        event["sequence_number"] = number
        text = json.dumps(event, separators=(",", ":"), ensure_ascii=False)
        yield WireEvent(str(event["type"]) if named else None, text)
    heals = message.error is None or voice.facts.get("sentinel-after-error") is True
    if voice.facts.get("end-marker") == _SENTINEL and heals:
        yield WireEvent(None, _SENTINEL)


def _events(message: Message, voice: Voice) -> Iterator[Json]:
    whole = skeleton(message, voice)
    yield {"type": "response.created", "response": whole}
    yield {"type": "response.in_progress", "response": whole}
    output: list[Json] = []
    for at, item in enumerate(items(message, voice, lambda text: _pieces(text, voice))):
        yield from _item(item, at, voice)
        output.append(item.done)
    if message.error is not None:
        yield {"type": "error", "error": _stated(message.error)}
        yield {"type": "response.failed", "response": failed(message, whole)}
        return
    ended = end(message)
    response = whole | finished(ended, output, spent(message.usage, voice.facts))
    yield {"type": f"response.{ended.status}", "response": response}


def _stated(error: Fault) -> Json:
    """The error event's payload: documented flat, but recorded like this (wire facts, 6)."""
    if isinstance(error.raw, dict):
        return dict(error.raw)
    return {"type": error.type, "code": error.code, "message": error.message, "param": None}


def _item(item: Item, at: int, voice: Voice) -> Iterator[Json]:
    yield {"type": "response.output_item.added", "output_index": at, "item": item.added}
    done_only = voice.facts.get("tool-arguments") == "done-only"
    for event in item.body:
        if not (done_only and event["type"] == "response.function_call_arguments.delta"):
            yield dict(event)
    yield {"type": "response.output_item.done", "output_index": at, "item": item.done}


def _pieces(text: str, voice: Voice) -> list[str]:
    return [piece for piece in voice.pieces(text) if piece] if text else []


def _padded(events: Iterator[Json], voice: Voice) -> Iterator[Json]:
    """Deltas with padding that hides their length, unless the request switched it off."""
    options = voice.asked.extra.get("stream_options")
    off = isinstance(options, dict) and options.get("include_obfuscation") is False
    pads = voice.facts.get("obfuscation") is True and not off
    for number, event in enumerate(events):
        delta = event.get("delta")
        padded = pads and isinstance(delta, str)
        yield event | {"obfuscation": _padding(str(delta), number)} if padded else event


def _padding(delta: str, number: int) -> str:
    """Letters that mean nothing; the same delta at the same place has the same ones."""
    noise = hashlib.sha256(f"{number} {delta}".encode("utf-8", "surrogatepass")).digest()
    return base64.b64encode(noise, b"ab").decode()[: _BLOCK - len(delta) % _BLOCK]
