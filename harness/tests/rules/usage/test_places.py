"""Where usage stands, and how counts are read, as tables."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Exchange
from streamgauge.rules.usage.places import (
    Place,
    choices_of,
    count,
    last_spent,
    placed,
    spent,
)
from streamgauge.transcript.transcribe import transcribe
from streamgauge.transcript.transcript import Transcript
from streamgauge.wire.framing import Framing

USAGE = {"prompt_tokens": 1}
SAY = {"choices": [{"index": 0, "delta": {"content": "a"}}]}
END = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}

OTHER = {"choices": [{"index": 1, "delta": {"content": "a"}}]}
OTHER_END = {"choices": [{"index": 1, "delta": {}, "finish_reason": "stop"}]}


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ([SAY, END, {"choices": [], "usage": USAGE}], [Place.OWN_CHUNK]),
        ([SAY, {**END, "usage": USAGE}], [Place.FINISH_CHUNK]),
        ([{**SAY, "usage": USAGE}] * 2, [Place.EVERY_CHUNK] * 2),
        ([END, {**SAY, "usage": USAGE}], [Place.AFTER_FINISH]),
        ([{"choices": [{**END["choices"][0], "usage": USAGE}]}], [Place.CHOICE]),
        ([{**SAY, "x_groq": {"usage": USAGE}}], [Place.BESIDE]),
        ([SAY, OTHER, END, {**OTHER, "usage": USAGE}], [Place.EVERY_CHUNK]),
        ([SAY, OTHER, END, OTHER_END, {**OTHER, "usage": USAGE}], [Place.AFTER_FINISH]),
        ([SAY, END], []),
    ],
    ids=lambda value: str(value[0]) if value and isinstance(value[0], Place) else None,
)
def test_places(chunks: list[Any], expected: list[Place]) -> None:
    assert [one.place for one in placed(read(chunks))] == expected


def read(chunks: list[Any], *, exact: bool = False) -> Transcript:
    body = b"".join(b"data: %s\n\n" % json.dumps(chunk).encode() for chunk in chunks)
    exchange = Exchange(body=body)
    return transcribe(exchange, named("openai-chat"), {}, Framing.SSE, exact=exact)


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "by-template"])
def test_usage_on_look_alikes_is_counted_for_each(exact: bool) -> None:
    transcript = read([{**SAY, "usage": USAGE}] * 6, exact=exact)
    assert sum(chunk.count for chunk, _ in spent(transcript)) == 6
    assert last_spent(transcript) == (5, "/usage")


def test_without_usage_nothing_was_last() -> None:
    assert last_spent(read([SAY, END])) == (None, None)


@pytest.mark.parametrize(
    ("raw", "pointer", "expected"),
    [
        ({"a": 1}, "/a", 1),
        ({"a": 1}, "a", 1),
        ({"a": {"b": 0}}, "/a/b", 0),
        ({"a": None}, "/a/b", None),
        ({"a": True}, "/a", None),
        ({"a": 1.5}, "/a", None),
        ({}, "/a", None),
    ],
)
def test_counts(raw: dict[str, Any], pointer: str, expected: int | None) -> None:
    assert count(raw, pointer) == expected


@pytest.mark.parametrize("value", [None, [], {"choices": None}, {"choices": [7]}], ids=str)
def test_odd_chunks_have_no_choices(value: object) -> None:
    assert choices_of(value) == []
