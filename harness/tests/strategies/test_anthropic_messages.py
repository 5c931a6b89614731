"""How a message reads in the Messages API: what is forced away, what is added."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.delta import Kind
from streamgauge.dialects.catalogue import named
from streamgauge.message import Choice, Message, Part, UsageTotals
from streamgauge.prompt import Asked
from streamgauge.strategies import messages
from streamgauge.strategies.anthropic_messages import TONGUE, heard
from streamgauge.strategies.lots import Lots
from streamgauge.strategies.voicing import Speaker
from tests.strategies.drawing import reaches

NAME = "anthropic-messages"


def read(*parts: Part, stop: str = "stop", **facts: Any) -> Message:
    said = Choice(index=0, parts=parts, finish_reason=stop)
    usage = UsageTotals(input_tokens=9, output_tokens=5)
    who = Speaker(dialect=named(NAME), vendor="unknown", facts=facts)
    return heard(Message(id="i", choices=(said,), usage=usage), who.voice(Asked()))


def test_a_refusal_is_text_and_blocks_are_counted() -> None:
    parts = [Part(kind=Kind.REASONING, content="a"), Part(kind=Kind.REFUSAL, content="b")]
    found = read(*parts, stop="refusal").choices[0]
    assert [(p.kind, p.index) for p in found.parts] == [(Kind.REASONING, 0), (Kind.TEXT, 1)]
    assert found.parts[0].field == "thinking"
    assert found.raw_finish_reason == "refusal"


@pytest.mark.parametrize(
    ("counters", "expected"),
    [([], (None, None)), (["/cache_read_input_tokens"], (0, None))],
    ids=["absent", "always sent"],
)
def test_counters_that_are_always_sent_are_zero(counters: list[str], expected: Any) -> None:
    usage = read(Part(kind=Kind.TEXT, content="a"), **{"cache-counters": counters}).usage
    assert usage is not None
    assert (usage.cache_read_tokens, usage.cache_write_tokens) == expected


def thoughts(message: Message) -> list[Part]:
    return [part for part in message.choices[0].parts if part.kind is Kind.REASONING]


def test_thoughts_are_signed_and_now_and_then_hidden() -> None:
    assert reaches(messages(NAME, "anthropic"), lambda m: any(p.signature for p in thoughts(m)))
    assert reaches(messages(NAME, "anthropic"), lambda m: any(p.redacted for p in thoughts(m)))


def test_a_search_is_called_and_answered_under_one_id() -> None:
    call, answer = TONGUE.hosts(Lots(b""), "7")  # type: ignore[misc]
    found = read(call, answer, Part(kind=Kind.TEXT, content="a")).choices[0].parts
    assert [part.kind.value for part in found] == [
        "server_tool_call",
        "server_tool_call_response",
        "text",
    ]
    assert [part.index for part in found] == [0, 1, 2]
    assert found[0].id == found[1].id == "srvtoolu_7"
