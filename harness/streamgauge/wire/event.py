"""The event: one framed unit of a body, with its byte span and what was odd about it.

The three decoders (SSE, JSON array, JSON lines) all make these. Events tile the body: the first
starts at 0, each starts where the one before ended, the last ends where the body ends. Bytes that
frame nothing (blank lines, comments, separators) belong to the event they stand in front of, or
to a last, undispatched one.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NamedTuple


class Oddity(enum.Enum):
    """What a decoder noticed in an event: evidence for rules, never an exception."""

    BOM = "byte-order mark at the start of the body"
    COMMENT = "comment line"
    UNKNOWN_FIELD = "line with a field name that the standard does not know"
    NO_SPACE = "no space after the colon of a data line"
    SEVERAL_DATA_LINES = "several data lines"
    EMPTY_DATA = "empty data"
    ID = "id line"
    ID_WITH_NUL = "id with U+0000, ignored"
    RETRY = "retry line"
    RETRY_IGNORED = "retry that is not all digits, ignored"
    CR = "a line ended by CR alone"
    CRLF = "a line ended by CR LF"
    LF = "a line ended by LF"
    BAD_UTF8 = "bytes that are not UTF-8"
    UNTERMINATED = "the body ended before the blank line"
    LINE_OVER_LIMIT = "line longer than the limit"
    EVENT_OVER_LIMIT = "event larger than the limit"
    STREAM_OVER_LIMIT = "body larger than the limit"
    NOT_FRAMED = "bytes that the framing does not allow here"


class Event(NamedTuple):
    """One framed unit. `start` and `end` are 0-based, half-open offsets in the body.

    `name` is the value of the last `event:` line, or None where there is none. `data` is the
    payload as raw bytes (data lines joined by LF), or None where there is no data line.
    `dispatched` says whether the standard would hand it to a reader. `data_start` is the offset of
    the payload in the body where it stands there in one piece, else -1. `oddities` pairs each kind
    of thing noticed with the body offset where it is first seen, in body order. LF is left out of
    a dispatched event whose every line ends so: a plain event has no oddities at all. `id` and
    `retry` (milliseconds) are the last ones that the standard would accept, or None.
    """

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody calls here
    start: int
    end: int
    name: str | None
    data: bytes | None
    dispatched: bool
    data_start: int
    oddities: tuple[tuple[Oddity, int], ...] = ()
    id: str | None = None
    retry: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes beyond which a decoder stops keeping and says so."""

    line: int = 16 * 1024 * 1024
    event: int = 32 * 1024 * 1024
    stream: int = 512 * 1024 * 1024


DEFAULT_LIMITS = Limits()
