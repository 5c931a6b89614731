"""Faults of usage as numbers."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.faults import counting
from streamgauge.faults.events import said
from streamgauge.faults.fault import Fault

CHAT = "written: chat: thoughts, text, two calls"
RUNNING = "counting: chat: running"
MESSAGES = "written: messages: text"
RESPONSES = "written: responses: thoughts, text, two calls"
GEMINI = "gemini/text-in-three-chunks"


def raws(fault: Fault, one, **options: Any) -> list[dict[str, Any]]:
    """The usage objects once the fault was there."""
    spoiled = fault(one.exchange, one.setting, **options)
    return [found.raw for found in counting.counts(spoiled, one.setting)]


@pytest.mark.parametrize(
    ("name", "total"),
    [(CHAT, "total_tokens"), (RESPONSES, "total_tokens"), (GEMINI, "totalTokenCount")],
)
def test_every_total_is_off(name: str, total: str, good) -> None:
    one = good(name)
    before = [found.raw[total] for found in counting.counts(one.exchange, one.setting)]
    assert [raw[total] for raw in raws(counting.spoil_total, one, by=3)] == [n + 3 for n in before]


@pytest.mark.parametrize(
    ("fault", "name", "output", "counted"),
    [
        (counting.lower_counts, RUNNING, "completion_tokens", [5, 3, 4, 4]),
        (counting.lower_counts, MESSAGES, "output_tokens", [41, 40]),
        (counting.sum_usage, RUNNING, "completion_tokens", [2, 1, 1, 0]),
        (counting.sum_usage, MESSAGES, "output_tokens", [2, 38]),
    ],
)
def test_running_counts_do_not_run(
    fault: Fault, name: str, output: str, counted: list[int], good
) -> None:
    found = raws(fault, good(name))
    assert [raw[output] for raw in found] == counted
    if "total_tokens" in found[0]:
        assert all(raw["total_tokens"] == 9 + raw[output] for raw in found)


@pytest.mark.parametrize("name", [CHAT, MESSAGES, RESPONSES, GEMINI])
def test_all_counts_are_zero(name: str, good) -> None:
    for raw in raws(counting.zero_usage, good(name)):
        numbers = [n for value in raw.values() for n in _numbers(value)]
        assert numbers
        assert not any(numbers)


def _numbers(value: object) -> list[object]:
    return list(value.values()) if isinstance(value, dict) else [value]


def test_the_counts_come_twice_and_differ(good) -> None:
    first, last = raws(counting.contradict_usage, good(CHAT))
    assert (first["prompt_tokens"], first["total_tokens"]) == (22, 52)
    assert (last["prompt_tokens"], last["total_tokens"]) == (21, 51)
    assert first["completion_tokens"] == last["completion_tokens"]


@pytest.mark.parametrize(
    ("name", "details"),
    [(CHAT, "completion_tokens_details"), (RESPONSES, "output_tokens_details")],
)
@pytest.mark.parametrize(
    ("fault", "counted"),
    [(counting.swell_reasoning, 31), (counting.uncount_reasoning, 0)],
    ids=["more than all", "none"],
)
def test_reasoning_is_counted_badly(
    fault: Fault, counted: int, name: str, details: str, good
) -> None:
    (raw,) = raws(fault, good(name))
    assert raw[details]["reasoning_tokens"] == counted


def test_details_are_missing(good) -> None:
    (raw,) = raws(counting.lose_details, good(CHAT))
    assert raw == {"prompt_tokens": 21, "completion_tokens": 30, "total_tokens": 51}


def test_headers_count_one_more(good) -> None:
    one = good("openai-chat/kimi-usage-as-demanded")
    spoiled = counting.spoil_usage_headers(one.exchange, one.setting)
    assert spoiled.head.header("x-msh-usage-prompt-tokens") == "10"
    assert spoiled.head.header("x-msh-usage-cached-tokens") == "1"
    assert spoiled.head.header("content-type") == one.exchange.head.header("content-type")


def test_timings_are_no_usage(good) -> None:
    one = good(CHAT)
    body = one.exchange.body.replace(b'"usage":null', b'"timings":{"cache_n":4}', 1)
    timed = type(one.exchange)(body=body)
    assert timed.body != one.exchange.body
    assert len(said(timed)) == len(said(one.exchange))
    assert len(counting.counts(timed, one.setting)) == 1


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (counting.spoil_total, MESSAGES),
        (counting.lower_counts, CHAT),
        (counting.sum_usage, RESPONSES),
        (counting.contradict_usage, MESSAGES),
        (counting.swell_reasoning, MESSAGES),
        (counting.uncount_reasoning, "written: chat: two choices"),
        (counting.lose_details, RESPONSES),
        (counting.spoil_usage_headers, CHAT),
    ],
)
def test_where_there_is_nothing_to_spoil_nothing_is(fault: Fault, name: str, good) -> None:
    one = good(name)
    assert fault(one.exchange, one.setting) == one.exchange
