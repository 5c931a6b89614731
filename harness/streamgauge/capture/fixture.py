"""A fixture's description laid over its stream: what the bytes alone cannot say.

`fixture.toml` may state the response's status, headers and content type, the arrivals, how the
transport closed. It never changes a byte of the body.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from streamgauge.capture.limits import Unreadable
from streamgauge.exchange import Close, Exchange, Head, Seam


def described_as(exchange: Exchange, description: Mapping[str, Any]) -> Exchange:
    """The exchange with everything that its description states. Raises Unreadable."""
    try:
        return _described(exchange, description)
    except (ValueError, TypeError, AttributeError) as error:
        raise Unreadable(f"fixture.toml: {error}") from None


def _described(exchange: Exchange, description: Mapping[str, Any]) -> Exchange:
    headers = tuple((str(k), str(v)) for k, v in dict(description.get("headers", {})).items())
    if "content_type" in description:
        headers = (("content-type", str(description["content_type"])), *headers)
    status = description.get("status")
    if status is not None and type(status) is not int:
        raise ValueError(f"status is not a number: {status!r}")
    head = Head(status=status, headers=headers) if status or headers else exchange.head
    close = Close(description["close"]) if "close" in description else exchange.close
    arrivals = exchange.arrivals
    seam = exchange.seam
    if "arrivals" in description:
        arrivals, seam = _arrivals(description["arrivals"]), Seam.CLIENT
    return replace(exchange, head=head, close=close, arrivals=arrivals, seam=seam)


def _arrivals(text: str) -> tuple[tuple[int, float], ...]:
    """`0@0.0 160@20.5` as (body offset, milliseconds)."""
    pairs = (item.split("@") for item in text.split())
    return tuple((int(offset), float(at)) for offset, at in pairs)
