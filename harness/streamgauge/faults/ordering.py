"""Faults of order: pieces that are lost, doubled or swapped, and answers that begin badly."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from streamgauge.delta import Kind, Role, Stop, Usage
from streamgauge.exchange import Exchange
from streamgauge.faults.events import (
    inserted,
    moved,
    repeated,
    said,
    swapped,
    with_json,
    without,
)
from streamgauge.faults.fault import Breaks, Invisible, Setting, fault
from streamgauge.faults.members import GONE, Path, members, with_members
from streamgauge.faults.parts import renumbered, typed
from streamgauge.faults.seeding import pick
from streamgauge.faults.spoken import Piece, each, path_at, pieces, speakers, speaks

_UNSEEN = "nothing counts the pieces of a text; it reads otherwise"
_JSON = ("content/json-output-is-json",)
_COUNTED = Breaks(
    ("order/sequence-numbers-count", "content/copies-agree"),
    perhaps=(*_JSON, "content/logprobs-align"),
)
_RUNNING = ("usage/counts-do-not-fall",)
_STARTS = ("message_start", "response.created")


@fault(Breaks((), perhaps=_JSON), gemini=Invisible(_UNSEEN), responses=_COUNTED)
def drop_delta(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """A piece of text from the middle of an answer is lost, with its event.

    Where nothing counts or repeats the pieces, nobody can tell: the text reads otherwise.
    """
    found = list(_inner(exchange, setting))
    return without(exchange, [pick(exchange, seed, found).event.index]) if found else exchange


@fault(Breaks((), perhaps=_JSON), gemini=Invisible(_UNSEEN), responses=_COUNTED)
def duplicate_delta(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """An event with a piece of text from the middle of an answer comes twice.

    Where nothing counts or repeats the pieces, nobody can tell: the text reads otherwise.
    """
    found = list(_inner(exchange, setting))
    return repeated(exchange, pick(exchange, seed, found).event.index) if found else exchange


@fault(
    chat=Breaks((), perhaps=(*_JSON, *_RUNNING)),
    responses=_COUNTED,
    messages=Breaks((), perhaps=_JSON),
    gemini=Breaks((), perhaps=_RUNNING),
)
def swap_events(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """Two neighbouring pieces of one text change places.

    Where nothing counts or repeats the pieces, nobody can tell: the text reads otherwise.
    """
    found = pieces(exchange, setting, Kind.TEXT)
    pairs = [
        (one.event.index, two.event.index)
        for one, two in pairwise(found)
        if two.part == one.part and two.number == one.number + 1
        if one.delta.text + two.delta.text != two.delta.text + one.delta.text
    ]
    return swapped(exchange, *pick(exchange, seed, pairs)) if pairs else exchange


def _inner(exchange: Exchange, setting: Setting) -> Iterator[Piece]:
    """Pieces of text with others of the same part before and behind them."""
    found = pieces(exchange, setting, Kind.TEXT)
    last = {piece.part: piece.number for piece in found}
    return (piece for piece in found if 0 < piece.number < last[piece.part])


_AGAIN = Breaks(("order/one-answer-per-stream",))


@fault(messages=_AGAIN, responses=_AGAIN)
def begin_twice(exchange: Exchange, _: Setting) -> Exchange:
    """The event that begins the answer comes twice, as if a retry had been glued on."""
    found = typed(exchange, *_STARTS)
    return repeated(exchange, found[0].index) if found else exchange


_STARTLESS = ("order/stream-follows-grammar",)


@fault(
    messages=Breaks(_STARTLESS, perhaps=("cache/counters-are-sent",)),
    responses=Breaks(_STARTLESS),
)
def drop_start(exchange: Exchange, _: Setting) -> Exchange:
    """The event that begins the answer is lost, and with it what is said there alone."""
    found = typed(exchange, *_STARTS)
    return renumbered(without(exchange, [found[0].index])) if found else exchange


@fault(gemini=Breaks(_STARTLESS))
def block_after_answer(exchange: Exchange, setting: Setting) -> Exchange:
    """Some of the answer was sent when, in place of the rest, the prompt is said to be blocked.

    Where several answers finish at different places, nothing is spoiled: some would stay open.
    """
    stops = [event for event, _ in each(exchange, setting, Stop)]
    first = pieces(exchange, setting, Kind.TEXT)[:1]
    if not speaks(setting, "gemini") or len({stop.index for stop in stops}) != 1 or not first:
        return exchange
    if first[0].event.index >= stops[0].index:
        return exchange
    kept = {name: value for name, value in stops[0].json.items() if name != "candidates"}
    blocked = {**kept, "promptFeedback": {"blockReason": "SAFETY"}}
    rest = [event.index for event in said(exchange) if event.index > stops[0].index]
    return without(with_json(exchange, {stops[0].index: blocked}), rest)


@fault(responses=Breaks(("order/sequence-numbers-count",)))
def skip_sequence_number(exchange: Exchange, _: Setting, *, seed: int = 0) -> Exchange:
    """From some event on every sequence number is one too high."""
    found = members(exchange, "/sequence_number")[1:]
    if not found:
        return exchange
    first = pick(exchange, seed, found).event
    return with_members(
        exchange, {(one.event, one.path): one.value + 1 for one in found if one.event >= first}
    )


@fault(chat=Breaks((), perhaps=("order/role-comes-first",)))
def drop_role(exchange: Exchange, setting: Setting) -> Exchange:
    """The role of the answer is never said."""
    return _with_roles(exchange, setting, GONE)


@fault(chat=Breaks((), perhaps=("order/role-comes-first",)))
def wrong_role(exchange: Exchange, setting: Setting, *, role: str = "user") -> Exchange:
    """The answer is given another role than `assistant`."""
    return _with_roles(exchange, setting, role)


def _with_roles(exchange: Exchange, setting: Setting, value: object) -> Exchange:
    found = each(exchange, setting, Role) if speaks(setting, "chat") else ()
    return with_members(
        exchange, {(event.index, path_at(event.json, one.pointer)): value for event, one in found}
    )


@fault(chat=Breaks((), perhaps=("order/role-once",)))
def repeat_role(exchange: Exchange, setting: Setting) -> Exchange:
    """Every piece of text brings the role along, which most vendors do and some promise not to."""
    roles = {one.choice for _, one in each(exchange, setting, Role) if one.role == "assistant"}
    new: dict[tuple[int, Path], object] = {}
    for piece in pieces(exchange, setting, Kind.TEXT):
        event, path = piece.place
        delta = (*path[:3], "role")
        if piece.delta.choice in roles and path[2:3] == ("delta",):
            new[event, delta] = "assistant"
    return with_members(exchange, new)


@fault(
    chat=Breaks(("order/choice-indexes-count",)),
    gemini=Breaks(("order/choice-indexes-count",)),
)
def shift_choices(exchange: Exchange, setting: Setting) -> Exchange:
    """The answers are numbered from 1 instead of from 0."""
    if not speakers(exchange, setting):
        return exchange
    found = members(exchange, "/choices/* /candidates/*")
    return with_members(
        exchange,
        {(one.event, (*one.path, "index")): one.value.get("index", 0) + 1 for one in found},
    )


_AFTER = ("order/nothing-said-after-finish",)


@fault(
    chat=Breaks(_AFTER),
    gemini=Breaks(_AFTER, perhaps=(*_RUNNING, "stop/length-fits-limit")),
)
def text_after_finish(exchange: Exchange, setting: Setting) -> Exchange:
    """The last piece of a text comes behind the finish reason of its answer.

    In chat no piece is taken that brings counts along: they would be out of place as well.
    """
    if not speaks(setting, "chat", "gemini"):
        return exchange
    counting = {event.index for event, _ in each(exchange, setting, Usage)}
    last = {piece.delta.choice: piece for piece in pieces(exchange, setting, Kind.TEXT)}
    if speaks(setting, "chat"):
        last = {at: piece for at, piece in last.items() if piece.event.index not in counting}
    for event, stop in each(exchange, setting, Stop):
        piece = last.get(stop.choice)
        if piece is not None and piece.number and piece.event.index < event.index:
            return moved(exchange, piece.event.index, event.index + 1)
    return exchange


_STRANGE = ("order/events-are-known",)
_NEWS = {"openai-responses": "response.rumour.added", "anthropic-messages": "rumour"}


@fault(
    responses=Breaks(_STRANGE),
    messages=Breaks((), perhaps=_STRANGE),
    gemini=Breaks(_STRANGE),
)
def unknown_event(exchange: Exchange, setting: Setting, *, seed: int = 0) -> Exchange:
    """An event of a type that nobody documents comes in the middle.

    Gemini's chunks have no type; there it is a part of an answer.
    """
    if speaks(setting, "gemini"):
        return _strange_part(exchange, seed)
    inner = said(exchange)[1:]
    name = _NEWS.get(setting.dialect.name)
    if name is None or not inner:
        return exchange
    value: dict[str, object] = {"type": name, "rumour": "more to come"}
    if "sequence_number" in inner[0].json:
        value["sequence_number"] = 0
    return renumbered(inserted(exchange, pick(exchange, seed, inner).index, name, value))


def _strange_part(exchange: Exchange, seed: int) -> Exchange:
    found = members(exchange, "/candidates/*/content/parts")
    if not found:
        return exchange
    one = pick(exchange, seed, found)
    return with_members(exchange, {(one.event, one.path): [*one.value, {"rumour": "more"}]})
