"""A message is fitted to its vendor: ids, words and members are the vendor's own."""

from __future__ import annotations

import re
from typing import Any

import pytest

from streamgauge.delta import Kind
from streamgauge.dialects.openai_chat.fit import fit
from streamgauge.dialects.openai_chat.shape import shape_of
from streamgauge.message import Choice, Message, Part
from streamgauge.prompt import Asked
from tests.dialects.openai_chat.spoken import LOOKUP, TEXT, THOUGHT, answer, voice


def fitted(
    *parts: Part, vendor: str = "unknown", asked: Asked | None = None, **choice: Any
) -> Message:
    spoken = voice(vendor, asked)
    message = Message(choices=(Choice(index=0, parts=parts, **choice),))
    return fit(message, spoken, shape_of(spoken.facts))


def reason(neutral: str | None, vendor: str, **asked: Any) -> object:
    message = fitted(TEXT, vendor=vendor, finish_reason=neutral, asked=Asked(**asked))
    return message.choices[0].raw_finish_reason


REASONS = [
    ("stop", "openai", "stop"),
    ("stop_sequence", "openai", "stop"),
    ("tool_call", "openai", "tool_calls"),
    ("content_filter", "openai", "content_filter"),
    ("content_filter", "zhipu", "sensitive"),
    ("context_window", "zhipu", "model_context_window_exceeded"),
    ("context_window", "openai", "length"),
    ("error", "deepseek", "insufficient_system_resource"),
    (None, "openai", None),
]


@pytest.mark.parametrize(("neutral", "vendor", "word"), REASONS)
def test_the_reason_to_stop_is_the_vendors_word(
    neutral: str | None, vendor: str, word: object
) -> None:
    assert reason(neutral, vendor) == word


def test_a_forced_call_stops_where_the_vendor_says_so() -> None:
    forced = {"tool_choice": "lookup", "forced_tool": "lookup"}
    assert reason("tool_call", "openai", **forced) == "stop"
    assert reason("tool_call", "deepseek", **forced) == "tool_calls"


def test_a_reason_as_it_came_wins() -> None:
    message = fitted(TEXT, finish_reason="stop", raw_finish_reason="eos")
    assert message.choices[0].raw_finish_reason == "eos"


def test_ids_are_made_in_the_vendors_form_and_kept_where_they_are() -> None:
    own = Part(kind=Kind.TOOL_CALL, id="mine", name="f")
    message = fitted(LOOKUP, own, vendor="moonshot")
    assert re.fullmatch("chatcmpl-[0-9a-f]{24}", message.id or "")
    made, kept = message.choices[0].parts
    assert re.fullmatch("lookup_[0-9]+", str(made.id))
    assert kept.id == "mine"


def test_reasoning_takes_the_vendors_member_or_is_left_out() -> None:
    assert fitted(THOUGHT, TEXT, vendor="groq").choices[0].parts[0].field == "reasoning"
    assert fitted(THOUGHT, TEXT, vendor="openai").choices[0].parts == (TEXT,)


def test_what_the_dialect_has_no_place_for_is_left_out() -> None:
    odd = [Part(kind=kind, content="x") for kind in (Kind.BLOB, Kind.GENERIC)]
    assert fitted(*odd, TEXT).choices[0].parts == (TEXT,)


def test_the_model_is_the_messages_or_the_one_that_was_asked() -> None:
    spoken = voice("openai", Asked(model="asked"))
    shape = shape_of(spoken.facts)
    assert fit(Message(choices=(answer(TEXT),)), spoken, shape).model == "asked"
    assert fit(Message(model="own"), spoken, shape).model == "own"
