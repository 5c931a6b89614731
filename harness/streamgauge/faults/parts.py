"""Faults of the parts of an answer, where they begin and end by events: blocks and items."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from streamgauge.exchange import Exchange
from streamgauge.faults.events import Said, inserted, moved, repeated, said, without
from streamgauge.faults.fault import Breaks, Setting, fault
from streamgauge.faults.members import members, paths, value_at, with_members
from streamgauge.faults.seeding import pick

_BEGUN = ("content_block_start", "response.output_item.added")
_ENDED = ("content_block_stop", "response.output_item.done")
_INDEX = "/index /output_index"


def typed(exchange: Exchange, *types: str) -> list[Said]:
    """The events of some types."""
    return [event for event in said(exchange) if event.json.get("type") in types]


def renumbered(exchange: Exchange) -> Exchange:
    """Events that count themselves count again from the first on, so that nothing is missed."""
    found = members(exchange, "/sequence_number")
    return with_members(
        exchange,
        {
            (one.event, one.path): found[0].value + n
            for n, one in enumerate(found)
            if one.value != found[0].value + n
        },
    )


@fault(
    messages=Breaks(("order/part-indexes-count",)),
    responses=Breaks(("order/part-indexes-count",)),
)
def skip_part_index(exchange: Exchange, _: Setting) -> Exchange:
    """The index of the last part is one too high, so that one is left out."""
    found = members(exchange, _INDEX)
    last = max((one.value for one in found), default=0)
    return with_members(
        exchange, {(one.event, one.path): last + 1 for one in found if one.value == last}
    )


@fault(
    messages=Breaks(("order/parts-are-closed",)),
    responses=Breaks(("order/parts-are-closed",)),
)
def leave_part_open(exchange: Exchange, _: Setting) -> Exchange:
    """The last part of the answer is begun and never ended."""
    found = typed(exchange, *_ENDED)
    return renumbered(without(exchange, [found[-1].index])) if found else exchange


@fault(messages=Breaks(("order/parts-do-not-overlap",)))
def overlap_parts(exchange: Exchange, _: Setting, *, seed: int = 0) -> Exchange:
    """A block is stopped when the next one has begun, as gateways do with parallel calls."""
    found = typed(exchange, "content_block_start", "content_block_stop")
    pairs = [
        (one.index, two.index + 1)
        for one, two in pairwise(found)
        if one.json["type"] == "content_block_stop" and two.json["type"] == "content_block_start"
    ]
    return moved(exchange, *pick(exchange, seed, pairs)) if pairs else exchange


@fault(
    messages=Breaks(("order/parts-follow-grammar",)),
    responses=Breaks(("order/parts-follow-grammar",)),
    gemini=Breaks(("order/parts-follow-grammar",)),
)
def end_part_twice(exchange: Exchange, _: Setting, *, seed: int = 0) -> Exchange:
    """The event that ends a part comes twice; in Gemini that which ends a streamed call."""
    found = [*typed(exchange, *_ENDED), *_last_of_calls(exchange)]
    if not found:
        return exchange
    return renumbered(repeated(exchange, pick(exchange, seed, found).index))


def _last_of_calls(exchange: Exchange) -> Iterator[Said]:
    """Events that say nothing but the end of a call whose arguments were streamed."""
    for event in said(exchange):
        calls = paths(event.json, "/candidates/*/content/parts/*/functionCall")
        stops = any(paths(event.json, "/candidates/*/finishReason"))
        if not stops and any(value_at(event.json, path) == {} for path in calls):
            yield event


@fault(
    messages=Breaks(("order/pieces-belong-to-a-part",)),
    responses=Breaks(("order/pieces-belong-to-a-part",)),
)
def piece_behind_part(exchange: Exchange, _: Setting, *, seed: int = 0) -> Exchange:
    """The last piece of a part comes when the part has ended."""
    pairs = list(_last_pieces(exchange))
    return renumbered(moved(exchange, *pick(exchange, seed, pairs))) if pairs else exchange


def _last_pieces(exchange: Exchange) -> Iterator[tuple[int, int]]:
    """(last piece of a part, place behind the end of that part), of parts with several."""
    said_of: dict[object, list[Said]] = {}
    for event in said(exchange):
        key = event.json.get("index", event.json.get("output_index"))
        if event.json.get("type") in ("content_block_delta", "response.output_text.delta"):
            said_of.setdefault(key, []).append(event)
        elif event.json.get("type") in _ENDED and len(said_of.get(key, ())) > 1:
            yield said_of[key][-1].index, event.index + 1


@fault(
    messages=Breaks(("order/pieces-match-their-part",)),
    responses=Breaks(("order/pieces-match-their-part",)),
)
def piece_of_another_kind(exchange: Exchange, _: Setting, *, seed: int = 0) -> Exchange:
    """A piece of text comes for a call or a thought; in Responses one of a refusal for a text."""
    found = [*_homeless(exchange), *_refusals(exchange)]
    if not found:
        return exchange
    before, piece = pick(exchange, seed, found)
    return renumbered(inserted(exchange, before, str(piece["type"]), piece))


_New = tuple[int, dict[str, object]]


def _homeless(exchange: Exchange) -> Iterator[_New]:
    """Pieces of text for blocks that are none."""
    delta = {"type": "text_delta", "text": "Tea."}
    for one in members(exchange, "/content_block/type"):
        if one.value in ("thinking", "tool_use"):
            (index,) = (event.json["index"] for event in said(exchange) if event.index == one.event)
            yield one.event + 1, {"type": "content_block_delta", "index": index, "delta": delta}


def _refusals(exchange: Exchange) -> Iterator[_New]:
    """Pieces of a refusal that go where a piece of text went."""
    for event in typed(exchange, "response.output_text.delta"):
        kept = {name: value for name, value in event.json.items() if name != "logprobs"}
        yield event.index + 1, {**kept, "type": "response.refusal.delta", "delta": "No."}


@fault(responses=Breaks(("order/item-ids-are-constant",)))
def change_item_id(exchange: Exchange, _: Setting, *, seed: int = 0) -> Exchange:
    """An item that is done has another id than the one that was added."""
    done = {event.index for event in typed(exchange, *_ENDED)}
    found = [one for one in members(exchange, "/item/id") if one.event in done and one.value]
    if not found:
        return exchange
    one = pick(exchange, seed, found)
    return with_members(exchange, {(one.event, one.path): f"{one.value}0"})
