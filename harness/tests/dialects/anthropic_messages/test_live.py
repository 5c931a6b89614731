"""Answers of the Messages API that are said as they come: lawful, whole, never ended unasked."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

import pytest

from streamgauge.delta import Append, Ended, Identity, Kind, Open, ShutPart, Stop
from streamgauge.message import Ending, UsageTotals
from tests.dialects.living import FAILURE, deltas, events, judged, payloads
from tests.dialects.voices import MESSAGES, call, faults, message, text, thought

NAME = "anthropic-messages"


def until_stop(told: Any) -> list[Any]:
    return [*takewhile(lambda delta: not isinstance(delta, Stop), told)]


@pytest.mark.parametrize("name", MESSAGES)
def test_no_rule_finds_fault(name: str) -> None:
    assert faults(judged(NAME, events(NAME, deltas(MESSAGES[name])))) == []


def test_what_is_said_comes_back() -> None:
    said = message(
        thought("Why?", signature="c2ln"), text("So."), call('{"a": [1]}'), stop="tool_call"
    )
    heard = judged(NAME, events(NAME, deltas(said))).message
    assert heard is not None
    assert heard.choices[0].finish_reason == "tool_call"
    parts = [part for part in heard.choices[0].parts if part.content or part.name]
    assert [(part.kind, part.content, part.arguments) for part in parts] == [
        (Kind.REASONING, "Why?", None),
        (Kind.TEXT, "So.", None),
        (Kind.TOOL_CALL, "", {"a": [1]}),
    ]


@pytest.mark.parametrize("end", [[], [Ended("end")]], ids=["nothing more", "an end without a stop"])
def test_without_a_stop_there_is_no_good_end(end: list[Any]) -> None:
    told = [*until_stop(deltas(message(text("It goes on")))), *end]
    judgement = judged(NAME, events(NAME, told))
    assert judgement.message is not None
    assert [choice.finish_reason for choice in judgement.message.choices] == [None]
    assert judgement.transcript is not None
    assert judgement.transcript.ending is Ending.TRUNCATED


def test_a_failure_ends_the_answer_with_an_error() -> None:
    told = [*until_stop(deltas(message(text("It goes on")))), FAILURE]
    judgement = judged(NAME, events(NAME, told))
    assert judgement.transcript is not None
    assert judgement.transcript.ending is Ending.ERROR_TERMINATED
    assert judgement.message is not None
    assert judgement.message.error is not None
    assert judgement.message.error.message == "Busy."


def kinds(told: Any) -> list[str]:
    return [value["type"] for value in payloads(NAME, told)]


def test_each_delta_is_said_at_once() -> None:
    told = [Identity(None, "m"), Open(0, 0, Kind.TEXT, ""), Append(0, 0, Kind.TEXT, "He", "")]
    assert kinds(told) == ["message_start", "content_block_start", "content_block_delta"]


def test_a_text_that_stays_empty_makes_no_block() -> None:
    told = [*deltas(message(text(""), text("Hi")))]
    starts = [v for v in payloads(NAME, told) if v["type"] == "content_block_start"]
    assert [start["index"] for start in starts] == [0]


def test_an_unsigned_thought_refers_to_its_answer() -> None:
    values = payloads(NAME, deltas(message(thought("Hm."))))
    signed = [v["delta"]["signature"] for v in values if v.get("delta", {}).get("signature")]
    assert signed == [values[0]["message"]["id"]]


def test_a_signature_goes_through_byte_for_byte() -> None:
    values = payloads(NAME, deltas(message(thought("Hm.", signature="c2ln+/="))))
    signed = [v["delta"]["signature"] for v in values if v.get("delta", {}).get("signature")]
    assert signed == ["c2ln+/="]


def test_a_call_without_arguments_has_an_empty_input() -> None:
    told = [Open(0, 0, Kind.TOOL_CALL, "", 0, "call_1", "now"), ShutPart(0, 0, "")]
    (start,) = [v for v in payloads(NAME, told) if v["type"] == "content_block_start"]
    block = {"type": "tool_use", "id": "call_1", "name": "now", "input": {}}
    assert start["content_block"] == block


def test_early_counts_stand_at_the_start() -> None:
    told = [UsageTotals(input_tokens=7, cache_read_tokens=2), *deltas(message(text("Hi")))]
    assert payloads(NAME, told)[0]["message"]["usage"]["input_tokens"] == 5


def test_a_reason_that_nobody_knows_is_no_plain_end() -> None:
    values = payloads(NAME, deltas(message(text("Hi"), stop="unknown")))
    assert values[-2]["delta"]["stop_reason"] == "refusal"


def test_other_choices_have_no_words() -> None:
    assert payloads(NAME, [Open(1, 0, Kind.TEXT, ""), Append(1, 0, Kind.TEXT, "Hi", "")]) == []
