"""Events as bytes: every lawful spelling reads as the same events."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.dialects.catalogue import named
from streamgauge.dialects.dialect import WireEvent
from streamgauge.strategies.framing import event_stream, json_array
from streamgauge.strategies.lots import drawn
from streamgauge.strategies.voicing import Speaker
from streamgauge.wire import sse
from tests.strategies.drawing import reaches


def speaker(*rules: str, **facts: Any) -> Speaker:
    return Speaker(
        dialect=named("openai-chat"), vendor="unknown", facts=facts, rules=frozenset(rules)
    )


def streams(who: Speaker) -> st.SearchStrategy[bytes]:
    return drawn(lambda lots: event_stream(lots, EVENTS, who))


EVENTS = [WireEvent(None, '{"a":1}'), WireEvent("b", '{"c":"\u2028"}'), WireEvent(None, "[DONE]")]


@given(body=streams(speaker()))
def test_every_spelling_reads_as_the_events(body: bytes) -> None:
    data = [event.data.decode() for event in sse.events(body) if event.data]
    assert data == [event.data for event in EVENTS]


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({}, b"\r\n"),
        ({}, b"data:{"),
        ({"keepalive": "ping"}, b"event: ping"),
        ({"keepalive": "comment", "keepalive-text": "OPEN"}, b": OPEN"),
    ],
    ids=["line ends", "no space", "pings", "comments"],
)
def test_streams_reach(facts: dict[str, Any], wanted: bytes) -> None:
    assert reaches(streams(speaker(**facts)), lambda body: wanted in body)


@given(body=streams(speaker("framing/data-has-space", keepalive="none")))
def test_a_vendor_that_asks_for_the_space_has_it(body: bytes) -> None:
    assert b"data:{" not in body
    assert not [line for line in body.splitlines() if line.startswith(b":")]


@given(data=st.data())
def test_an_array_holds_the_same_chunks(data: st.DataObject) -> None:
    body = data.draw(drawn(lambda lots: json_array(lots, EVENTS[:2])))
    assert json.loads(body) == [json.loads(event.data) for event in EVENTS[:2]]
