"""Writes small streams from one line of words, so that a table shows what a stream does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

Event = dict[str, Any]


def _messages(words: str) -> Iterator[Event]:
    blocks = {
        "text": {"type": "text", "text": ""},
        "thinking": {"type": "thinking", "thinking": "", "signature": ""},
        "tool": {"type": "tool_use", "id": "toolu_0", "name": "look", "input": {}},
    }
    deltas = {
        "text": {"type": "text_delta", "text": "ab"},
        "think": {"type": "thinking_delta", "thinking": "hm"},
        "json": {"type": "input_json_delta", "partial_json": "{}"},
    }
    message = {"id": "msg_0", "type": "message", "role": "assistant", "content": [], "model": "m"}
    for word, number, kind in _phrases(words):
        index = int(number or 0)
        match word:
            case "start":
                yield {"type": "message_start", "message": message}
            case "begin":
                block = blocks[kind or "text"]
                yield {"type": "content_block_start", "index": index, "content_block": block}
            case "text" | "think" | "json":
                yield {"type": "content_block_delta", "index": index, "delta": deltas[word]}
            case "end":
                yield {"type": "content_block_stop", "index": index}
            case "finish":
                yield {
                    "type": "message_delta",
                    "delta": {"stop_reason": "end_turn", "stop_sequence": None},
                    "usage": {"output_tokens": 2},
                }
            case "stop":
                yield {"type": "message_stop"}
            case "error":
                yield {"type": "error", "error": {"type": "api_error", "message": "sorry"}}
            case other:
                yield {"type": other}


def _responses(words: str) -> Iterator[Event]:
    for position, (word, number, kind) in enumerate(_phrases(words)):
        event = _response(word, int(number or 0), kind)
        yield {"sequence_number": position, **event}


def _response(word: str, index: int, kind: str) -> Event:
    item = {"id": kind or f"msg_{index}", "type": "message", "role": "assistant", "content": []}
    call = {"id": f"fc_{index}", "type": "function_call", "call_id": "c", "name": "look"}
    whole = {"id": "resp_0", "model": "m", "output": [], "status": "completed"}
    place = {"output_index": index, "item_id": kind or f"msg_{index}", "content_index": 0}
    part = {"type": "output_text", "text": ""}
    at = {"output_index": index, "item_id": f"fc_{index}"}
    texts: dict[str, Event] = {
        "item": {"type": "output_item.added", "output_index": index, "item": item},
        "call": {"type": "output_item.added", "output_index": index, "item": call},
        "part": {"type": "content_part.added", **place, "part": part},
        "text": {"type": "output_text.delta", **place, "delta": "ab"},
        "said": {"type": "output_text.done", **place, "text": "ab"},
        "shut": {"type": "content_part.done", **place, "part": {**part, "text": "ab"}},
        "done": {"type": "output_item.done", "output_index": index, "item": item},
        "args": {"type": "function_call_arguments.delta", **at, "delta": "{}"},
        "called": {"type": "function_call_arguments.done", **at, "arguments": "{}"},
        "no": {"type": "refusal.delta", **place, "delta": "no"},
    }
    if word == "error":
        return {"type": "error", "code": "server_error", "message": "sorry"}
    found = texts.get(word, {"type": word, "response": whole})
    return {**found, "type": f"response.{found['type']}"}


def _chat(words: str) -> Iterator[Event | str]:
    head = {"id": "chatcmpl-0", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    deltas: dict[str, Event] = {
        "role": {"role": "assistant", "content": ""},
        "user": {"role": "user", "content": ""},
        "spoken": {"role": "assistant", "content": "ab"},
        "text": {"content": "ab"},
        "think": {"reasoning_content": "hm"},
        "call": {"tool_calls": [{"index": 0, "function": {"arguments": "{}"}}]},
        "stop": {},
        "last": {"content": "ab"},
    }
    for word, number, _ in _phrases(words):
        index = int(number or 0)
        reason = "stop" if word in ("stop", "last") else None
        if word == "done":
            yield "[DONE]"
        elif word == "usage":
            yield {**head, "choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 1}}
        else:
            choice = {"index": index, "delta": deltas[word], "finish_reason": reason}
            yield {**head, "choices": [choice]}


def _gemini(words: str) -> Iterator[Event]:
    for word, number, _ in _phrases(words):
        candidate: Event = {"index": int(number or 0)}
        if word in ("text", "last"):
            candidate["content"] = {"role": "model", "parts": [{"text": "ab"}]}
        if word in ("stop", "last"):
            candidate["finishReason"] = "STOP"
        if word == "blocked":
            yield {"promptFeedback": {"blockReason": "SAFETY"}}
        else:
            yield {"candidates": [candidate]}


def _phrases(words: str) -> Iterator[tuple[str, str, str]]:
    for phrase in words.split(", "):
        word, number, kind = (*phrase.split(), "", "", "")[:3]
        yield word, number, kind


_WRITERS: dict[str, Callable[[str], Iterator[Any]]] = {
    "anthropic-messages": _messages,
    "openai-responses": _responses,
    "openai-chat": _chat,
    "gemini": _gemini,
}


class Streams:
    """`streams(dialect, "start, begin 0 text, text 0, end 0, finish, stop")` → the body."""

    def __call__(self, dialect: str, words: str) -> bytes:
        return self.events(list(_WRITERS[dialect](words)))

    @staticmethod
    def events(values: list[Any]) -> bytes:
        texts = (value if isinstance(value, str) else json.dumps(value) for value in values)
        return "".join(f"data: {text}\n\n" for text in texts).encode()


@pytest.fixture
def streams() -> Streams:
    return Streams()
