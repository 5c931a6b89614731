"""Says an answer as a chat/completions stream while it is still coming in.

It must never end an answer by itself: without a stop that came there is no finish reason, and an
answer that failed ends with the error, without `[DONE]` behind it.
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
from streamgauge.dialects.dialect import Refusal, Voice, WireEvent
from streamgauge.dialects.openai_chat.counters import counted
from streamgauge.dialects.openai_chat.refuse import refuse_midway
from streamgauge.message import UsageTotals

Json = dict[str, object]

_MEMBERS = {Kind.TEXT: "content", Kind.REFUSAL: "refusal", Kind.REASONING: "reasoning_content"}

_WORDS = {
    "stop": "stop",
    "stop_sequence": "stop",
    "length": "length",
    "pause": "length",
    "context_window": "length",
    "tool_call": "tool_calls",
    "refusal": "content_filter",
    "content_filter": "content_filter",
}
"""A reason that is not here is no plain end: something other than the model ended the answer."""


class Live:
    """Every choice of an answer; calls are counted by choice, from 0."""

    def __init__(self, voice: Voice) -> None:
        """Nothing is said yet."""
        self._voice = voice
        self._id = voice.ids("message")
        self._model: str | None = None
        self._usage: UsageTotals | None = None
        self._calls: dict[int, int] = {}
        self._blank: set[int] = set()
        self._begun: set[int] = set()
        self._stopped = False

    def say(self, delta: Delta | UsageTotals) -> Iterator[WireEvent]:
        """The events of one delta."""
        match delta:
            case Identity():
                self._model = delta.model
            case UsageTotals():
                self._usage = delta
            case Stop():
                self._stopped = True
                yield from self._role(delta.choice)
                word = _WORDS.get(delta.reason, "content_filter")
                yield self._chunk(delta.choice, {}, word)
            case Failure():
                yield _event(self._error(delta))
            case Ended() if self._stopped:
                yield from self._end()
            case Open() | Append() | Assign() | ShutPart():
                yield from self._part(delta)
            case _:
                pass

    def _part(self, delta: Open | Append | Assign | ShutPart) -> Iterator[WireEvent]:
        choice = delta.choice
        yield from self._role(choice)
        match delta:
            case Open(kind=Kind.TOOL_CALL):
                self._calls[choice] = self._calls.get(choice, -1) + 1
                self._blank.add(choice)
                named: Json = {"name": delta.name, "arguments": ""}
                yield self._call(choice, {"id": delta.id, "type": "function", "function": named})
            case Append(kind=Kind.TOOL_CALL) if delta.text:
                self._blank.discard(choice)
                yield self._call(choice, {"function": {"arguments": delta.text}})
            case ShutPart() if choice in self._blank:
                # No arguments at all are the empty object, and here an empty text is none.
                self._blank.discard(choice)
                yield self._call(choice, {"function": {"arguments": "{}"}})
            case Append() if delta.text and delta.kind in _MEMBERS:
                yield self._chunk(choice, {_MEMBERS[delta.kind]: delta.text})
            case _:
                pass

    def _role(self, choice: int) -> Iterator[WireEvent]:
        if choice not in self._begun:
            self._begun.add(choice)
            yield self._chunk(choice, {"role": "assistant", "content": ""})

    def _call(self, choice: int, members: Json) -> WireEvent:
        return self._chunk(choice, {"tool_calls": [{"index": self._calls[choice], **members}]})

    def _chunk(self, choice: int, delta: Json, reason: str | None = None) -> WireEvent:
        said: Json = {"index": choice, "delta": delta, "logprobs": None, "finish_reason": reason}
        between: Json = {"usage": None} if self._voice.asked.include_usage else {}
        return _event({**self._head(), "choices": [said], **between})

    def _head(self) -> Json:
        return {
            "id": self._id,
            "object": "chat.completion.chunk",
            "created": self._voice.created,
            "model": self._model or self._voice.asked.model or "unknown",
        }

    def _end(self) -> Iterator[WireEvent]:
        if self._voice.asked.include_usage and self._usage is not None:
            counts = counted(self._usage, self._voice.facts)
            yield _event({**self._head(), "choices": [], **counts})
        yield WireEvent(None, "[DONE]")

    def _error(self, failure: Failure) -> object:
        type = failure.type if isinstance(failure.type, str) else "server_error"
        says = str(failure.message or "the answer failed")
        refusal = Refusal(status=500, type=type, message=says, code=failure.code)
        return refuse_midway(refusal, self._voice.facts)


def _event(value: object) -> WireEvent:
    return WireEvent(None, json.dumps(value, separators=(",", ":"), ensure_ascii=False))
