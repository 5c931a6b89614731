"""Good streams that are richer than most recordings: written here, so that nobody recorded them.

Each holds what its dialect can repeat: several choices, parallel calls, reasoning beside tools,
usage, a refusal. Every rule that is asked must hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.breakage.streams import CHAT, GEMINI, MESSAGES, RESPONSES, Stream, split

TEXTS = ("Tea grows on hills, ", "and the best of it ", "is picked by hand in spring.")
THOUGHTS = ("The question is about tea; ", "two words must be looked up.")
CALLS = (("tea", ('{"word":"t', "ea", '","deep":', "true}")), ("milk", ('{"word":', '"milk"}')))
SCHEMA = {
    "type": "object",
    "properties": {"word": {"type": "string"}, "deep": {"type": "boolean"}},
    "required": ["word"],
    "additionalProperties": False,
}


def _sse(*values: Any, named: bool = False) -> bytes:
    out = []
    for value in values:
        data = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
        out.append((f"event: {value['type']}\n" if named else "") + f"data: {data}\n\n")
    return "".join(out).encode()


def _stream(name: str, dialect: str, body: bytes, request: dict[str, Any] | None = None) -> Stream:
    return Stream(
        name=f"written: {name}",
        dialect=dialect,
        vendor="unknown",
        events=split(body),
        request=request,
    )


# openai-chat

_HEAD = {
    "id": "chatcmpl-7",
    "object": "chat.completion.chunk",
    "created": 1700000000,
    "model": "m-1",
}
_COUNTS = {"prompt_tokens": 21, "completion_tokens": 30, "total_tokens": 51}


def _chunk(delta: Any, reason: str | None = None, index: int = 0) -> dict[str, Any]:
    choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": reason}
    return {**_HEAD, "choices": [choice], "usage": None}


def _spent(**details: Any) -> dict[str, Any]:
    return {**_HEAD, "choices": [], "usage": {**_COUNTS, **details}}


def _chat_calls() -> Iterator[dict[str, Any]]:
    for index, (word, pieces) in enumerate(CALLS):
        function = {"name": "look_up", "arguments": ""}
        head = {"index": index, "id": f"call_{word}", "type": "function", "function": function}
        yield _chunk({"tool_calls": [head]})
        for piece in pieces:
            yield _chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})


def _asked(**members: Any) -> dict[str, Any]:
    function = {"name": "look_up", "parameters": SCHEMA}
    return {
        "model": "m-1", "stream": True, "messages": [{"role": "user", "content": "Tea?"}],
        "stream_options": {"include_usage": True},
        "tools": [{"type": "function", "function": function}], **members,
    }  # fmt: skip


def _chat() -> Iterator[Stream]:
    role = {"role": "assistant", "content": ""}
    yield _stream("chat: thoughts, text, two calls", CHAT, _sse(
        _chunk(role), *(_chunk({"reasoning_content": text}) for text in THOUGHTS),
        *(_chunk({"content": text}) for text in TEXTS), *_chat_calls(), _chunk({}, "tool_calls"),
        _spent(completion_tokens_details={"reasoning_tokens": 9}), "[DONE]",
    ), _asked())  # fmt: skip
    yield _stream("chat: two choices", CHAT, _sse(
        _chunk(role), _chunk(role, index=1),
        *(_chunk({"content": text}, index=index) for text in TEXTS for index in (0, 1)),
        _chunk({}, "stop", 1), _chunk({}, "length"), _spent(), "[DONE]",
    ), _asked(n=2))  # fmt: skip
    yield _stream("chat: refusal", CHAT, _sse(
        _chunk({"role": "assistant", "content": "", "refusal": None}),
        _chunk({"refusal": "I will not "}), _chunk({"refusal": "say that."}),
        _chunk({}, "stop"), "[DONE]",
    ))  # fmt: skip
    yield _stream("chat: usage on every chunk", CHAT, _sse(*(
        {**_chunk({"content": text} if text else {}, None if text else "stop"),
         "usage": {"prompt_tokens": 9, "completion_tokens": n, "total_tokens": 9 + n}}
        for n, text in enumerate((*TEXTS, ""), 2)
    ), "[DONE]").replace(b'"delta":{', b'"delta":{"role":"assistant",', 1))  # fmt: skip


# anthropic-messages


def _block(index: int, block: dict[str, Any], *deltas: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"type": "content_block_start", "index": index, "content_block": block}
    for delta in deltas:
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def _message(*events: dict[str, Any], reason: str) -> bytes:
    usage = {"input_tokens": 21, "output_tokens": 2}
    message = {
        "id": "msg_7", "type": "message", "role": "assistant", "model": "m-1", "content": [],
        "stop_reason": None, "stop_sequence": None, "usage": usage,
    }  # fmt: skip
    delta = {"stop_reason": reason, "stop_sequence": None}
    end = {"type": "message_delta", "delta": delta, "usage": {"output_tokens": 40}}
    start = {"type": "message_start", "message": message}
    return _sse(start, *events, end, {"type": "message_stop"}, named=True)


def _messages() -> Iterator[Stream]:
    thinking = {"type": "thinking", "thinking": "", "signature": ""}
    deltas = [{"type": "thinking_delta", "thinking": text} for text in THOUGHTS]
    signature = {"type": "signature_delta", "signature": "c2lnbmVk"}
    texts = [{"type": "text_delta", "text": text} for text in TEXTS]
    calls: list[dict[str, Any]] = []
    for index, (word, pieces) in enumerate(CALLS, 2):
        start = {"type": "tool_use", "id": f"toolu_{word}", "name": "look_up", "input": {}}
        inputs = [{"type": "input_json_delta", "partial_json": piece} for piece in ("", *pieces)]
        calls += _block(index, start, *inputs)
    yield _stream("messages: thinking, text, two calls", MESSAGES, _message(
        *_block(0, thinking, *deltas, signature), {"type": "ping"},
        *_block(1, {"type": "text", "text": ""}, *texts), *calls, reason="tool_use",
    ), {"model": "m-1", "stream": True, "max_tokens": 99, "messages": [],
        "tools": [{"name": "look_up", "input_schema": SCHEMA}]})  # fmt: skip
    yield _stream("messages: text", MESSAGES, _message(
        *_block(0, {"type": "text", "text": ""}, *texts), reason="end_turn"))  # fmt: skip


# openai-responses


def _response(status: str, output: list[Any], usage: Any = None) -> dict[str, Any]:
    return {
        "id": "resp_7", "object": "response", "created_at": 1700000000, "status": status,
        "error": None, "incomplete_details": None, "instructions": None, "metadata": {},
        "model": "m-1", "output": output, "parallel_tool_calls": True, "temperature": 1.0,
        "tool_choice": "auto", "tools": [], "top_p": 1.0, "usage": usage,
    }  # fmt: skip


def _item_text(at: int, part: dict[str, Any], member: str, name: str, pieces: Any) -> Any:
    """The events and the item of a message with one part of text."""
    where = {"item_id": f"msg_{at}", "output_index": at, "content_index": 0}
    more = {"logprobs": []} if name == "output_text" else {}
    whole = {**part, member: "".join(pieces)}
    item = {
        "id": f"msg_{at}",
        "type": "message",
        "status": "in_progress",
        "role": "assistant",
        "content": [],
    }
    done = {**item, "status": "completed", "content": [whole]}
    deltas = [{"type": f"response.{name}.delta", **where, "delta": one, **more} for one in pieces]
    return done, [
        {"type": "response.output_item.added", "output_index": at, "item": item},
        {"type": "response.content_part.added", **where, "part": part}, *deltas,
        {"type": f"response.{name}.done", **where, member: whole[member], **more},
        {"type": "response.content_part.done", **where, "part": whole},
        {"type": "response.output_item.done", "output_index": at, "item": done},
    ]  # fmt: skip


def _item_thought(at: int) -> Any:
    where = {"item_id": f"rs_{at}", "output_index": at, "summary_index": 0}
    item = {"id": f"rs_{at}", "type": "reasoning", "summary": []}
    whole = {"type": "summary_text", "text": "".join(THOUGHTS)}
    kind = "response.reasoning_summary"
    done = {**item, "summary": [whole]}
    return done, [
        {"type": "response.output_item.added", "output_index": at, "item": item},
        {"type": f"{kind}_part.added", **where, "part": {"type": "summary_text", "text": ""}},
        *({"type": f"{kind}_text.delta", **where, "delta": text} for text in THOUGHTS),
        {"type": f"{kind}_text.done", **where, "text": whole["text"]},
        {"type": f"{kind}_part.done", **where, "part": whole},
        {"type": "response.output_item.done", "output_index": at, "item": done},
    ]


def _item_call(at: int, word: str, pieces: Any) -> Any:
    where = {"item_id": f"fc_{at}", "output_index": at}
    item = {
        "id": f"fc_{at}", "type": "function_call", "status": "in_progress",
        "call_id": f"call_{word}", "name": "look_up", "arguments": "",
    }  # fmt: skip
    done = {**item, "status": "completed", "arguments": "".join(pieces)}
    kind = "response.function_call_arguments"
    return done, [
        {"type": "response.output_item.added", "output_index": at, "item": item},
        *({"type": f"{kind}.delta", **where, "delta": piece} for piece in pieces),
        {"type": f"{kind}.done", **where, "name": "look_up", "arguments": done["arguments"]},
        {"type": "response.output_item.done", "output_index": at, "item": done},
    ]


def _answer(*items: Any) -> bytes:
    usage = {
        "input_tokens": 21, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 30,
        "output_tokens_details": {"reasoning_tokens": 9}, "total_tokens": 51,
    }  # fmt: skip
    output = [item for item, _ in items]
    events = [
        {"type": "response.created", "response": _response("in_progress", [])},
        {"type": "response.in_progress", "response": _response("in_progress", [])},
        *(event for _, events in items for event in events),
        {"type": "response.completed", "response": _response("completed", output, usage)},
    ]
    numbered = ({**event, "sequence_number": n} for n, event in enumerate(events))
    return _sse(*numbered, named=True)


def _responses() -> Iterator[Stream]:
    text = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
    calls = [_item_call(at, *one) for at, one in enumerate(CALLS, 2)]
    said = _item_text(1, text, "text", "output_text", TEXTS)
    yield _stream(
        "responses: thoughts, text, two calls", RESPONSES, _answer(_item_thought(0), said, *calls),
        {"model": "m-1", "stream": True, "input": "Tea?",
         "tools": [{"type": "function", "name": "look_up", "parameters": SCHEMA}]},
    )  # fmt: skip
    refusal = _item_text(
        0, {"type": "refusal", "refusal": ""}, "refusal", "refusal", ("I will ", "not.")
    )
    yield _stream("responses: refusal", RESPONSES, _answer(refusal))


# gemini


def _candidates(n: int, *said: Any, reason: str | None = None) -> dict[str, Any]:
    candidates = [
        {"content": {"role": "model", "parts": parts}, "index": index,
         **({"finishReason": reason} if reason else {})}
        for index, parts in enumerate(said)
    ]  # fmt: skip
    usage = {
        "promptTokenCount": 21,
        "candidatesTokenCount": n,
        "totalTokenCount": 21 + n + 4,
        "thoughtsTokenCount": 4,
    }
    return {
        "candidates": candidates,
        "usageMetadata": usage,
        "modelVersion": "m-1",
        "responseId": "r-7",
    }


def _call(word: str) -> dict[str, Any]:
    return {"functionCall": {"name": "look_up", "args": {"word": word}, "id": f"c-{word}"}}


def _gemini() -> Iterator[Stream]:
    tools = [{"functionDeclarations": [{"name": "look_up", "parametersJsonSchema": SCHEMA}]}]
    yield _stream("gemini: thoughts, text, two calls", GEMINI, _sse(
        *(_candidates(n, [{"text": text, "thought": True}]) for n, text in enumerate(THOUGHTS, 1)),
        *(_candidates(n, [{"text": text}]) for n, text in enumerate(TEXTS, 3)),
        _candidates(9, [{**_call("tea"), "thoughtSignature": "c2ln"}]),
        _candidates(12, [_call("milk")]),
        _candidates(12, [{"text": ""}], reason="STOP"),
    ), {"contents": [], "tools": tools})  # fmt: skip
    yield _stream("gemini: two candidates", GEMINI, _sse(
        *(
            _candidates(n, [{"text": one}], [{"text": f"No: {one}"}])
            for n, one in enumerate(TEXTS, 1)
        ),
        _candidates(9, [{"text": "."}], [{"text": "!"}], reason="STOP"),
    ), {"contents": [], "generationConfig": {"candidateCount": 2}})  # fmt: skip


def _more_gemini() -> Iterator[Stream]:
    piece = {"jsonPath": "$.word", "stringValue": "tea"}
    counts = {key: one for key, one in _candidates(9).items() if key != "candidates"}
    yield _stream("gemini: streamed arguments, counts of their own", GEMINI, _sse(
        _candidates(1, [{"functionCall": {"name": "look_up", "willContinue": True}}]),
        _candidates(3, [{"functionCall": {"partialArgs": [piece], "willContinue": True}}]),
        _candidates(5, [{"functionCall": {}}]), _candidates(5, [{"text": ""}]),
        _candidates(9, [{"text": "One moment."}], reason="STOP"), counts,
    ))  # fmt: skip


def _item_search(at: int) -> Any:
    item = {"id": f"ws_{at}", "type": "web_search_call", "status": "in_progress"}
    where = {"item_id": f"ws_{at}", "output_index": at}
    done = {**item, "status": "completed", "action": {"type": "search", "query": "tea"}}
    return done, [
        {"type": "response.output_item.added", "output_index": at, "item": item},
        {"type": "response.web_search_call.in_progress", **where},
        {"type": "response.web_search_call.searching", **where},
        {"type": "response.web_search_call.completed", **where},
        {"type": "response.output_item.done", "output_index": at, "item": done},
    ]


def _more_responses() -> Iterator[Stream]:
    text = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
    said = _item_text(1, text, "text", "output_text", ("", *TEXTS))
    body = _answer(_item_search(0), said) + _sse("[DONE]")
    yield _stream("responses: a search, text, [DONE]", RESPONSES, body)


def written() -> tuple[Stream, ...]:
    """Every good stream of this module."""
    return (*_chat(), *_messages(), *_responses(), *_more_responses(), *_gemini(), *_more_gemini())
