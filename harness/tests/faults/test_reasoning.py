"""Faults of reasoning: where it stands then, and how it is signed and closed."""

from __future__ import annotations

import pytest

from streamgauge.exchange import Exchange
from streamgauge.faults import reasoning
from streamgauge.faults.fault import Fault
from streamgauge.faults.members import members
from streamgauge.message import Part
from streamgauge.pipeline import check

CHAT = "written: chat: thoughts, text, two calls"
KIMI = "openai-chat/kimi-as-demanded"
MESSAGES = "written: messages: thinking, text, two calls"
SIGNED = "gemini/first-call-signed"
THOUGHT = "The question is about tea; two words must be looked up."
FAULTS = [one for one in vars(reasoning).values() if isinstance(one, Fault)]


def parts(exchange: Exchange, dialect: str) -> list[Part]:
    message = check(exchange, dialect=dialect).message
    assert message is not None
    return list(message.choices[0].parts)


def field(exchange: Exchange, name: str) -> str:
    found = members(exchange, f"/choices/*/delta/{name}")
    return "".join(one.value for one in found if isinstance(one.value, str))


@pytest.mark.parametrize(
    ("fault", "fields"),
    [
        (reasoning.rename_reasoning, {"thinking": THOUGHT}),
        (reasoning.repeat_reasoning, {"reasoning_content": THOUGHT, "reasoning": THOUGHT}),
        (reasoning.wrap_reasoning, {"reasoning_content": f"<think>{THOUGHT}</think>"}),
        (reasoning.hide_reasoning, {}),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_in_which_members_the_reasoning_stands(fault: Fault, fields: dict[str, str], good) -> None:
    one = good(CHAT)
    spoiled = fault(one.exchange, one.setting)
    names = ("thinking", "reasoning", "reasoning_content")
    assert {name: text for name in names if (text := field(spoiled, name))} == fields


@pytest.mark.parametrize("name", [MESSAGES, "written: responses: thoughts, text, two calls"])
def test_reasoning_stands_in_tags_in_every_dialect(name: str, good) -> None:
    one = good(name)
    spoiled = reasoning.wrap_reasoning(one.exchange, one.setting, tag="thought")
    first = parts(spoiled, one.setting.dialect.name)[0]
    assert first.content == f"<thought>{THOUGHT}</thought>"


@pytest.mark.parametrize("name", [MESSAGES, SIGNED])
def test_signatures_are_gone(name: str, good) -> None:
    one = good(name)
    dialect = one.setting.dialect.name
    assert any(part.signature for part in parts(one.exchange, dialect))
    spoiled = reasoning.drop_signature(one.exchange, one.setting)
    assert not any(part.signature for part in parts(spoiled, dialect))


def test_a_thought_goes_on_after_its_signature(good) -> None:
    one = good(MESSAGES)
    spoiled = reasoning.early_signature(one.exchange, one.setting)
    types = [found.value for found in members(spoiled, "/delta/type")][:3]
    assert types == ["thinking_delta", "signature_delta", "thinking_delta"]
    before = parts(one.exchange, "anthropic-messages")
    assert parts(spoiled, "anthropic-messages") == before


def test_thinking_is_not_closed(good) -> None:
    one = good(KIMI)
    spoiled = reasoning.leave_thinking_open(one.exchange, one.setting)
    texts = [found.value for found in members(spoiled, "/choices/*/delta/reasoning_content")]
    assert "" not in texts
    assert texts
    assert all(found.value for found in members(spoiled, "/choices/*/delta/role"))


@pytest.mark.parametrize(
    "name",
    [
        KIMI,
        "anthropic-messages/thinking-signed-then-text",
        "reasoning: responses: thought, JSON",
        "reasoning: gemini: thought",
    ],
)
def test_a_model_thinks_and_says_nothing(name: str, good) -> None:
    one = good(name)
    spoiled = reasoning.think_only(one.exchange, one.setting)
    found = parts(spoiled, one.setting.dialect.name)
    assert {part.kind.value for part in found if part.content} == {"reasoning"}


def test_hidden_reasoning_stays_counted(good) -> None:
    one = good("reasoning: gemini: thought")
    spoiled = reasoning.hide_reasoning(one.exchange, one.setting)
    message = check(spoiled, dialect="gemini").message
    assert message is not None
    assert [part.kind.value for part in message.choices[0].parts] == ["text"]
    assert message.usage is not None
    assert message.usage.reasoning_tokens == 9


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("name", ["written: messages: text", "written: chat: two choices"])
def test_without_reasoning_there_is_nothing_to_spoil(fault: Fault, name: str, good) -> None:
    one = good(name)
    assert fault(one.exchange, one.setting) == one.exchange
