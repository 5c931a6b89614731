"""Answers that are not streamed, and what they share with the stream."""

from __future__ import annotations

import pytest

from streamgauge.dialects.openai_responses.tell import tell
from streamgauge.message import Fault, UsageTotals
from tests.dialects.voices import (
    MESSAGES,
    call,
    facts_of,
    faults,
    message,
    same,
    streamed,
    text,
    thought,
    vendors,
    voice,
    whole,
)

NAME = "openai-responses"


@pytest.mark.parametrize("vendor", vendors(NAME))
@pytest.mark.parametrize("name", MESSAGES)
def test_no_rule_finds_fault(vendor: str, name: str) -> None:
    assert faults(whole(NAME, vendor, MESSAGES[name])) == []


@pytest.mark.parametrize("vendor", vendors(NAME))
@pytest.mark.parametrize("name", MESSAGES)
def test_the_stream_says_the_same(vendor: str, name: str) -> None:
    said = MESSAGES[name]
    assert same(streamed(NAME, vendor, said)) == same(whole(NAME, vendor, said))


def test_an_answer_is_a_response_with_whole_items() -> None:
    said = message(
        thought("Hm", signature="s==", extra={"item_id": "rs_1"}),
        text("See", extra={"item_id": "msg_1"}),
        call('{"a": 1}', id="call_1", extra={"item_id": "fc_1"}),
        id="resp_1",
    )
    document = tell(said, voice())
    assert (document["id"], document["object"], document["status"]) == (
        "resp_1",
        "response",
        "completed",
    )
    content = {"type": "output_text", "text": "See", "annotations": [], "logprobs": []}
    assert document["output"] == [
        {
            "id": "rs_1",
            "type": "reasoning",
            "summary": [{"type": "summary_text", "text": "Hm"}],
            "encrypted_content": "s==",
        },
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "status": "completed",
            "content": [content],
        },
        {
            "id": "fc_1",
            "type": "function_call",
            "call_id": "call_1",
            "name": "weather",
            "status": "completed",
            "arguments": '{"a": 1}',
        },
    ]


def test_the_vendors_own_counts_are_kept() -> None:
    raw = {"input_tokens": 3, "output_tokens": 5, "total_tokens": 8, "cost": 1}
    assert tell(message(text("Hi"), usage=UsageTotals(raw=raw)), voice())["usage"] == raw


def test_cache_writes_are_counted_where_the_vendor_always_does() -> None:
    facts = {"cache-counters": ["/input_tokens_details/cache_write_tokens"]}
    usage = tell(message(text("Hi")), voice(facts))["usage"]
    assert usage["input_tokens_details"] == {"cached_tokens": 8, "cache_write_tokens": 0}  # type: ignore[index]
    plain = tell(message(text("Hi")), voice(facts_of(NAME, "xai")))["usage"]
    assert plain["input_tokens_details"] == {"cached_tokens": 8}  # type: ignore[index]


def test_a_message_that_failed_is_a_failed_response() -> None:
    document = tell(message(error=Fault(message="No.")), voice())
    assert document["status"] == "failed"
    assert document["error"] == {"code": "server_error", "message": "No."}
