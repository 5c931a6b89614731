"""How a message reads in the Responses API: what is added."""

from __future__ import annotations

import pytest

from streamgauge.delta import Kind
from streamgauge.dialects.catalogue import named
from streamgauge.message import Choice, Message, Part, UsageTotals
from streamgauge.prompt import Asked
from streamgauge.strategies.lots import Lots
from streamgauge.strategies.openai_responses import TONGUE, heard
from streamgauge.strategies.voicing import Speaker

USAGE = UsageTotals(input_tokens=9, output_tokens=5)
SPEAKER = Speaker(dialect=named("openai-responses"), vendor="unknown", facts={})
TEXT = Part(kind=Kind.TEXT, content="a")
CALL = Part(kind=Kind.TOOL_CALL, name="f", arguments_json="{}")


def read(*parts: Part, stop: str = "stop") -> Message:
    dressed = TONGUE.dress(Lots(b""), parts, SPEAKER, "0")
    said = Choice(index=0, parts=dressed, finish_reason=stop)
    return heard(Message(id="i", choices=(said,), usage=USAGE), SPEAKER.voice(Asked()))


def test_each_part_is_an_item_with_an_id_of_its_kind() -> None:
    parts = read(Part(kind=Kind.REASONING, content="b"), TEXT, CALL).choices[0].parts
    assert [part.index for part in parts] == [0, 1, 2]
    assert [str(part.extra["item_id"])[:3] for part in parts] == ["rs_", "msg", "fc_"]
    assert parts[0].field == "reasoning_summary_text"


@pytest.mark.parametrize(
    ("parts", "stop", "role", "raw"),
    [
        ((TEXT,), "stop", "assistant", "completed"),
        ((CALL,), "tool_call", None, "completed"),
        ((TEXT,), "length", "assistant", "max_output_tokens"),
    ],
    ids=["text", "a call alone", "cut"],
)
def test_how_it_ended(parts: tuple[Part, ...], stop: str, role: str | None, raw: str) -> None:
    found = read(*parts, stop=stop).choices[0]
    assert (found.role, found.finish_reason, found.raw_finish_reason) == (role, stop, raw)


def test_details_of_usage_are_always_there() -> None:
    usage = read(TEXT).usage
    assert usage is not None
    assert (usage.reasoning_tokens, usage.cache_read_tokens, usage.cache_write_tokens) == (
        0,
        0,
        None,
    )
