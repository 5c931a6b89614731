"""The stream of a message as one vendor sends it; every habit comes from the profile's facts.

Choices of one answer take turns, one choice in a chunk. Comments that keep a connection open are
no events and are left to the server. It must never name a vendor; docs/vendors.md tells what each
fact does.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Refusal, Voice, WireEvent
from streamgauge.dialects.openai_chat.chances import entries
from streamgauge.dialects.openai_chat.counters import counted
from streamgauge.dialects.openai_chat.fit import fit
from streamgauge.dialects.openai_chat.places import Places, places_of
from streamgauge.dialects.openai_chat.refuse import refuse_midway
from streamgauge.dialects.openai_chat.shape import Shape, shape_of
from streamgauge.message import Choice, Fault, Message, Part, UsageTotals

Json = dict[str, object]


class _Step(NamedTuple):
    """What one chunk says of one choice."""

    choice: int
    delta: Json
    logprobs: Json | None = None
    reason: object = None


def speak(message: Message, voice: Voice) -> Iterator[WireEvent]:
    """The events of the stream, the sentinel included where the vendor sends one."""
    return _Speech(message, voice).events()


class _Speech:
    """One answer being spoken; it holds what every chunk repeats."""

    def __init__(self, message: Message, voice: Voice) -> None:
        self.voice, self.shape = voice, shape_of(voice.facts)
        self.message = fit(message, voice, self.shape)
        self.places: Places = places_of(voice.facts, voice.asked)
        self.spoken = 0
        self.unstopped = sum(c.raw_finish_reason is not None for c in self.message.choices)

    def events(self) -> Iterator[WireEvent]:
        if self.shape.opening is not None:
            yield _event(self.shape.opening)
        steps = [list(_steps(choice, self.shape, self.voice)) for choice in self.message.choices]
        for step in _in_turns(steps):
            yield self._chunk(step)
        failed = self.message.error
        yield from () if failed is None else self._failure(failed)
        yield from self._after()
        if self._ends_with_sentinel(failed):
            yield WireEvent(None, "[DONE]")

    def _chunk(self, step: _Step) -> WireEvent:
        self.spoken += 1
        choice: Json = {"index": step.choice, "delta": step.delta, **self.shape.choice}
        if step.logprobs is not None:
            choice["logprobs"] = step.logprobs
        if self.shape.early_reason or step.reason is not None:
            choice["finish_reason"] = step.reason
        if step.reason is not None:
            self.unstopped -= 1
        # Running counts go on until the last of several choices has stopped.
        running = step.reason is None or (self.places.every_chunk and self.unstopped > 0)
        top = self._between() if running else self._at_finish(choice)
        return _event({**self._head(), "choices": [choice], **top})

    def _at_finish(self, choice: Json) -> Json:
        """What a finish chunk says of usage at its top; the choice may be given a copy."""
        whole = self._usage()
        if whole is None:
            return self._between()
        usage = whole["usage"]
        if self.places.choice:
            choice["usage"] = usage
        beside: Json = {}
        if self.places.beside is not None:
            beside = {self.places.beside: {"id": self.message.id, "usage": usage}}
        return {**(whole if self.places.finish_chunk else self._between()), **beside}

    def _head(self) -> Json:
        head: Json = {
            "id": self.message.id,
            "object": "chat.completion.chunk",
            "created": self.voice.created,
            "model": self.message.model,
        }
        return {**head, **self.shape.chunk}

    def _usage(self, spent: UsageTotals | None = None) -> Json | None:
        """The members of a chunk that count the tokens: `usage`, and what stands beside it."""
        spent = spent or self.message.usage
        return None if spent is None else counted(spent, self.voice.facts)

    def _between(self) -> Json:
        """What stands for usage on a chunk that does not count the whole."""
        spent = self.message.usage
        if self.places.every_chunk and spent is not None:
            return self._usage(_running(spent, self.spoken)) or {}
        return {"usage": None} if self.places.null_between else {}

    def _after(self) -> Iterator[WireEvent]:
        """Usage in chunks that come after every finish reason."""
        usage = self._usage()
        if usage is None:
            return
        if self.places.after_finish:
            first = self.message.choices[:1]
            said = first[0].raw_finish_reason if first and self.shape.finish_repeated else None
            yield _event({**self._head(), "choices": [_blank(said)], **usage})
        if self.places.own_chunk:
            yield _event({**self._head(), "choices": [], **usage})

    def _failure(self, fault: Fault) -> Iterator[WireEvent]:
        """An error in mid-stream, in the way that the vendor tells of it."""
        facts = self.voice.facts
        body = fault.raw if isinstance(fault.raw, dict) else refuse_midway(_refusal(fault), facts)
        match facts.get("stream-error"):
            case "finish-reason":
                for choice in self.message.choices:
                    reason = facts.get("stream-error-reason", "error")
                    yield self._chunk(_Step(choice.index, {}, None, reason))
            case "named-event":
                yield WireEvent("error", _json(body))
            case "beside-choices" if isinstance(body, dict):
                yield _event({**self._head(), "choices": [_blank(None)], **body})
            case _:
                yield WireEvent(None, _json(body))

    def _ends_with_sentinel(self, failed: Fault | None) -> bool:
        facts = self.voice.facts
        if failed is not None:
            return facts.get("sentinel-after-error") is True
        return facts.get("end-marker") != "none"


def _steps(choice: Choice, shape: Shape, voice: Voice) -> Iterator[_Step]:
    """The chunks of one choice, in order."""
    role: Json = {"role": "assistant"}
    thinks = any(part.kind is Kind.REASONING for part in choice.parts)
    first = (shape.thinking_first if thinks else None) or shape.first_delta
    if first is not None:
        yield _Step(choice.index, dict(first))
        role = {}
    around = {**shape.text_delta, **(shape.thinking_delta if thinks else {})}
    finish = {**(shape.thinking_delta if thinks else {}), **shape.finish_delta}
    calls = [part for part in choice.parts if part.kind is Kind.TOOL_CALL]
    if shape.calls_on_finish and calls:
        finish["tool_calls"] = [_header(call, at, shape) for at, call in enumerate(calls)]
    for delta, logprobs in _increments(choice, around, shape, voice):
        yield _Step(choice.index, {**role, **delta}, logprobs)
        role = {}
    if choice.raw_finish_reason is not None:
        yield _Step(choice.index, {**role, **finish}, None, choice.raw_finish_reason)


def _increments(
    choice: Choice, around: Json, shape: Shape, voice: Voice
) -> Iterator[tuple[Json, Json | None]]:
    position = itertools.count()
    for part in choice.parts:
        match part.kind:
            case Kind.TOOL_CALL if not shape.calls_on_finish:
                for call in _call(part, next(position), shape, voice):
                    yield {**shape.call_delta, "tool_calls": [call]}, None
            case Kind.REASONING:
                for said in _thoughts(part, shape, voice):
                    yield {**around, **said}, None
            case Kind.TEXT | Kind.REFUSAL:
                member = "content" if part.kind is Kind.TEXT else "refusal"
                for piece in _pieces(part.content, voice):
                    logprobs = entries([piece], voice.asked, member)
                    yield {**around, member: piece}, logprobs
            case _:
                pass


def _thoughts(part: Part, shape: Shape, voice: Voice) -> Iterator[Json]:
    for piece in _pieces(part.content, voice):
        yield {field: _thought(field, piece, shape) for field in shape.reasoning}
    if part.signature is not None and "reasoning_details" in shape.reasoning:
        yield {"reasoning_details": [_detail({"signature": part.signature}, shape)]}
    if shape.reasoning_end:
        yield dict.fromkeys(shape.reasoning, "")


def _thought(field: str, piece: str, shape: Shape) -> object:
    """One piece of reasoning, as text, as a typed detail, or as an item of a content list."""
    match field:
        case "reasoning_details":
            return [_detail({"text": piece}, shape)]
        case "content":
            return [{"type": "thinking", "thinking": [{"type": "text", "text": piece}]}]
        case _:
            return piece


def _detail(said: Json, shape: Shape) -> Json:
    return {"type": "reasoning.text", **said, "index": 0, **shape.detail}


def _call(part: Part, at: int, shape: Shape, voice: Voice) -> Iterator[Json]:
    if shape.calls_whole:
        yield _header(part, at, shape)
        return
    yield _header(part, at, shape, "")
    for piece in _pieces(part.arguments_json, voice):
        yield {"index": at, **shape.call_piece, "function": {"arguments": piece}}


def _header(part: Part, at: int, shape: Shape, arguments: str | None = None) -> Json:
    members: Json = {"index": at, "id": part.id, "type": "function"}
    text = part.arguments_json if arguments is None else arguments
    return {
        **{name: members[name] for name in shape.call_members if name in members},
        "function": {"name": part.name, "arguments": text},
        **part.extra,
    }


def _pieces(text: str, voice: Voice) -> list[str]:
    return [piece for piece in voice.pieces(text) if piece] if text else []


def _in_turns(steps: Iterable[list[_Step]]) -> Iterator[_Step]:
    for row in itertools.zip_longest(*steps):
        yield from (step for step in row if step is not None)


def _running(whole: UsageTotals, spoken: int) -> UsageTotals:
    """The count after so many chunks, never more than the whole."""
    output = min(whole.output_tokens or 0, spoken)
    reasoned = whole.reasoning_tokens
    capped = None if reasoned is None else min(reasoned, output)
    return replace(whole, output_tokens=output, reasoning_tokens=capped)


def _refusal(fault: Fault) -> Refusal:
    status = fault.code if isinstance(fault.code, int) else 500
    kind, says = str(fault.type or "server_error"), str(fault.message or "")
    return Refusal(status=status, type=kind, message=says, code=fault.code)


def _blank(reason: object) -> Json:
    """A choice that says nothing, for a chunk that is sent for something else."""
    delta: Json = {"role": "assistant", "content": ""}
    return {"index": 0, "delta": delta, "finish_reason": reason}


def _event(value: Json) -> WireEvent:
    return WireEvent(None, _json(value))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
