"""How a message reads in chat/completions: what is forced away, what is added."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.delta import Kind
from streamgauge.dialects.catalogue import named
from streamgauge.dialects.dialect import WireEvent
from streamgauge.message import Choice, Message, Part, UsageTotals
from streamgauge.prompt import Asked
from streamgauge.strategies.lots import Lots
from streamgauge.strategies.openai_chat import TONGUE, heard
from streamgauge.strategies.voicing import Speaker

USAGE = UsageTotals(input_tokens=9, output_tokens=5, cache_read_tokens=2, cache_write_tokens=1)
PARTS = (
    Part(kind=Kind.TEXT, content="a"),
    Part(kind=Kind.REASONING, content="b"),
    Part(kind=Kind.TEXT, content="c"),
)


def read(*parts: Part, asked: Asked | None = None, **facts: Any) -> Message:
    said = Choice(index=0, parts=parts, finish_reason="stop")
    who = Speaker(dialect=named("openai-chat"), vendor="unknown", facts=facts)
    message = Message(id="i", model="m", choices=(said,), usage=USAGE)
    return heard(message, who.voice(asked or Asked(include_usage=True)))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["reasoning"], [("a", None), ("b", "reasoning"), ("c", None)]),
        (["content"], [("a", None), ("b", "content.thinking"), ("c", None)]),
        ([], [("ac", None)]),
    ],
    ids=["a member", "in the content", "none: the texts touch"],
)
def test_reasoning_stands_where_the_vendor_has_it(fields: list[str], expected: list[Any]) -> None:
    parts = read(*PARTS, **{"reasoning-fields": fields}).choices[0].parts
    assert [(part.content, part.field) for part in parts] == expected


@pytest.mark.parametrize(
    ("facts", "counts"),
    [
        ({}, (None, 2, None)),
        ({"reasoning-counters": ["/a"], "cache-counters": []}, (0, None, None)),
        ({"cache-write-counter": "/prompt_tokens_details/w"}, (None, 2, 1)),
    ],
    ids=["plain", "promised", "writes"],
)
def test_counts_are_those_that_the_vendor_has(facts: dict[str, Any], counts: Any) -> None:
    usage = read(*PARTS, **facts).usage
    assert usage is not None
    told = (usage.reasoning_tokens, usage.cache_read_tokens, usage.cache_write_tokens)
    assert told == counts
    assert usage.raw["total_tokens"] == 14


def test_usage_that_nobody_wanted_is_not_sent() -> None:
    assert read(*PARTS, asked=Asked()).usage is None


def test_a_forced_call_may_read_as_a_stop() -> None:
    call = Part(kind=Kind.TOOL_CALL, id="t", name="f", arguments_json="{}")
    said = Choice(index=0, parts=(call,), finish_reason="tool_call")
    facts = {"forced-call-stops": True}
    who = Speaker(dialect=named("openai-chat"), vendor="unknown", facts=facts)
    found = heard(Message(choices=(said,)), who.voice(Asked(forced_tool="f"))).choices[0]
    assert (found.finish_reason, found.raw_finish_reason) == ("stop", "stop")
    assert (found.parts[0].index, found.parts[0].arguments) == (0, {})


def test_a_call_without_arguments_is_dressed_in_braces() -> None:
    who = Speaker(dialect=named("openai-chat"), vendor="unknown", facts={"tool-id-form": "{name}!"})
    (call,) = TONGUE.dress(Lots(b""), (Part(kind=Kind.TOOL_CALL, name="f"),), who, "0")
    assert (call.id, call.arguments_json) == ("f!", "{}")


CALLS = [
    {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": index}]}}], "n": at}
    for at, index in enumerate((0, 0, 1, 1))
]
SIDE_BY_SIDE = Message(
    choices=(Choice(index=0, parts=(Part(kind=Kind.TOOL_CALL), Part(kind=Kind.TOOL_CALL))),)
)


def arranged(lots: Lots, *rules: str, **facts: Any) -> list[Any]:
    who = Speaker(
        dialect=named("openai-chat"), vendor="unknown", facts=facts, rules=frozenset(rules)
    )
    events = [WireEvent(None, json.dumps(call)) for call in CALLS]
    return [json.loads(event.data) for event in TONGUE.arrange(lots, events, SIDE_BY_SIDE, who)]


def indexes(told: list[Any]) -> list[int]:
    return [chunk["choices"][0]["delta"]["tool_calls"][0]["index"] for chunk in told]


def test_calls_come_in_turns_while_their_chunks_stay() -> None:
    told = arranged(Lots(bytes([1, 0, 1, 0])))
    assert indexes(told) == [0, 1, 0, 1]
    assert [chunk["n"] for chunk in told] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("rules", "facts"),
    [
        (["tools/calls-not-interleaved"], {}),
        ([], {"tool-arguments": "whole"}),
        ([], {"call-members": ["id"]}),
    ],
    ids=["a vendor that asks for more", "whole calls", "calls without an index"],
)
def test_calls_that_nothing_tells_apart_stay_in_a_row(rules: list[str], facts: Any) -> None:
    assert indexes(arranged(Lots(bytes([1, 0, 1, 0])), *rules, **facts)) == [0, 0, 1, 1]
