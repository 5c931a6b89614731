"""Faults of memory: what of the conversation comes back, and what comes back changed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.exchange import Exchange
from streamgauge.faults import remembering
from streamgauge.faults.asking import request_of, requesting
from streamgauge.faults.fault import Fault

KIMI = "openai-chat/kimi-history-as-demanded"
CHAT = "remembering: chat: a signed call"
MESSAGES = "anthropic-messages/history-as-demanded"
RESPONSES = "remembering: responses: a thought, a call"
GEMINI = "remembering: gemini: a signed call"
FAULTS = [one for one in vars(remembering).values() if isinstance(one, Fault)]


def talk(exchange: Exchange) -> list[dict[str, Any]]:
    value: Any = request_of(exchange)
    turns: list[dict[str, Any]] = value.get("messages", value.get("contents", value.get("input")))
    return turns


@pytest.mark.parametrize(
    ("fault", "name", "gone", "left"),
    [
        (remembering.forget_reasoning, KIMI, "I look it up.", "look_up_0"),
        (remembering.forget_reasoning, MESSAGES, "I look it up.", "toolu_0"),
        (remembering.forget_reasoning, RESPONSES, "rs_0", "call_0"),
        (remembering.forget_what_followed, RESPONSES, "call_0", "rs_0"),
        (remembering.forget_signatures, CHAT, "c2lnbmVk", "look_up"),
        (remembering.forget_signatures, MESSAGES, "c2lnbmVk", "I look it up."),
        (remembering.forget_signatures, RESPONSES, "c2lnbmVk", "rs_0"),
        (remembering.forget_signatures, GEMINI, "c2lnbmVk", "look_up"),
        (remembering.change_signatures, GEMINI, '"c2lnbmVk', '"xc2lnbmVk'),
        (remembering.forget_result, MESSAGES, "Tea is a drink.", "toolu_0"),
        (remembering.forget_result, GEMINI, "A drink.", "look_up"),
        (remembering.forget_result, RESPONSES, "A drink.", "call_0"),
        (remembering.stray_result, KIMI, '"tool_call_id": "look_up_0"', "look_up_0x"),
        (remembering.stray_result, MESSAGES, '"tool_use_id": "toolu_0"', "toolu_0x"),
        (remembering.stray_result, GEMINI, '"functionResponse": {"name": "look_up"', "look_upx"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_what_is_lost_of_a_conversation(
    fault: Fault, name: str, gone: str, left: str, good
) -> None:
    one = good(name)
    spoiled = fault(one.exchange, one.setting)
    assert gone in json.dumps(talk(one.exchange))
    found = json.dumps(talk(spoiled))
    assert gone not in found
    assert left in found
    assert spoiled.body == one.exchange.body


@pytest.mark.parametrize("name", [KIMI, MESSAGES, GEMINI])
def test_without_its_result_a_turn_is_empty_and_gone(name: str, good) -> None:
    one = good(name)
    spoiled = remembering.forget_result(one.exchange, one.setting)
    assert len(talk(spoiled)) == len(talk(one.exchange)) - 1


def test_a_result_among_others_leaves_them(good) -> None:
    one = good(MESSAGES)
    asked: Any = request_of(one.exchange)
    asked["messages"][-1]["content"].append({"type": "text", "text": "Well?"})
    two = requesting(one.exchange, asked)
    spoiled = remembering.forget_result(two, one.setting)
    assert talk(spoiled)[-1]["content"] == [{"type": "text", "text": "Well?"}]


def test_a_member_of_another_vendor_comes_back(good) -> None:
    one = good("openai-chat/history-of-words-alone")
    spoiled = remembering.foreign_member(one.exchange, one.setting)
    assert [turn.get("reasoning_content") for turn in talk(spoiled)] == [None, "A thought.", None]


def test_a_text_without_a_character_comes_back(good) -> None:
    one = good(MESSAGES)
    spoiled = remembering.blank_text(one.exchange, one.setting)
    assert talk(spoiled)[1]["content"][-1] == {"type": "text", "text": ""}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize(
    "name", ["written: chat: two choices", "written: messages: text", "gemini/text-in-events"]
)
def test_without_a_history_there_is_nothing_to_spoil(fault: Fault, name: str, good) -> None:
    one = good(name)
    assert fault(one.exchange, one.setting) is one.exchange


def test_a_result_of_a_call_that_is_not_seen_is_left_alone(good) -> None:
    one = good(RESPONSES)
    asked: Any = request_of(one.exchange)
    unseen = {**asked, "previous_response_id": "resp_0", "input": asked["input"][-1:]}
    two = requesting(one.exchange, unseen)
    assert remembering.forget_result(two, one.setting) is two
    assert remembering.stray_result(two, one.setting) is two


def test_behind_a_part_that_nobody_knows_any_result_may_stand(good) -> None:
    one = good(GEMINI)
    asked: Any = request_of(one.exchange)
    asked["contents"][1]["parts"].append({"strange": {}})
    two = requesting(one.exchange, asked)
    assert remembering.stray_result(two, one.setting) is two
