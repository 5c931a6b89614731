"""Faults of what a body holds at its end, or at all."""

from __future__ import annotations

import pytest

from streamgauge.faults import ending
from streamgauge.faults.fault import Fault

CHAT = "written: chat: refusal"
MESSAGES = "written: messages: text"
DONE = b"data: [DONE]\n\n"


@pytest.mark.parametrize(
    ("fault", "body"),
    [
        (ending.empty_body, b""),
        (ending.comments_alone, b": keep-alive\n\n" * 3),
        (ending.sentinel_alone, DONE),
        (ending.text_instead, b"Try again later.\n"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_what_comes_instead(fault: Fault, body: bytes, good) -> None:
    one = good(CHAT)
    spoiled = fault(one.exchange, one.setting)
    assert (spoiled.body, spoiled.arrivals) == (body, ((0, 100.0),))


@pytest.mark.parametrize(
    ("fault", "end"),
    [
        (ending.second_sentinel, DONE + DONE),
        (ending.blank_after_sentinel, b"data: [DONE] \n\n"),
        (ending.quoted_sentinel, b'data: "[DONE]"\n\n'),
        (ending.small_sentinel, b"data: [done]\n\n"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_how_the_sentinel_is_written(fault: Fault, end: bytes, good) -> None:
    one = good(CHAT)
    spoiled = fault(one.exchange, one.setting)
    assert spoiled.body == one.exchange.body.removesuffix(DONE) + end


@pytest.mark.parametrize(
    ("fault", "names"),
    [
        (ending.second_end, ["message_delta", "message_stop", "message_stop"]),
        (ending.early_end, ["content_block_stop", "message_stop", "message_delta"]),
        (ending.text_after_end, ["message_delta", "message_stop", "content_block_delta"]),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_what_comes_at_the_end(fault: Fault, names: list[str], good) -> None:
    one = good(MESSAGES)
    lines = fault(one.exchange, one.setting).body.decode().splitlines()
    assert [line[7:] for line in lines if line.startswith("event: ")][-3:] == names


def test_a_foreign_sentinel_is_appended(good) -> None:
    one, chat = good(MESSAGES), good(CHAT)
    assert ending.foreign_sentinel(one.exchange, one.setting).body == one.exchange.body + DONE
    assert ending.foreign_sentinel(chat.exchange, chat.setting) is chat.exchange


def test_two_answers_stand_in_one_body(good) -> None:
    one = good(MESSAGES)
    assert ending.glued_answers(one.exchange, one.setting).body == one.exchange.body * 2
