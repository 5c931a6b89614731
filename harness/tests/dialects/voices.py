"""What the tests of speaking share: messages worth saying, a voice, and a judge of the result."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from streamgauge.delta import Kind
from streamgauge.dialects.called import called
from streamgauge.dialects.catalogue import named
from streamgauge.dialects.dialect import Facts, Voice
from streamgauge.exchange import Close, Exchange, Framing, Head, Request
from streamgauge.message import Choice, Message, Part, UsageTotals
from streamgauge.pipeline import Judgement, Options, judge_exchange, profiles
from streamgauge.prompt import Asked, Prompt, Role, Tool, Turn
from streamgauge.rules.finding import Level
from streamgauge.wire.encode import encode

USAGE = UsageTotals(input_tokens=2000, output_tokens=40, reasoning_tokens=12, cache_read_tokens=8)
PLACE = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOLS = (Tool(name="weather", parameters=PLACE), Tool(name="now", parameters={"type": "object"}))
ASKED = Asked(stream=True, model="m", tools=TOOLS, stop_sequences=("END",), thinking=True)
TURNS = (Turn(role=Role.USER, text="How is the weather?"),)


def text(content: str, **members: Any) -> Part:
    return Part(kind=Kind.TEXT, content=content, **members)


def thought(content: str, **members: Any) -> Part:
    return Part(kind=Kind.REASONING, content=content, **members)


def call(arguments: object, name: str = "weather", **members: Any) -> Part:
    return called(arguments, name=name, **members)


def refusal(content: str) -> Part:
    return Part(kind=Kind.REFUSAL, content=content)


def message(*parts: Part, stop: str = "stop", **members: Any) -> Message:
    choice = Choice(index=0, role="assistant", parts=parts, finish_reason=stop)
    return Message(**{"model": "m", "choices": (choice,), "usage": USAGE, **members})


NESTED = {"city": "Rome", "days": [1, {"from": None, "sun": True}], "π": "ü"}

MESSAGES: dict[str, Message] = {
    "text": message(text("Hello, how are you today?")),
    "unicode": message(text('Grüße 👩‍👩‍👧 日本語 \u2028 "quoted" \\ and\nlines')),
    "reasoning": message(thought("Let me think of it."), text("Paris.")),
    "signed reasoning": message(thought("Let me think.", signature="c2lnbmVkIQ+/"), text("Paris.")),
    "one call": message(call('{"city": "Paris"}'), stop="tool_call"),
    "reasoning, text, call": message(
        thought("Which one?"), text("I look."), call('{"city": "Oslo"}'), stop="tool_call"
    ),
    "parallel calls": message(call('{"city": "A"}'), call({"city": "B"}), stop="tool_call"),
    "nested arguments": message(call(NESTED), stop="tool_call"),
    "empty arguments": message(call("", name="now"), stop="tool_call"),
    "an empty object": message(call("{}", name="now"), stop="tool_call"),
    "refusal": message(refusal("I cannot help with that."), stop="refusal"),
    "text cut": message(text("It goes on and"), stop="length"),
    "call cut": message(call('{"city": "Par'), stop="length"),
    "stop sequence": message(text("one two "), stop="stop_sequence"),
    "filtered": message(text("It begins"), stop="content_filter"),
    "blocked": message(stop="content_filter"),
}


def ids() -> Callable[[str], str]:
    """Ids of one voice: numbered, of a form that every vendor's rules take."""
    count = itertools.count()
    forms = {"tool": "toolu_01", "message": "msg_01"}
    return lambda kind: f"{forms.get(kind, kind + '_')}{next(count):022d}"


def pieces(said: str) -> list[str]:
    return re.findall(r".{1,4}", said, re.DOTALL)


def voice(facts: Facts | None = None, asked: Asked = ASKED) -> Voice:
    return Voice(facts=facts or {}, asked=asked, created=1_790_000_000, pieces=pieces, ids=ids())


def vendors(dialect: str) -> list[str]:
    """Every vendor that speaks a dialect."""
    return sorted(one.slug for one in profiles() if dialect in one.dialects)


def facts_of(dialect: str, vendor: str) -> Facts:
    (profile,) = (one for one in profiles() if one.slug == vendor)
    return profile.narrowed(dialect).facts


def body(dialect: str, said: Message, using: Voice) -> bytes:
    events = named(dialect).speak(said, using)
    return b"".join(encode(event.name, event.data) for event in events)


def chunks(dialect: str, said: Message, using: Voice) -> list[Any]:
    """The payloads of a spoken stream, without a sentinel."""
    events = named(dialect).speak(said, using)
    return [json.loads(event.data) for event in events if event.data != "[DONE]"]


def streamed(dialect: str, vendor: str, said: Message, asked: Asked = ASKED) -> Judgement:
    """The judgement on a message that is spoken as an answer to a request."""
    using = voice(facts_of(dialect, vendor), asked)
    return _judged(dialect, vendor, asked, body(dialect, said, using), "text/event-stream")


def whole(dialect: str, vendor: str, said: Message, asked: Asked = ASKED) -> Judgement:
    """The judgement on its twin that is not streamed."""
    asked = replace(asked, stream=False)
    document = named(dialect).tell(said, voice(facts_of(dialect, vendor), asked))
    return _judged(dialect, vendor, asked, json.dumps(document).encode(), "application/json")


def _judged(dialect: str, vendor: str, asked: Asked, body: bytes, kind: str) -> Judgement:
    prompt = Prompt(asked=asked, turns=TURNS)
    spoken, facts = named(dialect), facts_of(dialect, vendor)
    request = Request(
        url=f"https://api.example{spoken.path(prompt)}",
        headers=(("content-type", "application/json"),),
        body=json.dumps(spoken.build(prompt, facts)).encode(),
    )
    exchange = Exchange(
        request=request,
        head=Head(status=200, headers=(("content-type", kind),)),
        body=body,
        close=Close.CLEAN,
        framing=Framing.CHUNKED,
    )
    return judge_exchange(exchange, Options(dialect=dialect, vendor=vendor))


def faults(judgement: Judgement) -> list[str]:
    """What must or should be otherwise."""
    return [
        f"{one.rule}: {one.says} ({one.got})"
        for one in judgement.outcome.findings
        if one.level is not Level.MAY
    ]


def same(judgement: Judgement) -> Message:
    """A message without what a stream and a document write differently by nature."""
    assert judgement.message is not None
    choices = (
        replace(choice, parts=tuple(_bare(choice.parts))) for choice in judgement.message.choices
    )
    return replace(judgement.message, choices=tuple(choices))


def _bare(parts: tuple[Part, ...]) -> Iterator[Part]:
    for part in parts:
        yield replace(part, index=None, arguments_json="", arguments_state=None, broken=None)
