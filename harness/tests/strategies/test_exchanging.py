"""Whole exchanges are lawful and say what they are said to say, of every dialect and vendor."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.delta import Kind
from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Exchange
from streamgauge.message import Message, Part
from streamgauge.rules.finding import Level
from streamgauge.strategies.cutting import splits
from streamgauge.strategies.exchanging import exchanges, messages, prompts
from streamgauge.wire import sse
from tests.strategies.drawing import DIALECTS, anyone, faults, judged, reaches


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_lawful_exchange_has_no_finding_and_says_its_message(dialect: str) -> None:
    @given(drawn=anyone(dialect))
    def law(drawn: tuple[str, tuple[Exchange, Message]]) -> None:
        vendor, (exchange, said) = drawn
        judgement = judged(exchange, dialect, vendor)
        assert faults(judgement) == []
        assert judgement.message == said

    law()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_exact_reader_and_a_stranger_agree(dialect: str) -> None:
    @settings(max_examples=max(1, settings().max_examples // 4))
    @given(drawn=anyone(dialect))
    def law(drawn: tuple[str, tuple[Exchange, Message]]) -> None:
        vendor, (exchange, _) = drawn
        exact = judged(exchange, dialect, vendor, exact=True)
        assert exact.record == judged(exchange, dialect, vendor).record
        # What is lawful at one vendor may be odd at others: of a stranger only musts are claimed.
        stranger = judged(exchange, dialect, "unknown").outcome
        assert [one for one in stranger.findings if one.level is Level.MUST] == []

    law()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_any_split_gives_the_same_events(dialect: str) -> None:
    @settings(max_examples=max(1, settings().max_examples // 4))
    @given(data=st.data())
    def law(data: st.DataObject) -> None:
        exchange, _ = data.draw(exchanges(dialect))
        decoder = sse.Decoder()
        pieces = data.draw(splits(exchange.body))
        events = [event for piece in pieces for event in decoder.feed(piece)]
        assert [*events, *decoder.close()] == list(sse.events(exchange.body))

    law()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_prompt_is_what_its_request_reads_as(dialect: str) -> None:
    spoken = named(dialect)

    @settings(max_examples=max(1, settings().max_examples // 4))
    @given(prompt=prompts(dialect))
    def law(prompt: Any) -> None:
        read = spoken.request(spoken.build(prompt, {}))
        assert {tool.name for tool in read.tools} == {tool.name for tool in prompt.asked.tools}
        assert read.forced_tool == prompt.asked.forced_tool

    law()


def parts(message: Message, kind: Kind) -> list[Part]:
    return [part for choice in message.choices for part in choice.parts if part.kind is kind]


def events(exchange: Exchange) -> list[Any]:
    data = [event.data for event in sse.events(exchange.body) if event.data]
    return [json.loads(one) for one in data if one.startswith(b"{")]


def turns(exchange: Exchange) -> list[Any]:
    """Which call each event adds to, without repeats."""
    named = [
        call.get("index")
        for event in events(exchange)
        for choice in event.get("choices", ())[:1]
        for call in choice["delta"].get("tool_calls") or ()
    ] or [
        event["output_index"]
        for event in events(exchange)
        if str(event.get("type")).startswith("response.function_call_arguments")
    ]
    return [index for index, _ in groupby(named)]


@pytest.mark.parametrize(
    ("dialect", "wanted"),
    [
        ("openai-chat", lambda e, m: len(m.choices) == 1 and len(turns(e)) > 3),
        ("openai-responses", lambda e, _: len(turns(e)) > 3),
        ("openai-chat", lambda _, m: any(p.logprobs for p in parts(m, Kind.TEXT))),
        ("openai-responses", lambda _, m: any(p.logprobs for p in parts(m, Kind.TEXT))),
        ("gemini", lambda _, m: any(p.logprobs for p in parts(m, Kind.TEXT))),
        ("openai-responses", lambda _, m: any(p.citations for p in parts(m, Kind.TEXT))),
        ("anthropic-messages", lambda _, m: any(p.citations for p in parts(m, Kind.TEXT))),
        ("gemini", lambda _, m: any(p.citations for p in parts(m, Kind.TEXT))),
        ("openai-chat", lambda _, m: any(p.broken for p in parts(m, Kind.TOOL_CALL))),
        ("openai-responses", lambda _, m: any(p.broken for p in parts(m, Kind.TOOL_CALL))),
        ("anthropic-messages", lambda _, m: any(p.broken for p in parts(m, Kind.TOOL_CALL))),
        ("gemini", lambda _, m: any(p.signature for p in parts(m, Kind.TOOL_CALL))),
    ],
    ids=[
        "chat: calls in turns",
        "responses: calls in turns",
        "chat: log probabilities",
        "responses: log probabilities",
        "gemini: log probabilities",
        "responses: sources",
        "messages: sources",
        "gemini: sources",
        "chat: a cut call",
        "responses: a cut call",
        "messages: a cut call",
        "gemini: a signed call",
    ],
)
def test_exchanges_reach(dialect: str, wanted: Any) -> None:
    assert reaches(exchanges(dialect), lambda pair: wanted(*pair))


@pytest.mark.parametrize(
    ("dialect", "offered"),
    [
        ("anthropic-messages", "web_search_20250305"),
        ("openai-responses", "web_search"),
        ("gemini", "codeExecution"),
    ],
)
def test_a_tool_that_the_vendor_runs_was_offered(dialect: str, offered: str) -> None:
    exchange, message = reaches(
        exchanges(dialect), lambda pair: parts(pair[1], Kind.SERVER_TOOL_CALL)
    )
    assert parts(message, Kind.SERVER_TOOL_CALL)[0].arguments
    assert offered.encode() in exchange.request.body
    assert named(dialect).request(json.loads(exchange.request.body)).offers_server_tools


def test_events_of_responses_are_numbered_in_the_order_in_which_they_come() -> None:
    exchange, _ = reaches(exchanges("openai-responses"), lambda pair: len(turns(pair[0])) > 3)
    told = events(exchange)
    assert [event["sequence_number"] for event in told] == [*range(len(told))]


def test_counts_in_headers_are_those_of_the_answer() -> None:
    wanted = "x-msh-usage-prompt-tokens"
    exchange, message = reaches(exchanges("openai-chat", "moonshot"), lambda pair: pair[1].usage)
    assert dict(exchange.head.headers)[wanted] == str(message.usage.raw["prompt_tokens"])


def test_messages_have_ids_and_counts() -> None:
    said = reaches(messages("openai-chat", "mistral"), lambda one: len(one.choices) > 1)
    assert said.id
    assert said.usage.input_tokens > 0


@pytest.mark.parametrize(
    ("framing", "shape"), [("array", b"["), ("events", b"data")], ids=["array", "events"]
)
def test_gemini_comes_in_both_framings(framing: str, shape: bytes) -> None:
    exchange, _ = reaches(exchanges("gemini"), lambda pair: pair[0].body.startswith(shape))
    assert ("alt=sse" in exchange.request.url) is (framing == "events")


@pytest.mark.parametrize("make", [messages, prompts, exchanges], ids=lambda make: make.__name__)
@pytest.mark.parametrize(("dialect", "vendor"), [("klingon", None), ("gemini", "mistral")])
def test_what_is_not_known_is_refused(make: Any, dialect: str, vendor: str | None) -> None:
    with pytest.raises(ValueError, match=r"no (dialect|vendor)"):
        reaches(make(dialect, vendor), lambda _: True)
