"""What a reader of answers is given and gives back; the readers stand beside this module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from streamgauge.exchange import Close, Exchange, Framing, Head, Request
from streamgauge.targets.target import Timeouts


class NoAnswerError(Exception):
    """No response at all: refused, unresolved, timed out before a head. One line says why."""


class Taking(Protocol):
    """Keeps one answer as it arrives; times are milliseconds since the request was sent."""

    def head(self, head: Head, framing: Framing) -> None:
        """The status line and headers came."""

    def segment(self, data: bytes, ms: float) -> None:
        """A piece of the body came."""

    def end(self, close: Close) -> Exchange:
        """The transport ended so; the exchange, redacted and decoded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request to be sent.

    `watch` sees each piece of the body with its time, for a preview; where it returns True the
    reader lets go of the answer, as a user would who lost patience.
    """

    request: Request
    timeouts: Timeouts
    watch: Callable[[bytes, float], bool] | None = None
