"""Whole events go, as many as can.

Few can go alone from a stream that opens and closes its parts, or counts them. So all events that
look alike are tried together first, then all that share a value (the index of a part, the id of an
item), and only much later runs of events and single ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence

from streamgauge.shrink.draft import Draft, Edit
from streamgauge.shrink.json_shape import Member, shape
from streamgauge.shrink.members import without
from streamgauge.shrink.pieces import Piece, pieces
from streamgauge.shrink.search import Search, fewest
from streamgauge.wire.framing import Framing

_TYPE = (b'"type"',)
_SHARED = 24
"""Values that are tried at most, those of most events first."""


def drop_kinds_of_events(search: Search) -> None:
    """Drop events by what they have in common: few questions, and most of a stream is gone."""
    _drop_kinds(search)
    _drop_sharing(search)


def drop_events(search: Search) -> None:
    """Keep only the events that what was found needs."""
    every = pieces(search.best.body, search.framing)
    if search.framing is Framing.JSON_ARRAY and len(every) == 1 and every[0].payload:
        _drop_elements(search)
    else:
        _drop_each(search)


def _drop_kinds(search: Search) -> None:
    draft = search.best
    kinds: dict[Hashable, list[Piece]] = defaultdict(list)
    for one in pieces(draft.body, search.framing):
        kinds[_kind(draft.body, one)].append(one)

    def holds(kept: Sequence[Hashable]) -> bool:
        gone = [one for kind in kinds if kind not in kept for one in kinds[kind]]
        return search.take(_without(draft, gone))

    fewest(list(kinds), holds)


def _kind(body: bytes, piece: Piece) -> Hashable:
    """What events have in common that differ in their values only."""
    if piece.payload is None:
        return body[piece.start : piece.end]
    start, end = piece.payload
    scalars = shape(body[start:end]).scalars
    types = tuple(one.text for one in scalars if one.path == _TYPE)
    return body[piece.start : start], types, frozenset(one.path for one in scalars)


def _drop_sharing(search: Search) -> None:
    """Value by value: an edit moves what follows, so the values are looked up each time anew."""
    for value in sorted(shared := _shared(search), key=lambda one: -len(shared[one]))[:_SHARED]:
        search.take(_without(search.best, _shared(search).get(value, ())))


def _shared(search: Search) -> dict[Hashable, list[Piece]]:
    """Events by a value that some, but not all, of them have at one path."""
    body, every = search.best.body, pieces(search.best.body, search.framing)
    found: dict[Hashable, list[Piece]] = defaultdict(list)
    for one in every:
        start, end = one.payload or (0, 0)
        scalars = shape(body[start:end]).scalars
        for value in dict.fromkeys((each.path, each.text) for each in scalars):
            found[value].append(one)
    return {value: them for value, them in found.items() if 1 < len(them) < len(every)}


def _drop_each(search: Search) -> None:
    draft, every = search.best, pieces(search.best.body, search.framing)

    def holds(kept: Sequence[Piece]) -> bool:
        return search.take(_without(draft, set(every).difference(kept)))

    fewest(every, holds)


def _without(draft: Draft, gone: Iterable[Piece]) -> Draft:
    return draft.edited(Edit(one.start, one.end) for one in gone)


def _drop_elements(search: Search) -> None:
    """The same where events are the elements of an array, and the commas must stay right."""
    draft = search.best
    outermost = shape(draft.body).boxes[-1]

    def holds(kept: Sequence[Member]) -> bool:
        return search.take(draft.edited([without(draft.body, outermost, kept)]))

    fewest(outermost.members, holds)
