"""Faults of usage as a thing that is sent: lost, too early, unasked, or where nobody looks."""

from __future__ import annotations

from typing import Any

from streamgauge.delta import Append, Kind, Stop
from streamgauge.exchange import Exchange
from streamgauge.faults.counting import Counts, counts
from streamgauge.faults.events import inserted, moved, without
from streamgauge.faults.fault import Breaks, Setting, fault
from streamgauge.faults.members import GONE, Path, with_members
from streamgauge.faults.spoken import each, pieces, speaks
from streamgauge.wire.payload import parse

_UNSENT = ("usage/is-sent",)
_OWN = ("usage/own-chunk-when-asked",)


@fault(
    chat=Breaks((), perhaps=(*_UNSENT, *_OWN, "usage/in-finish-choice")),
    responses=Breaks(_UNSENT),
    messages=Breaks((*_UNSENT, "schema/chunk-matches-schema")),
    gemini=Breaks(_UNSENT),
)
def drop_usage(exchange: Exchange, setting: Setting) -> Exchange:
    """No tokens are counted: members of usage are missing, and chunks that held nothing else."""
    found = counts(exchange, setting)
    own = {one.event.index for one in found if not _says_more(one)}
    bare = with_members(
        exchange,
        {(one.event.index, one.path): GONE for one in found if one.event.index not in own},
    )
    return without(bare, own)


def _says_more(one: Counts) -> bool:
    """Whether the chunk that counts says anything of the answer."""
    if one.path == ("usageMetadata",):
        return bool(one.event.json.keys() & {"candidates", "promptFeedback"})
    return one.event.json.get("choices") != []


@fault(chat=Breaks(("order/usage-comes-last",), perhaps=_OWN))
def move_usage(exchange: Exchange, setting: Setting) -> Exchange:
    """The chunk that holds usage and no choices comes before the finish reason."""
    own = _own(exchange, setting)
    stops = [event.index for event, _ in each(exchange, setting, Stop)]
    if not own or not stops or own[0].event.index < stops[-1]:
        return exchange
    return moved(exchange, own[0].event.index, stops[0])


def _own(exchange: Exchange, setting: Setting) -> list[Counts]:
    """The usage that comes in chunks without choices."""
    if not speaks(setting, "chat"):
        return []
    found = counts(exchange, setting)
    return [one for one in found if one.path == ("usage",) and one.event.json.get("choices") == []]


@fault(chat=Breaks((), perhaps=("usage/place-is-standard",)))
def hide_usage(exchange: Exchange, setting: Setting) -> Exchange:
    """The counts stand inside the first choice of the finish chunk and nowhere else."""
    stops = [event for event, _ in each(exchange, setting, Stop)]
    found = counts(exchange, setting) if speaks(setting, "chat") else []
    if not stops or not found or any(one.path[0] == "choices" for one in found):
        return exchange
    new: dict[tuple[int, Path], object] = {(one.event.index, one.path): GONE for one in found}
    new[stops[-1].index, ("choices", 0, "usage")] = found[-1].raw
    own = [one.event.index for one in _own(exchange, setting)]
    return without(with_members(exchange, new), own)


_COUNTS: dict[str, Any] = {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14}


@fault(chat=Breaks((), perhaps=("usage/only-when-asked", "usage/place-is-standard")))
def unasked_usage(exchange: Exchange, setting: Setting) -> Exchange:
    """A chunk with usage and no choices comes, though the request did not ask for it.

    Where none is sent at all, it is made up, unless more than three counts are due.
    """
    if not speaks(setting, "chat") or _own(exchange, setting) or _asked(exchange, setting):
        return exchange
    stops = [event for event, _ in each(exchange, setting, Stop)]
    usage = next((one.raw for one in reversed(counts(exchange, setting))), _COUNTS)
    if not stops or (usage is _COUNTS and _counts_more(exchange, setting)):
        return exchange
    value = {**stops[-1].json, "choices": [], "usage": usage}
    return inserted(exchange, stops[-1].index + 1, None, value)


def _counts_more(exchange: Exchange, setting: Setting) -> bool:
    """Whether details of the usage are due."""
    thinks = any(one.kind is Kind.REASONING for _, one in each(exchange, setting, Append))
    return thinks or "cache-counters" in setting.facts


def _asked(exchange: Exchange, setting: Setting) -> bool:
    """Whether usage was asked for, or may have been."""
    if exchange.request is None or not exchange.request.body:
        return True
    return setting.dialect.request(parse(exchange.request.body).value).include_usage is True


@fault(chat=Breaks((), perhaps=("usage/null-between", "usage/place-is-standard")))
def usage_between(exchange: Exchange, setting: Setting) -> Exchange:
    """Usage stands on a chunk in the middle of the text as well."""
    found = counts(exchange, setting) if speaks(setting, "chat") else []
    inner = pieces(exchange, setting, Kind.TEXT)
    texts = [piece for piece in inner if not piece.event.json.get("usage")]
    if not found or not texts:
        return exchange
    return with_members(exchange, {(texts[0].event.index, ("usage",)): found[-1].raw})


@fault(chat=Breaks((), perhaps=("usage/in-finish-choice",)))
def lose_choice_usage(exchange: Exchange, setting: Setting) -> Exchange:
    """The choice that finishes does not count its tokens."""
    found = [one for one in counts(exchange, setting) if one.path[0] == "choices"]
    return with_members(exchange, {(one.event.index, one.path): GONE for one in found})


@fault(chat=Breaks((), perhaps=(*_UNSENT, *_OWN)))
def lose_own_chunk(exchange: Exchange, setting: Setting) -> Exchange:
    """The chunk that holds usage and no choices is missing."""
    return without(exchange, [one.event.index for one in _own(exchange, setting)])
