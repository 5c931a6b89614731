"""Faults of the answer: what comes instead is what such a vendor would send."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from streamgauge.exchange import Framing, Head
from streamgauge.faults import answering
from streamgauge.pipeline import check

TEXTS = {
    "openai-chat": "written: chat: two choices",
    "openai-responses": "openai-responses/text-whole",
    "anthropic-messages": "written: messages: text",
    "gemini": "gemini/text-in-events",
}


@pytest.mark.parametrize(
    ("dialect", "type"),
    [
        ("openai-chat", "overloaded_error"),
        ("openai-responses", "overloaded_error"),
        ("anthropic-messages", "overloaded_error"),
        ("gemini", "UNKNOWN"),
    ],
)
def test_an_error_status_has_the_shape_of_its_dialect(dialect: str, type: str, good) -> None:
    one = good(TEXTS[dialect])
    spoiled = answering.error_status(one.exchange, one.setting, message="No.")
    assert (spoiled.head.status, spoiled.framing) == (529, Framing.LENGTH)
    assert spoiled.head.content_type == "application/json"
    assert spoiled.head.header("retry-after") == "1"
    error = json.loads(spoiled.body)["error"]
    assert error["message"] == "No."
    assert type in (error.get("type"), error.get("status"))


def test_without_a_wait_there_is_no_retry_after(good) -> None:
    one = good(TEXTS["gemini"])
    spoiled = answering.error_status(one.exchange, one.setting, retry_after=-1)
    assert spoiled.head.header("retry-after") is None
    assert b"retryDelay" not in spoiled.body


@pytest.mark.parametrize("dialect", TEXTS)
def test_an_error_in_the_stream_is_read_as_one(dialect: str, good) -> None:
    one = good(TEXTS[dialect])
    spoiled = answering.error_in_stream(one.exchange, one.setting, message="No.")
    assert one.exchange.body.startswith(spoiled.body[: spoiled.arrivals[-1][0]])
    message = check(spoiled, dialect=dialect).message
    assert message is not None
    assert message.error is not None
    assert message.error.message == "No."


@pytest.mark.parametrize("dialect", TEXTS)
def test_the_document_that_comes_instead_says_the_same(dialect: str, good) -> None:
    one = good(TEXTS[dialect])
    spoiled = answering.json_instead(one.exchange, one.setting)
    told = check(spoiled, dialect=dialect).message
    said = check(one.exchange, dialect=dialect).message
    assert told is not None
    assert said is not None
    assert [part.content for part in told.choices[0].parts] == [
        part.content for part in said.choices[0].parts
    ]


def test_a_streamed_array_is_closed_behind_its_error(good) -> None:
    one = good(TEXTS["gemini"])
    array = replace(one.exchange, body=b'[{"candidates":[]},\n{"candidates":[]}]', arrivals=None)
    spoiled = answering.error_in_stream(array, one.setting)
    assert [list(each) for each in json.loads(spoiled.body)] == [["candidates"], ["error"]]


@pytest.mark.parametrize(("fault", "header"), [
    (answering.gzip, ("content-encoding", "gzip")),
    (answering.wrong_type, ("content-type", "text/plain")),
    (answering.connection_header, ("connection", "close")),
], ids=["gzip", "wrong type", "connection"])  # fmt: skip
def test_a_head_says_something_else(fault, header: tuple[str, str], good) -> None:
    one = good(TEXTS["gemini"])
    spoiled = fault(one.exchange, one.setting)
    assert header in spoiled.head.headers
    assert spoiled.body == one.exchange.body


@pytest.mark.parametrize("fault", [answering.gzip, answering.connection_header])
def test_a_head_that_was_not_recorded_is_not_made_up(fault, good) -> None:
    one = good(TEXTS["gemini"])
    bare = replace(one.exchange, head=Head())
    assert fault(bare, one.setting) == bare


def test_a_page_comes_under_its_status(good) -> None:
    one = good(TEXTS["gemini"])
    spoiled = answering.html_instead(one.exchange, one.setting, status=502)
    assert spoiled.head.status == 502
    assert spoiled.head.content_type == "text/html"
    assert spoiled.body.startswith(b"<!DOCTYPE html>")
