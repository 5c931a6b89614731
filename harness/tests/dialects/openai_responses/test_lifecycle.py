"""The response object of the lifecycle events: who answers, how it stopped, what it cost."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.delta import (
    Copy,
    Delta,
    Ended,
    Failure,
    Identity,
    Malformed,
    Stop,
    Unknown,
    Usage,
)
from streamgauge.dialects.openai_responses.read import read

AT = "/response/incomplete_details/reason"


def event(word: str, **response: object) -> dict[str, Any]:
    return {"type": f"response.{word}", "response": response}


def item(type: str) -> dict[str, object]:
    return {"type": type}


EVENTS: dict[str, tuple[dict[str, Any], list[Delta]]] = {
    "created names the answer": (
        event("created", id="r", model="m", usage=None, status="in_progress"),
        [Identity("r", "m")],
    ),
    "queued as well": (event("queued", id="r"), [Identity("r", None)]),
    "completed stops, costs and ends": (
        event("completed", id="r", status="completed", output=[], usage={"input_tokens": 1}),
        [
            Identity("r", None),
            Usage({"input_tokens": 1}, "/response/usage"),
            Stop(0, "stop", "completed", "/response/status"),
            Ended("response.completed"),
        ],
    ),
    "completed repeats every text under its own key": (
        event(
            "completed",
            output=[
                {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]},
                {"type": "message", "content": [{"type": "output_text", "text": "Hi"}]},
            ],
        ),
        [
            Copy(0, (0, "summary", 0), "content", "hm", "/response/output/0/summary/0/text"),
            Copy(0, (1, 0), "content", "Hi", "/response/output/1/content/0/text"),
            Stop(0, "stop", "completed", "/response"),
            Ended("response.completed"),
        ],
    ),
    "incomplete by length": (
        event("incomplete", incomplete_details={"reason": "max_output_tokens"}),
        [Stop(0, "length", "max_output_tokens", AT), Ended("response.incomplete")],
    ),
    "incomplete by filter": (
        event("incomplete", incomplete_details={"reason": "content_filter"}),
        [Stop(0, "content_filter", "content_filter", AT), Ended("response.incomplete")],
    ),
    "incomplete for a reason that has no neutral word": (
        event("incomplete", incomplete_details={"reason": "steered"}),
        [Stop(0, "unknown", "steered", AT), Ended("response.incomplete")],
    ),
    "incomplete without a reason": (
        event("incomplete", incomplete_details=None),
        [Stop(0, "unknown", "incomplete", "/response"), Ended("response.incomplete")],
    ),
    "completed that calls itself incomplete": (
        event("completed", status="incomplete", incomplete_details={"reason": "content_filter"}),
        [Stop(0, "content_filter", "content_filter", AT), Ended("response.completed")],
    ),
    "failed is an error and no end": (
        event("failed", status="failed", error={"code": "server_error", "message": "m"}),
        [
            Failure(
                None,
                "server_error",
                "m",
                {"code": "server_error", "message": "m"},
                "/response/error",
            ),
            Stop(0, "error", "failed", "/response/status"),
        ],
    ),
    "cancelled is in no list and ends nothing": (
        event("cancelled"),
        [
            Unknown("response.cancelled", event("cancelled"), ""),
            Stop(0, "unknown", "cancelled", "/response"),
        ],
    ),
    "done is in no list and ends": (
        event("done"),
        [
            Unknown("response.done", event("done"), ""),
            Stop(0, "stop", "completed", "/response"),
            Ended("response.done"),
        ],
    ),
    "usage of a wrong type": (
        event("in_progress", usage=3),
        [Malformed("usage is not an object", "/response/usage")],
    ),
    "completed without a response still ends": (
        {"type": "response.completed"},
        [
            Malformed("response is missing", ""),
            Stop(0, "stop", "completed", "/response"),
            Ended("response.completed"),
        ],
    ),
}


@pytest.mark.parametrize(("value", "deltas"), EVENTS.values(), ids=EVENTS.keys())
def test_an_event_gives_its_deltas(value: dict[str, Any], deltas: list[Delta]) -> None:
    assert list(read(None, value)) == deltas


def test_the_final_texts_are_found_by_place_and_by_id() -> None:
    text = {"type": "output_text", "text": "Hi"}
    said = {"type": "message", "id": "msg_1", "content": [text]}
    at = "/response/output/0/content/0/text"
    deltas = read(None, event("completed", output=[said]))
    assert [delta for delta in deltas if isinstance(delta, Copy)] == [
        Copy(0, (0, 0), "content", "Hi", at),
        Copy(0, ("msg_1", 0), "content", "Hi", at),
    ]


@pytest.mark.parametrize(
    ("types", "reason"),
    [
        pytest.param(["message"], "stop", id="words alone"),
        pytest.param(["reasoning", "function_call"], "tool_call", id="a call of the client's"),
        pytest.param(["message", "custom_tool_call"], "tool_call", id="a custom call at the end"),
        pytest.param(["custom_tool_call", "message"], "stop", id="a custom call the server ran"),
        pytest.param(["web_search_call", "message"], "stop", id="a hosted call"),
        pytest.param([], "stop", id="no output to tell from"),
    ],
)
def test_completed_awaits_a_tool_if_the_client_is_to_answer(types: list[str], reason: str) -> None:
    deltas = read(None, event("completed", output=[item(type) for type in types]))
    assert [delta.reason for delta in deltas if isinstance(delta, Stop)] == [reason]
