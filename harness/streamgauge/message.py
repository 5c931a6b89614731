"""The message: what a stream says once every delta is folded, and the words of the result record.

Values only. The aggregator builds them, `dialect.write` and reports read them. Nothing here
repairs: a finish reason that never came is None, arguments that were cut stay cut.
"""

from __future__ import annotations

import dataclasses
import enum
from dataclasses import dataclass

from streamgauge.delta import Kind


class Ending(enum.Enum):
    """The five endings, by precedence (see docs/architecture.md)."""

    NOT_A_STREAM = "not-a-stream"
    ERROR_TERMINATED = "error-terminated"
    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    COMPLETE = "complete"


class ArgumentsState(enum.Enum):
    """What the text of a tool call's arguments is worth at the end."""

    COMPLETE = "complete"
    EMPTY = "empty"
    PARTIAL = "partial"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """Where partial or invalid JSON stops: the longest valid prefix and what was still open.

    `valid` is the length in characters of the longest prefix that some valid JSON text begins
    with; `opened` lists the brackets and quotes still open there, outermost first (`{`, `[`, `"`);
    `path` is the JSON pointer of the innermost open value.
    """

    valid: int
    opened: tuple[str, ...]
    path: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One piece of an answer. Members that a kind does not have stay at their defaults.

    `index` is the vendor's key; `extra` keeps opaque members verbatim. For calls `arguments` is
    the value (None unless complete or empty) and `arguments_json` the text as sent. `size` counts
    the bytes of a blob.
    """

    kind: Kind
    content: str = ""
    index: int | str | None = None
    id: object = None
    name: object = None
    field: str | None = None
    redacted: bool = False
    citations: tuple[object, ...] = ()
    logprobs: tuple[object, ...] = ()
    arguments: object = None
    arguments_json: str = ""
    arguments_state: ArgumentsState | None = None
    broken: Broken | None = None
    response: object = None
    mime_type: str | None = None
    size: int = 0
    sha256: str | None = None
    raw: object = None
    signature: object = None
    extra: dict[str, object] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer of the exchange: its parts in order of first appearance, and how it stopped."""

    index: int
    role: object = None
    parts: tuple[Part, ...] = ()
    finish_reason: str | None = None
    raw_finish_reason: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageTotals:
    """Token counts, normalised once; None where the vendor sent none (zero stays zero).

    `input_tokens` includes cache reads and writes, `output_tokens` includes reasoning; `raw`
    keeps the vendor's own fields, the last value of each.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    raw: dict[str, object] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An error that the provider stated inside the stream."""

    type: object = None
    code: object = None
    message: object = None
    raw: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Everything a stream said."""

    id: str | None = None
    model: str | None = None
    choices: tuple[Choice, ...] = ()
    usage: UsageTotals | None = None
    error: Fault | None = None
