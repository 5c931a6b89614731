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
