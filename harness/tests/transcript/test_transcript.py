"""Questions to a transcript: spans, parts, arrivals, counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest

from streamgauge.delta import Append, Kind
from streamgauge.exchange import Request
from streamgauge.transcript.transcript import Transcript

Read = Callable[..., Transcript]


@pytest.fixture(params=[True, False], ids=["exact", "by template"])
def transcript(request: pytest.FixtureRequest, read: Read, body: Any, chunk: Any) -> Transcript:
    sent = body(*(chunk({"content": "a"}) for _ in range(5)), "{", chunk({}, "stop"), "[DONE]")
    return read(b": hi\n\n" + sent + b"data: ", exact=request.param, arrivals=((0, 1.0), (9, 2.0)))


def test_every_event_has_its_span(transcript: Transcript) -> None:
    body = transcript.exchange.body
    texts = [body[slice(*transcript.span(event))] for event in range(transcript.events)]
    assert b"".join(texts) == body
    assert [text[:7] for text in texts[:3]] == [b": hi\n\n", b"data: {", b"data: {"]
    assert texts[-2:] == [b"data: [DONE]\n\n", b"data: "]


@pytest.mark.parametrize("event", [-1, 10, 999])
def test_an_event_that_there_is_not_is_the_whole_body(transcript: Transcript, event: int) -> None:
    assert transcript.events == 10
    assert transcript.span(event) == (0, len(transcript.exchange.body))


SAID = "/choices/0/delta/content"
EVIDENCE = {
    "the first of look-alikes": (1, SAID, b'"a"'),
    "the last of look-alikes": (5, SAID, b'"a"'),
    "no pointer": (1, None, None),
    "the whole chunk": (1, "", None),
    "what is not there": (1, "/choices/0/nothing", None),
    "a comment": (0, SAID, None),
    "broken JSON": (6, SAID, None),
    "an event without its end": (9, SAID, None),
}


@pytest.mark.parametrize("name", EVIDENCE)
def test_evidence_is_the_value_or_the_whole_event(transcript: Transcript, name: str) -> None:
    event, pointer, said = EVIDENCE[name]
    found = slice(*transcript.evidence_span(event, pointer))
    whole = slice(*transcript.span(event))
    assert transcript.exchange.body[found] == (said or transcript.exchange.body[whole])
    assert whole.start <= found.start <= found.stop <= whole.stop


def test_evidence_is_found_where_the_payload_begins_the_body(read: Read) -> None:
    lines = b'{"choices": [{"index": 0, "delta": {"content": "a"}}]}\n'
    found = read(lines)
    assert found.events
    start, end = found.evidence_span(0, SAID)
    assert lines[start:end] == b'"a"'


def test_evidence_in_a_payload_of_several_lines_is_the_whole_event(read: Read) -> None:
    found = read(b'data: {"choices": [{"index": 0,\ndata: "delta": {"content": "a"}}]}\n\n')
    assert [part.content for _, _, part, _ in found.parts()] == ["a"]
    assert found.evidence_span(0, SAID) == found.span(0)


def test_a_transcript_does_not_change(transcript: Transcript) -> None:
    with pytest.raises(FrozenInstanceError):
        transcript.events = 1  # type: ignore[misc]


def test_events_are_counted_by_what_became_of_them(transcript: Transcript) -> None:
    # A comment and an event without its end were not dispatched; the sentinel is no chunk.
    assert (transcript.events, transcript.dispatched, transcript.chunk_count) == (10, 8, 6)


def test_deltas_come_with_their_chunk_once_for_look_alikes(transcript: Transcript) -> None:
    pieces = [(chunk, delta) for chunk, delta in transcript.deltas() if isinstance(delta, Append)]
    assert sum(chunk.count for chunk, _ in pieces) == 5


def test_parts_are_chosen_by_kind(transcript: Transcript) -> None:
    assert [part.content for _, _, part, _ in transcript.parts()] == ["aaaaa"]
    assert [part.content for _, _, part, _ in transcript.parts(Kind.TEXT)] == ["aaaaa"]
    assert list(transcript.parts(Kind.REASONING)) == []


@pytest.mark.parametrize(("offset", "at"), [(0, 1.0), (8, 1.0), (9, 2.0), (10**6, 2.0)])
def test_a_byte_arrived_with_its_segment(transcript: Transcript, offset: int, at: float) -> None:
    assert transcript.arrival(offset) == at


class Counted(tuple[Any, ...]):
    """Arrivals that count how often one is looked at."""

    looks = 0

    def __getitem__(self, at: Any) -> Any:
        Counted.looks += 1
        return super().__getitem__(at)

    def __iter__(self) -> Any:
        raise AssertionError("a scan of all arrivals")


def test_an_arrival_is_found_without_a_scan(read: Read) -> None:
    arrivals = Counted((at, float(at)) for at in range(1000))
    found = read(b"data: {}\n\n", arrivals=arrivals)
    Counted.looks = 0
    assert found.arrival(998) == 998.0
    assert Counted.looks < 20


def test_a_byte_before_the_first_segment_has_no_time(read: Read) -> None:
    assert read(b"data: {}\n\n", arrivals=((4, 1.0),)).arrival(3) is None
    assert read(b"data: {}\n\n").arrival(3) is None


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b'{"messages":[{"role":"user","content":"Hi."}]}', ["Hi."]),
        (b"{", []),
        (b" ", []),
        (None, []),
    ],
    ids=["messages", "broken", "blank", "no request"],
)
def test_the_turns_are_those_of_the_request(
    sent: bytes | None, said: list[str], read: Read
) -> None:
    request = None if sent is None else Request(body=sent)
    transcript = read(b"")
    asked = replace(transcript, exchange=replace(transcript.exchange, request=request))
    assert [turn.text for turn in asked.turns] == said
