"""Faults of wording change what is said, and leave the rest of the stream as it was."""

from __future__ import annotations

import json

import pytest

from streamgauge.exchange import Exchange
from streamgauge.faults import wording
from streamgauge.faults.asking import request_of, requesting
from streamgauge.faults.fault import Fault
from streamgauge.pipeline import check

CHAT = "written: chat: usage on every chunk"
MESSAGES = "written: messages: text"
RESPONSES = "written: responses: a search, text, [DONE]"
GEMINI = "written: gemini: two candidates"
TEA = "Tea grows on hills, and the best of it is picked by hand in spring."


def text(exchange: Exchange, dialect: str) -> str:
    message = check(exchange, dialect=dialect).message
    assert message is not None
    return "".join(part.content for choice in message.choices for part in choice.parts)


@pytest.mark.parametrize("name", [CHAT, MESSAGES, RESPONSES])
@pytest.mark.parametrize(
    ("fault", "mark"),
    [
        (wording.replace_character, "\ufffd"),
        (wording.halve_character, "\ud83d"),
        (wording.leak_control_token, " <|im_end|>"),
        (wording.leak_tool_markup, " <tool_call>"),
        (wording.leak_reasoning_tag, " </think>"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_a_mark_stands_in_one_piece(fault: Fault, mark: str, name: str, good) -> None:
    one = good(name)
    dialect = one.setting.dialect.name
    before = text(one.exchange, dialect)
    after = text(fault(one.exchange, one.setting), dialect)
    assert after.count(mark) == 1
    assert after.replace(mark, "") in before or len(after) == len(before)


def test_the_seed_chooses_the_piece(good) -> None:
    one = good(MESSAGES)
    found = {
        wording.leak_control_token(one.exchange, one.setting, seed=seed).body for seed in range(20)
    }
    assert len(found) == 3


def test_a_mark_of_which_the_request_speaks_is_no_leak(good) -> None:
    one = good(CHAT)
    asked = {**request_of(one.exchange), "prompt": "What is <|im_end|>?"}
    about = requesting(one.exchange, asked)
    assert wording.leak_control_token(about, one.setting) is about


def test_copies_say_what_the_pieces_say(good) -> None:
    one = good(RESPONSES)
    spoiled = wording.leak_control_token(one.exchange, one.setting)
    assert spoiled.body.count(b"<|im_end|>") == 5


@pytest.mark.parametrize(
    ("fault", "name", "said"),
    [
        (wording.grow_text, MESSAGES, f"Tea grows on hills, {TEA[:39]}{TEA}"),
        (wording.repeat_text, MESSAGES, f"{TEA[:39]}{TEA}"),
        (wording.say_nothing, MESSAGES, ""),
        (wording.drop_choice, "written: chat: two choices", TEA),
        (wording.show_stop_sequence, "wording: gemini: a stop sequence", f"{TEA[:56]}.END"),
        (
            wording.fence_json,
            "wording: messages: JSON",
            '```json\n{"tea":"green","milk":"none at all","sugar":"one lump"}\n```',
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_what_is_said_then(fault: Fault, name: str, said: str, good) -> None:
    one = good(name)
    found = text(fault(one.exchange, one.setting), one.setting.dialect.name)
    assert found.replace("gröws", "grows") == said


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (wording.fence_json, MESSAGES),
        (wording.show_stop_sequence, MESSAGES),
        (wording.drop_choice, CHAT),
        (wording.lose_logprob, CHAT),
        (wording.drop_logprobs, CHAT),
        (wording.spoil_copy, CHAT),
        (wording.say_nothing, "written: chat: thoughts, text, two calls"),
        (wording.replace_character, "written: chat: refusal"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_where_there_is_nothing_to_spoil(fault: Fault, name: str, good) -> None:
    one = good(name)
    assert fault(one.exchange, one.setting) is one.exchange


def test_one_copy_is_spoiled_and_no_piece(good) -> None:
    one = good(RESPONSES)
    spoiled = wording.spoil_copy(one.exchange, one.setting)
    assert text(spoiled, "openai-responses") == text(one.exchange, "openai-responses")
    assert len(spoiled.body) == len(one.exchange.body) + 1


@pytest.mark.parametrize(("fault", "left"), [(wording.lose_logprob, 4), (wording.drop_logprobs, 0)])
def test_log_probabilities_are_lost(fault: Fault, left: int, good) -> None:
    one = good("wording: chat: scored JSON")
    spoiled = fault(one.exchange, one.setting)
    values = [json.loads(line[6:]) for line in spoiled.body.split(b"\n") if b'"content":[' in line]
    assert sum(len(value["choices"][0]["logprobs"]["content"]) for value in values) == left
