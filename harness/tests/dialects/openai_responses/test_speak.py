"""Streams as vendors of the Responses API send them: lawful, lifelike, and read by its client."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from openai import APIError

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Facts
from streamgauge.dialects.openai_responses.speak import speak
from streamgauge.message import Fault
from streamgauge.prompt import Asked
from tests.agreement.responses_client import ResponsesClient
from tests.dialects.voices import (
    ASKED,
    MESSAGES,
    call,
    chunks,
    faults,
    message,
    streamed,
    text,
    thought,
    vendors,
    voice,
)

NAME = "openai-responses"
ENCRYPTED = replace(ASKED, extra={"include": ["reasoning.encrypted_content"]})


def spoken(said: Any, facts: Facts | None = None, asked: Asked = ASKED) -> list[Any]:
    return chunks(NAME, said, voice(facts, asked))


def of_type(events: list[Any], *types: str) -> list[Any]:
    return [event for event in events if event["type"] in types]


@pytest.mark.parametrize("vendor", vendors(NAME))
@pytest.mark.parametrize("name", MESSAGES)
def test_no_rule_finds_fault(vendor: str, name: str) -> None:
    assert faults(streamed(NAME, vendor, MESSAGES[name])) == []


@pytest.mark.parametrize("vendor", vendors(NAME))
def test_no_rule_finds_fault_with_encrypted_thoughts(vendor: str) -> None:
    assert faults(streamed(NAME, vendor, MESSAGES["reasoning, text, call"], ENCRYPTED)) == []


def test_events_come_in_the_order_of_recordings() -> None:
    events = spoken(message(text("12345678")))
    assert [event["type"].removeprefix("response.") for event in events] == [
        "created",
        "in_progress",
        "output_item.added",
        "content_part.added",
        "output_text.delta",
        "output_text.delta",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]
    assert [event["sequence_number"] for event in events] == [*range(10)]


def test_arguments_come_in_pieces_and_are_repeated_whole() -> None:
    events = spoken(MESSAGES["one call"])
    pieces = of_type(events, "response.function_call_arguments.delta")
    (done,) = of_type(events, "response.function_call_arguments.done")
    assert [event["delta"] for event in pieces] == ['{"ci', 'ty":', ' "Pa', 'ris"', "}"]
    assert done["arguments"] == '{"city": "Paris"}'
    (added,) = of_type(events, "response.output_item.added")
    assert (added["item"]["name"], added["item"]["arguments"]) == ("weather", "")


def test_some_vendors_send_arguments_only_when_done() -> None:
    events = spoken(MESSAGES["one call"], {"tool-arguments": "done-only"})
    assert of_type(events, "response.function_call_arguments.delta") == []
    assert of_type(events, "response.function_call_arguments.done")


def test_items_are_numbered_and_the_last_event_repeats_them() -> None:
    events = spoken(MESSAGES["reasoning, text, call"])
    added = of_type(events, "response.output_item.added")
    done = of_type(events, "response.output_item.done")
    assert [event["output_index"] for event in added] == [0, 1, 2]
    assert [event["item"] for event in done] == events[-1]["response"]["output"]
    ids = [event["item"]["id"].partition("_")[0] for event in done]
    assert ids == ["rs", "msg", "fc"]


def test_reasoning_comes_in_the_member_that_the_vendor_uses() -> None:
    said = message(thought("Hm."), text("Hi"))
    assert of_type(spoken(said), "response.reasoning_summary_text.delta")
    raw = spoken(said, {"reasoning-fields": ["reasoning_text"]})
    assert of_type(raw, "response.reasoning_text.delta")


def test_thoughts_are_encrypted_where_the_request_includes_that() -> None:
    def encrypted(asked: Asked) -> object:
        events = spoken(MESSAGES["reasoning"], asked=asked)
        return events[-1]["response"]["output"][0].get("encrypted_content")

    assert encrypted(ASKED) is None
    assert encrypted(ENCRYPTED)


def test_a_signature_is_said_byte_for_byte() -> None:
    events = spoken(MESSAGES["signed reasoning"])
    assert events[-1]["response"]["output"][0]["encrypted_content"] == "c2lnbmVkIQ+/"


def test_hidden_reasoning_has_no_text() -> None:
    hidden = thought("", redacted=True, signature="b3BhcXVl")
    events = spoken(message(hidden, text("Hi")))
    assert [e["type"] for e in events[2:4]] == [
        "response.output_item.added",
        "response.output_item.done",
    ]
    assert events[3]["item"]["encrypted_content"] == "b3BhcXVl"


def test_an_answer_that_was_cut_says_why_and_where() -> None:
    last = spoken(MESSAGES["text cut"])[-1]
    assert last["type"] == "response.incomplete"
    assert last["response"]["incomplete_details"] == {"reason": "max_output_tokens"}
    assert last["response"]["output"][0]["status"] == "incomplete"


def test_counts_stand_at_the_end_alone() -> None:
    events = spoken(message(text("Hi")))
    assert events[0]["response"]["usage"] is None
    assert events[-1]["response"]["usage"] == {
        "input_tokens": 2000,
        "input_tokens_details": {"cached_tokens": 8},
        "output_tokens": 40,
        "output_tokens_details": {"reasoning_tokens": 12},
        "total_tokens": 2040,
    }


def test_deltas_are_padded_unless_the_request_says_no() -> None:
    def padded(asked: Asked) -> list[int]:
        events = of_type(
            spoken(message(text("123456")), {"obfuscation": True}, asked),
            "response.output_text.delta",
        )
        return [len(event["delta"] + event.get("obfuscation", "")) for event in events]

    assert padded(ASKED) == [16, 16]
    off = replace(ASKED, extra={"stream_options": {"include_obfuscation": False}})
    assert padded(off) == [4, 2]


def test_some_vendors_send_no_names_and_a_sentinel() -> None:
    facts = {"event-names": False, "end-marker": "[DONE]"}
    events = [*speak(message(text("Hi")), voice(facts))]
    assert {event.name for event in events} == {None}
    assert events[-1].data == "[DONE]"
    assert [e.name for e in speak(message(), voice())][-1] == "response.completed"


def test_an_error_is_followed_by_the_failed_response() -> None:
    fault = Fault(type="too_many_requests", code="rate_limit_exceeded", message="Slow down.")
    error, failed = spoken(message(text("Hi"), error=fault))[-2:]
    assert error["error"]["code"] == "rate_limit_exceeded"
    assert failed["type"] == "response.failed"
    assert failed["response"]["error"] == {"code": "rate_limit_exceeded", "message": "Slow down."}
    assert failed["response"]["usage"] is None


AFTER = {"no": ({}, False), "yes": ({"sentinel-after-error": True}, True)}


@pytest.mark.parametrize("name", AFTER)
def test_a_sentinel_follows_an_error_only_where_the_vendor_sends_one(name: str) -> None:
    facts, wanted = AFTER[name]
    said = message(error=Fault(message="Broken."))
    last = [*speak(said, voice({"end-marker": "[DONE]", **facts}))][-1]
    assert (last.data == "[DONE]") is wanted


@pytest.mark.parametrize("vendor", vendors(NAME))
def test_of_an_error_rules_find_the_error_alone(vendor: str) -> None:
    said = message(text("Hi"), error=Fault(type="server_error", message="Broken."))
    (fault,) = faults(streamed(NAME, vendor, said))
    assert fault.startswith("errors/no-error-in-stream")


def test_the_official_client_raises_the_error() -> None:
    fault = Fault(type="server_error", code="server_error", message="Broken.")
    judged = streamed(NAME, "openai", message(text("Hi"), error=fault))
    with pytest.raises(APIError, match="Broken"):
        ResponsesClient().iterate(judged.exchange.body)


COMPLETED = [
    name
    for name, said in MESSAGES.items()
    if said.choices[0].finish_reason not in ("length", "content_filter")
]


# Of an answer that is incomplete the client's helper makes an error, whoever sends it.
@pytest.mark.parametrize("name", COMPLETED)
def test_the_official_client_hears_the_same(name: str) -> None:
    judged = streamed(NAME, "openai", MESSAGES[name])
    assert judged.message is not None
    (choice,) = judged.message.choices
    said: dict[Kind, str] = {}
    for part in choice.parts:
        said[part.kind] = said.get(part.kind, "") + part.content
    client = ResponsesClient()
    for heard in (client.iterate(judged.exchange.body), client.helper(judged.exchange.body)):
        answer = heard.answers[0]
        assert answer.text == said.get(Kind.TEXT, "")
        assert answer.reasoning == said.get(Kind.REASONING, "")
        assert answer.refusal == said.get(Kind.REFUSAL, "")
        calls = [part for part in choice.parts if part.kind is Kind.TOOL_CALL]
        assert [(c.id, c.name, c.text) for c in answer.calls] == [
            (part.id, part.name, part.arguments_json) for part in calls
        ]


def test_the_request_is_repeated_in_the_response() -> None:
    asked = Asked(model="m", tools=ASKED.tools, forced_tool="now", parallel_tools=False)
    response = spoken(message(call("{}", name="now"), stop="tool_call"), asked=asked)[0]["response"]
    assert [tool["name"] for tool in response["tools"]] == ["weather", "now"]
    assert response["tool_choice"] == {"type": "function", "name": "now"}
    assert response["parallel_tool_calls"] is False
    assert json.dumps(response)
