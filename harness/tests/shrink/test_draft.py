"""Edits of a body: what they leave, and where the segments stand after them."""

from __future__ import annotations

import pytest

from streamgauge.shrink.draft import Arrivals, Draft, Edit

BODY = b"one two three"
SEGMENTS = ((0, 1.0), (4, 2.0), (8, 3.0))

# Edits, what they leave of the body, where the segments are then.
EDITS: dict[str, tuple[list[Edit], bytes, Arrivals]] = {
    "none": ([], BODY, SEGMENTS),
    "the first segment": ([Edit(0, 4)], b"two three", ((0, 2.0), (4, 3.0))),
    "the middle one": ([Edit(4, 8)], b"one three", ((0, 1.0), (4, 3.0))),
    "the last one": ([Edit(7, 13)], b"one two", ((0, 1.0), (4, 2.0))),
    "across a seam": ([Edit(2, 6)], b"ono three", ((0, 1.0), (2, 2.0), (4, 3.0))),
    "fewer bytes": ([Edit(0, 3, b"1")], b"1 two three", ((0, 1.0), (2, 2.0), (6, 3.0))),
    "two, out of order": ([Edit(8, 13, b"3"), Edit(0, 4)], b"two 3", ((0, 2.0), (4, 3.0))),
    "all": ([Edit(0, 13)], b"", ()),
}


@pytest.mark.parametrize("name", EDITS)
def test_segments_move_along_with_the_bytes(name: str) -> None:
    edits, body, segments = EDITS[name]
    assert Draft(BODY, SEGMENTS).edited(edits) == Draft(body, segments)
    assert Draft(BODY).edited(edits) == Draft(body)
