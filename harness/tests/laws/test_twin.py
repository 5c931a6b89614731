"""Law 4, twin: what a stream adds up to is what its non-streamed answer says.

Of each dialect: any message is written as a stream and as a document, and both are read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge import aggregate
from streamgauge.delta import Kind
from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Exchange, Request
from streamgauge.message import Choice, Ending, Message, Part
from streamgauge.pipeline import Options, judge_exchange

Json = dict[str, Any]


def chat_document(message: Message) -> Json:
    choices = [
        {
            "index": choice.index,
            "message": {"role": choice.role, **_chat_members(choice)},
            "finish_reason": choice.raw_finish_reason,
        }
        for choice in message.choices
    ]
    head = {"id": message.id, "object": "chat.completion", "model": message.model}
    usage = {} if message.usage is None else {"usage": message.usage.raw}
    return {**head, "choices": choices, **usage}


def _chat_members(choice: Choice) -> Json:
    out: Json = {"content": None}
    calls = []
    for part in choice.parts:
        if part.kind is Kind.TOOL_CALL:
            function = {"name": part.name, "arguments": part.arguments_json}
            calls.append({"id": part.id, "type": "function", "function": function})
        else:
            out[part.field or "content"] = part.content
    return {**out, "tool_calls": calls} if calls else out


def messages_document(message: Message) -> Json:
    (choice,) = message.choices
    assert message.usage is not None
    return {
        "id": message.id,
        "type": "message",
        "role": "assistant",
        "model": message.model,
        "content": [_block(part) for part in choice.parts],
        "stop_reason": choice.raw_finish_reason,
        "stop_sequence": None,
        "usage": message.usage.raw,
    }


def _block(part: Part) -> Json:
    match part.kind:
        case Kind.TEXT:
            return {"type": "text", "text": part.content}
        case Kind.REASONING:
            return {"type": "thinking", "thinking": part.content, "signature": part.signature}
        case _:
            return {"type": "tool_use", "id": part.id, "name": part.name, "input": part.arguments}


def responses_document(message: Message) -> Json:
    """The terminal event of a stream carries the whole answer."""
    (choice,) = message.choices
    return {
        "id": message.id,
        "object": "response",
        "model": message.model,
        "status": choice.raw_finish_reason,
        "output": [_item(part) for part in choice.parts],
    }


def _item(part: Part) -> Json:
    match part.kind:
        case Kind.TEXT:
            content = {"type": "output_text", "text": part.content, "annotations": []}
            return {
                "type": "message",
                "id": part.extra["item_id"],
                "role": "assistant",
                "content": [content],
            }
        case Kind.REASONING:
            summary = [{"type": "summary_text", "text": part.content}]
            return {"type": "reasoning", "id": part.extra["item_id"], "summary": summary}
        case _:
            return {
                "type": "function_call",
                "call_id": part.id,
                "name": part.name,
                "arguments": part.arguments_json,
            }


def gemini_document(message: Message) -> Json:
    candidates = [
        {
            "index": choice.index,
            "content": {
                "role": choice.role,
                "parts": [_gemini_part(part) for part in choice.parts],
            },
            "finishReason": choice.raw_finish_reason,
        }
        for choice in message.choices
    ]
    return {"responseId": message.id, "modelVersion": message.model, "candidates": candidates}


def _gemini_part(part: Part) -> Json:
    match part.kind:
        case Kind.TEXT:
            return {"text": part.content}
        case Kind.REASONING:
            return {"text": part.content, "thought": True}
        case _:
            call = {"id": part.id, "name": part.name, "args": part.arguments}
            return {"functionCall": call}


DOCUMENTS: dict[str, Callable[[Message], Json]] = {
    "openai-chat": chat_document,
    "anthropic-messages": messages_document,
    "openai-responses": responses_document,
    "gemini": gemini_document,
}


def said(message: Message | None) -> Message:
    """A message without what a stream and a document write differently by nature.

    The key of a part is where it stood in the stream, and the text of arguments is the sender's;
    both are compared elsewhere.
    """
    assert message is not None
    return replace(message, choices=tuple(_said(choice) for choice in message.choices))


def _said(choice: Choice) -> Choice:
    parts = tuple(
        replace(part, index=None, arguments_json="", arguments_state=None, extra={})
        for part in choice.parts
    )
    return replace(choice, parts=parts)


def read_document(dialect: str, document: Json) -> Any:
    # What says that no stream was asked for: a member of the body or, for gemini, the path.
    request = Request(url="https://api.example/m:generateContent", body=b'{"stream":false}')
    exchange = Exchange(body=json.dumps(document).encode(), request=request)
    return judge_exchange(exchange, Options(dialect=dialect))


@given(data=st.data())
def test_a_stream_and_its_document_say_the_same(
    data: st.DataObject,
    dialect_name: str,
    messages: st.SearchStrategy[Message],
    written: Callable[[str, Message], bytes],
) -> None:
    message = data.draw(messages)
    streamed = aggregate(written(dialect_name, message), dialect=dialect_name)
    judgement = read_document(dialect_name, DOCUMENTS[dialect_name](message))
    assert said(streamed) == said(judgement.message) == said(message)
    assert judgement.transcript.ending is Ending.COMPLETE


@given(data=st.data())
def test_a_written_stream_is_read_back_whole(
    data: st.DataObject,
    dialect_name: str,
    messages: st.SearchStrategy[Message],
    written: Callable[[str, Message], bytes],
) -> None:
    """Keys, texts of arguments and opaque members too: what was written comes back."""
    message = data.draw(messages)
    assert aggregate(written(dialect_name, message), dialect=dialect_name) == message


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_dialect_knows_its_documents(name: str) -> None:
    part = Part(kind=Kind.TEXT, content="a", extra={"item_id": "i"})
    raw = {"openai-responses": "completed", "gemini": "STOP"}.get(name, "stop")
    choice = Choice(index=0, role="assistant", parts=(part,), raw_finish_reason=raw)
    usage = named(name).usage({}, {})
    message = Message(id="i", model="m", choices=(choice,), usage=usage)
    assert named(name).is_document(DOCUMENTS[name](message))
