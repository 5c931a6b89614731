"""Good streams for faults of framing: streamed arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from streamgauge.exchange import Head
from streamgauge.wire import json_array
from tests.breakage.good import written
from tests.breakage.streams import GEMINI
from tests.faults.good import Good, good_from


def goods() -> Iterator[Good]:
    """What Gemini streams without `alt=sse`."""
    for stream in written():
        if stream.dialect == GEMINI:
            yield as_array(good_from(stream))


def as_array(one: Good) -> Good:
    """The same answer as a streamed array, an element in each segment."""
    texts = [line[6:] for line in one.exchange.body.decode().splitlines() if line]
    body = json_array.encode(texts, between=",\n")
    starts = [event.start for event in json_array.events(body) if event.dispatched]
    exchange = replace(
        one.exchange,
        body=body,
        head=Head(status=200, headers=(("content-type", "application/json"),)),
        arrivals=tuple((at, 100.0 + 20 * n) for n, at in enumerate(starts)),
    )
    return replace(one, name=f"{one.name}, as an array", exchange=exchange)
