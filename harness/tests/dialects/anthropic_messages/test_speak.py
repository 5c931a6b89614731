"""Streams as vendors of the Messages API send them: lawful, lifelike, and read by its client."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from anthropic import APIStatusError

from streamgauge.dialects.dialect import Facts
from streamgauge.message import Fault
from tests.agreement.messages_client import MessagesClient
from tests.dialects.voices import (
    MESSAGES,
    call,
    chunks,
    facts_of,
    faults,
    message,
    refusal,
    streamed,
    text,
    thought,
    vendors,
    voice,
)

NAME = "anthropic-messages"


def spoken(said: Any, facts: Facts | None = None) -> list[Any]:
    return chunks(NAME, said, voice(facts_of(NAME, "anthropic") if facts is None else facts))


def deltas(events: list[Any]) -> list[Any]:
    return [event["delta"] for event in events if event["type"] == "content_block_delta"]


@pytest.mark.parametrize("vendor", vendors(NAME))
@pytest.mark.parametrize("name", MESSAGES)
def test_no_rule_finds_fault(vendor: str, name: str) -> None:
    assert faults(streamed(NAME, vendor, MESSAGES[name])) == []


def test_events_come_in_the_order_of_recordings() -> None:
    kinds = [event["type"] for event in spoken(message(text("12345678")))]
    assert kinds == [
        "message_start",
        "content_block_start",
        "ping",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]


def test_pings_come_only_from_vendors_that_send_them() -> None:
    kinds = [event["type"] for event in spoken(message(text("12345678")), {"keepalive": "none"})]
    assert "ping" not in kinds


def test_arguments_begin_with_an_empty_piece() -> None:
    events = spoken(MESSAGES["one call"])
    assert events[1]["content_block"]["input"] == {}
    pieces = [delta["partial_json"] for delta in deltas(events)]
    assert pieces == ["", '{"ci', 'ty":', ' "Pa', 'ris"', "}"]


def test_arguments_come_at_once_where_the_vendor_sends_them_so() -> None:
    events = spoken(MESSAGES["one call"], {"tool-arguments": "whole"})
    assert [delta["partial_json"] for delta in deltas(events)] == ['{"city": "Paris"}']


def test_the_signature_comes_right_before_its_block_stops() -> None:
    events = spoken(MESSAGES["signed reasoning"])
    signed = [
        (event["delta"]["signature"], after["type"])
        for event, after in pairwise(events)
        if event.get("delta", {}).get("type") == "signature_delta"
    ]
    assert signed == [("c2lnbmVkIQ+/", "content_block_stop")]


SIGNATURES = {
    "made up": ({}, True, True),
    "the message's id": ({"reasoning-signature": "id"}, False, "msg_01" + "0" * 22),
    "never": ({"reasoning-signature": "none"}, False, None),
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_thoughts_are_signed_as_the_vendor_signs(name: str) -> None:
    facts, announced, wanted = SIGNATURES[name]
    events = spoken(MESSAGES["reasoning"], facts)
    found = [delta["signature"] for delta in deltas(events) if "signature" in delta]
    assert ("signature" in events[1]["content_block"]) is announced
    assert found == ([] if wanted is None else [wanted if wanted is not True else found[0]])


def test_redacted_thinking_is_whole_in_its_start() -> None:
    events = spoken(message(thought("", redacted=True, extra={"data": "b3BhcXVl"}), text("Hi")))
    assert events[1]["content_block"] == {"type": "redacted_thinking", "data": "b3BhcXVl"}
    assert events[3] == {"type": "content_block_stop", "index": 0}


def test_counts_stand_at_both_ends_and_the_last_are_totals() -> None:
    events = spoken(message(text("Hi")))
    assert events[0]["message"]["usage"] == {
        "input_tokens": 1992,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 8,
        "output_tokens": 1,
    }
    assert events[-2]["usage"]["output_tokens"] == 40
    assert events[-2]["usage"]["output_tokens_details"] == {"thinking_tokens": 12}


def test_some_vendors_count_nothing_at_the_start() -> None:
    events = spoken(message(text("Hi")), {"usage-at-start": "zero"})
    assert events[0]["message"]["usage"] == {"input_tokens": 0, "output_tokens": 0}
    assert events[-2]["usage"]["input_tokens"] == 1992


STOPS = {
    "text": ("end_turn", None),
    "one call": ("tool_use", None),
    "text cut": ("max_tokens", None),
    "stop sequence": ("stop_sequence", "END"),
    "refusal": ("refusal", None),
    "filtered": ("refusal", None),
}


@pytest.mark.parametrize("name", STOPS)
def test_the_stop_is_in_the_vendors_words(name: str) -> None:
    reason, sequence = STOPS[name]
    end = {"stop_reason": reason, "stop_sequence": sequence}
    assert spoken(MESSAGES[name])[-2]["delta"] == end


def test_the_words_of_a_refusal_are_text() -> None:
    events = spoken(message(refusal("No."), stop="refusal"))
    assert events[1]["content_block"]["type"] == "text"


def test_an_error_takes_the_place_of_the_end() -> None:
    broken = message(text("Hi"), error=Fault(type="overloaded_error", message="Overloaded"))
    last = spoken(broken)[-1]
    assert last == {
        "type": "error",
        "error": {"type": "overloaded_error", "message": "Overloaded"},
    }


@pytest.mark.parametrize("vendor", vendors(NAME))
def test_of_an_error_rules_find_the_error_alone(vendor: str) -> None:
    said = message(text("Hi"), error=Fault(type="api_error", message="Broken."))
    (fault,) = faults(streamed(NAME, vendor, said))
    assert fault.startswith("errors/no-error-in-stream")


def test_the_official_client_raises_the_error() -> None:
    fault = Fault(type="overloaded_error", message="Overloaded")
    judged = streamed(NAME, "anthropic", message(text("Hi"), error=fault))
    with pytest.raises(APIStatusError) as raised:
        MessagesClient().helper(judged.exchange.body)
    assert raised.value.body == {
        "type": "error",
        "error": {"type": "overloaded_error", "message": "Overloaded"},
    }


@pytest.mark.parametrize("name", sorted(MESSAGES.keys() - {"call cut"}))
def test_the_official_client_hears_the_same(name: str) -> None:
    judged = streamed(NAME, "anthropic", MESSAGES[name])
    heard = MessagesClient().helper(judged.exchange.body).answers[0]
    assert judged.message is not None
    (choice,) = judged.message.choices
    said = dict.fromkeys(("text", "reasoning"), "")
    for part in choice.parts:
        said[part.kind.value] = said.get(part.kind.value, "") + part.content
    assert (heard.text, heard.reasoning) == (said["text"], said["reasoning"])
    calls = [part for part in choice.parts if part.kind.value == "tool_call"]
    assert [(c.id, c.name, c.value) for c in heard.calls] == [
        (part.id, part.name, part.arguments) for part in calls
    ]
    assert heard.finish == choice.raw_finish_reason


def test_ids_are_made_up_where_the_message_has_none() -> None:
    events = spoken(message(call("{}"), call("{}", id="toolu_own"), stop="tool_call"))
    starts = [e["content_block"] for e in events if e["type"] == "content_block_start"]
    assert starts[0]["id"].startswith("toolu_01")
    assert starts[1]["id"] == "toolu_own"
