"""Pieces and silences, looked up by byte offset in recorded arrivals."""

from __future__ import annotations

import pytest

from streamgauge.delta import Kind
from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Exchange
from streamgauge.rules.timing.arrived import event_at, moments, own_error, silences, spread, stalls
from streamgauge.transcript.transcribe import transcribe
from streamgauge.transcript.transcript import Transcript
from streamgauge.wire.framing import Framing

ROLE = b'data: {"choices":[{"index":0,"delta":{"role":"assistant"}}]}\n\n'
TEXT = b'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'
THOUGHT = b'data: {"choices":[{"index":0,"delta":{"reasoning":"h"}}]}\n\n'
PING = b": ping\n\n"


def read(*pieces: tuple[bytes, float], dialect: str = "openai-chat") -> Transcript:
    """A body of segments, each with the milliseconds of its arrival."""
    body, arrivals = b"", []
    for piece, at in pieces:
        arrivals.append((len(body), at))
        body += piece
    exchange = Exchange(body=body, arrivals=tuple(arrivals))
    return transcribe(exchange, named(dialect), {}, Framing.SSE)


def test_the_spread_is_that_of_the_pieces_alone() -> None:
    found = spread(read((ROLE, 10.0), (TEXT, 20.0), (TEXT * 3, 30.0), (PING, 90.0)))
    assert found == (4, 20.0, 30.0, 1)


def test_nothing_said_has_no_spread() -> None:
    assert spread(read((ROLE, 10.0))) is None


def test_a_piece_arrives_with_its_last_byte() -> None:
    found = spread(read((TEXT[:30], 10.0), (TEXT[30:], 80.0)))
    assert found is not None
    assert found.first == 80.0


def test_moments_are_those_of_the_pieces_in_order() -> None:
    transcript = read((ROLE, 10.0), (THOUGHT, 15.0), (TEXT * 2, 20.0), (PING, 30.0), (TEXT, 40.0))
    assert moments(transcript) == [(15.0, 1), (20.0, 2), (20.0, 3), (40.0, 5)]
    assert moments(transcript, Kind.TEXT) == [(20.0, 2), (20.0, 3), (40.0, 5)]


def test_the_spread_of_a_channel_is_that_of_its_kinds() -> None:
    transcript = read((THOUGHT, 15.0), (TEXT * 2, 20.0), (THOUGHT, 40.0))
    assert spread(transcript, Kind.REASONING) == (2, 15.0, 40.0, 0)
    assert spread(transcript, Kind.TOOL_CALL) is None


def test_an_error_that_nobody_measured_is_none_to_allow_for() -> None:
    assert own_error(read((TEXT, 1.0))) == 0.0


def test_silence_is_counted_from_the_request_on() -> None:
    found = [(gap.lasted, gap.event) for gap in silences(read((ROLE, 10.0), (TEXT, 35.0)))]
    assert found == [(10.0, 0), (25.0, 1)]


def test_an_empty_body_breaks_no_silence() -> None:
    assert list(silences(read((b"", 70_000.0)))) == []


def test_comments_and_pings_do_not_break_a_stall() -> None:
    transcript = read((TEXT, 10.0), (PING, 500.0), (TEXT * 4, 900.0), (PING, 950.0))
    assert [(gap.lasted, gap.event) for gap in stalls(transcript)] == [
        (890.0, 2), (0.0, 3), (0.0, 4), (0.0, 5), (50.0, 6),
    ]  # fmt: skip


def test_a_ping_event_does_not_break_a_stall() -> None:
    ping = b'event: ping\ndata: {"type":"ping"}\n\n'
    stop = b'event: message_stop\ndata: {"type":"message_stop"}\n\n'
    transcript = read((stop, 10.0), (ping, 400.0), (stop, 900.0), dialect="anthropic-messages")
    assert [gap.lasted for gap in stalls(transcript)] == [890.0, 0.0]


@pytest.mark.parametrize(
    ("offset", "event"), [(0, 0), (len(ROLE) - 1, 0), (len(ROLE), 1), (10_000, 2)]
)
def test_an_offset_has_its_event(offset: int, event: int) -> None:
    assert event_at(read((ROLE, 1.0), (TEXT, 2.0), (PING, 3.0)), offset) == event
