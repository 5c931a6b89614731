"""Whole conversations between two dialects: nothing is lost that they do not force, and an answer
that went wrong never becomes a good one."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Refusal
from streamgauge.message import Choice, Ending, Message
from streamgauge.prompt import Prompt
from streamgauge.strategies import exchanges, objects, texts
from streamgauge.translate import Answering, Translator, Untranslatable, verify_round_trip
from streamgauge.translate.asking import Asking
from streamgauge.translate.ledger import thought_of
from streamgauge.wire.encode import encode
from tests.dialects.voices import ASKED, MESSAGES, TURNS, call, faults, message, text, thought
from tests.translate.talking import PAIRS, handed_on, judged, translator, upstream_says

LONG = "STREAMGAUGE_LONG" in os.environ


def asked(between: Translator) -> tuple[Any, str, Asking]:
    """A request of the client, its address, and the request for the upstream."""
    prompt = Prompt(asked=ASKED, turns=TURNS)
    value, url = between.source.build(prompt, {}), between.source.path(prompt)
    return value, url, between.ask(value, url, conversation="one")


def said(one: Message | None, index: int = 0) -> Any:
    """What one choice says in any dialect: text, thoughts, calls and why it stopped."""
    assert one is not None
    found = [choice for choice in one.choices if choice.index == index]
    (choice,) = found or [Choice(index=index)]
    words = [part.content for part in choice.parts if part.kind in (Kind.TEXT, Kind.REFUSAL)]
    calls = [
        (part.name, json.dumps(part.arguments))
        for part in choice.parts
        if part.kind is Kind.TOOL_CALL and part.arguments is not None
    ]
    thoughts = thought_of(part for part in choice.parts if not part.redacted)
    return "".join(words), thoughts, calls, _ending(choice)


def _ending(choice: Choice) -> str | None:
    """Why it stopped, in words that every dialect shares."""
    shared = {"stop_sequence": "stop", "refusal": "content_filter", "context_window": "length"}
    return shared.get(choice.finish_reason or "", choice.finish_reason)


@pytest.mark.parametrize(("source", "target"), PAIRS)
@pytest.mark.parametrize("name", MESSAGES)
def test_a_translated_answer_says_the_same_and_breaks_no_rule(
    source: str, target: str, name: str
) -> None:
    between = translator(source, target)
    value, url, asking = asked(between)
    body = upstream_says(target, asking, MESSAGES[name])
    judgement = judged(source, value, url, handed_on(between.answer(asking), body))
    assert faults(judgement) == []
    heard = judged(target, asking.value, asking.path, body).message
    assert said(judgement.message) == said(heard)


@pytest.mark.parametrize(("source", "target"), PAIRS)
@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.9])
def test_a_stream_that_was_cut_never_ends_well(source: str, target: str, share: float) -> None:
    between = translator(source, target)
    value, url, asking = asked(between)
    body = upstream_says(target, asking, MESSAGES["reasoning, text, call"])
    # The last event of a stream may be a sentinel, without which nothing is missing.
    whole = body[: body.rindex(b"\n\n", 0, len(body) - 20)]
    said = handed_on(between.answer(asking), whole[: int(len(whole) * share)], clean=False)
    judgement = judged(source, value, url, said)
    assert judgement.transcript is not None
    assert judgement.transcript.ending is Ending.ERROR_TERMINATED
    assert judgement.message is not None
    assert all(choice.finish_reason is None for choice in judgement.message.choices)


def test_each_event_of_the_upstream_is_answered_at_once() -> None:
    between = translator("anthropic-messages", "openai-chat")
    _, _, asking = asked(between)
    answering = between.answer(asking)
    events = upstream_says("openai-chat", asking, MESSAGES["reasoning, text, call"]).split(b"\n\n")
    silent = [event for event in events[:-1] if not answering.feed(event + b"\n\n")]
    # The role alone says nothing to this client; the stop and the counts wait for the end.
    assert len(silent) <= 4


@settings(max_examples=2000 if LONG else 60)
@given(st.data())
def test_whatever_is_lawful_stays_so(data: st.DataObject) -> None:
    source, target = data.draw(st.sampled_from(PAIRS[:6]))
    exchange, drawn = data.draw(exchanges(target))
    if exchange.request is None or exchange.body.startswith(b"["):
        return
    address = urlsplit(exchange.request.url)
    there = f"{address.path}?{address.query}"
    value = translator(target, source).ask(json.loads(exchange.request.body), there)
    between = translator(source, target)
    asking = between.ask(value.value, value.path)
    body = handed_on(between.answer(asking), exchange.body, data.draw(st.integers(1, 99)))
    judgement = judged(source, value.value, value.path, body)
    assert [fault for fault in faults(judgement) if not _forced(fault, drawn)] == []
    assert said(judgement.message) == said(drawn)


def _forced(fault: str, drawn: Message) -> bool:
    """Findings for what the upstream did not send, or no upstream of that dialect can."""
    uncounted = drawn.usage is None and fault.startswith(("usage/is-sent", "usage/not-zero"))
    return uncounted or fault.startswith("content/logprobs-as-asked")


# Round trips.

TODO = {
    "name": "TodoWrite",
    "input_schema": {
        "type": "object",
        "properties": {
            "todos": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"content": {"type": "string"}, "status": {"type": "string"}},
                },
            }
        },
    },
}
_TODOS = st.lists(
    st.fixed_dictionaries(
        {
            "content": st.text(max_size=12),
            "status": st.sampled_from(["pending", "in_progress", "completed"]),
        }
    ),
    max_size=3,
)
_CALLS = st.lists(
    st.tuples(
        st.one_of(_TODOS.map(lambda todos: {"todos": todos}), st.just({}), st.just({"ü": [None]})),
        st.sampled_from([None, "id"]),
    ),
    min_size=1,
    max_size=3,
)
_ANSWERS = st.lists(
    st.tuples(st.sampled_from(["", "Hm."]), st.sampled_from(["", "I plan."]), _CALLS),
    min_size=1,
    max_size=3,
)


def _gemini(answer: Any, number: int) -> list[Any]:
    """One answer as Gemini gives it: the first call signed, ids on newer models only."""
    thinks, words, calls = answer
    parts: list[Any] = [{"text": thinks, "thought": True}] if thinks else []
    parts += [{"text": words}] if words else []
    for place, (arguments, id) in enumerate(calls):
        called = {"name": "TodoWrite", "args": arguments}
        named_by = {"id": f"g{number}{place}"} if id else {}
        signed = {} if place else {"thoughtSignature": f"c2ln{number}+/="}
        parts.append({"functionCall": called | named_by, **signed})
    return parts


def _stream(parts: list[Any]) -> bytes:
    chunks: list[Any] = [
        {"candidates": [{"content": {"parts": [p], "role": "model"}}]} for p in parts
    ]
    chunks.append({"candidates": [{"finishReason": "STOP"}]})
    return b"".join(encode(None, json.dumps(chunk)) for chunk in chunks)


def _blocks(stream: bytes) -> list[Any]:
    """What a Messages client replays of a stream: written anew here, to believe nobody."""
    blocks: list[Any] = []
    for event in stream.decode().split("\n\n")[:-1]:
        value = json.loads(event.partition("data: ")[2])
        delta = value.get("delta", {})
        match value["type"], delta.get("type"):
            case "content_block_start", _:
                blocks.append({**value["content_block"], "json": ""})
            case _, "text_delta":
                blocks[-1]["text"] += delta["text"]
            case _, "thinking_delta":
                blocks[-1]["thinking"] += delta["thinking"]
            case _, "signature_delta":
                blocks[-1]["signature"] = delta["signature"]
            case _, "input_json_delta":
                blocks[-1]["json"] += delta["partial_json"]
    for block in blocks:
        text = block.pop("json")
        if block["type"] == "tool_use":
            block["input"] = json.loads(text or "{}")
    return blocks


@settings(max_examples=20_000 if LONG else 200)
@given(_ANSWERS)
def test_nothing_is_lost_on_the_way_there_and_back(answers: list[Any]) -> None:
    between = translator("anthropic-messages", "gemini")
    messages: list[Any] = [{"role": "user", "content": "Plan it."}]
    expected: list[Any] = [{"role": "user", "parts": [{"text": "Plan it."}]}]
    for number, answer in enumerate(answers):
        asking = _ask(between, messages)
        assert (asking.value["contents"], asking.warnings) == (expected, ())
        parts = _gemini(answer, number)
        blocks = _blocks(handed_on(between.answer(asking), _stream(parts)))
        results = [b["id"] for b in blocks if b["type"] == "tool_use"]
        assert len(set(results)) == len(results)
        messages += [
            {"role": "assistant", "content": blocks},
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": id, "content": f"ok {id}"}
                    for id in results
                ],
            },
        ]
        expected += [{"role": "model", "parts": parts}, _answered(parts, results)]
    last = _ask(between, messages)
    assert (last.value["contents"], last.warnings) == (expected, ())
    turns = between.source.turns({"messages": messages})
    assert verify_round_trip(between.ledger, "one", turns) == ()


def _ask(between: Translator, messages: list[Any]) -> Asking:
    value = {"model": "m", "max_tokens": 9, "stream": True, "messages": messages, "tools": [TODO]}
    return between.ask(value, conversation="one")


def _answered(parts: list[Any], results: list[str]) -> Any:
    calls = [part["functionCall"] for part in parts if "functionCall" in part]
    given = [
        {
            "name": called["name"],
            **({"id": called["id"]} if "id" in called else {}),
            "response": {"output": f"ok {id}"},
        }
        for called, id in zip(calls, results, strict=True)
    ]
    return {"role": "user", "parts": [{"functionResponse": one} for one in given]}


@given(st.lists(st.tuples(objects(), texts()), min_size=1, max_size=3))
@settings(max_examples=500 if LONG else 30)
def test_signed_thoughts_come_back_through_a_dialect_without_them(drawn: list[Any]) -> None:
    between = translator("openai-chat", "anthropic-messages")
    messages: list[Any] = [{"role": "user", "content": "Go."}]
    blocks: list[Any] = []
    for number, (arguments, result) in enumerate(drawn):
        asking = between.ask({"model": "m", "stream": True, "messages": messages}, conversation="c")
        parts = (
            thought("Hm.", signature=f"s{number}"),
            call(arguments, name="f", id=f"toolu_{number}"),
        )
        body = upstream_says("anthropic-messages", asking, message(*parts, stop="tool_call"))
        got = judged(
            "openai-chat", {"messages": messages}, "/chat/completions",
            handed_on(between.answer(asking), body),
        ).message  # fmt: skip
        assert got is not None
        (made,) = (part for part in got.choices[0].parts if part.kind is Kind.TOOL_CALL)
        function = {"name": made.name, "arguments": made.arguments_json}
        called = {"id": made.id, "type": "function", "function": function}
        messages += [
            {"role": "assistant", "content": None, "tool_calls": [called]},
            {"role": "tool", "tool_call_id": made.id, "content": result},
        ]
        blocks.append({"type": "thinking", "thinking": "Hm.", "signature": f"s{number}"})
    last: Any = between.ask({"model": "m", "messages": messages}, conversation="c").value
    sent = [block for turn in last["messages"] if turn["role"] == "assistant"
            for block in turn["content"]]  # fmt: skip
    assert [block for block in sent if block["type"] == "thinking"] == blocks


def test_conversations_go_on_side_by_side() -> None:
    between = translator("anthropic-messages", "gemini")
    value = {"model": "m", "max_tokens": 9, "stream": True, "messages": []}
    askings = {name: between.ask(value, conversation=name) for name in ("one", "two")}
    answers = {name: between.answer(asking) for name, asking in askings.items()}
    body = _stream(_gemini(("", "", [({}, None)]), 0))
    for at in range(0, len(body), 10):
        for answering in answers.values():
            answering.feed(body[at : at + 10])
    for answering in answers.values():
        answering.finish(clean=True)
    (first,), (second,) = (between.ledger.uses(name) for name in ("one", "two"))
    assert first.id != second.id
    assert first == replace(second, id=first.id, conversation_id="one")
    assert (first.signature, first.original_id, first.request_index) == ("c2ln0+/=", None, 0)


def test_a_use_knows_when_it_was_made() -> None:
    between = translator("anthropic-messages", "gemini")
    for time in (5.0, 9.0):
        asking = _ask(between, [])
        handed_on(between.answer(asking, time), _stream(_gemini(("", "", [({}, None)]), 0)))
    uses = between.ledger.uses("one")
    assert [(use.time, use.request_index) for use in uses] == [(5.0, 0), (9.0, 1)]


# Answers that are not streamed.


@pytest.mark.parametrize(("source", "target"), PAIRS)
@pytest.mark.parametrize("name", ["text", "reasoning, text, call", "parallel calls", "text cut"])
def test_a_document_is_translated_as_its_stream_is(source: str, target: str, name: str) -> None:
    between = translator(source, target)
    value, url, asking = asked(between)
    stream = handed_on(between.answer(asking), upstream_says(target, asking, MESSAGES[name]))
    whole = _document(between, asking, MESSAGES[name])
    told = judged(source, {**value, "stream": False}, url, json.dumps(whole).encode())
    assert said(told.message) == said(judged(source, value, url, stream).message)


def _document(between: Translator, asking: Asking, one: Message) -> object:
    from tests.dialects.voices import voice

    dialect = between.target
    told = dialect.tell(one, voice({}, replace(dialect.request(asking.value), stream=False)))
    return between.answer(asking).document(json.dumps(told).encode())


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"error": {"message": "Oh."}}', b"<html>"])
def test_what_is_no_answer_becomes_an_error(body: bytes) -> None:
    between = translator("anthropic-messages", "openai-chat")
    _, _, asking = asked(between)
    told: Any = between.answer(asking).document(body)
    assert told["type"] == "error"


def test_a_refusal_is_told_in_the_words_of_the_client() -> None:
    told = translator("anthropic-messages", "gemini").refuse(
        Refusal(status=429, type="", message="Slow down.")
    )
    assert told == {"type": "error", "error": {"type": "rate_limit_error", "message": "Slow down."}}


@pytest.mark.parametrize(
    ("source", "target"),
    [("gemini", "gemini"), ("openai-responses", "gemini")],
    ids=["itself", "a client that nobody can answer yet"],
)
def test_what_cannot_be_translated_is_one_line(source: str, target: str) -> None:
    with pytest.raises(Untranslatable, match=source):
        translator(source, target)


def test_a_failed_answer_is_not_remembered() -> None:
    between = translator("anthropic-messages", "gemini")
    asking = _ask(between, [{"role": "user", "content": "Go."}])
    answering: Answering = between.answer(asking)
    handed_on(answering, _stream([{"text": "It goes"}])[:-60])
    assert answering.failed
    said_half = [
        {"role": "user", "content": "Go."},
        {"role": "assistant", "content": "It goes"},
        {"role": "user", "content": "On."},
    ]
    assert "/1: this answer is not one that was given here" in _ask(between, said_half).warnings


@pytest.mark.parametrize("hidden", [text("Hi"), thought("", redacted=True, extra={"data": "x"})])
def test_what_the_client_never_saw_goes_back_all_the_same(hidden: Any) -> None:
    between = translator("openai-chat", "anthropic-messages")
    start: list[Any] = [{"role": "user", "content": "Go."}]
    asking = between.ask({"model": "m", "messages": start, "stream": True}, conversation="c")
    body = upstream_says("anthropic-messages", asking, message(hidden, text("So.")))
    handed_on(between.answer(asking), body)
    shown = "".join(part.content for part in (hidden, text("So.")))
    messages = [*start, {"role": "assistant", "content": shown}, {"role": "user", "content": "?"}]
    value: Any = between.ask({"model": "m", "messages": messages}, conversation="c").value
    kinds = [block["type"] for block in value["messages"][1]["content"]]
    assert kinds == ["redacted_thinking" if hidden.redacted else "text", "text"]


@pytest.mark.parametrize("source", ["anthropic-messages", "gemini"])
def test_a_pair_that_was_cut_in_halves_is_handed_on_in_halves(source: str) -> None:
    between = translator(source, "openai-chat")
    value, url, asking = asked(between)
    halves = [{"content": "\ud83d"}, {"content": "\ude00"}]
    chunks = [{"choices": [{"index": 0, "delta": delta}]} for delta in halves]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    body = b"".join(encode(None, json.dumps(chunk)) for chunk in chunks)
    heard = judged(source, value, url, handed_on(between.answer(asking), body)).message
    text = said(heard)[0].encode("utf-16", "surrogatepass").decode("utf-16")
    assert text == "\U0001f600"
