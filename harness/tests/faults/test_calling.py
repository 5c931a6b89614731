"""Faults of calls in any dialect: what becomes of arguments, ids and names."""

from __future__ import annotations

import json

import pytest

from streamgauge.exchange import Exchange
from streamgauge.faults import calling
from streamgauge.faults.fault import Fault
from streamgauge.message import Part
from streamgauge.pipeline import check

CHAT = "written: chat: thoughts, text, two calls"
RESPONSES = "written: responses: thoughts, text, two calls"
MESSAGES = "written: messages: thinking, text, two calls"
GEMINI = "written: gemini: thoughts, text, two calls"
TEXTUAL = (CHAT, RESPONSES, MESSAGES)
WHOLE = ['{"word":"tea","deep":true}', '{"word":"milk"}']


def calls(exchange: Exchange, dialect: str) -> list[Part]:
    message = check(exchange, dialect=dialect).message
    assert message is not None
    return [part for part in message.choices[0].parts if part.kind.value == "tool_call"]


def spoiled(fault: Fault, name: str, good, **options: int | str) -> list[Part]:
    one = good(name)
    return calls(fault(one.exchange, one.setting, **options), one.setting.dialect.name)


@pytest.mark.parametrize("name", TEXTUAL)
@pytest.mark.parametrize(
    ("fault", "texts"),
    [
        (calling.truncate_arguments, ['{"word":"tea"', '{"word"']),
        (calling.double_arguments, [one * 2 for one in WHOLE]),
        (calling.stringify_arguments, [json.dumps(one) for one in WHOLE]),
        (calling.lose_arguments, ["", ""]),
        (calling.whole_arguments, WHOLE),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_the_arguments_of_one_call_are_others(
    fault: Fault, texts: list[str], name: str, good
) -> None:
    found = {
        tuple(part.arguments_json for part in spoiled(fault, name, good, seed=seed))
        for seed in range(10)
    }
    assert found == {(texts[0], WHOLE[1]), (WHOLE[0], texts[1])}


@pytest.mark.parametrize("name", TEXTUAL)
def test_whole_arguments_come_in_one_piece(name: str, good) -> None:
    one = good(name)
    body = calling.whole_arguments(one.exchange, one.setting).body
    escaped = [json.dumps(text)[1:-1].encode() for text in WHOLE]
    assert any(text in line for line in body.split(b"\n") for text in escaped
               if b"delta" in line)  # fmt: skip


def test_a_call_of_paths_and_values_is_left_open(good) -> None:
    name = "written: gemini: streamed arguments, counts of their own"
    (part,) = spoiled(calling.truncate_arguments, name, good)
    assert part.arguments_state is not None
    assert part.arguments_state.value == "partial"


def test_a_copy_of_arguments_is_spoiled_and_no_piece(good) -> None:
    parts = spoiled(calling.spoil_arguments_copy, RESPONSES, good)
    assert [part.arguments_json for part in parts] == WHOLE


@pytest.mark.parametrize(
    ("fault", "name", "ids"),
    [
        (calling.blank_id, MESSAGES, {("", "toolu_milk"), ("toolu_tea", "")}),
        (calling.blank_id, GEMINI, {("", "c-milk"), ("c-tea", "")}),
        (calling.strange_id, "openai-chat/kimi-call-as-demanded", {("~look_up_0",)}),
    ],
)
def test_an_id_is_another(fault: Fault, name: str, ids: set[tuple[str, ...]], good) -> None:
    found = {tuple(part.id for part in spoiled(fault, name, good, seed=seed)) for seed in range(10)}
    assert found == ids


@pytest.mark.parametrize("name", [RESPONSES, MESSAGES, GEMINI])
def test_two_calls_share_an_id(name: str, good) -> None:
    one = good(name)
    dialect = one.setting.dialect.name
    first, _ = (part.id for part in calls(one.exchange, dialect))
    found = calling.share_id(one.exchange, one.setting)
    assert {part.id for part in calls(found, dialect)} == {first}


@pytest.mark.parametrize("name", [*TEXTUAL, GEMINI])
@pytest.mark.parametrize(
    ("fault", "new"),
    [(calling.blank_name, ""), (calling.uncallable_name, "look_up<|channel|>commentary")],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_a_name_is_another(fault: Fault, new: str, name: str, good) -> None:
    assert {part.name for part in spoiled(fault, name, good)} == {new}


@pytest.mark.parametrize(
    "fault",
    [one for one in vars(calling).values() if isinstance(one, Fault)],
    ids=lambda fault: fault.name,
)
def test_without_a_call_there_is_nothing_to_spoil(fault: Fault, good) -> None:
    one = good("written: messages: text")
    assert fault(one.exchange, one.setting) is one.exchange


def test_arguments_that_a_limit_cut_are_no_lie(good) -> None:
    one = good("openai-chat/arguments-cut-by-limit")
    assert calling.truncate_arguments(one.exchange, one.setting) is one.exchange
