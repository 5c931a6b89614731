"""What a scenario expects of a result record, and the findings where it is not so."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.prompt import Asked
from streamgauge.rules.finding import Level
from streamgauge.trials.expectation import described, different, unmet
from streamgauge.trials.scenario import Step


def record(
    status: int | None = 200,
    parts: list[dict[str, Any]] | None = None,
    finish: str = "stop",
    put: int | None = 9,
    **more: Any,
) -> dict[str, Any]:
    said = [{"type": "text", "content": "hi"}] if parts is None else parts
    return {
        "message": {
            "choices": [{"parts": said, "finish_reason": finish}],
            "usage": {"input_tokens": put},
            "error": None,
            **more,
        },
        "metadata": {"live": {"status": status}},
    }


def step(**more: Any) -> Step:
    return Step(asked=Asked(), user="u", **more)


@pytest.mark.parametrize(
    ("step", "record", "told"),
    [
        (step(), record(), None),
        (step(), record(204), None),
        (step(), record(404), ("a success (2xx)", "status 404")),
        (step(), record(None), ("a success (2xx)", "status None")),
        (step(status=(400, 401)), record(401), None),
        (step(status=(400, 401)), record(200), ("status 400 or 401", "status 200")),
        (step(), record(429, error={"message": "Slow down\n" + "x" * 500}),
         ("a success (2xx)", "status 429: Slow down\n" + "x" * 109 + "…")),
    ],
    ids=["ok", "another success", "not found", "no status", "wanted", "not wanted", "with words"],
)  # fmt: skip
def test_the_status_is_the_one_that_was_wanted(
    step: Step, record: dict[str, Any], told: tuple[str, str] | None
) -> None:
    found = [(one.rule, one.expected, one.got) for one in unmet(step, record)]
    assert found == ([] if told is None else [("scenario/answers-as-expected", *told)])


def test_a_message_that_is_none_is_no_trouble() -> None:
    nothing = {"message": None, "metadata": {"live": {"status": 500}}}
    (found,) = unmet(step(), nothing)
    assert found.got == "status 500"
    assert list(different(record(), nothing)) != []


def test_what_does_not_fit_the_schema_is_shown_where_it_is() -> None:
    said = "choices"
    wanted = {"properties": {"message": {"properties": {said: {"minItems": 2, "type": "array"}}}}}
    (found,) = unmet(step(expect=wanted), record())
    assert (found.rule, found.level) == ("scenario/meets-its-schema", Level.MUST)
    assert found.expected == "/message/choices: minItems 2"
    assert found.got.startswith('[{"parts": [{"type": "text"')


def test_a_wrong_status_is_told_alone() -> None:
    found = list(unmet(step(expect={"required": ["nothing"]}), record(500)))
    assert [one.rule for one in found] == ["scenario/answers-as-expected"]


CALL = {"type": "tool_call", "name": "f", "arguments": {"a": 1}, "id": "1"}

TWINS: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "alike": (record(), record(), []),
    "other words": (record(), record(parts=[{"type": "text", "content": "ho"}]), []),
    "other parts": (record(), record(parts=[CALL]), ["parts"]),
    "another stop": (record(), record(finish="length"), ["finish reason"]),
    "another count": (record(), record(put=10), ["input tokens"]),
    "no usage in one": (record(), record(usage=None), []),
    "fewer choices": (record(), record(choices=[]), ["choices"]),
    "another id": (record(parts=[CALL]), record(parts=[{**CALL, "id": "2"}]), []),
}


@pytest.mark.parametrize("case", TWINS)
def test_twins_say_things_of_the_same_kind(case: str) -> None:
    streamed, whole, names = TWINS[case]
    found = list(different(streamed, whole))
    assert {one.rule for one in found} <= {"scenario/twin-says-the-same"}
    assert len(found) == len(names)
    assert all(one.expected.startswith(name) for one, name in zip(found, names, strict=True))


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        (record(), record(), True),
        (record(), record(parts=[{"type": "text", "content": "ho"}]), False),
        (record(parts=[CALL]), record(parts=[{**CALL, "id": "2", "signature": "s"}]), True),
        (record(parts=[CALL]), record(parts=[{**CALL, "arguments": {"a": 2}}]), False),
        (record(parts=[CALL]), record(parts=[{**CALL, "name": "g"}]), False),
    ],
    ids=["alike", "other words", "another id", "other arguments", "another tool"],
)
def test_who_says_the_same_twice_is_held_to_the_word(
    one: dict[str, Any], two: dict[str, Any], same: bool
) -> None:
    assert (list(different(one, two, same_twice=True)) == []) is same


def test_the_header_of_a_run_describes_each_question() -> None:
    assert {slug: one["level"] for slug, one in described().items()} == {
        "scenario/answers-as-expected": "must",
        "scenario/meets-its-schema": "must",
        "scenario/twin-says-the-same": "should",
    }
