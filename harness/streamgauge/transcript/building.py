"""Parts under construction: text in pieces, and where in the stream each piece came from.

Mutable on purpose and private to the aggregator; what leaves it is frozen.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from streamgauge.delta import Key, Kind
from streamgauge.dialects.partial_args import fold
from streamgauge.message import ArgumentsState, Part
from streamgauge.transcript.partial_json import broken
from streamgauge.wire.payload import parse
from streamgauge.wire.template import Run

_CALLS = frozenset((Kind.TOOL_CALL, Kind.SERVER_TOOL_CALL))


class Piece(NamedTuple):
    """One stretch of a part's text: from one event, or from a whole run of look-alikes."""

    event: int
    text: str
    run: Run | None
    pointer: str


def decoded(raw: bytes) -> str:
    """The text of raw JSON string contents (no quotes, valid by the template's pattern)."""
    if b"\\" not in raw:
        return raw.decode("utf-8")
    text = orjson.loads(b'"' + raw + b'"')
    assert isinstance(text, str)
    return text


@dataclass(slots=True)
class Building:
    """A part that may still grow."""

    kind: Kind
    key: Key = None
    index: int | str | None = None
    id: object = None
    name: object = None
    field: str | None = None
    redacted: bool = False
    shut: bool = False
    opened: bool = False
    pieces: list[Piece] = dataclasses.field(default_factory=list)
    citations: list[object] = dataclasses.field(default_factory=list)
    logprobs: list[object] = dataclasses.field(default_factory=list)
    value: object = None
    has_value: bool = False
    value_text: str = ""
    partial: list[object] = dataclasses.field(default_factory=list)
    awaits_more: bool = False
    response: object = None
    mime_type: str | None = None
    blob: list[str] = dataclasses.field(default_factory=list)
    raw: object = None
    signature: object = None
    extra: dict[str, object] = dataclasses.field(default_factory=dict)

    def text(self) -> str:
        """All text so far."""
        return "".join(piece.text for piece in self.pieces)

    def finish(self) -> Part:
        """The part as it stands at the end of the stream."""
        if self.kind in _CALLS:
            return self._finish_call()
        size, digest = self._digest()
        return Part(
            kind=self.kind,
            content=self.text(),
            index=self.index,
            id=self.id,
            name=self.name,
            field=self.field,
            redacted=self.redacted,
            citations=tuple(self.citations),
            logprobs=tuple(self.logprobs),
            response=self.response,
            mime_type=self.mime_type,
            size=size,
            sha256=digest,
            raw=self.raw,
            signature=self.signature,
            extra=dict(self.extra),
        )

    def _finish_call(self) -> Part:
        text, value, state = self._arguments()
        return Part(
            kind=self.kind,
            index=self.index,
            id=self.id,
            name=self.name,
            field=self.field,
            arguments=value,
            arguments_json=text,
            arguments_state=state,
            broken=None if state in _WHOLE else broken(text),
            raw=self.raw,
            signature=self.signature,
            extra=dict(self.extra),
        )

    def _arguments(self) -> tuple[str, object, ArgumentsState]:
        text = self.text()
        if self.partial or self.awaits_more:
            value, _ = fold(self.partial)
            state = ArgumentsState.PARTIAL if self.awaits_more else ArgumentsState.COMPLETE
            return json.dumps(value, ensure_ascii=False), value, state
        if self.has_value and not text:
            return self.value_text, self.value, ArgumentsState.COMPLETE
        if self.field == "input":
            return text, text, ArgumentsState.COMPLETE
        if not text.strip():
            return text, {}, ArgumentsState.EMPTY
        return _judged(text)

    def _digest(self) -> tuple[int, str | None]:
        if not self.blob:
            return 0, None
        try:
            data = b"".join(base64.b64decode(piece + "===") for piece in self.blob)
        except (binascii.Error, ValueError):
            data = "".join(self.blob).encode("utf-8", "replace")
        return len(data), hashlib.sha256(data).hexdigest()


_WHOLE = (ArgumentsState.COMPLETE, ArgumentsState.EMPTY)


def _judged(text: str) -> tuple[str, object, ArgumentsState]:
    payload = parse(text.encode("utf-8", "surrogatepass"))
    if payload.readable:
        return text, payload.value, ArgumentsState.COMPLETE
    where = broken(text)
    cut = where is not None and where.valid >= len(text)
    return text, None, ArgumentsState.PARTIAL if cut else ArgumentsState.INVALID


class Trace(NamedTuple):
    """Where the text of a finished part came from."""

    pieces: tuple[Piece, ...]

    @property
    def first_event(self) -> int | None:
        """The event that brought the first piece of text."""
        return self.pieces[0].event if self.pieces else None

    @property
    def last_event(self) -> int | None:
        """The event that brought the last piece of text."""
        if not self.pieces:
            return None
        last = self.pieces[-1]
        return last.event if last.run is None else last.run.first + len(last.run) - 1

    def each(self) -> Iterator[tuple[int, str, str]]:
        """(event, pointer, text) of every single piece, runs told apart."""
        for piece in self.pieces:
            column = None if piece.run is None else piece.run.column(piece.pointer)
            if column is None or piece.run is None:
                yield piece.event, piece.pointer, piece.text
                continue
            for offset, raw in enumerate(column):
                yield piece.run.first + offset, piece.pointer, decoded(raw)

    def event_at(self, position: int) -> tuple[int, str] | None:
        """(event, pointer) of the piece that holds the character at `position` of the text."""
        at = 0
        for piece in self.pieces:
            if at + len(piece.text) > position:
                return _inside(piece, position - at)
            at += len(piece.text)
        if not self.pieces:
            return None
        last = self.last_event
        return (0 if last is None else last), self.pieces[-1].pointer


def _inside(piece: Piece, position: int) -> tuple[int, str]:
    column = None if piece.run is None else piece.run.column(piece.pointer)
    if column is None or piece.run is None:
        return piece.event, piece.pointer
    at = 0
    for offset, raw in enumerate(column):
        at += len(decoded(raw))
        if at > position:
            return piece.run.first + offset, piece.pointer
    return piece.run.first + len(column) - 1, piece.pointer
