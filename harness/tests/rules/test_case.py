"""The case before a rule: pointing at evidence, and showing values in one short line."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Exchange
from streamgauge.rules.case import Case, shown
from streamgauge.transcript.note import Noted
from streamgauge.transcript.transcribe import transcribe
from streamgauge.wire.framing import Framing


def case_of(*deltas: dict[str, Any]) -> Case:
    chunks = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks).encode()
    transcript = transcribe(Exchange(body=body), named("openai-chat"), {}, Framing.SSE)
    return Case(transcript=transcript, facts={}, violations=lambda _: iter(()))


def test_evidence_at_a_chunk_counts_for_its_look_alikes() -> None:
    case = case_of(*({"content": "a"},) * 5)
    found = [case.at(one, "s", "e", 7, pointer="/p", choice=0) for one in case.transcript.chunks]
    assert sum(one.times for one in found) == 5
    assert (found[0].event, found[0].pointer, found[0].choice, found[0].got) == (0, "/p", 0, "7")


def test_a_case_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        case_of().facts = {}  # type: ignore[misc]


def test_evidence_from_a_note_points_where_it_was_noticed() -> None:
    case = case_of({"tool_calls": [{"function": {"name": "f"}}]})
    (note,) = case.noted(Noted.INDEX_MISSING)
    found = case.from_note(note, "s", "e", None)
    assert (found.event, found.pointer, found.choice) == (0, note.pointer, 0)
    assert list(case.noted(Noted.AFTER_STOP)) == []


def test_calls_are_the_client_s() -> None:
    case = case_of({"content": "a"}, {"tool_calls": [{"index": 0, "function": {"name": "f"}}]})
    assert [part.name for _, _, part, _ in case.calls()] == ["f"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        ("a\nb\n", "a b "),
        (None, "None"),
        ({"a": [1]}, "{'a': [1]}"),
        ("x" * 161, "x" * 159 + "…"),
        ("x" * 160, "x" * 160),
    ],
)
def test_a_value_is_shown_in_one_short_line(value: object, text: str) -> None:
    assert shown(value) == text


def test_a_limit_may_be_given() -> None:
    assert shown("abcdef", 4) == "abc…"
