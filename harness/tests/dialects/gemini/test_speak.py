"""Streams as vendors of `streamGenerateContent` send them: lawful, lifelike, read by its client."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest
from google.genai.errors import APIError

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Facts
from streamgauge.dialects.gemini.speak import speak
from streamgauge.message import Fault, Message
from tests.agreement.gemini_client import GeminiClient
from tests.dialects.voices import (
    ASKED,
    MESSAGES,
    call,
    chunks,
    facts_of,
    faults,
    message,
    refusal,
    same,
    streamed,
    text,
    thought,
    vendors,
    voice,
    whole,
)

NAME = "gemini"
SIGNING = "gemini-3-pro-preview"


def spoken(said: Message, facts: Facts | None = None) -> list[Any]:
    return chunks(NAME, said, voice(facts_of(NAME, "google") if facts is None else facts))


def parts(events: list[Any]) -> list[Any]:
    return [
        part
        for event in events
        for candidate in event.get("candidates", ())
        for part in candidate.get("content", {}).get("parts", ())
    ]


def stops(events: list[Any]) -> list[object]:
    return [
        candidate.get("finishReason")
        for event in events
        for candidate in event.get("candidates", ())
    ]


@pytest.mark.parametrize("vendor", vendors(NAME))
@pytest.mark.parametrize("model", ["m", SIGNING])
@pytest.mark.parametrize("name", MESSAGES)
def test_no_rule_finds_fault(vendor: str, model: str, name: str) -> None:
    said = replace(MESSAGES[name], model=model)
    assert faults(streamed(NAME, vendor, said)) == []
    assert faults(whole(NAME, vendor, said)) == []


def test_several_tokens_share_a_chunk() -> None:
    words = "0123" * 20
    found = [part["text"] for part in parts(spoken(message(text(words))))]
    assert found == ["0123" * 8, "0123" * 8, "0123" * 4]


def test_events_have_no_name_and_nothing_follows() -> None:
    events = [*speak(MESSAGES["text"], voice())]
    assert {event.name for event in events} == {None}
    assert stops(spoken(MESSAGES["text"]))[-1] == "STOP"


def test_a_call_is_whole_and_stop_stands_beside_it() -> None:
    events = spoken(MESSAGES["parallel calls"])
    assert [part["functionCall"]["args"] for part in parts(events)] == [
        {"city": "A"},
        {"city": "B"},
    ]
    assert stops(events) == [None, "STOP"]


def test_the_first_call_is_signed_where_the_model_signs() -> None:
    signed = parts(spoken(replace(MESSAGES["parallel calls"], model=SIGNING)))
    assert [bool(part.get("thoughtSignature")) for part in signed] == [True, False]
    assert base64.b64decode(signed[0]["thoughtSignature"], validate=True)
    plain = parts(spoken(MESSAGES["parallel calls"]))
    assert [bool(part.get("thoughtSignature")) for part in plain] == [False, False]


def test_signed_text_stays_whole_with_its_signature() -> None:
    found = parts(spoken(message(text("0123" * 20, signature="c2ln+/=="))))
    assert found == [{"text": "0123" * 20, "thoughtSignature": "c2ln+/=="}]


def test_thoughts_are_marked() -> None:
    found = parts(spoken(message(thought("Hm"), text("Hi"))))
    assert found == [{"text": "Hm", "thought": True}, {"text": "Hi"}]


def test_counts_run_on_every_chunk_and_add_up() -> None:
    counts = [event["usageMetadata"] for event in spoken(message(text("0123" * 16)))]
    assert counts == [
        {
            "promptTokenCount": 2000,
            "candidatesTokenCount": said,
            "thoughtsTokenCount": 12,
            "cachedContentTokenCount": 8,
            "totalTokenCount": 2012 + said,
        }
        for said in (14, 28)
    ]


def test_some_vendors_count_at_the_end_alone() -> None:
    events = spoken(message(text("0123" * 16)), {"usage-places": ["final"]})
    assert ["usageMetadata" in event for event in events] == [False, True]


def test_a_filter_leaves_no_content_beside_its_stop() -> None:
    last = spoken(MESSAGES["filtered"])[-1]
    assert last["candidates"] == [{"index": 0, "finishReason": "SAFETY"}]


def test_a_blocked_prompt_has_no_candidates() -> None:
    (event,) = spoken(MESSAGES["blocked"])
    assert event["promptFeedback"] == {"blockReason": "PROHIBITED_CONTENT"}
    assert "candidates" not in event


def test_the_words_of_a_refusal_are_text() -> None:
    assert parts(spoken(message(refusal("No."), stop="refusal"))) == [{"text": "No."}]


def test_arguments_that_were_cut_are_not_sent() -> None:
    events = spoken(MESSAGES["call cut"])
    assert (parts(events), stops(events)) == ([], ["MAX_TOKENS"])


def test_candidates_speak_side_by_side() -> None:
    (first,) = message(text("0123" * 16)).choices
    second = replace(message(text("4567")).choices[0], index=1)
    said = Message(model="m", choices=(first, second), usage=message().usage)
    events = spoken(said)
    indexes = [[one["index"] for one in event["candidates"]] for event in events]
    assert indexes == [[0, 1], [0]]
    assert faults(streamed(NAME, "google", said, replace(ASKED, choices=2))) == []


def test_an_error_is_a_chunk_of_its_own() -> None:
    fault = Fault(code=503, type="UNAVAILABLE", message="The model is overloaded.")
    events = spoken(message(text("Hi"), error=fault))
    assert events[-1] == {
        "error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}
    }
    assert stops(events) == [None]


@pytest.mark.parametrize("vendor", vendors(NAME))
def test_of_an_error_rules_find_the_error_alone(vendor: str) -> None:
    said = message(text("Hi"), error=Fault(code=500, type="INTERNAL", message="Broken."))
    (fault,) = faults(streamed(NAME, vendor, said))
    assert fault.startswith("errors/no-error-in-stream")


def test_the_official_client_raises_the_error() -> None:
    fault = Fault(code=503, type="UNAVAILABLE", message="The model is overloaded.")
    judged = streamed(NAME, "google", message(text("Hi"), error=fault))
    with pytest.raises(APIError, match="UNAVAILABLE"):
        GeminiClient().iterate(judged.exchange.body)


@pytest.mark.parametrize("name", MESSAGES)
def test_the_official_client_hears_the_same(name: str) -> None:
    judged = streamed(NAME, "google", replace(MESSAGES[name], model=SIGNING))
    heard = GeminiClient().iterate(judged.exchange.body).answers[0]
    (choice,) = same(judged).choices
    said: dict[Kind, str] = {}
    for part in choice.parts:
        said[part.kind] = said.get(part.kind, "") + part.content
    assert heard.text == said.get(Kind.TEXT, "")
    assert heard.reasoning == said.get(Kind.REASONING, "")
    calls = [part for part in choice.parts if part.kind is Kind.TOOL_CALL]
    assert [(one.name, one.value) for one in heard.calls] == [
        (part.name, part.arguments) for part in calls
    ]
    assert heard.finish == choice.raw_finish_reason


def test_ids_of_calls_are_sent_where_the_message_has_them() -> None:
    found = parts(spoken(message(call("{}"), call("{}", id="8fj3k2la"), stop="tool_call")))
    assert [part["functionCall"].get("id") for part in found] == [None, "8fj3k2la"]
