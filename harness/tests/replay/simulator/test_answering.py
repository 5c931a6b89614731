"""An answer as an exchange: times by tokens, counts of what was said, errors in mid-stream."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from streamgauge.delta import Kind
from streamgauge.dialects import catalogue
from streamgauge.dialects.dialect import Refusal, WireEvent
from streamgauge.exchange import Close, Framing, Request
from streamgauge.prompt import Tool
from streamgauge.replay.simulator.answering import (
    Answering,
    answered,
    message_of,
    refusing,
    weight,
)  # fmt: skip
from streamgauge.replay.simulator.heads import streaming
from streamgauge.replay.simulator.heard import Heard
from streamgauge.replay.simulator.plan import plan, spent
from streamgauge.replay.simulator.prefix import Reading
from streamgauge.replay.simulator.settings import Settings

Hear = Callable[..., Heard]
CALM = Settings(first_sigma=0, gap_sigma=0, tokens_per_second=100, first_ms=50)


def answering(heard: Heard, facts: dict[str, Any] | None = None, **members: Any) -> Answering:
    given = {
        "request": Request(), "heard": heard, "planned": plan(heard, facts or {}),
        "reading": Reading(10, 0, 0), "facts": facts or {}, "settings": CALM, "number": 1,
        "now_ms": 0.0, **members,
    }  # fmt: skip
    return Answering(**given)


def test_each_event_is_a_segment_that_waits_for_its_tokens(hear: Hear) -> None:
    exchange, _ = answered(answering(hear('Say "one two three".')))
    assert (exchange.close, exchange.framing) == (Close.CLEAN, Framing.CHUNKED)
    assert exchange.arrivals is not None
    times = [at for _, at in exchange.arrivals]
    # head, one, two, three (of a token each), finish, usage, [DONE]
    assert times == [51.0, 61.0, 71.0, 81.0, 81.0, 81.0, 81.0]
    assert exchange.body.count(b"data: ") == len(times)


def test_an_answer_that_is_not_streamed_comes_when_the_stream_would_end(hear: Hear) -> None:
    exchange, _ = answered(answering(hear('Say "one two three".', stream=False)))
    assert exchange.arrivals == ((0, 81.0),)
    assert exchange.framing is Framing.LENGTH
    assert json.loads(exchange.body)["choices"][0]["message"]["content"] == "one two three"


def test_counts_are_those_of_what_is_said(hear: Hear, weather: Tool) -> None:
    made = answering(hear("The weather in Paris?", tools=(weather,)), reading=Reading(30, 20, 5))
    message = message_of(made)
    assert message.usage is not None
    assert message.usage.input_tokens == 30
    assert message.usage.output_tokens == sum(map(spent, message.choices[0].parts))
    assert (message.usage.cache_read_tokens, message.usage.cache_write_tokens) == (20, 5)
    assert message.usage.reasoning_tokens is None


def test_a_call_that_was_cut_and_is_not_said_took_its_limit(hear: Hear, weather: Tool) -> None:
    heard = hear("The weather in Paris?", tools=(weather,), max_tokens=2, dialect="gemini")
    message = message_of(answering(heard))
    assert message.usage is not None
    assert (message.choices[0].parts, message.usage.output_tokens) == ((), 2)


def test_the_time_follows_the_run(hear: Hear) -> None:
    later = answering(hear("Hi."), now_ms=61_500.0)
    assert later.voice().created == CALM.epoch + 61


def test_ids_of_a_stream_and_its_twin_are_the_same(hear: Hear) -> None:
    one, two = answering(hear("Hi.")), answering(hear("Hi.", stream=False))
    assert one.voice().ids("message") == two.voice().ids("message")
    assert one.voice().ids("message") != replace(one, number=2).voice().ids("message")


def test_the_stop_sequence_that_ended_it_is_named(hear: Hear) -> None:
    heard = hear("Count from 1 to 20", stop_sequences=("99", "12"), dialect="anthropic-messages")
    exchange, told = answered(answering(heard))
    assert told["stop_sequence"] == "12"  # type: ignore[index]
    assert b'"stop_sequence":"12"' in exchange.body


def test_an_error_in_mid_stream_cuts_what_is_said(hear: Hear) -> None:
    failed = Refusal(status=500, type="server_error", message="It broke.")
    exchange, _ = answered(answering(hear("Count from 1 to 20"), broken=failed))
    assert b'"content":"1"' in exchange.body
    assert b'"content":" 20"' not in exchange.body
    assert b"It broke." in exchange.body


def test_a_stream_without_events_is_one_json_array(hear: Hear) -> None:
    heard = replace(hear("Hi.", dialect="gemini"), alt_sse=False)
    exchange, _ = answered(answering(heard))
    assert exchange.head.content_type == "application/json"
    chunks = json.loads(exchange.body)
    assert chunks[-1]["candidates"][0]["finishReason"] == "STOP"


CALL = {"functionCall": {"name": "f", "args": {"a": 1}}}


@pytest.mark.parametrize(
    ("dialect", "data", "tokens"),
    [
        ("openai-chat", {"choices": [{"index": 0, "delta": {"content": "one two"}}]}, 2),
        ("openai-chat", {"choices": [{"index": 0, "delta": {"role": "assistant"}}]}, 0),
        (
            "gemini",
            {"candidates": [{"content": {"parts": [CALL]}}]},
            7,
        ),
    ],
)  # fmt: skip
def test_an_event_weighs_what_it_says(dialect: str, data: object, tokens: int) -> None:
    assert weight(catalogue.named(dialect), WireEvent(None, json.dumps(data))) == tokens


def test_what_is_no_json_weighs_nothing() -> None:
    assert weight(catalogue.named("openai-chat"), WireEvent(None, "[DONE]")) == 0


def test_a_refusal_is_json_in_the_vendors_shape() -> None:
    refusal = Refusal(status=400, type="bad", message="No.")
    chat = catalogue.named("openai-chat")
    facts = {"error-body": {"oops": "{message}"}}
    exchange = refusing(Request(), chat, refusal, streaming({}, "id", None), facts)
    assert json.loads(exchange.body) == {"oops": "No."}


def test_reasoning_is_counted(hear: Hear) -> None:
    facts = {"thinks-unasked": True, "reasoning-fields": ["reasoning_content"]}
    made = answering(hear("Hi."), facts)
    message = message_of(made)
    thought = [p for p in message.choices[0].parts if p.kind is Kind.REASONING]
    assert message.usage is not None
    assert message.usage.reasoning_tokens == spent(thought[0])
