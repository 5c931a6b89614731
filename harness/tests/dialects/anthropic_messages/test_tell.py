"""Answers that are not streamed, and what they share with the stream."""

from __future__ import annotations

import pytest

from streamgauge.dialects.anthropic_messages.tell import at_end, at_start, tell
from streamgauge.message import Fault, UsageTotals
from streamgauge.prompt import Asked
from tests.dialects.voices import (
    MESSAGES,
    call,
    facts_of,
    faults,
    message,
    same,
    streamed,
    text,
    thought,
    vendors,
    voice,
    whole,
)

NAME = "anthropic-messages"


@pytest.mark.parametrize("vendor", vendors(NAME))
@pytest.mark.parametrize("name", MESSAGES)
def test_no_rule_finds_fault(vendor: str, name: str) -> None:
    assert faults(whole(NAME, vendor, MESSAGES[name])) == []


# A document holds arguments as a value: text that was cut has none.
@pytest.mark.parametrize("vendor", vendors(NAME))
@pytest.mark.parametrize("name", sorted(MESSAGES.keys() - {"call cut"}))
def test_the_stream_says_the_same(vendor: str, name: str) -> None:
    said = MESSAGES[name]
    assert same(streamed(NAME, vendor, said)) == same(whole(NAME, vendor, said))


def test_an_answer_is_a_message_with_whole_blocks() -> None:
    said = message(thought("Hm", signature="s=="), text("See"), call('{"a": 1}', id="toolu_1"))
    document = tell(said, voice(facts_of(NAME, "anthropic")))
    assert document["content"] == [
        {"type": "thinking", "thinking": "Hm", "signature": "s=="},
        {"type": "text", "text": "See"},
        {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"a": 1}},
    ]
    assert (document["type"], document["role"], document["model"]) == ("message", "assistant", "m")


def test_the_vendors_own_counts_are_kept() -> None:
    raw = {"input_tokens": 3, "output_tokens": 5, "service_tier": "standard"}
    document = tell(message(text("Hi"), usage=UsageTotals(raw=raw)), voice())
    assert document["usage"] == raw


def test_counts_of_another_dialect_are_not() -> None:
    raw = {"input_tokens": 3, "output_tokens": 5, "total_tokens": 8}
    usage = UsageTotals(input_tokens=3, output_tokens=5, raw=raw)
    document = tell(message(text("Hi"), usage=usage), voice())
    assert document["usage"] == {"input_tokens": 3, "output_tokens": 5}


READ, WRITTEN = "cache_read_input_tokens", "cache_creation_input_tokens"
ALWAYS = {"cache-counters": [f"/{READ}"]}
COUNTED: dict[str, tuple[UsageTotals | None, dict[str, object], dict[str, object]]] = {
    "nothing": (None, {}, {"input_tokens": 0, "output_tokens": 0}),
    "nothing, of a cache that is always told": (
        None,
        ALWAYS,
        {"input_tokens": 0, READ: 0, "output_tokens": 0},
    ),
    "a cache that is not always told": (
        UsageTotals(input_tokens=9, cache_read_tokens=3, cache_write_tokens=2, output_tokens=1),
        {},
        {"input_tokens": 4, WRITTEN: 2, READ: 3, "output_tokens": 1},
    ),
    "more from the cache than there was": (
        UsageTotals(input_tokens=1, cache_read_tokens=3),
        {},
        {"input_tokens": 0, READ: 3, "output_tokens": 0},
    ),
    "thoughts": (
        UsageTotals(output_tokens=5, reasoning_tokens=0),
        {},
        {
            "input_tokens": 0,
            "output_tokens": 5,
            "output_tokens_details": {"thinking_tokens": 0},
        },
    ),
}


@pytest.mark.parametrize("name", COUNTED)
def test_the_input_is_counted_without_the_cache(name: str) -> None:
    usage, facts, counts = COUNTED[name]
    assert tell(message(text("Hi"), usage=usage), voice(facts))["usage"] == counts


STARTED: dict[str, tuple[dict[str, object], dict[str, object], dict[str, object]]] = {
    "one token": (
        {"input_tokens": 9, READ: 1, "output_tokens": 7, "output_tokens_details": {}},
        {},
        {"input_tokens": 9, READ: 1, "output_tokens": 1},
    ),
    "none, where none comes": (
        {"input_tokens": 9, "output_tokens": 0},
        {},
        {"input_tokens": 9, "output_tokens": 0},
    ),
    "one token of who knows how many": (
        {"input_tokens": 9},
        {},
        {"input_tokens": 9, "output_tokens": 1},
    ),
    "nothing, at some vendors": (
        {"input_tokens": 9, "output_tokens": 7},
        {"usage-at-start": "zero"},
        {"input_tokens": 0, "output_tokens": 0},
    ),
}


@pytest.mark.parametrize("name", STARTED)
def test_at_the_start_little_is_counted(name: str) -> None:
    counts, facts, started = STARTED[name]
    assert at_start(counts, facts) == started


def test_at_the_end_only_tokens_are_counted() -> None:
    counts = {"input_tokens": 9, "output_tokens": 7, "output_tokens_details": {}}
    assert at_end({**counts, "service_tier": "standard"}) == counts


@pytest.mark.parametrize(
    ("fact", "signature"), [("none", None), ("id", "msg_7")], ids=["none", "the message's id"]
)
def test_a_thought_is_signed_as_the_vendor_signs(fact: str, signature: str | None) -> None:
    said = tell(message(thought("Hm"), id="msg_7"), voice({"reasoning-signature": fact}))
    (block,) = said["content"]  # type: ignore[misc,attr-defined]
    assert block.get("signature") == signature


STOPS: dict[str, tuple[dict[str, object], tuple[str, ...], tuple[object, object]]] = {
    "a reason": ({"stop": "length"}, ("END",), ("max_tokens", None)),
    "the first stop sequence": ({"stop": "stop_sequence"}, ("A", "B"), ("stop_sequence", "A")),
    "a stop sequence that nobody asked for": (
        {"stop": "stop_sequence"},
        (),
        ("stop_sequence", None),
    ),
    "none": ({"stop": None}, ("END",), (None, None)),
}


@pytest.mark.parametrize("name", STOPS)
def test_a_stop_sequence_is_named_where_one_stopped_the_answer(name: str) -> None:
    members, sequences, told = STOPS[name]
    asked = Asked(stop_sequences=sequences)
    document = tell(message(text("Hi"), **members), voice(asked=asked))  # type: ignore[arg-type]
    assert (document["stop_reason"], document["stop_sequence"]) == told


def test_a_message_that_failed_is_an_error_answer() -> None:
    error = Fault(raw={"type": "api_error", "message": "No."})
    assert tell(message(error=error), voice()) == {"type": "error", "error": error.raw}
