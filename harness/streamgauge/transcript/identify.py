"""Finds out what a body is: its framing, its dialect and its vendor, and from what that follows.

Dialect: the option, else the bytes, else the path of the request. Vendor: the option, else the
host of the request, else a fingerprint that only one profile knows, else the permissive profile.
Nothing is guessed beyond that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import SplitResult, urlsplit

from streamgauge.dialects import catalogue
from streamgauge.dialects.dialect import Dialect
from streamgauge.exchange import Exchange
from streamgauge.vendors.profile import UNKNOWN, Profile, by_fingerprint, by_host, find
from streamgauge.wire import json_array, json_lines, sse
from streamgauge.wire.event import Event, Oddity
from streamgauge.wire.framing import Framing, detect
from streamgauge.wire.payload import parse

_LOOKED_AT = 24
"""Dispatched events that are enough to tell dialect and vendor."""
_FAR = 400
"""Events, dispatched or not, beyond which nobody looks: keep-alives may come before any chunk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a body is. `vendor_from` is option, host, fingerprint or unknown."""

    framing: Framing
    dialect: Dialect | None
    profile: Profile
    vendor_from: str


def identify(
    exchange: Exchange, profiles: Sequence[Profile], *, dialect: str = "auto", vendor: str = "auto"
) -> Identity:
    """Identify an exchange; `dialect` and `vendor` are options that win over what is found."""
    framing = detect(exchange.body, exchange.head.content_type)
    sample = _Sample(exchange.body, framing)
    found = _dialect(exchange, sample, dialect)
    profile, vendor_from = _vendor(exchange, sample, profiles, vendor, found)
    return Identity(framing=framing, dialect=found, profile=profile, vendor_from=vendor_from)


class _Sample:
    """The first events of a body, parsed."""

    def __init__(self, body: bytes, framing: Framing) -> None:
        self.framing = framing
        self.body = body
        self.events = list(islice(_events(body, framing), _FAR))
        # An event that was cut before its blank line says as much about its dialect as any other.
        loaded = [event for event in self.events if event.data]
        chunks = ((event.name, parse(event.data or b"")) for event in loaded[:_LOOKED_AT])
        self.chunks = [(name, payload.value) for name, payload in chunks if payload.readable]


def _events(body: bytes, framing: Framing) -> Iterator[Event]:
    match framing:
        case Framing.SSE | Framing.UNKNOWN:
            return sse.events(body)
        case Framing.JSON_ARRAY:
            return json_array.events(body)
        case Framing.JSON_LINES:
            return json_lines.events(body)
        case Framing.DOCUMENT:
            return iter([Event(0, 0, len(body), None, body, True, 0)])
        case _:
            return iter(())


def _dialect(exchange: Exchange, sample: _Sample, option: str) -> Dialect | None:
    if option != "auto":
        return catalogue.named(option)
    if sample.framing is Framing.DOCUMENT:
        value = sample.chunks[0][1] if sample.chunks else None
        found = catalogue.by_document(value)
    else:
        found = catalogue.by_chunks(sample.chunks)
    if found is None and exchange.request is not None:
        found = catalogue.by_path(_split(exchange.request.url).path)
    return found


def _split(url: str) -> SplitResult:
    """The parts of a URL; none where it is not one, for recordings hold whatever was written."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _vendor(
    exchange: Exchange,
    sample: _Sample,
    profiles: Sequence[Profile],
    option: str,
    dialect: Dialect | None,
) -> tuple[Profile, str]:
    unknown = find(profiles, UNKNOWN) or Profile(slug=UNKNOWN, name="unknown vendor")
    if option != "auto":
        return find(profiles, option) or unknown, "option"
    if exchange.request is not None:
        host = _split(exchange.request.url).hostname
        served = by_host(profiles, host) if host else None
        if served is not None:
            return served, "host"
    if dialect is not None:
        fitting = [p for p in profiles if dialect.name in p.dialects]
        marked = by_fingerprint(fitting, _signs(exchange, sample))
        if len(marked) == 1:
            return marked[0], "fingerprint"
    return unknown, UNKNOWN


def _signs(exchange: Exchange, sample: _Sample) -> Mapping[str, frozenset[str]]:
    """What was seen, by the places that fingerprints may name."""
    found: dict[str, set[str]] = {}

    def see(where: str, value: object) -> None:
        if isinstance(value, str):
            found.setdefault(where, set()).add(value)

    for header, text in exchange.head.headers:
        see("header", f"{header.lower()}: {text}")
    for event in sample.events:
        see("event", event.name)
        for oddity, at in event.oddities:
            if oddity is Oddity.COMMENT:
                line = sample.body[at : at + 200].splitlines()
                see("comment", line[0].decode("utf-8", "replace") if line else "")
    for _, value in sample.chunks:
        if isinstance(value, dict):
            _see_chunk(see, value)
    return {where: frozenset(values) for where, values in found.items()}


_NAMED = (
    ("id", "id"),
    ("model", "model"),
    ("system_fingerprint", "fingerprint"),
    ("provider", "provider"),
    ("object", "object"),
    ("modelVersion", "model"),
)


def _see_chunk(see: object, chunk: dict[str, object]) -> None:
    assert callable(see)
    for member, where in _NAMED:
        see(where, chunk.get(member))
    for inner in ("message", "response"):
        value = chunk.get(inner)
        if isinstance(value, dict):
            see("id", value.get("id"))
            see("model", value.get("model"))
    _see_keys(see, "chunk-key", chunk)
    _see_keys(see, "usage-key", chunk.get("usage"))
    choices = chunk.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        _see_keys(see, "choice-key", choice)
        if isinstance(choice, dict):
            _see_keys(see, "delta-key", choice.get("delta"))


def _see_keys(see: object, where: str, value: object) -> None:
    assert callable(see)
    for key in value if isinstance(value, dict) else ():
        see(where, key)
