"""Hears an upstream's stream as it comes: bytes in, deltas in order out.

It reads with the dialect's own reader and the reference aggregator, so it understands what they
understand. It must never make a good end of a bad one: a stream that was cut, failed or ended
without a reason to stop gives a `Failure`, and nothing after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from streamgauge.delta import Delta, Ended, Failure, Identity, Kind, Stop, Usage
from streamgauge.dialects.dialect import Dialect, Facts
from streamgauge.message import ArgumentsState, Choice, Ending, Message, Part, UsageTotals
from streamgauge.transcript.aggregate import Aggregator, Folded
from streamgauge.transcript.chunk import Chunk, State
from streamgauge.transcript.ending import ending
from streamgauge.transcript.partial_json import broken
from streamgauge.transcript.reading import read_event
from streamgauge.translate.arguments import TooLong
from streamgauge.translate.ordering import Ordering
from streamgauge.wire import sse
from streamgauge.wire.event import Event, Limits

Said = Delta | UsageTotals

LIMITS = Limits(stream=64 * 1024 * 1024)
"""What one answer may have; past it the answer has failed."""

_CUT_SHORT = ("length", "content_filter", "context_window", "refusal", "unknown")
_WHOLE = (ArgumentsState.COMPLETE, ArgumentsState.EMPTY)


class Hearing:
    """One answer. `failed` is set once nothing more will be heard."""

    def __init__(self, dialect: Dialect, facts: Facts, limits: Limits = LIMITS) -> None:
        """`facts` are the upstream's, narrowed to its dialect."""
        self._dialect = dialect
        self._facts = facts
        self._decoder = sse.Decoder(limits)
        self._limits = limits
        self._size = 0
        self._aggregator = Aggregator(dialect, facts)
        self._orders: dict[int, Ordering] = {}
        self._stopped: set[int] = set()
        self._unreadable: list[Chunk] = []
        self._counted = False
        self.failed = False
        self.warnings: list[str] = []

    def feed(self, piece: bytes) -> list[Said]:
        """What the next bytes say."""
        if self.failed:
            return []
        self._size += len(piece)
        if self._size > self._limits.stream:
            return [self._fail(f"the answer is longer than {self._limits.stream} bytes")]
        try:
            return [said for event in self._decoder.feed(piece) for said in self._take(event)]
        except TooLong as problem:
            return [self._fail(str(problem))]

    def finish(self, *, clean: bool) -> list[Said]:
        """What is to be said at the end of the body; `clean` where the transport ended well."""
        if self.failed:
            return []
        try:
            return [
                *(said for event in self._decoder.close() for said in self._take(event)),
                *self._end(clean=clean),
            ]
        except TooLong as problem:
            return [self._fail(str(problem))]

    @property
    def message(self) -> Message:
        """Everything so far, as the aggregator has it."""
        return self._aggregator.finish().message

    def _fail(self, says: str, failure: Failure | None = None) -> Failure:
        self.failed = True
        self.warnings.append(says)
        return failure or Failure("api_error", None, says, None, "")

    def _take(self, event: Event) -> Iterator[Said]:
        if not event.dispatched:
            return
        chunk = read_event(event, self._dialect)
        if chunk.state is State.UNREADABLE:
            self._unreadable.append(chunk)
        self._aggregator.fold(chunk)
        for delta in chunk.deltas:
            yield from self._beside(delta)
        for choice in sorted(_choices(chunk)):
            order = self._orders.setdefault(choice, Ordering(choice))
            parts = self._aggregator.answer(choice).parts
            yield from order.advance(parts, stopped=choice in self._stopped)

    def _beside(self, delta: Delta) -> Iterator[Said]:
        """What is said of the answer as a whole. Stops wait: some vendors repeat them."""
        match delta:
            case Identity():
                yield delta
            case Usage() if not self._counted:
                self._counted = True
                yield replace(self._dialect.usage(delta.raw, self._facts), raw={})
            case Stop():
                self._stopped.add(delta.choice)
            case _:
                pass

    def _end(self, *, clean: bool) -> Iterator[Said]:
        folded = self._aggregator.finish()
        failure = self._failure(folded, clean=clean)
        if failure is not None:
            yield failure
            return
        for choice in folded.message.choices:
            order = self._orders.setdefault(choice.index, Ordering(choice.index))
            yield from order.advance(self._aggregator.answer(choice.index).parts, final=True)
            self.warnings += order.left_out
        for choice in folded.message.choices:
            reason = self._reason(choice)
            yield Stop(choice.index, reason, choice.raw_finish_reason, "")
        usage = folded.message.usage
        if usage is not None:
            yield replace(usage, raw={})
        yield Ended("end")

    def _failure(self, folded: Folded, *, clean: bool) -> Failure | None:
        """Why the end is none, if so."""
        ended = ending(folded, self._unreadable, self._dialect)
        choices = folded.message.choices
        if ended is Ending.ERROR_TERMINATED:
            stated = folded.failures[-1].failure
            return self._fail(f"the upstream failed: {stated.message}", _plain(stated))
        if ended is Ending.MALFORMED:
            return self._fail("the upstream sent an event that cannot be read")
        if ended is not Ending.COMPLETE or not (clean or folded.ended):
            return self._fail("the upstream's stream was cut before its end")
        if not choices or any(choice.finish_reason is None for choice in choices):
            return self._fail("the upstream ended without a reason to stop")
        problems = [says for choice in choices for says in self._problems(choice)]
        return self._fail(problems[0]) if problems else None

    def _problems(self, choice: Choice) -> Iterator[str]:
        """What no client could be told as a good answer."""
        if choice.finish_reason == "error":
            yield f"the upstream stopped with {_shown(choice.raw_finish_reason)}"
        for part in choice.parts:
            if part.kind is Kind.TOOL_CALL:
                yield from _wrong(part, cut_short=choice.finish_reason in _CUT_SHORT)
        order = self._orders.get(choice.index)
        if order is not None and order.late(self._aggregator.answer(choice.index).parts):
            yield "the upstream went on with a part that it had ended"

    def _reason(self, choice: Choice) -> str:
        """Why a choice stopped: a call anywhere wins over a plain stop, and no call loses."""
        reason, raw = choice.finish_reason or "unknown", _shown(choice.raw_finish_reason)
        called = any(part.kind is Kind.TOOL_CALL for part in choice.parts)
        if called and reason == "stop":
            if not self._dialect.stop_beside_call_is_call:
                self.warnings.append(f"stopped with {raw} beside a call: handed on as a call")
            return "tool_call"
        if reason == "tool_call" and not called:
            self.warnings.append(f"stopped with {raw} without a call: handed on as a plain stop")
            return "stop"
        if reason in ("content_filter", "refusal", "unknown", "pause"):
            self.warnings.append(f"stopped with {raw}, which is no plain end")
        return reason


def _choices(chunk: Chunk) -> set[int]:
    found = {getattr(delta, "choice", None) for delta in chunk.deltas}
    return {choice for choice in found if choice is not None}


def _shown(raw: object) -> str:
    return str(raw)[:80]


def _plain(failure: Failure) -> Failure:
    """An upstream's error in no dialect's words: its type may be a word of its own."""
    says = failure.message if isinstance(failure.message, str) else "the upstream failed"
    type = failure.type if failure.type in _SHARED else "api_error"
    return Failure(type, None, says, None, "")


_SHARED = frozenset({"overloaded_error", "rate_limit_error", "invalid_request_error", "api_error"})
"""Types of errors that mean the same wherever they stand."""


def _wrong(part: Part, *, cut_short: bool) -> Iterator[str]:
    """What is wrong with a call. Arguments may only break off where the answer was cut short."""
    name = _shown(part.name)
    if not isinstance(part.name, str) or not part.name:
        yield "the upstream called a tool without a name"
    elif part.arguments_state not in _WHOLE:
        if not (cut_short and part.arguments_state is ArgumentsState.PARTIAL):
            where = part.broken or broken(part.arguments_json)
            says = "" if where is None else f" at character {where.valid}: {where.says}"
            yield f"the arguments of {name} are not JSON{says}"
    elif not isinstance(part.arguments, dict):
        yield f"the arguments of {name} are JSON, but no object"
