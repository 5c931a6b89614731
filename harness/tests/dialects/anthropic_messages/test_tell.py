"""Answers that are not streamed, and what they share with the stream."""

from __future__ import annotations

import pytest

from streamgauge.dialects.anthropic_messages.tell import tell
from streamgauge.message import Fault, UsageTotals
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


def test_a_message_that_failed_is_an_error_answer() -> None:
    error = Fault(raw={"type": "api_error", "message": "No."})
    assert tell(message(error=error), voice()) == {"type": "error", "error": error.raw}
