"""Good exchanges to spoil: one event in each segment, with times, a head and a request."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from streamgauge.dialects import catalogue as dialects
from streamgauge.exchange import Close, Exchange, Framing, Head, Request, Seam
from streamgauge.faults.edits import transcript
from streamgauge.faults.fault import Setting
from streamgauge.pipeline import profiles
from streamgauge.rules.cache.counters import count_at
from streamgauge.vendors.profile import find
from tests.breakage.streams import CHAT, GEMINI, Stream, split

GEMINI_URL = "https://host.invalid/models/m:streamGenerateContent?alt=sse"


@dataclass(frozen=True, eq=False)
class Good:
    """A good exchange, whose it is, and the setting for faults."""

    name: str
    vendor: str
    exchange: Exchange
    setting: Setting


def good(
    name: str,
    dialect: str,
    body: bytes,
    *,
    vendor: str = "unknown",
    request: Mapping[str, Any] | None = None,
) -> Good:
    """A good exchange of a body of events and the request that asked for it."""
    return good_from(
        Stream(name=name, dialect=dialect, vendor=vendor, events=split(body), request=request)
    )


def good_from(stream: Stream) -> Good:
    """A good exchange of a stream of the breakages."""
    profile = find(profiles(), stream.vendor)
    assert profile is not None
    facts = profile.narrowed(stream.dialect).facts
    setting = Setting(dialect=dialects.named(stream.dialect), facts=facts)
    return Good(
        name=stream.name,
        vendor=stream.vendor,
        exchange=_counted(exchange_from(stream), setting),
        setting=setting,
    )


def _counted(exchange: Exchange, setting: Setting) -> Exchange:
    """With the headers that count the tokens of the usage, where the vendor sends such."""
    usage = transcript(exchange, setting).folded.message.usage
    headers = setting.facts.get("usage-headers")
    if usage is None or not isinstance(headers, dict):
        return exchange
    sent = ((name, str(count_at(usage.raw, pointer))) for name, pointer in headers.items())
    head = replace(exchange.head, headers=(*exchange.head.headers, *sent))
    return replace(exchange, head=head)


def _stated(stream: Stream) -> Mapping[str, Any]:
    """The body of the request as the fixture states it: alone, or with its head around it."""
    request = stream.request or {}
    return request["body"] if {"method", "body"} <= request.keys() else request


def _assumed(stream: Stream) -> dict[str, Any]:
    """What must have been asked for the answer to be as it is, in chat."""
    asked: dict[str, Any] = {}
    if stream.dialect == CHAT and re.search(rb'"choices": ?\[\], ?"usage"', stream.body):
        asked["stream_options"] = {"include_usage": True}
    if stream.dialect == CHAT and re.search(rb'"choices": ?\[\{"index": ?1', stream.body):
        asked["n"] = 2
    return asked


def exchange_from(stream: Stream) -> Exchange:
    """The stream with a request that asks for it, a head, and 20 ms between two events."""
    # The written streams have plain letters alone; a word gets one of two bytes.
    raw = [
        event.raw.replace(b"grows on hills", b"gr\xc3\xb6ws on hills") for event in stream.events
    ]
    starts = [len(b"".join(raw[:n])) for n in range(len(raw))]
    asked = {**_assumed(stream), **_stated(stream), "stream": True}
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
