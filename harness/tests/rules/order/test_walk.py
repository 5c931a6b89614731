"""Walking machines: where a step is not allowed, where instances are left, and how often."""

from __future__ import annotations

from typing import Any

from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Exchange
from streamgauge.rules.order.walk import answers, begins, first_faults, walk
from streamgauge.transcript.transcribe import transcribe
from streamgauge.transcript.transcript import Transcript
from streamgauge.wire.framing import Framing

MESSAGES = named("anthropic-messages")


def read(body: bytes, *, exact: bool = False) -> Transcript:
    return transcribe(Exchange(body=body), MESSAGES, {}, Framing.SSE, exact=exact)


def test_every_instance_of_a_machine_keeps_its_own_state(streams: Any) -> None:
    body = streams(MESSAGES.name, "start, begin 0, begin 1, text 0, end 1")
    found = walk(read(body).chunks, MESSAGES, {"part"})
    states = {key: left.state for (_, key), left in found.left.items()}
    assert (states, found.missteps) == ({0: "open", 1: "shut"}, ())


def test_a_misstep_leaves_the_state_and_names_what_was_allowed(streams: Any) -> None:
    found = walk(read(streams(MESSAGES.name, "finish, start")).chunks, MESSAGES, {"stream"})
    (miss,) = found.missteps
    assert (miss.state, miss.symbol.symbol) == ("start", "message_delta")
    assert miss.allowed == "error, message_start, prefilled_message_start"
    assert found.left["stream", None].state == "body"


def test_look_alikes_are_counted_without_being_walked(streams: Any) -> None:
    body = streams(MESSAGES.name, "start, " + ", ".join(["text 3"] * 40))
    for exact in (True, False):
        chunks = read(body, exact=exact).chunks
        assert (len(chunks) < 10) is not exact
        missteps = walk(chunks, MESSAGES, {"part"}).missteps
        assert sum(miss.times for miss in missteps) == 40


def test_only_the_first_fault_of_an_instance_is_its_own(streams: Any) -> None:
    body = streams(MESSAGES.name, "start, text 0, text 0, end 0, begin 1, end 1, end 1")
    missteps = walk(read(body).chunks, MESSAGES, {"part"}).missteps
    assert [m.symbol.symbol for m in missteps] == ["delta", "delta", "stop", "stop"]
    assert [m.symbol.symbol for m in first_faults(missteps)] == ["delta", "delta", "stop"]


def test_a_second_beginning_cuts_the_stream_in_two(streams: Any) -> None:
    chunks = read(streams(MESSAGES.name, "ping, start, begin 0, start, begin 0"))
    assert [len(answer) for answer in answers(chunks)] == [3, 2]
    assert [begins(chunk, MESSAGES) for chunk in chunks.chunks] == [0, 1, 0, 1, 0]


def test_a_body_without_events_is_one_empty_answer() -> None:
    assert answers(read(b"")) == [[]]
