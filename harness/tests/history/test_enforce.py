"""Which duties a vendor has, and the refusal in its own words."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.delta import Kind
from streamgauge.history import DUTIES, Issued, breaches, duties, lapses
from streamgauge.message import Choice, Part
from streamgauge.prompt import Asked, Role, Turn

CHAT, MESSAGES, RESPONSES, GEMINI = (
    "openai-chat", "anthropic-messages", "openai-responses", "gemini",
)  # fmt: skip
THOUGHT = Part(kind=Kind.REASONING, content="I look.", signature="s-1", id="rs_0")
CHANGED = Part(kind=Kind.REASONING, content="I do not.", signature="s-1")
FOREIGN = Part(kind=Kind.REASONING, content="I look.", signature="s-9")
KIMIS = Part(kind=Kind.REASONING, content="I look.", field="reasoning_content")
CALL = Part(kind=Kind.TOOL_CALL, id="look_0", name="look", arguments={})
WORDS, EMPTY = Part(kind=Kind.TEXT, content="Hello."), Part(kind=Kind.TEXT)
THINKS = Asked(thinking=True, model="m-1")
OTHER = Turn(role=Role.TOOL, call_id="look_9", position=2)

KIMI_26 = Asked(model="kimi-k2.6")
KEPT = Asked(model="kimi-k2.6", extra={"thinking_keep": "all"})
ADAPTIVE = Asked(thinking=True, extra={"thinking_type": "adaptive"})
GEMINI_3, GEMINI_2 = Asked(model="gemini-3-pro"), Asked(model="gemini-2.5-pro")
DEEPSEEK = Asked(model="deepseek-v4-pro")

KIMI = "thinking is enabled but reasoning_content is missing in assistant tool call message"


def talk(*parts: Part) -> tuple[Turn, ...]:
    """One question, one answer of these parts, and a result for each call."""
    ids = [part.id for part in parts if part.kind is Kind.TOOL_CALL]
    results = [Turn(role=Role.TOOL, call_id=id, position=2 + at) for at, id in enumerate(ids)]
    question = Turn(role=Role.USER, text="Look.", position=0)
    return (question, Turn(role=Role.ASSISTANT, parts=parts, position=1), *results)


WORDED: dict[str, tuple[str, str, Asked, tuple[Turn, ...], tuple[int, int, str]]] = {
    "kimi, a call alone": (
        "moonshot", CHAT, KIMI_26, talk(CALL), (1, 400, f"{KIMI} at index 1"),
    ),
    "kimi, all is kept": (
        "moonshot", CHAT, KEPT, talk(WORDS),
        (1, 400, "preserved thinking (thinking.keep=all) requires reasoning_content on every "
                 "assistant message, but assistant message at index 1 is missing "
                 "reasoning_content"),
    ),
    "kimi, no result": (
        "moonshot", CHAT, KIMI_26, talk(KIMIS, CALL)[:2],
        (1, 400, "an assistant message with 'tool_calls' must be followed by tool messages "
                 "responding to each 'tool_call_id'. The following tool_call_ids did not have "
                 "response messages: look_0"),
    ),
    "deepseek, a call alone": (
        "deepseek", CHAT, DEEPSEEK, talk(CALL),
        (1, 400, "The `reasoning_content` in the thinking mode must be passed back to the API."),
    ),
    "deepseek, a result of nothing": (
        "deepseek", CHAT, DEEPSEEK, (talk(WORDS)[0], OTHER),
        (2, 400, "Messages with role 'tool' must be a response to a preceding message with "
                 "'tool_calls'"),
    ),
    "deepseek in messages": (
        "deepseek", MESSAGES, DEEPSEEK, talk(CALL),
        (1, 400, "The `content[].thinking` in the thinking mode must be passed back to the API."),
    ),
    "openai, an unknown id": (
        "openai", CHAT, Asked(), (*talk(CALL), OTHER),
        (2, 400, "Invalid parameter: 'tool_call_id' of 'look_9' not found in 'tool_calls' of "
                 "previous message."),
    ),
    "openai responses, an unknown id": (
        "openai", RESPONSES, Asked(), (talk(WORDS)[0], OTHER),
        (2, 400, "No tool call found for function call output with call_id look_9."),
    ),
    "openai responses, no output": (
        "openai", RESPONSES, Asked(), talk(CALL)[:2],
        (1, 400, "No tool output found for function call look_0."),
    ),
    "openai responses, a thought alone": (
        "openai", RESPONSES, Asked(), talk(THOUGHT),
        (1, 400, "Item 'rs_0' of type 'reasoning' was provided without its required following "
                 "item."),
    ),
    "anthropic, a call first": (
        "anthropic", MESSAGES, THINKS, talk(CALL),
        (1, 400, "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but "
                 "found `tool_use`."),
    ),
    "anthropic, unsigned": (
        "anthropic", MESSAGES, THINKS, talk(KIMIS, CALL),
        (1, 400, "messages.1.content.0.thinking.signature: Field required"),
    ),
    "anthropic, changed": (
        "anthropic", MESSAGES, THINKS, talk(CHANGED, CALL),
        (1, 400, "messages.1.content.0: `thinking` or `redacted_thinking` blocks in the latest "
                 "assistant message cannot be modified."),
    ),
    "anthropic, foreign": (
        "anthropic", MESSAGES, THINKS, talk(FOREIGN, CALL),
        (1, 400, "messages.1.content.0: Invalid `signature` in `thinking` block"),
    ),
    "anthropic, an empty text": (
        "anthropic", MESSAGES, THINKS, talk(THOUGHT, EMPTY, CALL),
        (1, 400, "messages: text content blocks must be non-empty"),
    ),
    "anthropic, an unknown id": (
        "anthropic", MESSAGES, THINKS, (*talk(THOUGHT, CALL), OTHER),
        (2, 400, "messages.2.content.1: unexpected `tool_use_id` found in `tool_result` blocks: "
                 "look_9."),
    ),
    "gemini 3, unsigned": (
        "google", GEMINI, GEMINI_3, talk(CALL),
        (1, 400, "Function call is missing a thought_signature in functionCall parts."),
    ),
    "mistral, a foreign member": (
        "mistral", CHAT, Asked(), talk(KIMIS, WORDS), (1, 422, "Extra inputs are not permitted"),
    ),
    "minimax, an unknown id": (
        "minimax", CHAT, Asked(), (*talk(CALL), OTHER),
        (2, 400, "invalid params, tool result's tool id(look_9) not found (2013)"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WORDED)
def test_a_vendor_refuses_in_its_own_words(name: str, facts_of: Any) -> None:
    vendor, dialect, asked, turns, (index, status, words) = WORDED[name]
    issued = Issued().plus([Choice(index=0, parts=(THOUGHT,))])
    first, *_ = breaches(turns, asked, facts_of(vendor, dialect), issued)
    assert (first.index, first.refusal.status) == (index, status)
    assert first.refusal.message.startswith(words)
    assert first.rule.startswith("history/")
    assert "{" not in first.refusal.message


@pytest.mark.parametrize(
    ("vendor", "dialect", "asked", "turns"),
    [
        pytest.param("moonshot", CHAT, KIMI_26, talk(KIMIS, CALL), id="kimi, with its thought"),
        pytest.param(
            "moonshot", CHAT, Asked(model="kimi-k2.6", thinking=False), talk(CALL),
            id="kimi, not thinking",
        ),
        pytest.param("moonshot", CHAT, Asked(model="moonshot-v1-8k"), talk(CALL), id="kimi of old"),
        pytest.param("deepseek", CHAT, Asked(model="deepseek-chat"), talk(CALL), id="deepseek 3"),
        pytest.param("anthropic", MESSAGES, THINKS, talk(THOUGHT, CALL), id="anthropic"),
        pytest.param("anthropic", MESSAGES, ADAPTIVE, talk(CALL), id="anthropic, adaptive"),
        pytest.param("google", GEMINI, GEMINI_2, talk(CALL), id="gemini 2"),
        pytest.param("mistral", CHAT, Asked(), talk(WORDS), id="mistral"),
        pytest.param("unknown", CHAT, THINKS, talk(CALL)[:2], id="a vendor nobody knows"),
    ],
)  # fmt: skip
def test_a_vendor_takes(
    vendor: str, dialect: str, asked: Asked, turns: tuple[Turn, ...], *, facts_of: Any
) -> None:
    assert breaches(turns, asked, facts_of(vendor, dialect)) == ()


def test_params_and_codes_are_filled_in_or_left_out(facts_of: Any) -> None:
    facts, more = facts_of("openai"), Turn(role=Role.USER, text="Go on.", position=2)
    (early,) = breaches((*talk(CALL)[:2], more), Asked(), facts)
    (last,) = breaches(talk(CALL)[:2], Asked(), facts)
    assert (early.refusal.param, last.refusal.param) == ("messages.[2].role", None)
    (mistral,) = breaches(talk(CALL)[:2], Asked(), facts_of("mistral"))
    assert mistral.refusal.code == 3230


def test_words_that_do_not_fit_refuse_nothing(facts_of: Any) -> None:
    # This vendor names the message in which the result is missing: here there is none.
    turns, facts = talk(CALL)[:2], facts_of("qwen")
    assert breaches(turns, Asked(), facts) == ()
    assert [lapse.duty.name for lapse in lapses(turns, Asked(), facts)] == ["calls-are-answered"]


def test_what_is_not_sourced_is_not_enforced(facts_of: Any) -> None:
    assert duties({}) == ()
    assert duties({"history-errors": "all"}) == ()
    found = {duty.name for duty in duties(facts_of("moonshot"))}
    assert {"reasoning-with-calls", "reasoning-on-every-turn", "calls-are-answered"} <= found


def test_a_general_duty_lapses_whoever_serves(facts_of: Any) -> None:
    found = list(lapses(talk(CALL)[:2], Asked(), facts_of("unknown")))
    assert [(lapse.duty.name, lapse.index) for lapse in found] == [("calls-are-answered", 1)]


def test_the_first_turn_that_is_wrong_is_refused_first(facts_of: Any) -> None:
    again = Turn(role=Role.ASSISTANT, parts=(CALL,), position=5)
    found = breaches((*talk(CALL), again), KIMI_26, facts_of("moonshot"))
    assert [one.index for one in found] == sorted(one.index for one in found)
    assert found[0].refusal.message.endswith("at index 1")


def test_each_duty_has_a_name_and_a_rule_of_its_family() -> None:
    names = [duty.name for duty in DUTIES]
    assert len(names) == len(set(names))
    assert all(duty.rule.startswith("history/") for duty in DUTIES)
