"""Faults of cache counters: what the usage says of a cache, spoiled wherever it says anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from streamgauge.delta import Usage
from streamgauge.exchange import Exchange
from streamgauge.faults.fault import DIALECTS, Breaks, Invisible, Setting, fault
from streamgauge.faults.members import GONE, Path, paths, value_at, with_members
from streamgauge.faults.spoken import each, path_at, speaks

_READS = {
    "chat": ("/prompt_tokens_details/cached_tokens", "/cached_tokens", "/prompt_cache_hit_tokens"),
    "responses": ("/input_tokens_details/cached_tokens",),
    "messages": ("/cache_read_input_tokens", "/cache_creation_input_tokens"),
    "gemini": ("/cachedContentTokenCount",),
}
_INPUTS = {"chat": "prompt_tokens", "responses": "input_tokens", "gemini": "promptTokenCount"}
_SHORT = {name: short for short, name in DIALECTS.items()}
_HEADERS = "usage/headers-agree"
_AGREE = "cache/counts-agree"
_BEYOND = ("cache/hits-within-input",)


def _usages(exchange: Exchange, setting: Setting) -> Iterator[tuple[int, Path, dict[str, Any]]]:
    """(event, path, value) of every usage object."""
    for event, delta in each(exchange, setting, Usage):
        yield event.index, path_at(event.json, delta.pointer), delta.raw


def _counters(
    exchange: Exchange, setting: Setting, *patterns: str
) -> Iterator[tuple[tuple[int, Path], dict[str, Any], int]]:
    """(place, usage around it, value) of every whole number that the patterns lead to."""
    for event, path, raw in _usages(exchange, setting):
        for pattern in patterns:
            for inner in paths(raw, pattern):
                value = value_at(raw, inner)
                if isinstance(value, int):
                    yield (event, (*path, *inner)), raw, value


@fault(
    chat=Breaks(_BEYOND, perhaps=(_AGREE, _HEADERS)),
    responses=Breaks(_BEYOND),
    gemini=Breaks(_BEYOND, perhaps=(_AGREE,)),
)
def cache_beyond_input(exchange: Exchange, setting: Setting, *, by: int = 1000) -> Exchange:
    """More tokens were read from the cache than the input has, as where hits are subtracted."""
    short = _SHORT[setting.dialect.name]
    whole = _INPUTS.get(short)
    return with_members(
        exchange,
        {
            place: raw[whole] + by
            for place, raw, _ in _counters(exchange, setting, *_READS[short])
            if whole and isinstance(raw.get(whole), int)
        },
    )


@fault(chat=Breaks((_AGREE,)), gemini=Breaks((_AGREE,)))
def cache_counts_differ(exchange: Exchange, setting: Setting, *, by: int = 1) -> Exchange:
    """One of two counts of the same cache hits is greater, as where a gateway translates one."""
    second = {
        "chat": ("/prompt_cache_miss_tokens",),
        "gemini": ("/cacheTokensDetails/*/tokenCount",),
    }
    found = _counters(exchange, setting, *second.get(_SHORT[setting.dialect.name], ()))
    return with_members(exchange, {place: value + by for place, _, value in found})


@fault(messages=Breaks(("cache/writes-add-up",)))
def cache_split_lost(exchange: Exchange, setting: Setting) -> Exchange:
    """The sum of the writes to the cache is told, and its split by lifetime is zero."""
    if not speaks(setting, "messages"):
        return exchange
    split = (
        "/cache_creation/ephemeral_5m_input_tokens",
        "/cache_creation/ephemeral_1h_input_tokens",
    )
    found = [place for place, _, value in _counters(exchange, setting, *split) if value]
    return with_members(exchange, dict.fromkeys(found, 0))


_UNSENT = Breaks((), perhaps=("cache/counters-are-sent",))


@fault(
    chat=Breaks((), perhaps=(*_UNSENT.perhaps, "usage/details-are-counted")),
    responses=Breaks(("schema/chunk-matches-schema",), perhaps=_UNSENT.perhaps),
    messages=_UNSENT,
    gemini=Invisible("where nothing was read from a cache the counter is left out"),
)
def cache_counter_lost(exchange: Exchange, setting: Setting) -> Exchange:
    """No counter of cache hits is in any usage, as where a zero is dropped because it is falsy."""
    found = _counters(exchange, setting, *_READS[_SHORT[setting.dialect.name]])
    return with_members(exchange, {place: GONE for place, _, _ in found})
