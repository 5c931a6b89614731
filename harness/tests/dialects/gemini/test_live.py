"""Answers of the Gemini API that are said as they come: lawful, whole, never ended unasked."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

import pytest

from streamgauge.delta import Append, Ended, Identity, Kind, Open, ShutPart, Stop
from streamgauge.message import Ending
from streamgauge.prompt import Asked
from tests.dialects.living import FAILURE, deltas, events, judged, payloads
from tests.dialects.voices import MESSAGES, call, faults, message, text, thought

NAME = "gemini"


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


def parts(told: Any) -> list[Any]:
    values = payloads(NAME, told)
    found = [value["candidates"][0] for value in values if "candidates" in value]
    return [part for each in found for part in each.get("content", {}).get("parts", [])]


def test_text_is_said_at_once() -> None:
    assert parts([Open(0, 0, Kind.TEXT, ""), Append(0, 0, Kind.TEXT, "He", "")]) == [{"text": "He"}]


def test_the_model_that_answers_is_named() -> None:
    told = [Identity(None, "its-own"), Open(0, 0, Kind.TEXT, ""), Append(0, 0, Kind.TEXT, "H", "")]
    (value,) = payloads(NAME, told)
    assert value["modelVersion"] == "its-own"
    assert payloads(NAME, told[1:], Asked(model="asked-for"))[0]["modelVersion"] == "asked-for"


def test_a_call_waits_for_its_arguments_and_no_longer() -> None:
    begun = [
        Open(0, 0, Kind.TOOL_CALL, "", 0, "c", "f"),
        Append(0, 0, Kind.TOOL_CALL, '{"a"', ""),
        Append(0, 0, Kind.TOOL_CALL, ": 1}", ""),
    ]
    assert parts(begun) == []
    whole = {"functionCall": {"name": "f", "args": {"a": 1}, "id": "c"}}
    assert parts([*begun, ShutPart(0, 0, "")]) == [whole]


def test_arguments_that_broke_off_are_not_said() -> None:
    assert parts(deltas(message(call('{"a": 1'), stop="length"))) == []


def test_a_signature_stands_beside_the_call() -> None:
    (said,) = parts(deltas(message(call("{}", signature="c2ln"), stop="tool_call")))
    assert said["thoughtSignature"] == "c2ln"


def test_choices_are_told_apart() -> None:
    told = [
        *(Open(0, 0, Kind.TEXT, ""), Open(1, 0, Kind.TEXT, "")),
        *(Append(1, 0, Kind.TEXT, "one", ""), Append(0, 0, Kind.TEXT, "none", "")),
        *(Stop(0, "stop", None, ""), Stop(1, "length", None, ""), Ended("end")),
    ]
    heard = judged(NAME, events(NAME, told)).message
    assert heard is not None
    assert [(c.parts[0].content, c.finish_reason) for c in heard.choices] == [
        ("none", "stop"),
        ("one", "length"),
    ]


def test_a_reason_that_nobody_knows_is_no_plain_end() -> None:
    values = payloads(NAME, deltas(message(text("Hi"), stop="unknown")))
    assert values[-1]["candidates"][0]["finishReason"] == "OTHER"
