"""Every shipped scenario fits its schema, and what each asks on the wire in four dialects."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from streamgauge import data
from streamgauge.schema import problems
from streamgauge.trials.scenario import Pairs, Scenario, from_data
from streamgauge.trials.trial import opening

SHIPPED = sorted(data.scenarios_data())


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_scenario_fits_its_schema(name: str) -> None:
    assert list(problems("scenario", data.scenarios_data()[name])) == []


@pytest.mark.parametrize("name", SHIPPED)
def test_every_expectation_is_a_schema_itself(name: str) -> None:
    for step in from_data(name, data.scenarios_data()[name]).steps:
        if step.expect is not None:
            Draft202012Validator.check_schema(step.expect)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_scenario_bounds_its_answers(name: str) -> None:
    steps = from_data(name, data.scenarios_data()[name]).steps
    assert all(step.asked.max_tokens is not None for step in steps)


def test_there_are_twenty_scenarios_at_least() -> None:
    assert len(SHIPPED) >= 20


TABLE = {
    "title": "T",
    "says": "S",
    "system": "You are brief.",
    "needs": ["tools"],
    "twin": True,
    "timed": True,
    "pairs": {"count": 2, "prefix_words": 5},
    "ask": {"max_tokens": 9, "thinking": False, "usage": False},
    "steps": [
        {
            "user": "u",
            "ask": {
                "max_tokens": 5,
                "stop": ["x"],
                "choices": 2,
                "tool_choice": "f",
                "parallel_tools": True,
                "json_schema": {"type": "object"},
                "tools": [{"name": "f", "says": "s", "parameters": {"type": "object"}}],
            },
            "status": [400],
            "expect": {"type": "object"},
            "breaks": ["a/b"],
            "key": "wrong",
            "model": "wrong",
            "cancel_after": 3,
            "members": {"x": 1},
        },
        {"results": "fine"},
        {"results": {"f": "1"}},
    ],
}


def test_a_table_becomes_a_scenario() -> None:
    made = from_data("n", TABLE)
    first, second, third = made.steps
    assert (made.name, made.system, made.needs, made.twin, made.timed) == (
        "n", "You are brief.", ("tools",), True, True,
    )  # fmt: skip
    assert made.pairs == Pairs(count=2, prefix_words=5)
    assert (first.asked.max_tokens, second.asked.max_tokens) == (5, 9)
    assert (first.asked.tool_choice, first.asked.forced_tool) == ("f", "f")
    assert (first.asked.stop_sequences, first.asked.choices) == (("x",), 2)
    assert (first.asked.json_output, first.json_schema) == (True, {"type": "object"})
    assert (first.asked.thinking, first.asked.include_usage) == (False, False)
    assert first.asked.tools[0].description == "s"
    assert (first.status, first.breaks, first.cancel_after) == ((400,), ("a/b",), 3)
    assert (first.wrong_key, first.wrong_model, first.members) == (True, True, {"x": 1})
    assert (second.results, third.results) == ({"*": "fine"}, {"f": "1"})


@pytest.mark.parametrize("word", ["auto", "none", "required"])
def test_a_word_for_a_choice_of_tools_is_no_tool(word: str) -> None:
    made = from_data("n", {"title": "", "says": "", "steps": [{"ask": {"tool_choice": word}}]})
    assert (made.steps[0].asked.tool_choice, made.steps[0].asked.forced_tool) == (word, None)


def wire(target: Any, scenario: Scenario, vendor: str, dialect: str) -> Any:
    own = target(vendor, dialect)
    prompt = opening(own, scenario.steps[0], scenario.system)
    return json.loads(json.dumps(own.dialect.build(prompt, own.narrowed.facts)))


CHAT, RESPONSES = ("moonshot", "openai-chat"), ("openai", "openai-responses")
MESSAGES, GEMINI = ("anthropic", "anthropic-messages"), ("google", "gemini")

ON_THE_WIRE: list[tuple[str, tuple[str, str], str, object]] = [
    ("cut-text", CHAT, "/max_completion_tokens", 16),
    ("cut-text", ("zhipu", "openai-chat"), "/max_tokens", 16),
    ("cut-text", RESPONSES, "/max_output_tokens", 16),
    ("cut-text", MESSAGES, "/max_tokens", 16),
    ("cut-text", GEMINI, "/generationConfig/maxOutputTokens", 16),
    ("one-tool", CHAT, "/tools/0/function/name", "get_weather"),
    ("one-tool", RESPONSES, "/tools/0/name", "get_weather"),
    ("one-tool", MESSAGES, "/tools/0/name", "get_weather"),
    ("one-tool", GEMINI, "/tools/0/functionDeclarations/0/name", "get_weather"),
    ("forced-tool", ("openai", "openai-chat"), "/tool_choice/function/name", "get_weather"),
    ("forced-tool", RESPONSES, "/tool_choice/name", "get_weather"),
    ("forced-tool", MESSAGES, "/tool_choice/name", "get_weather"),
    ("forced-tool", GEMINI, "/toolConfig/functionCallingConfig/allowedFunctionNames/0",
     "get_weather"),
    ("usage", CHAT, "/stream_options/include_usage", True),
    ("two-choices", CHAT, "/n", 2),
    ("two-choices", GEMINI, "/generationConfig/candidateCount", 2),
    ("json-output", CHAT, "/response_format/type", "json_object"),
    ("json-output", GEMINI, "/generationConfig/responseMimeType", "application/json"),
    ("plain-text", CHAT, "/stream", True),
    ("plain-text", RESPONSES, "/stream", True),
    ("plain-text", MESSAGES, "/stream", True),
    ("unknown-model", CHAT, "/model", "no-such-model"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "spoken", "pointer", "value"),
    ON_THE_WIRE,
    ids=[f"{name} in {spoken[1]}" for name, spoken, _, _ in ON_THE_WIRE],
)
def test_what_a_scenario_asks_on_the_wire(
    target: Any, shipped: Any, name: str, *, spoken: tuple[str, str], pointer: str, value: object
) -> None:
    found = wire(target, shipped(name), *spoken)
    for step in pointer.strip("/").split("/"):
        found = found[int(step)] if isinstance(found, list) else found[step]
    assert found == value


@pytest.mark.parametrize("spoken", [CHAT, RESPONSES, MESSAGES, GEMINI], ids=lambda s: s[1])
@pytest.mark.parametrize("name", SHIPPED)
def test_every_scenario_can_be_written_in_every_dialect(
    target: Any, shipped: Any, name: str, spoken: tuple[str, str]
) -> None:
    scenario = shipped(name)
    built = wire(target, scenario, *spoken)
    # A bad request says nonsense on purpose in the place of its turns.
    user = None if scenario.steps[0].members else scenario.steps[0].user
    assert isinstance(built, dict)
    assert user is None or user in json.dumps(built, ensure_ascii=False).replace('\\"', '"')
