"""Answers that are not streamed, and what they share with the stream."""

from __future__ import annotations

from dataclasses import replace

import pytest

from streamgauge.dialects.gemini.tell import tell
from streamgauge.message import Fault, UsageTotals
from tests.dialects.voices import (
    MESSAGES,
    call,
    message,
    same,
    streamed,
    text,
    thought,
    vendors,
    voice,
    whole,
)

NAME = "gemini"


@pytest.mark.parametrize("vendor", vendors(NAME))
@pytest.mark.parametrize("model", ["m", "gemini-3-pro-preview"])
@pytest.mark.parametrize("name", MESSAGES)
def test_the_stream_says_the_same(vendor: str, model: str, name: str) -> None:
    said = replace(MESSAGES[name], model=model)
    assert same(streamed(NAME, vendor, said)) == same(whole(NAME, vendor, said))


def test_an_answer_is_one_chunk_with_all_parts() -> None:
    said = message(thought("Hm"), text("See"), call('{"a": 1}', id="c1", signature="s=="), id="r1")
    document = tell(said, voice())
    assert document["candidates"] == [
        {
            "content": {
                "parts": [
                    {"text": "Hm", "thought": True},
                    {"text": "See"},
                    {
                        "functionCall": {"name": "weather", "args": {"a": 1}, "id": "c1"},
                        "thoughtSignature": "s==",
                    },
                ],
                "role": "model",
            },
            "finishReason": "STOP",
            "index": 0,
        }
    ]
    assert (document["responseId"], document["modelVersion"]) == ("r1", "m")


def test_the_vendors_own_counts_are_kept() -> None:
    raw = {"promptTokenCount": 3, "totalTokenCount": 3, "trafficType": "ON_DEMAND"}
    assert tell(message(text("Hi"), usage=UsageTotals(raw=raw)), voice())["usageMetadata"] == raw


def test_without_cache_hits_none_are_counted() -> None:
    usage = UsageTotals(input_tokens=3, output_tokens=5, cache_read_tokens=0)
    assert tell(message(text("Hi"), usage=usage), voice())["usageMetadata"] == {
        "promptTokenCount": 3,
        "candidatesTokenCount": 5,
        "totalTokenCount": 8,
    }


def test_a_message_that_failed_is_an_error_answer() -> None:
    document = tell(message(error=Fault(message="No.")), voice())
    assert document == {"error": {"code": 500, "message": "No.", "status": "INTERNAL"}}
