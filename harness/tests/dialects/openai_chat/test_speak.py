"""A message spoken as each vendor speaks: no rule of that vendor's finds a must or should in it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from streamgauge.dialects.openai_chat import DIALECT
from streamgauge.dialects.openai_chat.build import build
from streamgauge.dialects.openai_chat.counters import counters
from streamgauge.dialects.openai_chat.speak import speak
from streamgauge.exchange import Close, Exchange, Head, Request
from streamgauge.message import Choice, Fault, Message
from streamgauge.pipeline import Judgement, Options, judge_exchange, profiles
from streamgauge.prompt import Asked, Prompt
from streamgauge.rules.finding import Level
from streamgauge.rules.usage.places import count
from tests.dialects.openai_chat.spoken import MESSAGES, TEXT, TOOLS, body, chunks, facts_of, voice

VENDORS = sorted(profile.slug for profile in profiles() if DIALECT.name in profile.dialects)


def asked(name: str, *, usage: bool) -> Asked:
    choices = len(MESSAGES[name].choices)
    return Asked(
        stream=True,
        model="m-1",
        tools=TOOLS,
        include_usage=usage,
        choices=choices if choices > 1 else None,
    )


def counts(vendor: str, name: str) -> list[tuple[str, str]]:
    """The headers that repeat the usage where the vendor sends such."""
    facts, spent = facts_of(vendor), MESSAGES[name].usage
    headers = facts.get("usage-headers", {})
    assert spent is not None
    assert isinstance(headers, dict)
    usage = counters(spent, facts)
    return [(header, str(count(usage, pointer))) for header, pointer in headers.items()]


def judged(vendor: str, name: str, wanted: Asked) -> Judgement:
    said = list(speak(MESSAGES[name], voice(vendor, wanted)))
    sent = build(Prompt(asked=wanted, turns=()), facts_of(vendor))
    exchange = Exchange(
        request=Request(body=json.dumps(sent).encode()),
        head=Head(
            status=200, headers=(("content-type", "text/event-stream"), *counts(vendor, name))
        ),
        body=body(said),
        close=Close.CLEAN,
    )
    return judge_exchange(exchange, Options(dialect=DIALECT.name, vendor=vendor))


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("vendor", VENDORS)
def test_what_is_spoken_breaks_no_must_and_no_should(vendor: str, name: str) -> None:
    for usage in (False, True):
        found = judged(vendor, name, asked(name, usage=usage)).outcome.findings
        grave = [one for one in found if one.level is not Level.MAY]
        assert [(one.rule, one.says, one.got) for one in grave] == []


def spoken(vendor: str, name: str, *, usage: bool = True) -> list[Any]:
    return chunks(list(speak(MESSAGES[name], voice(vendor, asked(name, usage=usage)))))


def deltas(found: list[Any]) -> list[Any]:
    return [choice["delta"] for chunk in found for choice in chunk["choices"]]


def test_a_stream_begins_with_the_role_and_ends_with_usage_and_the_sentinel() -> None:
    events = list(speak(MESSAGES["text"], voice("openai", asked("text", usage=True))))
    first, *_, finish, usage = chunks(events)
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": "", "refusal": None}
    assert finish["choices"][0] == {
        "index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"
    }  # fmt: skip
    assert usage["choices"] == []
    assert [chunk["usage"] for chunk in (first, finish)] == [None, None]
    assert events[-1].data == "[DONE]"


def test_what_one_vendor_thinks_looks_like_that_vendor() -> None:
    first, thought, *_ = deltas(spoken("deepseek", "reasoning"))
    assert first == {"role": "assistant", "content": None, "reasoning_content": ""}
    assert thought == {"content": None, "reasoning_content": "Let "}


def test_thinking_is_closed_once_before_the_text() -> None:
    said = deltas(spoken("moonshot", "reasoning"))
    blank = [at for at, delta in enumerate(said) if delta.get("reasoning_content") == ""]
    text = [at for at, delta in enumerate(said) if delta.get("content")]
    assert len(blank) == 1
    assert blank[0] == text[0] - 1


def test_reasoning_is_repeated_where_the_vendor_repeats_it() -> None:
    first = deltas(spoken("minimax", "reasoning"))[0]
    (detail,) = first["reasoning_details"]
    assert first["reasoning_content"] == detail["text"] == "Let "
    assert detail["format"] == "MiniMax-response-v1"


def test_a_call_is_a_header_and_pieces_or_one_whole() -> None:
    header, *pieces = [
        delta["tool_calls"][0]
        for delta in deltas(spoken("moonshot", "tool"))
        if "tool_calls" in delta
    ]
    assert header["function"] == {"name": "lookup", "arguments": ""}
    assert all(sorted(piece) == ["function", "index"] for piece in pieces)
    (whole,) = [d["tool_calls"][0] for d in deltas(spoken("xai", "tool")) if "tool_calls" in d]
    assert json.loads(whole["function"]["arguments"]) == {"city": "Oslo", "days": [1, 2, 3]}


def test_calls_may_ride_on_the_finish_chunk() -> None:
    finish = spoken("mistral", "tool")[-1]["choices"][0]
    (call,) = finish["delta"]["tool_calls"]
    assert sorted(call) == ["function", "id"]
    assert finish["finish_reason"] == "tool_calls"


def test_choices_take_turns_one_in_a_chunk() -> None:
    found = spoken("openai", "two choices")
    assert [[c["index"] for c in chunk["choices"]] for chunk in found[:4]] == [[0], [1], [0], [1]]


def test_a_first_chunk_of_the_vendors_own_comes_before_the_role() -> None:
    assert spoken("azure", "text")[0]["choices"] == []


def test_running_usage_never_goes_down_and_ends_at_the_whole() -> None:
    counts = [chunk["usage"]["completion_tokens"] for chunk in spoken("perplexity", "text")]
    assert counts == [*range(1, len(counts)), 30]


def test_logprobs_come_with_the_text_and_with_nothing_else() -> None:
    wanted = replace(asked("text", usage=False), logprobs=True, top_logprobs=1)
    found = chunks(list(speak(MESSAGES["text"], voice("openai", wanted))))
    for chunk in found:
        (choice,) = chunk["choices"]
        text = choice["delta"].get("content")
        assert (choice["logprobs"] is not None) == bool(text)


CUT = Message(
    choices=(Choice(index=0, role="assistant", parts=(TEXT,)),),
    error=Fault(type="server_error", code=500, message="broke"),
)
FAILURES = [
    ("openai", None, "error", False),
    ("vllm", None, "error", True),
    ("groq", "error", "error", False),
    ("openrouter", None, "error", True),
]


@pytest.mark.parametrize(("vendor", "name", "member", "sentinel"), FAILURES)
def test_an_error_in_mid_stream_is_told_as_the_vendor_tells_it(
    vendor: str, name: str | None, member: str, sentinel: bool
) -> None:
    events = list(speak(CUT, voice(vendor)))
    assert (events[-1].data == "[DONE]") is sentinel
    failed = events[-2] if sentinel else events[-1]
    assert failed.name == name
    assert json.loads(failed.data)[member]["message"] == "broke"
    assert ("choices" in json.loads(failed.data)) is (vendor == "openrouter")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(type="overloaded", message="busy"), ("overloaded", "busy")),
        (Fault(), ("server_error", "")),
    ],
    ids=["told", "left to the vendor"],
)
def test_an_error_keeps_its_type_and_words(fault: Fault, said: tuple[str, str]) -> None:
    events = list(speak(replace(CUT, error=fault), voice("openai")))
    error = json.loads(events[-1].data)["error"]
    assert (error["type"], error["message"]) == said


def test_a_vendor_may_tell_of_failure_by_a_finish_reason_alone() -> None:
    last = chunks(list(speak(CUT, voice("moonshot"))))[-1]
    assert last["choices"][0]["finish_reason"] == "server_interrupted"
    assert "error" not in last


def test_the_end_marker_is_left_out_where_the_vendor_sends_none() -> None:
    events = list(speak(MESSAGES["text"], voice("perplexity")))
    assert events[-1].data != "[DONE]"


def test_usage_of_several_choices_runs_until_the_last_has_stopped() -> None:
    long = replace(TEXT, content=TEXT.content * 2)
    several = Message(
        choices=(
            Choice(index=0, parts=(TEXT,), finish_reason="stop"),
            Choice(index=1, parts=(long,), finish_reason="length"),
        ),
        usage=MESSAGES["text"].usage,
    )
    facts = {"usage-sent": {"asked": ["every-chunk"], "unasked": []}}
    wanted = Asked(stream=True, include_usage=True)
    events = chunks([*speak(several, voice("unknown", wanted, **facts))])
    counts = [event["usage"]["completion_tokens"] for event in events]
    assert counts == sorted(counts)
    assert counts[-1] == 30


def test_a_finish_that_is_repeated_is_that_of_its_choice() -> None:
    several = Message(
        choices=(
            Choice(index=0, parts=(TEXT,), finish_reason="stop"),
            Choice(index=1, parts=(TEXT,), finish_reason="length"),
        ),
        usage=MESSAGES["text"].usage,
    )
    facts = {
        "finish-repeated": True,
        "usage-sent": {"asked": ["after-finish"], "unasked": ["after-finish"]},
    }
    last = chunks([*speak(several, voice("unknown", **facts))])[-1]["choices"][0]
    assert (last["index"], last["finish_reason"]) == (0, "stop")
