"""Says an answer as chunks of `streamGenerateContent` while it is still coming in.

Text and thoughts go out piece by piece. A function call has its arguments as a value, so it goes
out when they are whole, and no sooner. It must never end an answer by itself: without a stop that
came no candidate gets a finish reason, and an answer that failed ends with the error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from streamgauge.delta import (
    Append,
    Assign,
    Delta,
    Ended,
    Failure,
    Identity,
    Kind,
    Open,
    ShutPart,
    Stop,
)
from streamgauge.dialects.called import called
from streamgauge.dialects.dialect import Voice, WireEvent
from streamgauge.dialects.gemini.tell import spent
from streamgauge.dialects.gemini.words import RAW_FINISH
from streamgauge.message import UsageTotals

Json = dict[str, object]

_STATUSES = {"overloaded_error": "UNAVAILABLE", "rate_limit_error": "RESOURCE_EXHAUSTED"}


class Live:
    """Every choice of an answer, each with the part that it is saying."""

    def __init__(self, voice: Voice) -> None:
        """Nothing is said yet."""
        self._voice = voice
        self._id = voice.ids("message")
        self._model: str | None = None
        self._usage: UsageTotals | None = None
        self._parts: dict[int, Open] = {}
        self._arguments: dict[int, list[str]] = {}
        self._signed: dict[int, object] = {}
        self._stops: dict[int, str] = {}
        self._said_any = False

    def say(self, delta: Delta | UsageTotals) -> Iterator[WireEvent]:
        """The events of one delta."""
        match delta:
            case Identity():
                self._model = delta.model
            case UsageTotals():
                self._usage = delta
            case Stop():
                self._stops[delta.choice] = delta.reason
            case Failure():
                yield _event({"error": _error(delta)})
            case Ended():
                yield from self._end()
            case Open() | Append() | Assign() | ShutPart():
                yield from self._part(delta)
            case _:
                pass

    def _part(self, delta: Open | Append | Assign | ShutPart) -> Iterator[WireEvent]:
        choice = delta.choice
        match delta:
            case Open():
                self._parts[choice] = delta
                self._arguments[choice] = []
                self._signed.pop(choice, None)
            case Append(kind=Kind.TOOL_CALL):
                self._arguments[choice].append(delta.text)
            case Append() if delta.text:
                yield self._content(choice, _text(delta.kind, delta.text))
            case Assign(what="signature"):
                self._signed[choice] = delta.value
            case ShutPart() if choice in self._parts:
                yield from self._shut(choice, self._parts.pop(choice))
            case _:
                pass

    def _shut(self, choice: int, part: Open) -> Iterator[WireEvent]:
        """A call goes out whole; a signature stands beside it, or after the text it signs."""
        signed: Json = {}
        if choice in self._signed:
            signed = {"thoughtSignature": self._signed.pop(choice)}
        if part.kind is Kind.TOOL_CALL:
            value = called("".join(self._arguments[choice])).arguments
            # Arguments that broke off have no words here; the stop tells that the answer did.
            if isinstance(value, dict):
                call: Json = {"name": part.name, "args": value}
                named = call | ({} if part.id is None else {"id": part.id})
                yield self._content(choice, {"functionCall": named, **signed})
        elif signed:
            yield self._content(choice, {**_text(part.kind, ""), **signed})

    def _content(self, choice: int, part: Json) -> WireEvent:
        self._said_any = True
        content: Json = {"parts": [part], "role": "model"}
        return self._chunk({"candidates": [{"content": content, "index": choice}]})

    def _chunk(self, chunk: Json) -> WireEvent:
        model = self._model or self._voice.asked.model or "unknown"
        return _event({**chunk, "modelVersion": model, "responseId": self._id})

    def _end(self) -> Iterator[WireEvent]:
        """The stops in a chunk of their own; a prompt that was refused has no candidate."""
        if not self._stops:
            return
        counts: Json = {} if self._usage is None else {"usageMetadata": spent(self._usage)}
        if not self._said_any and set(self._stops.values()) == {"content_filter"}:
            blocked = {"blockReason": "PROHIBITED_CONTENT"}
            yield self._chunk({"promptFeedback": blocked, **counts})
            return
        ended = [
            {"finishReason": RAW_FINISH.get(reason, "OTHER"), "index": choice}
            for choice, reason in sorted(self._stops.items())
        ]
        yield self._chunk({"candidates": ended, **counts})


def _text(kind: Kind, text: str) -> Json:
    return {"text": text, "thought": True} if kind is Kind.REASONING else {"text": text}


def _error(failure: Failure) -> Json:
    code = failure.code if isinstance(failure.code, int) else 500
    status = _STATUSES.get(str(failure.type), "INTERNAL")
    return {"code": code, "message": str(failure.message or "the answer failed"), "status": status}


def _event(value: Json) -> WireEvent:
    return WireEvent(None, json.dumps(value, separators=(",", ":"), ensure_ascii=False))
