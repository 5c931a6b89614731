"""The streams of cases: good ones, spoiled, framed and split as the case says."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge import data
from streamgauge.exchange import Close, Framing
from streamgauge.trials.clients.case import Case, from_data
from streamgauge.trials.clients.sources import good, played


def case(table: dict[str, Any], **more: object) -> Case:
    return next(from_data({"case": {"text": {**table, **more}}}))


@pytest.mark.parametrize(
    "stream", ["simulated:openai/plain-text", "fixture:openai-chat/kimi-usage-as-demanded"]
)
def test_a_good_stream_says_something(stream: str, table: dict[str, Any]) -> None:
    made = played(case(table, streams={"openai-chat": stream}))
    assert made.good.message.choices[0].parts
    assert made.exchange.body == made.good.exchange.body
    assert made.exchange.close is Close.CLEAN


def test_a_case_states_its_framing_and_connection(table: dict[str, Any]) -> None:
    made = played(case(table, framing="until-close", connection="close"))
    assert made.exchange.framing is Framing.UNTIL_CLOSE
    assert made.exchange.head.header("connection") == "close"


def test_a_fault_is_put_on(table: dict[str, Any]) -> None:
    made = played(case(table, fault="drop:after=0.5"))
    assert made.exchange.close is Close.EOF
    assert made.good.exchange.body.startswith(made.exchange.body)


def test_one_case_is_always_the_same_bytes(table: dict[str, Any]) -> None:
    assert played(case(table)).exchange == played(case(table)).exchange


@pytest.mark.parametrize(
    "stream", ["plain-text", "simulated:nobody/plain-text", "simulated:openai/nothing"]
)
def test_a_stream_that_there_is_none_of_is_told(stream: str) -> None:
    with pytest.raises(data.DataError):
        good("openai-chat", stream)
