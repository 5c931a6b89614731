"""Every shape of an error in chat is the one that was seen in the world."""

from __future__ import annotations

import json

import pytest

from streamgauge.exchange import Close
from streamgauge.faults import erring
from streamgauge.faults.edits import transcript
from streamgauge.faults.fault import Fault
from streamgauge.message import Ending

CHAT = "written: chat: thoughts, text, two calls"


def tail(fault: Fault, good) -> str:
    """What the fault puts behind what was kept of the stream."""
    one = good(CHAT)
    spoiled = fault(one.exchange, one.setting)
    kept = spoiled.arrivals[-1][0]
    assert one.exchange.body.startswith(spoiled.body[:kept])
    return spoiled.body[kept:].decode()


@pytest.mark.parametrize(
    ("fault", "keys", "end"),
    [
        (erring.error_then_sentinel, ["error"], "data: [DONE]\n\n"),
        (erring.error_as_text, ["error"], ""),
        (erring.error_in_error, ["object", "error"], ""),
        (erring.error_in_members, ["id", "choices", "error_type", "error_message"], ""),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_the_members_of_an_error(fault: Fault, keys: list[str], end: str, good) -> None:
    first, _, rest = tail(fault, good).partition("\n\n")
    assert list(json.loads(first.removeprefix("data: "))) == keys
    assert rest == end


@pytest.mark.parametrize(
    ("fault", "starts"),
    [
        (erring.error_of_another_protocol, "id:1\nevent:error\n:HTTP_STATUS/429\ndata:{"),
        (erring.error_under_a_name, "event: error\ndata: {"),
        (erring.error_in_words, "data: The engine is overloaded.\n"),
        (erring.bare_error, '{"error":{'),
        (erring.bare_error_over_lines, '{\n  "error": {\n'),
        (erring.error_field, 'error: {"message":'),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_the_lines_of_an_error(fault: Fault, starts: str, good) -> None:
    assert tail(fault, good).startswith(starts)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(erring.error_beside_choices, None), (erring.error_in_last_choice, "error")],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_an_error_stands_beside_choices(fault: Fault, reason: str | None, good) -> None:
    told = json.loads(tail(fault, good).partition("\n\n")[0].removeprefix("data: "))
    assert told["error"]["code"] == 502
    assert told["choices"][0]["finish_reason"] == reason


def test_behind_an_error_in_words_nothing_comes(good) -> None:
    one = good(CHAT)
    spoiled = erring.error_in_words(one.exchange, one.setting)
    assert spoiled.close is Close.TIMEOUT
    assert transcript(spoiled, one.setting).ending is Ending.TRUNCATED


def test_other_dialects_have_no_such_shapes(good) -> None:
    one = good("written: messages: text")
    assert erring.error_as_text(one.exchange, one.setting) is one.exchange
