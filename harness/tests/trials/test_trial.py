"""The plan: which scenario is tried on which target, and what is left out and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from streamgauge import data
from streamgauge.dialects import catalogue
from streamgauge.prompt import Asked, Role, Tool
from streamgauge.trials.scenario import Pairs, Scenario, Step
from streamgauge.trials.trial import Trial, cache_facts, opening, plan
from streamgauge.vendors.profile import Fact

TOOL = Tool(name="f", parameters={"type": "object"})


def scenario(*steps: Step, **more: Any) -> Scenario:
    return Scenario(name="s", title="S", says="s", steps=steps or (step(),), **more)


def step(**asked: Any) -> Step:
    return Step(asked=Asked(**asked), user="u")


@pytest.mark.parametrize(
    ("scenario", "streams", "sources"),
    [
        (scenario(), True, ["t/s"]),
        (scenario(step(), step()), True, ["t/s#0", "t/s#1"]),
        (scenario(twin=True), True, ["t/s", "t/s~whole"]),
        (scenario(twin=True), False, ["t/s"]),
        (scenario(step(), step(), twin=True), True,
         ["t/s#0", "t/s#0~whole", "t/s#1", "t/s#1~whole"]),
        (scenario(pairs=Pairs(count=2, prefix_words=1)), True,
         ["t/s#00-cold", "t/s#00-warm", "t/s#01-cold", "t/s#01-warm"]),
    ],
    ids=["one step", "two steps", "a twin", "no twin of what is not streamed", "twins", "pairs"],
)  # fmt: skip
def test_results_are_named_before_they_are_there(
    target: Any, scenario: Scenario, streams: bool, sources: list[str]
) -> None:
    trial = Trial(target=target(name="t", streams=streams), scenario=scenario)
    assert list(trial.sources()) == sources
    assert trial.requests == len(sources)


OBSTACLES: dict[str, tuple[Scenario, dict[str, Any], str]] = {
    "a need that the target has not": (
        scenario(needs=("tools",)), {"cannot": {"tools": "no tools here"}}, "no tools here",
    ),
    "reasoning that the vendor never sends": (
        scenario(needs=("reasoning",)), {"vendor": "openai"},
        "openai sends no reasoning in openai-chat",
    ),
    "more choices than the dialect can ask for": (
        scenario(step(choices=2)), {"vendor": "anthropic"},
        "several choices cannot be asked for in anthropic-messages",
    ),
    "stop sequences where there are none": (
        scenario(step(stop_sequences=("x",))),
        {"vendor": "openai", "dialect": "openai-responses"},
        "stop sequences cannot be asked for in openai-responses",
    ),
    "usage that cannot be turned off": (
        scenario(step(include_usage=False)), {"vendor": "google"},
        "usage cannot be turned off in gemini",
    ),
    "nothing to cancel": (
        scenario(replace(step(), cancel_after=3)),
        {"streams": False, "why_not_streamed": "KIMI_STREAM_ENABLED is not set to true"},
        "nothing to cancel: KIMI_STREAM_ENABLED is not set to true",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OBSTACLES)
def test_what_cannot_be_tried_is_skipped_with_the_reason(target: Any, case: str) -> None:
    what, about, reason = OBSTACLES[case]
    trials, skips = plan([target(**about)], [what])
    assert trials == ()
    assert [skip.record() for skip in skips] == [
        {"target": target(**about).name, "scenario": "s", "reason": reason}
    ]


def test_facts_of_the_profile_stand_in_the_way(target: Any) -> None:
    def reasons(what: Scenario, **facts: Any) -> list[str]:
        own = target("vllm", "openai-chat")
        more = {
            name.replace("_", "-"): Fact(value=value, confidence="documented")
            for name, value in facts.items()
        }
        profile = replace(own.profile, facts={**own.profile.facts, **more}, by_dialect={})
        return [skip.reason for skip in plan([replace(own, profile=profile)], [what])[1]]

    assert reasons(scenario(step(choices=3)), choices_max=2) == ["vllm gives 2 choice at most"]
    assert reasons(scenario(step(choices=2)), choices_max=2) == []
    forced = scenario(step(tools=(TOOL,), forced_tool="f", tool_choice="f"))
    assert reasons(forced, tool_choice_words=["auto"]) == [
        "vllm does not know the tool choice named"
    ]
    assert reasons(forced, tool_choice_words=["named"]) == []
    both = scenario(step(tools=(TOOL,), parallel_tools=True))
    assert reasons(both, tool_calls_parallel=False) == ["vllm calls one tool at a time"]


def test_every_shipped_scenario_is_either_tried_or_skipped_everywhere(
    target: Any, shipped: Any
) -> None:
    spoken = [
        ("moonshot", "openai-chat"), ("openai", "openai-responses"),
        ("anthropic", "anthropic-messages"), ("google", "gemini"),
    ]  # fmt: skip
    every = [shipped(name) for name in data.scenarios_data()]
    for vendor, dialect in spoken:
        trials, skips = plan([target(vendor, dialect)], every)
        named = [one.scenario.name for one in trials] + [one.scenario for one in skips]
        assert sorted(named) == sorted(one.name for one in every)
        assert len(trials) >= 20


def test_a_first_prompt_says_what_the_scenario_says(target: Any) -> None:
    made = opening(target(model="m"), step(max_tokens=5), "Be brief.")
    assert [(turn.role, turn.text) for turn in made.turns] == [
        (Role.SYSTEM, "Be brief."), (Role.USER, "u"),
    ]  # fmt: skip
    assert (made.asked.model, made.asked.stream, made.asked.max_tokens) == ("m", True, 5)


def test_a_wrong_model_is_one_that_is_not_there(target: Any) -> None:
    made = opening(target(), replace(step(), wrong_model=True), None)
    assert made.asked.model == "no-such-model"


@pytest.mark.parametrize(
    ("vendor", "dialect", "least"),
    [
        ("openai", "openai-chat", 1024),
        ("anthropic", "anthropic-messages", 2048),
        ("moonshot", "openai-chat", 256),
        ("ollama", "openai-chat", 0),
    ],
)
def test_a_prefix_is_as_long_as_the_vendors_cache_needs(
    target: Any, vendor: str, dialect: str, least: int
) -> None:
    own = target(vendor, dialect)
    assert catalogue.named(dialect) is own.dialect
    assert cache_facts(own).shortest == least
    for words in (5, 1400, 4000):
        pairs = scenario(pairs=Pairs(count=2, prefix_words=words))
        assert Trial(target=own, scenario=pairs).prefix_words == max(words, least)
    assert Trial(target=own, scenario=scenario()).prefix_words == 0
