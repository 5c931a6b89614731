"""How a message reads in `streamGenerateContent`: what is forced away, what is added."""

from __future__ import annotations

from streamgauge.delta import Kind
from streamgauge.dialects.called import called
from streamgauge.dialects.catalogue import named
from streamgauge.message import Choice, Message, Part, UsageTotals
from streamgauge.prompt import Asked
from streamgauge.strategies import messages
from streamgauge.strategies.gemini import heard
from streamgauge.strategies.voicing import Speaker
from tests.strategies.drawing import reaches


def read(*parts: Part, stop: str = "stop") -> Message:
    usage = UsageTotals(input_tokens=9, output_tokens=5, cache_read_tokens=0, cache_write_tokens=3)
    said = Choice(index=0, parts=parts, finish_reason=stop)
    who = Speaker(dialect=named("gemini"), vendor="unknown", facts={})
    return heard(Message(id="i", choices=(said,), usage=usage), who.voice(Asked()))


def test_a_refusal_is_text_and_touches_the_text_before_it() -> None:
    parts = [Part(kind=Kind.TEXT, content="a"), Part(kind=Kind.REFUSAL, content="b")]
    assert [part.content for part in read(*parts).choices[0].parts] == ["ab"]


def test_arguments_travel_as_values() -> None:
    parts = [called('{ "a" : 1 }', name="f"), called("", name="g")]
    found = read(*parts, stop="tool_call").choices[0]
    assert [part.arguments_json for part in found.parts] == ['{"a":1}', ""]
    assert (found.finish_reason, found.raw_finish_reason) == ("tool_call", "STOP")


def test_zeros_and_writes_of_a_cache_are_not_counted() -> None:
    usage = read(Part(kind=Kind.TEXT, content="a")).usage
    assert usage is not None
    assert (usage.cache_read_tokens, usage.cache_write_tokens) == (None, None)
    assert usage.raw["totalTokenCount"] == 14


def test_the_first_call_of_an_answer_is_signed() -> None:
    def calls(message: Message) -> list[Part]:
        return [part for part in message.choices[0].parts if part.kind is Kind.TOOL_CALL]

    found = reaches(messages("gemini"), lambda message: len(calls(message)) > 1)
    first, second, *_ = calls(found)
    assert first.signature
    assert second.signature is None
