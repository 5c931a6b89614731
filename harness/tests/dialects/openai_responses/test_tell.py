"""Answers that are not streamed, and what they share with the stream."""

from __future__ import annotations

import pytest

from streamgauge.dialects.openai_responses.tell import tell
from streamgauge.message import Fault, Part, UsageTotals
from streamgauge.prompt import Asked
from tests.dialects.voices import (
    MESSAGES,
    TOOLS,
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


@pytest.mark.parametrize(
    ("part", "asked", "encrypted"),
    [
        (thought("Hm"), ["reasoning.encrypted_content"], True),
        (thought("Hm"), [], False),
        (thought("Hm", signature="s=="), ["reasoning.encrypted_content"], "s=="),
    ],
    ids=["asked for", "not asked for", "brought along"],
)
def test_a_thought_is_encrypted_where_that_was_asked_for(
    part: Part, asked: list[str], encrypted: object
) -> None:
    using = voice(asked=Asked(extra={"include": asked}))
    (item,) = tell(message(part), using)["output"]  # type: ignore[misc,attr-defined]
    said = item.get("encrypted_content")
    assert (said if isinstance(encrypted, str) else said is not None) == encrypted


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


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault(code="busy", type="server", message="No."), ("busy", "No.")),
        (Fault(type="server", message="No."), ("server", "No.")),
        (Fault(), ("server_error", "")),
    ],
    ids=["a code", "a type alone", "nothing"],
)
def test_an_error_is_told_by_its_code_or_else_by_its_type(
    fault: Fault, told: tuple[str, str]
) -> None:
    document = tell(message(error=fault), voice())
    assert document["error"] == dict(zip(("code", "message"), told, strict=True))


SAID = Asked(
    model="m-2",
    tools=TOOLS[:1],
    tool_choice="required",
    parallel_tools=False,
    max_tokens=9,
    top_logprobs=3,
    extra={"store": False, "previous_response_id": "resp_0"},
)
REPEATED = {
    "what a request says": (
        SAID,
        {
            "model": "m-2",
            "tool_choice": "required",
            "parallel_tool_calls": False,
            "max_output_tokens": 9,
            "top_logprobs": 3,
            "store": False,
            "previous_response_id": "resp_0",
        },
    ),
    "what it leaves out": (
        Asked(),
        {
            "model": "unknown",
            "tool_choice": "auto",
            "parallel_tool_calls": True,
            "max_output_tokens": None,
            "top_logprobs": 0,
            "store": True,
            "previous_response_id": None,
            "tools": [],
        },
    ),
    "a tool that it forces": (
        Asked(tool_choice="weather", forced_tool="weather"),
        {"tool_choice": {"type": "function", "name": "weather"}},
    ),
}


@pytest.mark.parametrize("name", REPEATED)
def test_a_response_repeats_its_request(name: str) -> None:
    asked, members = REPEATED[name]
    document = tell(message(text("Hi"), model=None), voice(asked=asked))
    assert {member: document[member] for member in members} == members


def test_a_response_repeats_its_tools() -> None:
    (tool,) = tell(message(text("Hi")), voice(asked=SAID))["tools"]  # type: ignore[misc,attr-defined]
    assert (tool["type"], tool["name"], tool["parameters"], tool["strict"]) == (
        *("function", "weather", TOOLS[0].parameters, False),
    )


def test_the_total_is_what_went_in_and_what_came_out() -> None:
    counted = tell(message(text("Hi"), usage=UsageTotals(input_tokens=3, output_tokens=2)), voice())
    assert isinstance(counted["usage"], dict)
    assert counted["usage"]["total_tokens"] == 5


def test_counts_that_nobody_knows_are_nothing() -> None:
    assert tell(message(text("Hi"), usage=None), voice())["usage"] == {
        "input_tokens": 0,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 0,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 0,
    }
