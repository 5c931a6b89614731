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


COUNTED: dict[str, tuple[UsageTotals | None, list[int | None]]] = {
    # Input, candidates, thoughts, from the cache, total.
    "nothing": (None, [0, 0, None, None, 0]),
    "everything": (
        UsageTotals(input_tokens=9, output_tokens=7, reasoning_tokens=5, cache_read_tokens=4),
        [9, 2, 5, 4, 16],
    ),
    "no thoughts": (UsageTotals(output_tokens=7, reasoning_tokens=0), [0, 7, 0, None, 7]),
    "more thoughts than output": (
        UsageTotals(output_tokens=3, reasoning_tokens=5),
        [0, 0, 3, None, 3],
    ),
}
COUNTERS = [
    *("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount"),
    *("cachedContentTokenCount", "totalTokenCount"),
]


@pytest.mark.parametrize("name", COUNTED)
def test_thoughts_are_counted_beside_the_candidates(name: str) -> None:
    usage, counts = COUNTED[name]
    said = tell(message(text("Hi"), usage=usage), voice())["usageMetadata"]
    told = zip(COUNTERS, counts, strict=True)
    assert said == {counter: count for counter, count in told if count is not None}


FAILED = {
    "nothing told": (Fault(), (500, "An internal error has occurred.", "INTERNAL")),
    "words alone": (Fault(message="No."), (500, "No.", "INTERNAL")),
    "all told": (
        Fault(code=429, message="Slow.", type="RESOURCE_EXHAUSTED"),
        (429, "Slow.", "RESOURCE_EXHAUSTED"),
    ),
    "a code in words": (
        Fault(code="rate_limit"),
        (500, "An internal error has occurred.", "INTERNAL"),
    ),
}


@pytest.mark.parametrize("name", FAILED)
def test_a_message_that_failed_is_an_error_answer(name: str) -> None:
    fault, told = FAILED[name]
    document = tell(message(error=fault), voice())
    assert document == {"error": dict(zip(("code", "message", "status"), told, strict=True))}


def test_an_error_as_it_came_is_told_as_it_came() -> None:
    assert tell(message(error=Fault(raw={"code": 1})), voice()) == {"error": {"code": 1}}


def test_a_prompt_that_was_refused_has_feedback_and_no_candidate() -> None:
    document = tell(message(stop="content_filter"), voice())
    assert document["promptFeedback"] == {"blockReason": "PROHIBITED_CONTENT"}
    assert "candidates" not in document
    said = tell(message(text("It begins"), stop="content_filter"), voice())
    assert "promptFeedback" not in said


@pytest.mark.parametrize(("model", "signed"), [("g-3", [True, False]), ("g-2", [False, False])])
def test_the_first_call_of_a_model_that_signs_is_signed(model: str, signed: list[bool]) -> None:
    said = message(call("{}"), text("and"), call("{}"), model=model)
    (candidate,) = tell(said, voice({"signed-calls-models": "^g-3"}))["candidates"]  # type: ignore[misc,attr-defined]
    calls = [part for part in candidate["content"]["parts"] if "functionCall" in part]
    assert ["thoughtSignature" in part for part in calls] == signed


def test_a_signature_that_a_call_brings_is_kept() -> None:
    said = message(call("{}", signature="s=="), model="g-3")
    (candidate,) = tell(said, voice({"signed-calls-models": "^g-3"}))["candidates"]  # type: ignore[misc,attr-defined]
    assert candidate["content"]["parts"][0]["thoughtSignature"] == "s=="
