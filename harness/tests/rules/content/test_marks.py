"""Marks in a text: found once each, unless they are quoted or asked about."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from streamgauge.delta import Kind
from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Exchange, Request
from streamgauge.rules.case import Case
from streamgauge.rules.content.marks import around, at_text, marks, named_in_request
from streamgauge.transcript.transcribe import transcribe
from streamgauge.wire.framing import Framing

PATTERN = re.compile("<[a-z]+>")


def case(request: bytes | None = None, *texts: str) -> Case:
    chunks = [{"choices": [{"index": 0, "delta": {"content": text}}]} for text in texts]
    body = b"".join(b"data: %s\n\n" % json.dumps(chunk).encode() for chunk in chunks)
    sent = None if request is None else Request(body=request)
    exchange = Exchange(body=body, request=sent)
    transcript = transcribe(exchange, named("openai-chat"), {}, Framing.SSE)
    return Case(transcript=transcript, facts={}, violations=lambda _: iter(()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a <x> b <y> c <x>", [(2, "<x>", 2), (8, "<y>", 1)], id="each-once"),
        pytest.param("`<x>` and '<y>' and “<z>”", [], id="quoted"),
        pytest.param("<x>", [(0, "<x>", 1)], id="at-the-start"),
        pytest.param("plain", [], id="none"),
    ],
)
def test_marks_are_found(text: str, expected: list[Any]) -> None:
    assert list(marks(text, PATTERN, case())) == expected


@pytest.mark.parametrize(
    ("request_body", "text", "held"),
    [
        (None, "<x>", False),
        (b'{"a":"use <x>"}', "<x>", True),
        (b'{"a":"use \\u003cx\\u003e"}', "<x>", True),
        (b'{"a":"\\ufffd"}', "\ufffd", True),
        ('{"a":"\ufffd"}'.encode(), "\ufffd", True),
        (b'{"a":"y"}', "<x>", False),
        (b"\xff<x>", "<x>", True),
    ],
    ids=str,
)
def test_a_request_names_a_text_in_any_escape(
    request_body: bytes | None, text: str, held: bool
) -> None:
    assert named_in_request(text, case(request_body)) is held


def test_evidence_points_at_the_event_of_the_character() -> None:
    before = case(None, "ab", "cd", "ef", "gh")
    (_, _, _, trace) = next(before.transcript.parts(Kind.TEXT))
    found = at_text(trace, 5, "s", "e", "g", choice=0, times=3)
    assert (found.event, found.pointer, found.times) == (2, "/choices/0/delta/content", 3)


def test_the_surroundings_are_cut_short() -> None:
    assert around("x" * 100, 50) == "x" * 80
    assert around("short", 2) == "short"
