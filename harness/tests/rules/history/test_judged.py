"""The whole way: a request and its refusal, judged by the shipped profiles."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.exchange import Exchange, Head, Request
from streamgauge.pipeline import Options, judge_exchange
from streamgauge.rules.case import Case
from streamgauge.rules.history.judged import unkept

CALLED = {
    "role": "assistant",
    "content": None,
    "tool_calls": [
        {"id": "look_0", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    ],
}
USER = {"role": "user", "content": "Look."}
KIMI = "thinking is enabled but reasoning_content is missing in assistant tool call message"
GEMINI = "https://generativelanguage.googleapis.com/v1beta/models/{}:streamGenerateContent?alt=sse"


def found(exchange: Exchange, dialect: str, vendor: str) -> list[dict[str, Any]]:
    judgement = judge_exchange(exchange, Options(dialect=dialect, vendor=vendor))
    findings = judgement.record["findings"]
    return [one for one in findings if one["rule"].startswith("history/")]


def test_kimis_refusal_is_named_with_its_rule_and_place() -> None:
    result = {"role": "tool", "tool_call_id": "look_0", "content": "42"}
    asked = {"model": "kimi-k2.6", "stream": True, "messages": [USER, CALLED, result]}
    answer = {"error": {"message": f"{KIMI} at index 1", "type": "invalid_request_error"}}
    exchange = Exchange(
        request=Request(body=json.dumps(asked).encode()),
        head=Head(status=400, headers=(("content-type", "application/json"),)),
        body=json.dumps(answer).encode(),
    )
    (one,) = found(exchange, "openai-chat", "moonshot")
    assert (one["rule"], one["level"]) == ("history/reasoning-is-sent-back", "must")
    assert (one["pointer"], one["event"], one["span"]) == ("/messages/1", None, None)
    assert one["got"] == f"no reasoning; refused with 400: {KIMI} at index 1"


@pytest.mark.parametrize(
    ("model", "signature", "pointers"),
    [
        pytest.param("gemini-3-pro-preview", None, ["/contents/1"], id="gemini 3, unsigned"),
        pytest.param("gemini-3-pro-preview", "c2lnbmVk", [], id="gemini 3, signed"),
        pytest.param("gemini-3-pro-image", None, [], id="a model of images"),
        pytest.param("gemini-2.5-flash", None, [], id="gemini 2.5, unsigned"),
    ],
)
def test_the_model_of_a_gemini_request_stands_in_its_url(
    model: str, signature: str | None, pointers: list[str]
) -> None:
    call: dict[str, Any] = {"functionCall": {"name": "look", "args": {}}}
    call |= {} if signature is None else {"thoughtSignature": signature}
    result = {"functionResponse": {"name": "look", "response": {"output": "42"}}}
    contents = [
        {"role": "user", "parts": [{"text": "Look."}]},
        {"role": "model", "parts": [call]},
        {"role": "user", "parts": [result]},
    ]
    sent = json.dumps({"contents": contents}).encode()
    exchange = Exchange(request=Request(url=GEMINI.format(model), body=sent), body=b"data: {}\n\n")
    assert [one["pointer"] for one in found(exchange, "gemini", "google")] == pointers


def test_items_of_a_responses_request_are_counted_as_input() -> None:
    said = [
        {"role": "user", "content": "Look."},
        {"type": "function_call", "call_id": "c", "name": "look", "arguments": "{}"},
    ]
    body = json.dumps({"model": "m-1", "input": said}).encode()
    (one,) = found(Exchange(request=Request(body=body)), "openai-responses", "openai")
    assert (one["rule"], one["pointer"]) == ("history/calls-are-answered", "/input/1")


def test_no_request_is_no_history() -> None:
    judgement = judge_exchange(Exchange(body=b"data: {}\n\n"), Options(dialect="openai-chat"))
    reasons = {one.rule: one.reason for one in judgement.outcome.skipped}
    assert reasons["history/calls-are-answered"].startswith("no request is known")
    assert judgement.transcript is not None
    facts: dict[str, object] = {}
    case = Case(transcript=judgement.transcript, facts=facts, violations=lambda _: iter(()))
    assert list(unkept(case, "history/calls-are-answered")) == []
