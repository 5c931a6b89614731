"""Law 1, tiling: the events of a body cover it once, in order, whatever its framing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.dialects.catalogue import DIALECTS, named
from streamgauge.exchange import Exchange
from streamgauge.transcript.transcribe import transcribe
from streamgauge.transcript.transcript import Transcript
from streamgauge.wire.event import DEFAULT_LIMITS, Limits
from streamgauge.wire.framing import Framing

FRAMINGS = st.sampled_from(Framing)
NAMES = st.sampled_from([dialect.name for dialect in DIALECTS])


def read(
    body: bytes, dialect: str, framing: Framing, limits: Limits = DEFAULT_LIMITS, *, exact: bool
) -> Transcript:
    return transcribe(Exchange(body=body), named(dialect), {}, framing, exact=exact, limits=limits)


def assert_tiles(transcript: Transcript) -> None:
    spans = [transcript.span(event) for event in range(transcript.events)]
    edges = [0, *(end for _, end in spans)]
    assert [start for start, _ in spans] == edges[:-1]
    assert edges[-1] == len(transcript.exchange.body)
    assert_every_event_once(transcript)


def assert_every_event_once(transcript: Transcript) -> None:
    """Chunks with their look-alikes, and silent events, are all the events there are."""
    spoken = [n for c in transcript.chunks for n in range(c.event.index, c.last_event + 1)]
    silent = [event.index for event in transcript.silent]
    assert sorted(spoken + silent) == list(range(transcript.events))
    assert all(first < second for first, second in pairwise(spoken))


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "by template"])
@given(data=st.data())
def test_events_tile_any_body(
    data: st.DataObject,
    exact: bool,
    nasty: st.SearchStrategy[bytes],
    spoiled: st.SearchStrategy[bytes],
) -> None:
    body = data.draw(nasty | spoiled)
    framing = data.draw(FRAMINGS)
    # A document and a body of no framing are one event, which an empty body has too.
    transcript = read(body, data.draw(NAMES), framing, exact=exact)
    if body:
        assert_tiles(transcript)


@given(
    data=st.data(), line=st.integers(0, 60), event=st.integers(0, 90), stream=st.integers(0, 300)
)
def test_events_tile_a_body_that_is_past_its_limits(
    data: st.DataObject,
    line: int,
    event: int,
    stream: int,
    spoiled: st.SearchStrategy[bytes],
) -> None:
    limits = Limits(line=line, event=event, stream=stream)
    body = data.draw(spoiled)
    framing = data.draw(st.sampled_from([Framing.SSE, Framing.JSON_ARRAY, Framing.JSON_LINES]))
    transcript = read(body, data.draw(NAMES), framing, limits, exact=False)
    if body:
        assert_tiles(transcript)
