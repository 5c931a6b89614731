"""What the server really sent, and when: the ground truth that a client's clock is held against.

Times are monotonic seconds of this machine, taken as each segment is handed to the kernel. A line
of the log holds no body and no credential; it must never be made from anything but what was sent.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from streamgauge.capture import redact_request
from streamgauge.exchange import Close, Exchange, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One answer as it went out.

    `request` is as it came, credentials included. `exchange` is what was meant; `segments` pairs
    the offset in its body with the moment of sending. `began` is when the request had been read,
    `ended` when the last was done. `close` is what really happened: CANCELLED where the client
    went first. `error` says why an answer is not the one that was meant, in one line.
    """

    request: Request
    exchange: Exchange
    began: float
    segments: tuple[tuple[int, float], ...] = ()
    ended: float = 0.0
    close: Close = Close.UNKNOWN
    error: str | None = None


def log_line(sent: Sent, secrets: Sequence[bytes] = ()) -> str:
    """One line of JSON; times in milliseconds since the request, beside the moment it `began`."""
    request = redact_request(sent.request, secrets)
    return json.dumps(
        {
            "method": request.method,
            "url": request.url,
            "source": sent.exchange.source,
            "status": sent.exchange.head.status or 200,
            "began": sent.began,
            "segments": [[offset, _since(sent, at)] for offset, at in sent.segments],
            "ended_ms": _since(sent, sent.ended),
            "close": sent.close.value,
            "error": sent.error,
        }
    )


def _since(sent: Sent, at: float) -> float:
    return round((at - sent.began) * 1000, 3)
