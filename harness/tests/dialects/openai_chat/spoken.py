"""Messages of every kind that a scenario can want, and a voice that says them: for the tests of
`speak` and `tell`."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Voice, WireEvent
from streamgauge.dialects.openai_chat import DIALECT
from streamgauge.message import Choice, Message, Part, UsageTotals
from streamgauge.pipeline import profiles
from streamgauge.prompt import Asked, Tool
from streamgauge.wire.encode import encode

USAGE = UsageTotals(input_tokens=40, output_tokens=30, reasoning_tokens=12, cache_read_tokens=16)
PLAIN_USAGE = UsageTotals(
    input_tokens=40, output_tokens=30, reasoning_tokens=0, cache_read_tokens=0
)
THOUGHT = Part(kind=Kind.REASONING, content="Let me think about it, slowly.")
TEXT = Part(kind=Kind.TEXT, content="It rains in Oslo, and the fjord is grey.")
TOOLS = (Tool(name="lookup", parameters={"type": "object"}), Tool(name="now"))


def call(name: str, text: str) -> Part:
    return Part(kind=Kind.TOOL_CALL, name=name, arguments_json=text)


def answer(*parts: Part, reason: str = "stop", index: int = 0) -> Choice:
    return Choice(index=index, role="assistant", parts=parts, finish_reason=reason)


def message(*choices: Choice, usage: UsageTotals = PLAIN_USAGE) -> Message:
    return Message(choices=choices, usage=usage)


LOOKUP = call("lookup", '{"city": "Oslo", "days": [1, 2, 3]}')
MESSAGES: Mapping[str, Message] = {
    "text": message(answer(TEXT)),
    "reasoning": message(answer(THOUGHT, TEXT), usage=USAGE),
    "tool": message(answer(LOOKUP, reason="tool_call")),
    "reasoning, text and tool": message(
        answer(THOUGHT, TEXT, LOOKUP, reason="tool_call"), usage=USAGE
    ),
    "parallel tools": message(
        answer(LOOKUP, call("now", "{}"), call("lookup", '{"city": "Rome"}'), reason="tool_call")
    ),
    "empty arguments": message(answer(call("now", "{}"), reason="tool_call")),
    "refusal": message(answer(Part(kind=Kind.REFUSAL, content="I cannot help with that."))),
    "cut by length": message(answer(TEXT, reason="length")),
    "filtered": message(answer(TEXT, reason="content_filter")),
    "two choices": message(answer(TEXT), answer(TEXT, index=1)),
    "unicode": message(answer(Part(kind=Kind.TEXT, content='naïve 日本語 👩‍👩‍👧 \u2028 \\ " ok'))),
}


def facts_of(vendor: str) -> Mapping[str, object]:
    """The facts of a profile that hold in this dialect."""
    return next(p for p in profiles() if p.slug == vendor).narrowed(DIALECT.name).facts


def voice(vendor: str, asked: Asked | None = None, **facts: Any) -> Voice:
    """A voice that cuts text in four characters and counts its ids."""
    counted = itertools.count()
    return Voice(
        facts={**facts_of(vendor), **facts},
        asked=Asked(stream=True, model="m-1", tools=TOOLS) if asked is None else asked,
        created=1_700_000_000,
        pieces=lambda text: [text[at : at + 4] for at in range(0, len(text), 4)],
        ids=lambda kind: f"{kind}-{next(counted)}",
    )


def chunks(events: list[WireEvent]) -> list[Any]:
    """The JSON of every event but the sentinel."""
    return [json.loads(event.data) for event in events if event.data != "[DONE]"]


def body(events: list[WireEvent]) -> bytes:
    return b"".join(encode(event.name, event.data) for event in events)
