"""The value that everything starts from: one request, one answer, as bytes.

An exchange is what came over the wire and nothing that was concluded from it. It never reads
a file, a clock or a socket; importers, recorders and runners build it, the pipeline reads it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

Headers = tuple[tuple[str, str], ...]


class Close(enum.Enum):
    """How the transport ended, as far as the recording says."""

    CLEAN = "clean"
    EOF = "eof"
    RESET = "reset"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Seam(enum.Enum):
    """Where the segments of a body were observed."""

    CLIENT = "client"
    SOCKET = "socket"
    UNKNOWN = "unknown"


class Framing(enum.Enum):
    """How HTTP delimited the body."""

    CHUNKED = "chunked"
    LENGTH = "length"
    UNTIL_CLOSE = "until-close"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked. `body` is the raw JSON text; `headers` are already redacted."""

    method: str = "POST"
    url: str = ""
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The status line and headers of the answer; `status` is None where the recording has none."""

    status: int | None = None
    headers: Headers = ()

    def header(self, name: str) -> str | None:
        """The first value of a header, by case-insensitive name."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def content_type(self) -> str | None:
        """The media type in lower case, without parameters."""
        value = self.header("content-type")
        return None if value is None else value.partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer.

    `source` names where it came from, in the user's own words (a path, `-`, `a.har#2`).
    `body` is decoded of content and transfer encodings; every span refers to it.
    `arrivals` lists (body offset, milliseconds since the request was sent) of each segment,
    or is None where the recording does not know; then timing rules are not asked.
    `own_error_ms` is how far off the tool's stamps may be, None where nobody measured it.
    """

    source: str = "-"
    request: Request | None = None
    head: Head = field(default_factory=Head)
    body: bytes = b""
    arrivals: tuple[tuple[int, float], ...] | None = None
    seam: Seam = Seam.UNKNOWN
    close: Close = Close.UNKNOWN
    framing: Framing = Framing.UNKNOWN
    own_error_ms: float | None = None
