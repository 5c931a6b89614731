"""Chunks before the JSON Schema of their dialect."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge import schema
from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Exchange
from streamgauge.rules import engine
from streamgauge.rules.case import Case
from streamgauge.rules.finding import Finding
from streamgauge.rules.schema.shape import chunk_matches_schema
from streamgauge.transcript.transcribe import transcribe
from streamgauge.vendors.profile import Narrowed
from streamgauge.wire.framing import Framing

CHOICE = {"index": 0, "delta": {"content": "ab"}, "finish_reason": None}
GOOD = {
    "id": "chatcmpl-0",
    "object": "chat.completion.chunk",
    "created": 1,
    "model": "m",
    "choices": [CHOICE],
}


def found(values: list[object], overlays: tuple[str, ...] = ()) -> list[Finding]:
    body = "".join(f"data: {json.dumps(value)}\n\n" for value in values).encode()
    dialect = named("openai-chat")
    transcript = transcribe(Exchange(body=body), dialect, {}, Framing.SSE)
    violations = schema.chunk_check("openai-chat", overlays)
    case = Case(transcript=transcript, facts={}, violations=violations)
    profile = Narrowed(slug="somebody", facts={}, rules={}, overlays=overlays)
    return list(engine.ask([chunk_matches_schema], case, profile).findings)


def with_choice(**members: object) -> dict[str, Any]:
    return {**GOOD, "choices": [{**CHOICE, **members}]}


def without(member: str) -> dict[str, Any]:
    return {key: value for key, value in GOOD.items() if key != member}


CASES: dict[str, tuple[list[object], list[tuple[str | None, str, str, int]]]] = {
    "every chunk fits": ([GOOD, GOOD, {**GOOD, "choices": [], "extra": 1}], []),
    "a member is missing": (
        [GOOD, without("created"), without("created")],
        [(None, '"created" is a required property', "{'id':", 2)],
    ),
    "another type": (
        [with_choice(delta={"content": 5}), with_choice(delta={"content": 7})],
        [("/choices/0/delta/content", 'of types "null", "string"', "5", 2)],
    ),
    "no word of the list": (
        [with_choice(finish_reason="end")],
        [("/choices/0/finish_reason", 'one of "stop", "length" or 4 other candidates', "end", 1)],
    ),
    "below the minimum": (
        [with_choice(index=-1)],
        [("/choices/0/index", "the minimum of 0", "-1", 1)],
    ),
    "another constant": (
        [{**GOOD, "object": "chat.completion"}],
        [("/object", '"chat.completion.chunk" was expected', "chat.completion", 1)],
    ),
    "text that sounds like the validator": (
        [with_choice(delta={"content": ["x is not of type y"]})],
        [("/choices/0/delta/content", 'of types "null", "string"', "['x is", 1)],
    ),
    "a value too long to show": (
        [with_choice(delta={"content": ["x" * 400]})],
        [("/choices/0/delta/content", "what `type` allows there", "['xxx", 1)],
    ),
    "no object": ([[1]], [(None, 'of type "object"', "[1]", 1)]),
}


@pytest.mark.parametrize(("values", "wanted"), CASES.values(), ids=CASES)
def test_chunk_matches_schema(values: list[object], wanted: Any) -> None:
    seen = found(values)
    assert [(f.pointer, f.expected, f.times) for f in seen] == [
        (pointer, expected, times) for pointer, expected, _, times in wanted
    ]
    for finding, (_, _, got, _) in zip(seen, wanted, strict=True):
        assert finding.got.startswith(got)


def test_an_overlay_allows_what_a_vendor_does() -> None:
    values: list[object] = [with_choice(delta={"role": ""})]
    assert found(values)
    assert not found(values, ("chat-role-empty",))
