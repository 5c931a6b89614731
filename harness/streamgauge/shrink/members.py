"""Members of objects and elements of arrays go; JSON stays JSON.

Chunks of a stream look alike, so a member goes from all of them at once where it can; after that
each object is looked at alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from streamgauge.shrink.draft import Draft, Edit
from streamgauge.shrink.json_shape import Box, Member, Path, shape
from streamgauge.shrink.pieces import pieces
from streamgauge.shrink.search import Search, fewest

_Step = Callable[[Search, Sequence[Box]], None]


def without(body: bytes, box: Box, kept: Collection[Member]) -> Edit:
    """The edit that leaves only these members in a box."""
    staying = set(kept)
    texts = (body[one.start : one.end] for one in box.members if one in staying)
    return Edit(box.start, box.end, b",".join(texts))


def drop_kinds_of_members(search: Search) -> None:
    """Drop members from all chunks at once, from the outermost inward."""
    _by_depth(search, _drop_alike)


def drop_members(search: Search) -> None:
    """Keep only the members that what was found needs, from the outermost inward."""
    _by_depth(search, _drop_each)


def _by_depth(search: Search, step: _Step) -> None:
    depth = 0
    while True:
        boxes = _boxes(search)
        level = [box for box in boxes if len(box.path) == depth and box.members]
        if not any(len(box.path) >= depth for box in boxes):
            return
        step(search, level)
        depth += 1


def _boxes(search: Search) -> list[Box]:
    body = search.best.body
    spans = (one.payload for one in pieces(body, search.framing) if one.payload is not None)
    return [box for start, end in spans for box in shape(body[start:end], start).boxes]


def _drop_alike(search: Search, level: Sequence[Box]) -> None:
    """Boxes of one depth do not overlap: what stands at one path goes from all of them at once."""
    draft = search.best
    paths = list(dict.fromkeys(one.path for box in level for one in box.members))

    def holds(kept: Sequence[Path]) -> bool:
        staying = set(kept)
        edits = []
        for box in level:
            left = [one for one in box.members if one.path in staying]
            if len(left) < len(box.members):
                edits.append(without(draft.body, box, left))
        return search.take(draft.edited(edits))

    fewest(paths, holds)


def _drop_each(search: Search, level: Sequence[Box]) -> None:
    """From the last box to the first, so that an edit moves none that is still to come."""
    for box in reversed(level):
        draft = search.best

        def holds(kept: Sequence[Member], draft: Draft = draft, box: Box = box) -> bool:
            return search.take(draft.edited([without(draft.body, box, kept)]))

        fewest(box.members, holds)
