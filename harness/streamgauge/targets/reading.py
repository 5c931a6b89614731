"""What a reader of answers is given and gives back; the readers stand beside this module."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from streamgauge.exchange import Close, Exchange, Framing, Head, Request
from streamgauge.targets.target import Timeouts


class NoAnswerError(Exception):
    """No response at all: refused, unresolved, timed out before a head. One line says why."""


_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?")
"""RFC 9110, section 5: names are tokens; values have no control sign and no blank at an end."""


def require_sendable(request: Request) -> None:
    """Raises NoAnswerError where an address or a header cannot go over the wire.

    Libraries repeat the value of such a header in what they say, and it may be a key that was
    pasted with its line end. So it is asked here, and only the name is told.
    """
    try:
        host, _ = urlsplit(request.url).hostname, urlsplit(request.url).port
    except ValueError as error:
        raise NoAnswerError(f"not a URL: {error}") from None
    if not host:
        raise NoAnswerError("not a URL: it names no host")
    for name, value in request.headers:
        if not _NAME.fullmatch(name):
            raise NoAnswerError("the name of a header cannot be sent: HTTP forbids a sign in it")
        if not _VALUE.fullmatch(value):
            raise NoAnswerError(f"the header {name} cannot be sent: HTTP forbids a sign in it")


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
