"""The events of a body as other decoders give them, and why one of them may hear something else.

A cause is proven from the bytes: it says what of our events the decoder leaves out, adds or takes
otherwise, and when nothing but causes lies between the two, they are explained.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from second_opinion.listeners import Heard
from streamgauge.wire import sse
from streamgauge.wire.event import Event

NODE, PYTHON = "eventsource-parser", "httpx-sse"
_BOM = b"\xef\xbb\xbf"
_MISREAD_BOM = _BOM.decode("latin-1").encode("utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """What is compared: our events and theirs, of the same body."""

    body: bytes
    ours: Sequence[Heard]
    theirs: Sequence[Heard]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCause:
    """A name, the decoder that it is about, what it does to the two sides, and a body for it."""

    name: str
    decoder: str
    settle: Callable[[Both], Both]
    witness: bytes


def ours(body: bytes, decoder: str) -> list[Heard]:
    """Our events in the words of a decoder.

    In node an event has the id that it carries; in Python the last one that any event carried,
    dispatched or not, as the standard has it for `lastEventId`.
    """
    if decoder == NODE:
        return [_heard(event, event.id) for event in sse.events(body) if event.dispatched]
    return list(_with_last_id(body))


def _with_last_id(body: bytes) -> Iterator[Heard]:
    last = ""
    for event in sse.events(body):
        last = last if event.id is None else event.id
        if event.dispatched:
            yield _heard(event, last)


def _heard(event: Event, id: str | None) -> Heard:
    return Heard(event.name or "message", sse.text(event.data or b""), id)


def causes_of(body: bytes, decoder: str, theirs: Sequence[Heard]) -> tuple[str, ...] | None:
    """The causes that lie between us: none where both hear the same, None where some is unknown."""
    both = Both(body=body, ours=ours(body, decoder), theirs=theirs)
    found: list[str] = []
    for cause in EVENT_CAUSES:
        if list(both.ours) != list(both.theirs) and cause.decoder == decoder:
            settled = cause.settle(both)
            found += [cause.name] if settled != both else []
            both = settled
    return tuple(found) if list(both.ours) == list(both.theirs) else None


def _last_cr_waits(both: Both) -> Both:
    """The parser keeps a CR back until more comes; what it closes is lost where no line follows."""
    closed = [event for event in sse.events(both.body) if event.dispatched]
    if not closed or len(both.theirs) != len(both.ours) - 1:
        return both
    end = closed[-1].end
    waits = both.body[end - 1 : end] == b"\r" and not re.search(rb"[\r\n]", both.body[end:])
    return _but(both, both.ours[:-1]) if waits else both


def _misread_mark(both: Both) -> Both:
    """Three letters at the beginning that look like a mark in a wrong decoding are taken away."""
    body = both.body.removeprefix(_BOM)
    if not body.startswith(_MISREAD_BOM):
        return both
    return _but(both, ours(body.removeprefix(_MISREAD_BOM), NODE))


def _mark_is_text(both: Both) -> Both:
    """The byte-order mark is left in the first line, which is then no field."""
    if not both.body.startswith(_BOM):
        return both
    return _but(both, ours(b"?" + both.body[len(_BOM) :], PYTHON))


def _events_without_data(both: Both) -> Both:
    """A blank line also dispatches where there is a name, an id or a retry and no data."""
    spoken = [one for one in both.theirs if one.data]
    if len(both.theirs) - len(spoken) <= sum(1 for one in both.ours if not one.data):
        return both
    return Both(body=both.body, ours=[one for one in both.ours if one.data], theirs=spoken)


def _but(both: Both, ours: Sequence[Heard]) -> Both:
    return Both(body=both.body, ours=ours, theirs=both.theirs)


EVENT_CAUSES = (
    EventCause(
        name="a-misread-mark-is-taken-away",
        decoder=NODE,
        settle=_misread_mark,
        witness=_MISREAD_BOM + b"data: a\n\ndata: b\n\n",
    ),
    EventCause(
        name="the-last-cr-waits",
        decoder=NODE,
        settle=_last_cr_waits,
        witness=b"data: a\r\rdata: b\r\r",
    ),
    EventCause(
        name="the-mark-is-text",
        decoder=PYTHON,
        settle=_mark_is_text,
        witness=_BOM + b"data: a\n\ndata: b\n\n",
    ),
    EventCause(
        name="events-without-data-are-given",
        decoder=PYTHON,
        settle=_events_without_data,
        witness=b"retry: 3000\n\ndata: b\n\n",
    ),
)
