"""The streams of the benchmark say what was put in, and the work of reading them does not grow."""

from __future__ import annotations

import pytest

import streamgauge
from benchmarks.peers import PEERS, Said
from benchmarks.streams import CASES, Case
from streamgauge.message import Ending
from streamgauge.transcript.transcript import Transcript

EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
BY_TEMPLATE = pytest.mark.parametrize(
    "case", [case for case in CASES if not case.hard], ids=lambda case: case.name
)


def transcript(case: Case, count: int) -> Transcript:
    found = streamgauge.check(case.make(count).body).transcript
    assert found is not None
    return found


@EACH
def test_a_stream_says_what_was_put_in(case: Case) -> None:
    stream = case.make(60)
    ours = next(one for one in PEERS if one.name == "streamgauge aggregate")
    assert ours.read is not None
    assert ours.read(ours.prepare(stream)()) == Said(stream.text, stream.calls)
    assert stream.text or all(stream.calls)


@EACH
def test_a_stream_is_a_whole_one_of_its_dialect_and_breaks_no_must(case: Case) -> None:
    judgement = streamgauge.check(case.make(60).body)
    assert judgement.transcript is not None
    assert judgement.transcript.dialect.name == case.dialect
    assert judgement.transcript.ending is Ending.COMPLETE
    assert [found.rule for found in judgement.outcome.findings if found.level.value == "must"] == []


@EACH
def test_a_stream_has_the_chunks_that_were_asked_for(case: Case) -> None:
    stream = case.make(600)
    assert 600 <= len(stream.payloads) <= 620
    assert transcript(case, 600).chunk_count == len(stream.payloads)


@EACH
def test_the_same_length_gives_the_same_bytes(case: Case) -> None:
    assert case.make(50) == case.make(50)


# Linearity, counted: no clock can fail these on a busy machine.


@BY_TEMPLATE
def test_exactly_read_chunks_do_not_grow_with_the_look_alikes(case: Case) -> None:
    short, long = (len(transcript(case, count).chunks) for count in (1_000, 10_000))
    assert short < 20
    assert long < 20


@EACH
def test_pieces_of_a_part_never_outgrow_the_exactly_read_chunks(case: Case) -> None:
    found = transcript(case, 2_000)
    pieces = sum(len(trace.pieces) for trace in found.folded.traces.values())
    assert pieces <= 2 * len(found.chunks)
