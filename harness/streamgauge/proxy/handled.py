"""One request that the proxy handled: what went in and what came out, side by side, and when.

The log is made of this and of nothing else. It must never hold a credential: keys are headers, and
no header is kept; what stands in a body is redacted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from streamgauge.capture import redact
from streamgauge.exchange import Exchange

MOST = 1024 * 1024
"""Bytes of each body that are kept."""


@dataclass(slots=True, kw_only=True)
class Tape:
    """The beginning of a body, and how long all of it was."""

    kept: bytearray = field(default_factory=bytearray)
    size: int = 0

    def add(self, data: bytes) -> None:
        """Keep what still fits."""
        self.size += len(data)
        self.kept += data[: max(0, MOST - len(self.kept))]


@dataclass(slots=True, kw_only=True)
class Handled:
    """A request from its coming to its end.

    `asked` and `sent` are the bodies of the request as the client sent it and as the upstream got
    it, `heard` and `said` those of the answer as the upstream gave it and as the client got it.
    Times are in milliseconds: `began` on the clock of the proxy, `first_ms` until the first byte
    of an answer was sent, `total_ms` until the last. `ended` is one word: complete, failed,
    refused or left (the client went first).
    """

    began: float = 0.0
    conversation: str = ""
    request_index: int | None = None
    path: str = ""
    asked: Tape = field(default_factory=Tape)
    sent: Tape = field(default_factory=Tape)
    heard: Tape = field(default_factory=Tape)
    said: Tape = field(default_factory=Tape)
    status: int | None = None
    first_ms: float | None = None
    total_ms: float = 0.0
    ended: str = "left"
    warnings: tuple[str, ...] = ()


def log_line(handled: Handled, secrets: Sequence[bytes] = ()) -> str:
    """One line of JSON without credentials; `secrets` are keys that the caller knows."""
    tapes = {name: getattr(handled, name) for name in ("asked", "sent", "heard", "said")}
    return json.dumps(
        {
            "conversation": _clean(handled.conversation.encode("utf-8", "replace"), secrets),
            "request_index": handled.request_index,
            "path": _clean(handled.path.encode("utf-8", "replace"), secrets),
            "status": handled.status,
            "ended": handled.ended,
            "latency_ms": {"first": handled.first_ms, "total": handled.total_ms},
            **{name: _clean(bytes(tape.kept), secrets) for name, tape in tapes.items()},
            "bytes": {name: tape.size for name, tape in tapes.items()},
            "warnings": [_clean(line.encode(), secrets) for line in handled.warnings],
        },
        ensure_ascii=False,
    )


def _clean(body: bytes, secrets: Sequence[bytes]) -> str:
    return redact(Exchange(body=body), secrets).body.decode("utf-8", "replace")
