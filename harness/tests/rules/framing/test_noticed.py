"""What the decoders noticed is handed on in body order, with the line that shows it."""

from __future__ import annotations

from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Exchange
from streamgauge.rules.framing.noticed import at_line, events, line, noticed
from streamgauge.transcript.transcribe import transcribe
from streamgauge.transcript.transcript import Transcript
from streamgauge.wire.event import Oddity
from streamgauge.wire.framing import Framing

BODY = b": a\n\ndata: {}\n\nid: 1\nstray\ndata: {}\n\n: b\n\n"


def read(body: bytes) -> Transcript:
    return transcribe(Exchange(body=body), named("openai-chat"), {}, Framing.SSE)


def test_events_come_in_body_order_dispatched_or_not() -> None:
    seen = [(event.index, event.dispatched) for event, _ in events(read(BODY))]
    assert seen == [(0, False), (1, True), (2, True), (3, False)]


def test_only_the_wanted_kinds_are_given() -> None:
    found = list(noticed(read(BODY), Oddity.COMMENT, Oddity.ID))
    assert [(one.oddity, one.event.index) for one in found] == [
        (Oddity.COMMENT, 0),
        (Oddity.ID, 2),
        (Oddity.COMMENT, 3),
    ]


def test_a_line_is_shown_without_its_ending() -> None:
    transcript = read(BODY)
    (found,) = noticed(transcript, Oddity.UNKNOWN_FIELD)
    start, end = line(transcript, found.offset)
    assert BODY[start:end] == b"stray"
    evidence = at_line(transcript, found, "says", "expected")
    assert (evidence.got, evidence.event, evidence.span) == ("stray", 2, (start, end))


def test_a_line_at_the_end_of_the_body_goes_to_its_last_byte() -> None:
    transcript = read(b"data: {}\n\nhalf")
    assert line(transcript, 10) == (10, 14)


def test_look_alikes_are_counted_not_repeated() -> None:
    chunk = b'data:{"choices":[{"index":0,"delta":{"content":"%s"}}]}\n\n'
    transcript = read(b"".join(chunk % text for text in (b"a", b"b", b"c", b"d", b"e")))
    assert sum(one.times for one in noticed(transcript, Oddity.NO_SPACE)) == 5
