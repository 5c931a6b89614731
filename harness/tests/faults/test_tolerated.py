"""What is lawful and seldom met leaves the message as it was."""

from __future__ import annotations

import pytest

from streamgauge.faults import tolerated
from streamgauge.faults.edits import transcript
from streamgauge.faults.fault import Fault


@pytest.mark.parametrize(
    ("fault", "stream", "more"),
    [
        (tolerated.empty_choices, "written: chat: two choices", b'"choices":[],"prompt_filter'),
        (tolerated.empty_delta, "written: chat: two choices", b'"content":""}'),
        (tolerated.empty_delta, "written: messages: text", b'"text":""}'),
        (tolerated.line_separators, "written: gemini: two candidates", "\u2028data: ".encode()),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_the_message_is_the_same(fault: Fault, stream: str, more: bytes, good) -> None:
    one = good(stream)
    spoiled = fault(one.exchange, one.setting)
    assert spoiled.body.count(more) == one.exchange.body.count(more) + 1
    said, before = (transcript(each, one.setting) for each in (spoiled, one.exchange))
    assert said.folded.message == before.folded.message


def test_other_dialects_are_let_be(good) -> None:
    one = good("written: messages: text")
    assert tolerated.empty_choices(one.exchange, one.setting) is one.exchange


@pytest.mark.parametrize(
    ("stream", "reason"),
    [
        ("written: chat: refusal", '"finish_reason":"content_filter"'),
        ("written: messages: text", '"stop_reason":"refusal"'),
        ("written: gemini: two candidates", '"finishReason":"SAFETY"'),
    ],
)
def test_a_filter_has_its_own_word(stream: str, reason: str, good) -> None:
    one = good(stream)
    assert reason in tolerated.filter_answer(one.exchange, one.setting).body.decode()


def test_an_answer_with_a_call_is_not_filtered(good) -> None:
    one = good("written: chat: thoughts, text, two calls")
    assert tolerated.filter_answer(one.exchange, one.setting) is one.exchange


def test_a_line_feed_follows_the_calls(good) -> None:
    one = good("written: chat: thoughts, text, two calls")
    events = tolerated.text_behind_call(one.exchange, one.setting).body.split(b"\n\n")
    (at,) = [n for n, event in enumerate(events) if b'"content":"\\n"' in event]
    assert b'"tool_calls":[' in events[at - 1]
    assert b'"finish_reason":"tool_calls"' in events[at + 1]


def test_a_signature_is_all_that_comes_of_a_thought(good) -> None:
    one = good("written: messages: thinking, text, two calls")
    body = tolerated.keep_thought_back(one.exchange, one.setting).body
    assert b"thinking_delta" not in body
    assert b"signature_delta" in body
