"""What the tests of live speaking share: a message as the deltas of an answer that still comes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from streamgauge.delta import Append, Assign, Ended, Failure, Identity, Kind, Open, ShutPart, Stop
from streamgauge.dialects.catalogue import named
from streamgauge.dialects.dialect import Live, WireEvent
from streamgauge.exchange import Close, Exchange, Framing, Head, Request
from streamgauge.message import Message, Part
from streamgauge.pipeline import Judgement, Options, judge_exchange
from streamgauge.prompt import Asked, Prompt
from streamgauge.wire.encode import encode
from tests.dialects.voices import ASKED, TURNS, pieces, voice

FAILURE = Failure("overloaded_error", None, "Busy.", None, "")


def live(name: str, asked: Asked = ASKED) -> Live:
    """What says an answer of that dialect."""
    speaker = named(name).live
    assert speaker is not None
    return speaker(voice({}, asked))


def deltas(message: Message) -> Iterator[Any]:
    """A message in the order in which a live speaker is told."""
    yield Identity("foreign", message.model)
    for choice in message.choices:
        for key, part in enumerate(choice.parts):
            yield from _part(choice.index, key, part)
    for choice in message.choices:
        yield Stop(choice.index, choice.finish_reason or "unknown", None, "")
    if message.usage is not None:
        yield message.usage
    yield Ended("end")


def _part(choice: int, key: int, part: Part) -> Iterator[Any]:
    yield Open(choice, key, part.kind, "", key, part.id or f"call_{key}", part.name, part.field)
    text = part.arguments_json if part.kind is Kind.TOOL_CALL else part.content
    for piece in pieces(text):
        yield Append(choice, key, part.kind, piece, "", part.field)
    if part.signature is not None:
        yield Assign(choice, key, part.kind, "signature", part.signature, "")
    yield ShutPart(choice, key, "")


def events(name: str, told: Any, asked: Asked = ASKED) -> list[WireEvent]:
    """Everything that is said of some deltas."""
    speaker = live(name, asked)
    return [event for delta in told for event in speaker.say(delta)]


def payloads(name: str, told: Any, asked: Asked = ASKED) -> list[Any]:
    """The same as JSON, without a sentinel."""
    said = events(name, told, asked)
    return [json.loads(event.data) for event in said if event.data != "[DONE]"]


def judged(name: str, said: Sequence[WireEvent], asked: Asked = ASKED) -> Judgement:
    """The judgement on such events, as the answer of nobody in particular."""
    prompt = Prompt(asked=asked, turns=TURNS)
    dialect = named(name)
    request = Request(
        url=f"https://api.example{dialect.path(prompt)}",
        headers=(("content-type", "application/json"),),
        body=json.dumps(dialect.build(prompt, {})).encode(),
    )
    exchange = Exchange(
        request=request,
        head=Head(status=200, headers=(("content-type", "text/event-stream"),)),
        body=b"".join(encode(event.name, event.data) for event in said),
        close=Close.CLEAN,
        framing=Framing.CHUNKED,
    )
    return judge_exchange(exchange, Options(dialect=name, vendor="unknown"))
