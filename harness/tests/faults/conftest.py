"""Good exchanges to spoil: one event in each segment, with times and a head."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from streamgauge import data
from streamgauge.dialects import catalogue as dialects
from streamgauge.exchange import Close, Exchange, Framing, Head, Request, Seam
from streamgauge.faults.fault import Setting
from streamgauge.pipeline import profiles
from streamgauge.vendors.profile import find
from tests.breakage import recorded
from tests.breakage.good import written
from tests.breakage.streams import GEMINI, Stream

GEMINI_URL = "https://host.invalid/models/m:streamGenerateContent?alt=sse"


@dataclass(frozen=True)
class Good:
    """A good exchange, whose it is, and the setting for faults."""

    name: str
    vendor: str
    exchange: Exchange
    setting: Setting


def good_from(stream: Stream) -> Good:
    profile = find(profiles(), stream.vendor)
    assert profile is not None
    return Good(
        name=stream.name,
        vendor=stream.vendor,
        exchange=exchange_from(stream),
        setting=Setting(
            dialect=dialects.named(stream.dialect), facts=profile.narrowed(stream.dialect).facts
        ),
    )


def exchange_from(stream: Stream) -> Exchange:
    # The written streams have plain letters alone; a word gets one of two bytes.
    raw = [
        event.raw.replace(b"grows on hills", b"gr\xc3\xb6ws on hills") for event in stream.events
    ]
    starts = [len(b"".join(raw[:n])) for n in range(len(raw))]
    asked = {**(stream.request or {}), "stream": True}
    url = GEMINI_URL if stream.dialect == GEMINI else "https://host.invalid/v1/x"
    return Exchange(
        source=stream.name,
        request=Request(url=url, body=json.dumps(asked).encode()),
        head=Head(status=200, headers=(("content-type", "text/event-stream"),)),
        body=b"".join(raw),
        arrivals=tuple((start, 100.0 + 20 * n) for n, start in enumerate(starts)),
        seam=Seam.CLIENT,
        close=Close.CLEAN,
        framing=Framing.CHUNKED,
    )


@pytest.fixture(scope="session")
def goods() -> tuple[Good, ...]:
    """Every good fixture and every richer stream that is written for tests."""
    streams = (*recorded.fixtures(data.fixtures_root()), *written())
    return tuple(good_from(stream) for stream in streams)


@pytest.fixture(scope="session")
def good(goods: tuple[Good, ...]) -> Callable[[str], Good]:
    """The good exchange of a name."""
    by_name = {one.name: one for one in goods}
    return by_name.__getitem__
