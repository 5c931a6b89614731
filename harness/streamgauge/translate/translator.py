"""Translates whole conversations between two dialects: requests one way, answers the other.

It is built of what each dialect can do alone (read a request, build one, read a stream, say an
answer as it comes), so a pair needs no code of its own. It must never make a good end of a bad
one, and never forge a signature; it opens no socket and reads no clock.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from streamgauge.delta import Kind, Open
from streamgauge.dialects.dialect import Dialect, Facts, Live, Refusal, Voice, WireEvent
from streamgauge.message import Choice, Fault, Message, Part
from streamgauge.transcript.aggregate import Aggregator
from streamgauge.transcript.chunk import Chunk, State
from streamgauge.translate.asking import Asker, Asking
from streamgauge.translate.hearing import LIMITS, Hearing, Said
from streamgauge.translate.ledger import Given, Ledger, Use, minted, view_of
from streamgauge.wire.encode import encode
from streamgauge.wire.event import Event, Limits
from streamgauge.wire.payload import parse

_NEVER_FORGED: Facts = {"reasoning-signature": "id"}
"""How the client's dialect is spoken: nothing is made up that only a model can give. A thought
without a signature refers to its answer, where the dialect wants something to stand there."""


_PREFIXES = {"message": "msg_"}

_SILENT = "nothing says that dialect while an answer is still coming in"


def _encoded(event: WireEvent) -> bytes:
    """An event's bytes. Half of a surrogate pair, which JSON can name and UTF-8 cannot hold, stays
    an escape: some upstreams cut a text between its halves."""
    try:
        return encode(event.name, event.data)
    except UnicodeEncodeError:
        return encode(event.name, json.dumps(json.loads(event.data), separators=(",", ":")))


class Untranslatable(ValueError):
    """Two dialects between which nothing is translated; one line that says why."""


class Translator:
    """Between a client that speaks `source` and an upstream that speaks `target`.

    `facts` are the upstream's, narrowed to its dialect; what is remembered of all conversations is
    in `ledger`. Raises Untranslatable.
    """

    def __init__(
        self,
        source: Dialect,
        target: Dialect,
        *,
        ledger: Ledger | None = None,
        facts: Facts | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        """Nothing was said yet."""
        if source.name == target.name:
            raise Untranslatable(f"{source.name} needs no translation into itself")
        if source.live is None:
            raise Untranslatable(f"no client of {source.name} can be answered: {_SILENT}")
        self.source = source
        self.target = target
        self.ledger = ledger or Ledger()
        self._facts = facts or {}
        self._limits = limits
        self._asker = Asker(source, target, self.ledger, self._facts)

    def ask(
        self,
        value: Mapping[str, object],
        url: str = "",
        *,
        conversation: str | None = None,
        model: str | None = None,
    ) -> Asking:
        """A client's request, in the upstream's words."""
        return self._asker.ask(value, url, conversation, model)

    def answer(self, asking: Asking, time: float = 0.0) -> Answering:
        """What translates the answer to a request; `time` in milliseconds, created in seconds."""
        return Answering(self, asking, time, self._facts, self._limits)

    def refuse(self, refusal: Refusal) -> object:
        """An error answer in the client's words."""
        return self.source.refuse(refusal, {})


class Answering:
    """One answer on its way back: bytes of the upstream in, bytes for the client out."""

    def __init__(
        self, translator: Translator, asking: Asking, time: float, facts: Facts, limits: Limits
    ) -> None:
        """Nothing came yet."""
        self._ledger = translator.ledger
        self._source, self._target = translator.source, translator.target
        self._asking = asking
        self._time = time
        self._facts = facts
        self._hearing = Hearing(translator.target, facts, limits)
        self._ids: dict[int, list[str]] = {}
        self._silent: set[int] = set()
        self._live = self._speaker()

    @property
    def failed(self) -> bool:
        """Whether the client was told of a failure, so that nothing more will come."""
        return self._hearing.failed

    @property
    def warnings(self) -> tuple[str, ...]:
        """What could not be carried over as it was, so far."""
        return tuple(self._hearing.warnings)

    def feed(self, piece: bytes) -> bytes:
        """What the client is to be sent for the next bytes of the upstream."""
        return self._spoken(self._hearing.feed(piece))

    def finish(self, *, clean: bool) -> bytes:
        """What the client is to be sent at the end; `clean` where the transport ended well."""
        spoken = self._spoken(self._hearing.finish(clean=clean))
        self._remember(self._hearing.message)
        return spoken

    def document(self, body: bytes) -> object:
        """A whole answer that was not streamed, as the client's dialect tells it."""
        message = self._read(body)
        for choice in message.choices:
            calls = [part for part in choice.parts if part.kind is Kind.TOOL_CALL]
            for part in calls:
                self._give(choice.index, part.id)
        self._remember(message)
        return self._source.tell(self._for_client(message), self._voice())

    # Speaking.

    def _speaker(self) -> Live:
        assert self._source.live is not None
        return self._source.live(self._voice())

    def _voice(self) -> Voice:
        return Voice(
            facts=_NEVER_FORGED,
            asked=self._asking.asked,
            created=int(self._time / 1000),
            pieces=lambda text: [text],
            ids=self._fresh_id(),
        )

    def _fresh_id(self) -> Callable[[str], str]:
        numbers = itertools.count()

        def give(kind: str) -> str:
            here = self._asking
            return minted(
                _PREFIXES.get(kind, f"{kind}_"), here.conversation, here.index, next(numbers)
            )

        return give

    def _spoken(self, deltas: list[Said]) -> bytes:
        events = (event for delta in deltas for event in self._live.say(self._renamed(delta)))
        return b"".join(_encoded(event) for event in events)

    def _renamed(self, delta: Said) -> Said:
        """A call with the id that the client gets."""
        if not isinstance(delta, Open) or delta.kind is not Kind.TOOL_CALL:
            return delta
        return delta._replace(id=self._give(delta.choice, delta.id))

    def _give(self, choice: int, original: object) -> str:
        """The client's id of the next call of a choice."""
        here, position = self._asking, sum(map(len, self._ids.values()))
        id = self._ledger.client_id(
            here.conversation, original, here.index, position, self._source.name
        )
        self._ids.setdefault(choice, []).append(id)
        return id

    # Remembering.

    def _remember(self, message: Message) -> None:
        for choice in message.choices:
            ids = dict(enumerate(self._ids.get(choice.index, [])))
            calls = [part for part in choice.parts if part.kind is Kind.TOOL_CALL]
            for number, part in enumerate(calls):
                if number in ids and isinstance(part.arguments, dict):
                    self._ledger.record(self._use(part, ids[number]))
            if not self.failed and len(ids) == len(calls):
                given = Given(self._asking.place, choice.parts)
                view = view_of(choice.parts, ids)
                self._ledger.remember(self._asking.conversation, view, given)

    def _use(self, part: Part, id: str) -> Use:
        return Use(
            id=id,
            original_id=part.id,
            name=str(part.name),
            arguments=part.arguments,
            arguments_json=part.arguments_json,
            signature=part.signature,
            time=self._time,
            request_index=self._asking.index,
            conversation_id=self._asking.conversation,
        )

    # Documents.

    def _read(self, body: bytes) -> Message:
        payload = parse(body)
        deltas = tuple(self._target.document(payload.value)) if payload.readable else ()
        event = Event(0, 0, len(body), None, body, True, 0)
        aggregator = Aggregator(self._target, self._facts)
        aggregator.fold(Chunk(event, State.JSON, payload.value, deltas, payload.flaws, None))
        message = aggregator.finish().message
        if message.error is None and not any(c.finish_reason for c in message.choices):
            says = "the upstream answered without a reason to stop"
            return replace(message, error=Fault(type="api_error", message=says))
        return message

    def _for_client(self, message: Message) -> Message:
        """The message without the upstream's own words."""
        usage = None if message.usage is None else replace(message.usage, raw={})
        error = message.error
        if error is not None:
            error = Fault(type="api_error", message=error.message or "the upstream failed")
        choices = tuple(self._choice(choice) for choice in message.choices)
        return replace(message, id=None, usage=usage, error=error, choices=choices)

    def _choice(self, choice: Choice) -> Choice:
        ids = iter(self._ids.get(choice.index, ()))
        parts = tuple(
            replace(part, id=next(ids), extra={}, signature=None)
            if part.kind is Kind.TOOL_CALL
            else replace(part, field=None, citations=(), logprobs=(), extra={})
            for part in choice.parts
            if part.kind in (Kind.TEXT, Kind.REASONING, Kind.REFUSAL, Kind.TOOL_CALL)
            and (part.content or part.signature or part.kind is Kind.TOOL_CALL)
        )
        reason = choice.finish_reason
        called = any(part.kind is Kind.TOOL_CALL for part in parts)
        if called and reason == "stop":
            reason = "tool_call"
        return replace(choice, parts=parts, finish_reason=reason, raw_finish_reason=None)
