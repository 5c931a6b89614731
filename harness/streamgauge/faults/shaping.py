"""Faults of shape: payloads that are no JSON or hide something, and members of the wrong type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from streamgauge.delta import Kind
from streamgauge.exchange import Exchange
from streamgauge.faults.events import Said, as_json, said, with_data
from streamgauge.faults.fault import Breaks, Setting, fault
from streamgauge.faults.members import GONE, members, with_members
from streamgauge.faults.seeding import pick
from streamgauge.faults.spoken import Piece, pieces
from streamgauge.wire.framing import Framing, detect

_HUGE = re.compile(rb"[:,\[] ?\d{16}")
_NO_JSON = ("schema/chunk-is-json",)
_LOST = Breaks(_NO_JSON, perhaps=("order/sequence-numbers-count", "content/copies-agree"))


@fault(Breaks(_NO_JSON), responses=_LOST)
def cut_json(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The payload of a piece of text ends one byte too early."""
    found = _texts(exchange, setting)
    if not found:
        return exchange
    event = pick(exchange, seed, found).event
    return with_data(exchange, {event.index: event.data.rstrip()[:-1]})


@fault(Breaks(_NO_JSON), responses=_LOST)
def glue_json(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """The payload of a piece of text stands twice in its event, with nothing between."""
    found = _texts(exchange, setting)
    if not found:
        return exchange
    event = pick(exchange, seed, found).event
    return with_data(exchange, {event.index: event.data * 2})


def _texts(exchange: Exchange, setting: Setting) -> tuple[Piece, ...]:
    """Pieces of text, but those of an array: a broken element would break all of it."""
    framing = detect(exchange.body, exchange.head.content_type)
    return () if framing is Framing.JSON_ARRAY else pieces(exchange, setting, Kind.TEXT)


@fault(Breaks(("schema/no-duplicate-keys",)))
def repeat_key(exchange: Exchange, _: Setting, *, seed: int = 0) -> Exchange:
    """A member stands twice in its object, with the same value."""
    return _ended(exchange, seed, lambda value: as_json(dict(list(value.items())[:1]))[1:])


@fault(Breaks(("schema/numbers-are-json",)))
def nan(exchange: Exchange, _: Setting, *, seed: int = 0) -> Exchange:
    """A member is `NaN`, which JSON has no word for."""
    return _ended(exchange, seed, lambda _: b'"chance":NaN}')


@fault(Breaks(("schema/numbers-are-exact",)))
def huge_number(exchange: Exchange, _: Setting, *, seed: int = 0) -> Exchange:
    """A member is a whole number that readers with doubles round, such as a time in nanoseconds.

    An exchange that has such a number already comes back as it was.
    """
    if _HUGE.search(exchange.body):
        return exchange
    return _ended(exchange, seed, lambda _: b'"time_ns":1700000000123456789}')


def _ended(
    exchange: Exchange, seed: int, more: Callable[[Mapping[str, object]], bytes]
) -> Exchange:
    """One object, picked by seed, with more members at its end."""
    found = [event for event in said(exchange) if event.json and _is_plain(event)]
    if not found:
        return exchange
    event = pick(exchange, seed, found)
    data = event.data.rstrip().removesuffix(b"}") + b"," + more(event.json)
    return with_data(exchange, {event.index: data})


def _is_plain(event: Said) -> bool:
    return event.data.rstrip().endswith(b"}")


_SHAPE = Breaks(("schema/chunk-matches-schema",))
_TYPES = {
    "openai-chat": "/object",
    "openai-responses": "/response/object",
    "anthropic-messages": "/message/type",
    "gemini": "/modelVersion",
}
_DEMANDED = {
    "openai-chat": "/choices/*/index",
    "openai-responses": "/response/object",
    "anthropic-messages": "/message/content",
}
_COUNTS = {
    "openai-chat": "/created",
    "openai-responses": "/response/created_at",
    "anthropic-messages": "/usage/output_tokens",
    "gemini": "/usageMetadata/promptTokenCount",
}


@fault(
    chat=Breaks(_SHAPE.rules, perhaps=("schema/whole-chunk-members",)),
    responses=_SHAPE,
    messages=_SHAPE,
)
def lose_member(
    exchange: Exchange, setting: Setting, *, member: str = "", seed: int = 0
) -> Exchange:
    """A member that the schema demands is missing, in one event.

    `member` is a JSON pointer, `*` in it for every element of an array. By default it is the index
    of the first answer (readers take none for 0), the type of the response, or the content of the
    message. Gemini demands no member.
    """
    wanted = member or _DEMANDED.get(setting.dialect.name, "")
    found = [one for one in members(exchange, wanted) if member or one.value in (0, "response", [])]
    if not wanted or not found:
        return exchange
    one = pick(exchange, seed, found)
    return with_members(exchange, {(one.event, one.path): GONE})


@fault(_SHAPE)
def mistype_member(
    exchange: Exchange, setting: Setting, *, member: str = "", seed: int = 0
) -> Exchange:
    """A member has a value of another type, in one event: a number for a string, else a string.

    `member` is a JSON pointer as for `lose-member`; in Gemini it is `/modelVersion` by default.
    """
    return _spoiled(exchange, _pattern(setting, member, _TYPES), _mistyped, seed)


@fault(_SHAPE)
def null_member(
    exchange: Exchange, setting: Setting, *, member: str = "", seed: int = 0
) -> Exchange:
    """A member is null where the schema demands a value, in one event."""
    return _spoiled(exchange, _pattern(setting, member, _TYPES), lambda _: None, seed)


@fault(_SHAPE)
def quote_number(
    exchange: Exchange, setting: Setting, *, member: str = "", seed: int = 0
) -> Exchange:
    """A number is sent as a string, in one event.

    `member` is a JSON pointer, by default the time of creation or a count of tokens.
    """
    return _spoiled(exchange, _pattern(setting, member, _COUNTS), str, seed)


def _mistyped(value: object) -> object:
    return 7 if isinstance(value, str) else "seven"


def _pattern(setting: Setting, member: str, usual: Mapping[str, str]) -> str:
    return member or usual[setting.dialect.name]


def _spoiled(
    exchange: Exchange, pattern: str, change: Callable[[object], object], seed: int
) -> Exchange:
    """One of the members that a pattern leads to with another value; null is left as it is."""
    found = [one for one in members(exchange, pattern) if one.value is not None]
    if not found:
        return exchange
    one = pick(exchange, seed, found)
    return with_members(exchange, {(one.event, one.path): change(one.value)})
