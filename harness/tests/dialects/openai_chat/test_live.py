"""Answers of chat/completions that are said as they come: lawful, whole, never ended unasked."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import Any

import pytest

from streamgauge.delta import Append, Ended, Kind, Open, ShutPart, Stop
from streamgauge.message import Ending
from tests.dialects.living import FAILURE, deltas, events, judged, payloads
from tests.dialects.voices import ASKED, MESSAGES, call, faults, message, text, thought

NAME = "openai-chat"


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


def kinds_of(told: Any) -> list[Any]:
    return [value["choices"][0]["delta"] for value in payloads(NAME, told) if value["choices"]]


def test_each_piece_is_said_at_once() -> None:
    told = [Open(0, 0, Kind.TEXT, ""), Append(0, 0, Kind.TEXT, "He", "")]
    assert kinds_of(told) == [{"role": "assistant", "content": ""}, {"content": "He"}]


def test_calls_are_counted_from_0_whatever_stands_before_them() -> None:
    said = message(text("I look."), call("{}"), call("{}"), stop="tool_call")
    calls = [d["tool_calls"][0]["index"] for d in kinds_of(deltas(said)) if "tool_calls" in d]
    assert sorted(set(calls)) == [0, 1]


def test_no_arguments_are_the_empty_object() -> None:
    told = [Open(0, 0, Kind.TOOL_CALL, "", 0, "c", "now"), ShutPart(0, 0, "")]
    pieces = [d["tool_calls"][0]["function"]["arguments"] for d in kinds_of(told)[1:]]
    assert pieces == ["", "{}"]


@pytest.mark.parametrize(("wanted", "sent"), [(True, 1), (None, 0)], ids=["asked", "unasked"])
def test_counts_come_where_they_are_asked_for(wanted: bool | None, sent: int) -> None:
    told = deltas(message(text("Hi")))
    values = payloads(NAME, told, replace(ASKED, include_usage=wanted))
    assert sum(value.get("usage") is not None for value in values) == sent


def test_done_is_the_last_word_of_a_good_end_and_of_no_other() -> None:
    told = [*deltas(message(text("Hi")))]
    assert events(NAME, told)[-1].data == "[DONE]"
    assert "[DONE]" not in [event.data for event in events(NAME, [*until_stop(told), FAILURE])]


def test_a_reason_that_nobody_knows_is_no_plain_end() -> None:
    values = payloads(NAME, deltas(message(text("Hi"), stop="unknown")))
    assert values[-1]["choices"][0]["finish_reason"] == "content_filter"
