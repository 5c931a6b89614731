"""Turns a body into chunks: exactly, or by template where events repeat.

`exact=True` reads every event exactly. Both ways give the same message, findings and spans (law 9);
the template only saves the parsing of what was already understood.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from operator import sub
from typing import NamedTuple

from streamgauge.delta import (
    Append,
    Delta,
    Ended,
    Fragment,
    Identity,
    Malformed,
    Role,
    Unknown,
)
from streamgauge.dialects.dialect import Dialect
from streamgauge.transcript.chunk import Chunk, State
from streamgauge.wire import sse
from streamgauge.wire.event import DEFAULT_LIMITS, Event, Limits
from streamgauge.wire.payload import Flaw, parse
from streamgauge.wire.template import Run, Template, cut, follow

_KEPT = 4
"""Templates tried for each event; streams rarely interleave more forms than that."""
_PATIENCE = 32
"""Templates that may be cut without serving before cutting stops for the stream."""


class Reading(NamedTuple):
    """A body read: its chunks, the events that dispatched nothing, and every event's start."""

    chunks: tuple[Chunk, ...]
    silent: tuple[Event, ...]
    events: int


def read_sse(
    body: bytes, dialect: Dialect, *, exact: bool = False, limits: Limits = DEFAULT_LIMITS
) -> Reading:
    """Read an SSE body; any bytes give a reading."""
    chunks: list[Chunk] = []
    silent: list[Event] = []
    templates = None if exact or not _is_utf8(body) else _Templates(body, dialect, limits)
    at = index = 0
    end = len(body)
    while at < end:
        event = sse.scan(body, at, index, limits)
        at, index = event.end, index + 1
        if not event.dispatched:
            silent.append(event)
            continue
        chunk = read_event(event, dialect)
        run = None if templates is None else templates.run_after(chunk)
        if run is not None:
            chunk = chunk._replace(run=run)
            at, index = run.bounds[-1], index + len(run)
        chunks.append(chunk)
    return Reading(tuple(chunks), tuple(silent), index)


def read_events(events: Iterator[Event], dialect: Dialect) -> Reading:
    """Read events that another decoder made, each exactly."""
    chunks: list[Chunk] = []
    silent: list[Event] = []
    for event in events:
        if event.dispatched:
            chunks.append(read_event(event, dialect))
        else:
            silent.append(event)
    return Reading(tuple(chunks), tuple(silent), len(chunks) + len(silent))


def read_event(event: Event, dialect: Dialect) -> Chunk:
    """One dispatched event as a chunk."""
    data = event.data or b""
    payload = parse(data)
    if payload.readable:
        deltas = tuple(dialect.read(event.name, payload.value))
        return Chunk(event, State.JSON, payload.value, deltas, payload.flaws, None)
    text = data.strip().decode("utf-8", "replace")
    # The sentinel is a convention of one dialect, but gateways append it to others too; it is
    # recognised everywhere so that it is not reported as broken JSON, and means an end only there.
    if text == "[DONE]":
        ended: tuple[Delta, ...] = (Ended(text, sentinel=True),)
        return Chunk(event, State.SENTINEL, None, ended, (), None)
    flaws = payload.flaws or ((Flaw.NOT_JSON, ""),)
    return Chunk(event, State.UNREADABLE, None, (), flaws, None)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _may_pass(limits: Limits, size: int) -> bool:
    return size > min(limits.line, limits.event, limits.stream)


def _within(run: Run, limits: Limits) -> Run | None:
    """The run up to its first event that may be past a limit; the decoder judges that one."""
    most = min(limits.line, limits.event)
    longest = max(map(sub, run.bounds[1:], run.bounds))
    if longest <= most and run.bounds[-1] <= limits.stream:
        return run
    for at, (start, end) in enumerate(pairwise(run.bounds)):
        if end > limits.stream or end - start > most:
            columns = tuple(column[:at] for column in run.columns)
            cut = run.bounds[: at + 1]
            return Run(run.first, cut, run.holes, columns) if at else None
    return run


class _Templates:
    """The templates of one body: cut from exact chunks, tried on what follows them."""

    def __init__(self, body: bytes, dialect: Dialect, limits: Limits) -> None:
        self._body = body
        self._limits = limits if _may_pass(limits, len(body)) else None
        self._noise = dialect.noise
        self._known: list[Template] = []
        self._cuts = 0
        self._last_shape: object = None

    def run_after(self, chunk: Chunk) -> Run | None:
        """The look-alikes after a chunk, or None.

        A template is cut only when two chunks in a row have the same shape: one-off chunks then
        cost nothing extra.
        """
        pointer = varying_pointer(chunk.deltas)
        if pointer is None or chunk.flaws:
            self._last_shape = None
            return None
        template = self._serving(chunk)
        if template is None:
            shape = (chunk.event.name, [_faceless(delta) for delta in chunk.deltas])
            seen, self._last_shape = self._last_shape == shape, shape
            if not seen or self._cuts >= _PATIENCE:
                return None
            template = self._cut(chunk, pointer)
            if template is None:
                return None
        run = follow(self._body, chunk.event.end, chunk.event.index + 1, template)
        if run is not None and self._limits is not None:
            run = _within(run, self._limits)
        if run is not None and len(run) > 8:
            self._cuts = max(0, self._cuts - 1)
        return run

    def _serving(self, chunk: Chunk) -> Template | None:
        """A known template that this very chunk matches, so that its look-alikes do too."""
        start, end = chunk.event.start, chunk.event.end
        for template in self._known:
            found = template.pattern.match(self._body, start, end)
            if found is not None and found.end() == end:
                return template
        return None

    def _cut(self, chunk: Chunk, pointer: str) -> Template | None:
        self._cuts += 1
        template = cut(self._body, chunk.event, (pointer, *self._noise))
        if template is not None:
            self._known.insert(0, template)
            del self._known[_KEPT:]
        return template


_STEADY = (Identity, Malformed, Role, Unknown)
"""What a chunk may say beside its text, and say again in each look-alike, without a difference."""


def _faceless(delta: Delta) -> object:
    """A delta without its text: the part that it goes to, so that the first piece of a part,
    which may break what later ones do not, never stands for them."""
    if isinstance(delta, Append):
        return delta._replace(text="")
    return delta._replace(arguments="") if isinstance(delta, Fragment) else type(delta)


def varying_pointer(deltas: tuple[Delta, ...]) -> str | None:
    """Where the one text of a chunk stands that its look-alikes may change, or None.

    A chunk with two texts, or with anything else that belongs to a part or ends an answer, is not
    a look-alike: the order in which its deltas meet those of the next chunk would matter.
    """
    found: str | None = None
    for delta in deltas:
        if isinstance(delta, Append):
            if found is not None or not delta.text:
                return None
            found = delta.pointer
        elif isinstance(delta, Fragment):
            plain = isinstance(delta.arguments, str) and not (delta.id or delta.name or delta.extra)
            if found is not None or not plain or not delta.arguments:
                return None
            found = delta.pointer
        elif not isinstance(delta, _STEADY):
            return None
    return found
