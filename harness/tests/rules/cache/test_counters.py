"""Counters are found by pointer, and only whole numbers count."""

from __future__ import annotations

import pytest

from streamgauge.dialects.catalogue import DIALECTS, named
from streamgauge.exchange import Exchange
from streamgauge.rules.cache.counters import READS, count_at, last_with, value_at
from streamgauge.transcript.transcribe import transcribe
from streamgauge.wire.framing import Framing


@pytest.mark.parametrize(
    ("usage", "pointer", "count"),
    [
        ({"a": 3}, "/a", 3),
        ({"a": {"b": 0}}, "/a/b", 0),
        ({"a": None}, "/a", None),
        ({"a": None}, "/a/b", None),
        ({"a": True}, "/a", None),
        ({"a": 1.5}, "/a", None),
        ({"a": "3"}, "/a", None),
        ([], "/a", None),
    ],
)
def test_a_count(usage: object, pointer: str, count: int | None) -> None:
    assert count_at(usage, pointer) == count


def test_the_value_itself_may_be_anything() -> None:
    assert value_at({"a": {"b": [1]}}, "/a/b") == [1]


def test_every_dialect_has_counters() -> None:
    assert set(READS) == {dialect.name for dialect in DIALECTS}


def test_the_last_usage_with_the_counter_is_shown() -> None:
    body = (
        b'data: {"choices":[],"usage":{"cached_tokens":3}}\n\n'
        b'data: {"choices":[],"usage":{"total_tokens":9}}\n\n'
    )
    transcript = transcribe(Exchange(body=body), named("openai-chat"), {}, Framing.SSE)
    assert last_with(transcript, "/cached_tokens").event == 0
    assert last_with(transcript, "/nowhere").event == 1
