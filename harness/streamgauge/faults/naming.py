"""Faults of who a chunk says it is, and of how chat chunks are made up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import pairwise
from typing import Any

from streamgauge.delta import Kind
from streamgauge.exchange import Exchange
from streamgauge.faults.events import Said, said, with_json, without
from streamgauge.faults.fault import Breaks, Invisible, Setting, fault
from streamgauge.faults.members import GONE, members, with_members
from streamgauge.faults.seeding import pick
from streamgauge.faults.spoken import pieces, speaks

_IDS = "/id /response/id /message/id /responseId"
_MODELS = "/model /response/model /modelVersion"


@fault(Breaks(("schema/id-is-not-blank",)), chat=Breaks((), perhaps=("schema/id-is-not-blank",)))
def blank_answer_id(exchange: Exchange, _: Setting, *, seed: int = 0) -> Exchange:
    """The id of the answer is an empty text, in one event."""
    found = [one for one in members(exchange, _IDS) if one.value]
    if not found:
        return exchange
    one = pick(exchange, seed, found)
    return with_members(exchange, {(one.event, one.path): ""})


_ID = Breaks(("schema/id-is-constant",))


@fault(chat=_ID, responses=_ID, gemini=_ID)
def change_answer_id(exchange: Exchange, _: Setting, *, seed: int = 0) -> Exchange:
    """A later event has another id than the answer began with."""
    return _changed(exchange, _IDS, seed, _other_sign)


_MODEL = Breaks(("schema/model-is-constant",))


@fault(chat=_MODEL, responses=_MODEL, gemini=_MODEL)
def change_model(exchange: Exchange, _: Setting, *, seed: int = 0) -> Exchange:
    """A later event names another model than the answer began with."""
    return _changed(exchange, _MODELS, seed, lambda old: f"{old}-mini")


@fault(chat=Breaks((), perhaps=("schema/created-is-constant",)))
def change_created(exchange: Exchange, _: Setting, *, seed: int = 0) -> Exchange:
    """A later event states another time of creation."""
    return _changed(exchange, "/created", seed, lambda old: old + 1)


@fault(
    Invisible("an id may have any form there"),
    chat=Breaks((), perhaps=("schema/id-has-vendor-form",)),
)
def foreign_answer_id(exchange: Exchange, _: Setting) -> Exchange:
    """The answer has an id of another form in all events, as of a gateway that makes its own."""
    found = [one for one in members(exchange, _IDS) if one.value]
    made = f"gw-{blake2b(exchange.body, digest_size=8).hexdigest()}"
    return with_members(exchange, {(one.event, one.path): made for one in found})


def _changed(
    exchange: Exchange, patterns: str, seed: int, change: Callable[[Any], object]
) -> Exchange:
    """One of the members but the first with another value; members that are empty do not count."""
    found = [one for one in members(exchange, patterns) if one.value][1:]
    if not found:
        return exchange
    one = pick(exchange, seed, found)
    return with_members(exchange, {(one.event, one.path): change(one.value)})


def _other_sign(old: str) -> str:
    """An id of the same form."""
    return old[:-1] + ("1" if old[-1] == "0" else "0")


@fault(chat=Breaks((), perhaps=("schema/no-null-increments",)))
def null_increments(exchange: Exchange, setting: Setting) -> Exchange:
    """Each piece of text has a refusal that is null, as from servers that leave out nothing."""
    if not speaks(setting, "chat"):
        return exchange
    places = (piece.place for piece in pieces(exchange, setting, Kind.TEXT))
    return with_members(exchange, {(at, (*path[:3], "refusal")): None for at, path in places})


@fault(chat=Breaks((), perhaps=("schema/whole-chunk-members", "schema/chunk-matches-schema")))
def lose_nulls(exchange: Exchange, _: Setting) -> Exchange:
    """Members of choices that are null are left out, as by servers that omit what is empty."""
    found = members(exchange, "/choices/*/finish_reason /choices/*/logprobs /choices/*/delta")
    return with_members(
        exchange, {(one.event, one.path): GONE for one in found if one.value is None}
    )


@fault(chat=Breaks((), perhaps=("schema/one-choice-per-chunk",)))
def merge_choices(exchange: Exchange, _: Setting, *, seed: int = 0) -> Exchange:
    """Neighbouring pieces of two answers come in one chunk."""
    pairs = [(one, two) for one, two in _neighbours(exchange) if _choice(one) != _choice(two)]
    if not pairs:
        return exchange
    one, two = pick(exchange, seed, pairs)
    both = {**one.json, "choices": [*_choices(one), *_choices(two)]}
    return without(with_json(exchange, {one.index: both}), [two.index])


_THOUGHTS = ("reasoning_content", "reasoning")


@fault(chat=Breaks((), perhaps=("schema/one-kind-per-chunk",)))
def merge_kinds(exchange: Exchange, _: Setting) -> Exchange:
    """The last piece of a thought and the first of the text come in one chunk."""
    for one, two in _neighbours(exchange):
        first, then = _choices(one)[0], _choices(two)[0]
        thinks = any(first["delta"].get(name) is not None for name in _THOUGHTS)
        if thinks and then["delta"].get("content") and first["index"] == then["index"]:
            known = {name: value for name, value in then["delta"].items() if value is not None}
            both = {**then, "delta": {**first["delta"], **known}}
            merged = with_json(exchange, {one.index: {**one.json, "choices": [both]}})
            return without(merged, [two.index])
    return exchange


def _neighbours(exchange: Exchange) -> Iterator[tuple[Said, Said]]:
    """Neighbouring chat chunks that hold one unfinished choice each, and no usage."""
    for one, two in pairwise(said(exchange)):
        if _is_alone(one) and _is_alone(two):
            yield one, two


def _is_alone(event: Said) -> bool:
    choices = _choices(event)
    return (
        len(choices) == 1
        and isinstance(choices[0].get("delta"), dict)
        and isinstance(choices[0].get("index"), int)
        and not choices[0].get("finish_reason")
        and not event.json.get("usage")
    )


def _choices(event: Said) -> list[Any]:
    found = event.json.get("choices")
    return found if isinstance(found, list) else []


def _choice(event: Said) -> object:
    return _choices(event)[0]["index"]
