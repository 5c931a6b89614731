"""Faults of shape spoil one payload, or one member of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.faults import shaping
from streamgauge.faults.events import Said, said
from streamgauge.faults.fault import Fault

CHAT = "written: chat: two choices"
MESSAGES = "written: messages: text"
RESPONSES = "written: responses: refusal"
GEMINI = "written: gemini: two candidates"


def changed(fault: Fault, one, **options: Any) -> tuple[Said, Said]:
    """The one event that is another now: before and after."""
    before = said(one.exchange)
    after = said(fault(one.exchange, one.setting, **options))
    assert len(before) == len(after)
    ((old, new),) = [
        (old, new) for old, new in zip(before, after, strict=True) if old.data != new.data
    ]
    return old, new


@pytest.mark.parametrize(
    ("fault", "made"),
    [
        (shaping.cut_json, lambda data: data[:-1]),
        (shaping.glue_json, lambda data: data + data),
        (shaping.nan, lambda data: data[:-1] + b',"chance":NaN}'),
        (shaping.huge_number, lambda data: data[:-1] + b',"time_ns":1700000000123456789}'),
    ],
    ids=["cut", "glued", "nan", "huge"],
)
@pytest.mark.parametrize("name", [CHAT, MESSAGES])
def test_a_payload_is_spoiled(fault: Fault, made: Any, name: str, good) -> None:
    old, new = changed(fault, good(name))
    assert new.data == made(old.data)


def test_a_key_stands_twice_with_one_value(good) -> None:
    old, new = changed(shaping.repeat_key, good(MESSAGES))
    assert json.loads(new.data) == old.json
    assert new.data == old.data[:-1] + b',"type":' + json.dumps(old.json["type"]).encode() + b"}"


@pytest.mark.parametrize(
    ("fault", "name", "path", "value"),
    [
        (shaping.mistype_member, CHAT, ("object",), 7),
        (shaping.mistype_member, MESSAGES, ("message", "type"), 7),
        (shaping.null_member, RESPONSES, ("response", "object"), None),
        (shaping.null_member, GEMINI, ("modelVersion",), None),
        (shaping.quote_number, CHAT, ("created",), "1700000000"),
        (shaping.quote_number, MESSAGES, ("usage", "output_tokens"), "40"),
        (shaping.quote_number, RESPONSES, ("response", "created_at"), "1700000000"),
    ],
)
def test_a_member_has_another_value(
    fault: Fault, name: str, path: tuple[str, ...], value: object, good
) -> None:
    _, new = changed(fault, good(name))
    found: Any = new.json
    for step in path:
        found = found[step]
    assert found == value


@pytest.mark.parametrize(
    ("name", "lost"),
    [(CHAT, '"index": 0, '), (MESSAGES, '"content": [], '), (RESPONSES, '"object": "response", ')],
)
def test_a_member_that_is_demanded_is_missing(name: str, lost: str, good) -> None:
    old, new = changed(shaping.lose_member, good(name))
    assert json.dumps(new.json) == json.dumps(old.json).replace(lost, "")


@pytest.mark.parametrize("fault", [shaping.lose_member, shaping.null_member, shaping.quote_number])
def test_the_member_can_be_chosen(fault: Fault, good) -> None:
    old, new = changed(fault, good(MESSAGES), member="/message/usage/input_tokens")
    assert old.json["message"]["usage"] != new.json["message"]["usage"]
    old.json["message"].pop("usage")
    new.json["message"].pop("usage")
    assert old.json == new.json


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (shaping.cut_json, "written: chat: refusal"),
        (shaping.glue_json, "written: gemini: thoughts, text, two calls, as an array"),
        (shaping.lose_member, GEMINI),
    ],
)
def test_where_there_is_nothing_to_spoil_nothing_is(fault: Fault, name: str, good) -> None:
    one = good(name)
    assert fault(one.exchange, one.setting) == one.exchange


def test_one_huge_number_is_enough(good) -> None:
    one = good(CHAT)
    huge = shaping.huge_number(one.exchange, one.setting)
    assert shaping.huge_number(huge, one.setting) is huge
