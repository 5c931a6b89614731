"""Pieces lose nothing, times never fall, and bytes that are no stream do no harm."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.exchange import Exchange
from streamgauge.pipeline import check
from streamgauge.strategies.cutting import any_bytes, arrivals, splits
from tests.strategies.drawing import reaches

BODY = "data: é👩‍👩‍👧\r\n\r\ndata: [DONE]\n\n".encode()


@given(data=st.data(), body=st.binary(max_size=300))
def test_pieces_are_the_body(data: st.DataObject, body: bytes) -> None:
    pieces = data.draw(splits(body))
    assert b"".join(pieces) == body
    assert all(pieces)


@pytest.mark.parametrize(
    "wanted",
    [
        lambda pieces: len(pieces) == 1,
        lambda pieces: len(pieces) == len(BODY),
        lambda pieces: any(piece.endswith(b"\r") for piece in pieces),
        lambda pieces: any(piece.endswith(b"\xc3") for piece in pieces),
    ],
    ids=["whole", "bytes", "inside a line end", "inside a character"],
)
def test_splits_reach(wanted: object) -> None:
    assert reaches(splits(BODY), wanted)  # type: ignore[arg-type]


@given(data=st.data())
def test_times_rise_with_the_offsets(data: st.DataObject) -> None:
    timed = data.draw(arrivals(Exchange(body=BODY), max_gap_ms=10)).arrivals
    assert timed is not None
    assert timed[0][0] == 0
    assert all(a[0] < b[0] <= len(BODY) and a[1] <= b[1] <= a[1] + 10 for a, b in pairwise(timed))


def test_an_empty_body_has_no_pieces() -> None:
    assert reaches(splits(b"").map(lambda found: (found,)), lambda _: True) == ((),)
    assert reaches(arrivals(Exchange()), lambda _: True).arrivals == ()


@given(body=any_bytes())
def test_any_bytes_are_judged(body: bytes) -> None:
    assert check(body).record["metadata"]["bytes"] == len(body)
