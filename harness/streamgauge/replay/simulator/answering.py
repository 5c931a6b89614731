"""One answer as an exchange: the vendor's stream with its times, or the same told at once.

Everything is handed in: what was asked, what is said, what the prompt cost. It must never change
what is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from random import Random

import orjson

from streamgauge.delta import Append, Assign, Fragment, Kind
from streamgauge.dialects.dialect import Dialect, Facts, Refusal, Voice, WireEvent
from streamgauge.exchange import Close, Exchange, Framing, Head, Request, Seam
from streamgauge.message import Choice, Fault, Message, Part, UsageTotals
from streamgauge.replay.simulator import heads, tokens
from streamgauge.replay.simulator.heard import Heard
from streamgauge.replay.simulator.ids import giver
from streamgauge.replay.simulator.pacing import Arrivals, Pace, Sending, first_token_ms, paced
from streamgauge.replay.simulator.plan import Planned, spent
from streamgauge.replay.simulator.prefix import Reading
from streamgauge.replay.simulator.settings import Settings
from streamgauge.wire.encode import encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """What an answer is made of. `number` counts the requests of the run from 1."""

    request: Request
    heard: Heard
    planned: Planned
    reading: Reading
    facts: Facts
    settings: Settings
    number: int
    now_ms: float
    broken: Refusal | None = None

    @property
    def dialect(self) -> Dialect:
        """The dialect that was spoken to us."""
        return self.heard.dialect

    def random(self) -> Random:
        """Numbers for jitter: they follow from the seed, the request and its place in the run."""
        return Random(f"{self.settings.seed}/{self.number}/{self.heard.digest}")

    def voice(self) -> Voice:
        """A voice whose ids begin anew, so that a stream and its twin have the same."""
        asked, stopped = self.heard.asked, self.planned.stopped_by
        if stopped is not None:
            # A dialect that names the sequence names the first.
            asked = replace(asked, stop_sequences=(stopped,))
        seed = f"{self.heard.digest[:16]}-{self.number}"
        return Voice(
            facts=self.facts,
            asked=asked,
            created=self.settings.epoch + int(self.now_ms // 1000),
            pieces=tokens.cut,
            ids=giver(self.dialect.name, self.facts, seed, _calls_before(self.heard)),
        )


def answered(answering: Answering) -> tuple[Exchange, object]:
    """The exchange of an answer, streamed or not as it was asked, and what a document would say."""
    message = message_of(answering)
    told = answering.dialect.tell(message, answering.voice())
    if answering.heard.asked.stream:
        return _streamed(answering, message, told), told
    return _whole(answering, message, told), told


def message_of(answering: Answering) -> Message:
    """What is said, with its counts."""
    choices, reading = answering.planned.choices, answering.reading
    failed = answering.broken
    if failed is not None:
        choices = tuple(_broken(one, answering.settings.break_after) for one in choices)
    reasoned = sum(spent(p) for c in choices for p in c.parts if p.kind is Kind.REASONING)
    usage = UsageTotals(
        input_tokens=reading.tokens,
        output_tokens=sum(_made(choice, answering) for choice in choices),
        reasoning_tokens=reasoned or None,
        cache_read_tokens=reading.read,
        cache_write_tokens=reading.written or None,
    )
    fault = (
        None
        if failed is None
        else Fault(type=failed.type, code=failed.code, message=failed.message)
    )
    return Message(choices=choices, usage=usage if failed is None else None, error=fault)


def _made(choice: Choice, answering: Answering) -> int:
    """The tokens that a choice took; one that was cut took its limit, though not all is said."""
    limit = answering.heard.asked.max_tokens
    if choice.finish_reason == "length" and limit is not None:
        return limit
    return sum(spent(part) for part in choice.parts)


def refusing(
    request: Request, dialect: Dialect, refusal: Refusal, head: Head, facts: Facts
) -> Exchange:
    """The exchange of a refusal: always JSON, with its length."""
    body = _json(dialect.refuse(refusal, facts))
    return _exchange(request, head, body, ((0, 1.0),), Framing.LENGTH)


def _streamed(answering: Answering, message: Message, told: object) -> Exchange:
    id = answering.voice().ids("request")
    head = heads.streaming(answering.facts, id, _counts(told))
    events = answering.dialect.speak(message, answering.voice())
    if answering.heard.alt_sse:
        sendings = _events(answering.dialect, events)
    else:
        head, sendings = heads.as_json(head), _array(answering.dialect, events)
    body, arrivals = paced(sendings, _pace(answering), answering.random())
    return _exchange(answering.request, head, body, arrivals, Framing.CHUNKED)


def _whole(answering: Answering, message: Message, told: object) -> Exchange:
    id = answering.voice().ids("request")
    pace, random = _pace(answering), answering.random()
    output = message.usage.output_tokens or 0 if message.usage is not None else 0
    at = pace.first_ms + output * pace.token_ms * random.lognormvariate(0, pace.sigma)
    head = heads.whole(answering.facts, id, _counts(told))
    return _exchange(answering.request, head, _json(told), ((0, round(at, 3)),), Framing.LENGTH)


def weight(dialect: Dialect, event: WireEvent) -> int:
    """How many tokens an event says for the first time."""
    try:
        value = orjson.loads(event.data)
    except orjson.JSONDecodeError:
        return 0
    said = 0
    for delta in dialect.read(event.name, value):
        if isinstance(delta, Append):
            said += len(tokens.cut(delta.text))
        elif isinstance(delta, Fragment) and delta.arguments is not None:
            said += len(tokens.cut(_text(delta.arguments)))
        elif isinstance(delta, Assign) and delta.what == "arguments":
            said += len(tokens.cut(_text(delta.value)))
    return said


def _text(arguments: object) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments)


def _events(dialect: Dialect, events: Iterable[WireEvent]) -> Iterator[Sending]:
    for event in events:
        yield Sending(encode(event.name, event.data), weight(dialect, event))


def _array(dialect: Dialect, events: Iterable[WireEvent]) -> Iterator[Sending]:
    """The same chunks as the elements of one JSON array."""
    opener = b"["
    for event in events:
        yield Sending(opener + event.data.encode(), weight(dialect, event))
        opener = b",\r\n"
    yield Sending(b"]", 0)


def _pace(answering: Answering) -> Pace:
    settings, facts = answering.settings, answering.facts
    kind = facts.get("keepalive")
    comment = encode(None, None, comment=str(facts.get("keepalive-text", "keep-alive")))
    ping = encode("ping", '{"type": "ping"}')
    uncached = answering.reading.tokens - answering.reading.read
    return Pace(
        first_ms=first_token_ms(settings, uncached, answering.random()),
        token_ms=1000 / settings.tokens_per_second,
        sigma=settings.gap_sigma,
        waiting=comment if kind == "comment" else None,
        silence={"comment": comment, "ping": ping}.get(str(kind)),
        keepalive_ms=settings.keepalive_ms,
        pause_ms=settings.ponder_ms if answering.planned.ponders else 0,
    )


def _counts(told: object) -> object:
    """The usage object as the vendor writes it, for headers that repeat it."""
    return told.get("usage") if isinstance(told, dict) else None


def _exchange(
    request: Request, head: Head, body: bytes, arrivals: Arrivals, framing: Framing
) -> Exchange:
    return Exchange(
        source="simulator", request=request, head=head, body=body, arrivals=arrivals,
        seam=Seam.SOCKET, close=Close.CLEAN, framing=framing,
    )  # fmt: skip


def _broken(choice: Choice, after: int) -> Choice:
    """A choice that ends after so many tokens, for no reason that it could give."""
    parts: list[Part] = []
    for part in choice.parts:
        if part.kind is not Kind.TOOL_CALL and after > 0:
            parts.append(replace(part, content=tokens.first(part.content, after)))
            after -= spent(parts[-1])
    return replace(choice, parts=tuple(parts), finish_reason=None)


def _calls_before(heard: Heard) -> int:
    parts = (part for turn in heard.turns for part in turn.parts)
    return sum(part.kind is Kind.TOOL_CALL for part in parts)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
