"""Says an answer as a Messages stream while it is still coming in.

The order is the grammar's: one block at a time, a signature right before its block stops, the
counts and the stop at the end. It must never end an answer by itself: without a stop that came
there is no `message_delta` and no `message_stop`, and an answer that failed ends with `error`.
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
from streamgauge.dialects.anthropic_messages.tell import at_end, at_start, head, spent, stop
from streamgauge.dialects.dialect import Voice, WireEvent
from streamgauge.message import Choice, Message, UsageTotals

Json = dict[str, object]

_PIECES = {
    Kind.TEXT: ("text_delta", "text"),
    Kind.REFUSAL: ("text_delta", "text"),
    Kind.REASONING: ("thinking_delta", "thinking"),
    Kind.TOOL_CALL: ("input_json_delta", "partial_json"),
}
"""How a piece of a part is said; other kinds have no words that another dialect could fill."""


class Live:
    """The one choice of an answer. Text that stays empty makes no block: the API refuses those."""

    def __init__(self, voice: Voice) -> None:
        """Nothing is said yet."""
        self._voice = voice
        self._identity = Identity(None, None)
        self._usage: UsageTotals | None = None
        self._stop: Stop | None = None
        self._started = False
        self._index = -1
        self._part: Open | None = None
        self._block_is_open = False
        self._id = voice.ids("message")
        self._is_signed = False

    def say(self, delta: Delta | UsageTotals) -> Iterator[WireEvent]:
        """The events of one delta."""
        return (_event(value) for value in self._said(delta))

    def _said(self, delta: Delta | UsageTotals) -> Iterator[Json]:
        match delta:
            case Identity():
                self._identity = delta
            case UsageTotals():
                self._usage = delta
            case Stop(choice=0):
                self._stop = delta
            case Failure():
                yield _failed(delta)
            case Ended():
                yield from self._end()
            case Open(choice=0) | Append(choice=0) | Assign(choice=0) | ShutPart(choice=0):
                yield from self._start()
                yield from self._block(delta)
            case _:
                pass

    def _start(self) -> Iterator[Json]:
        if self._started:
            return
        self._started = True
        model = self._identity.model
        start = head(Message(id=self._id, model=model), self._voice)
        counts = spent(self._usage, self._voice.facts)
        yield {"type": "message_start", "message": start | {"usage": at_start(counts, {})}}

    def _block(self, delta: Open | Append | Assign | ShutPart) -> Iterator[Json]:
        match delta:
            case Open():
                self._part = delta
                if delta.kind is Kind.TOOL_CALL:
                    yield from self._begin()
            case Append() if delta.text:
                yield from self._begin()
                yield from self._piece(delta.text)
            case Assign(what="signature", kind=Kind.REASONING):
                yield from self._begin()
                yield self._sign(delta.value)
            case ShutPart():
                yield from self._shut()
            case _:
                pass

    def _begin(self) -> Iterator[Json]:
        if self._block_is_open or self._part is None or self._part.kind not in _PIECES:
            return
        self._block_is_open, self._is_signed = True, False
        self._index += 1
        block = _begun(self._part)
        yield {"type": "content_block_start", "index": self._index, "content_block": block}

    def _piece(self, text: str) -> Iterator[Json]:
        if self._block_is_open and self._part is not None:
            kind, member = _PIECES[self._part.kind]
            yield self._delta({"type": kind, member: text})

    def _delta(self, delta: Json) -> Json:
        return {"type": "content_block_delta", "index": self._index, "delta": delta}

    def _sign(self, signature: object) -> Json:
        self._is_signed = True
        return self._delta({"type": "signature_delta", "signature": signature})

    def _shut(self) -> Iterator[Json]:
        """A thought that came without a signature gets the answer's id for one, as endpoints that
        are compatible with this API do: a reference, which proves nothing and pretends nothing."""
        part = self._part
        if self._block_is_open:
            if part is not None and part.kind is Kind.REASONING and not self._is_signed:
                yield self._sign(self._id)
            yield {"type": "content_block_stop", "index": self._index}
        self._block_is_open, self._part = False, None

    def _end(self) -> Iterator[Json]:
        if self._stop is None:
            return
        yield from self._start()
        ended = Message(choices=(Choice(index=0, finish_reason=_word(self._stop.reason)),))
        counts = spent(self._usage, self._voice.facts)
        yield {"type": "message_delta", "delta": stop(ended, self._voice), "usage": at_end(counts)}
        yield {"type": "message_stop"}


def _word(reason: str) -> str:
    """A reason that nobody knows is no plain end: something other than the model ended it."""
    return "refusal" if reason == "unknown" else reason


def _begun(part: Open) -> Json:
    match part.kind:
        case Kind.TOOL_CALL:
            return {"type": "tool_use", "id": part.id, "name": part.name, "input": {}}
        case Kind.REASONING:
            return {"type": "thinking", "thinking": "", "signature": ""}
        case _:
            return {"type": "text", "text": ""}


def _failed(failure: Failure) -> Json:
    type = failure.type if isinstance(failure.type, str) else "api_error"
    error: Json = {"type": type, "message": str(failure.message or "the answer failed")}
    return {"type": "error", "error": error}


def _event(value: Json) -> WireEvent:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return WireEvent(str(value["type"]), text)
