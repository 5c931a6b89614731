"""The first step of a reduction: whole events go, as many as can."""

from __future__ import annotations

from collections.abc import Sequence

from streamgauge.shrink.draft import Edit
from streamgauge.shrink.json_shape import Member, shape
from streamgauge.shrink.members import without
from streamgauge.shrink.pieces import Piece, pieces
from streamgauge.shrink.search import Search, fewest
from streamgauge.wire.framing import Framing


def drop_events(search: Search) -> None:
    """Keep only the events that what was found needs."""
    draft = search.best
    every = pieces(draft.body, search.framing)
    if search.framing is Framing.JSON_ARRAY and len(every) == 1 and every[0].payload:
        _drop_elements(search)
        return

    def holds(kept: Sequence[Piece]) -> bool:
        staying = set(kept)
        gone = (Edit(one.start, one.end) for one in every if one not in staying)
        return search.take(draft.edited(gone))

    fewest(every, holds)


def _drop_elements(search: Search) -> None:
    """The same where events are the elements of an array, and the commas must stay right."""
    draft = search.best
    outermost = shape(draft.body).boxes[-1]

    def holds(kept: Sequence[Member]) -> bool:
        return search.take(draft.edited([without(draft.body, outermost, kept)]))

    fewest(outermost.members, holds)
