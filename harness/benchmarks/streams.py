"""Makes the streams that are measured: any length, always the same bytes for the same length.

Each says exactly what was put in, so that a benchmark also proves the answer. Shapes and members
follow recorded streams; words, ids and numbers are made up. Nothing here measures or reads.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

_WORDS = (
    " the", " stream", " of", " a", ",", ".", " “quoted”", " naïve", "\n\n", ' "so"', " token",
    " 42", " measure", "ment", "ing", " and", " then", " path\\to", " 日本", " end", "```", "\t",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A body and what it says.

    `payloads` are the JSON texts of its chunks: what a reader cannot avoid to parse. `text` is the
    text of the answer, `calls` the arguments of each tool call.
    """

    body: bytes
    payloads: tuple[bytes, ...]
    text: str = ""
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A kind of stream: `make` takes the number of chunks that carry text or arguments."""

    name: str
    dialect: str
    make: Callable[[int], Stream]
    hard: bool = False


Event = Mapping[str, object]


def _words(count: int) -> list[str]:
    chosen = random.Random(count)
    return [chosen.choice(_WORDS) for _ in range(count)]


def _pieces(text: str, count: int) -> list[str]:
    """A text in `count` pieces of nearly equal length; it must have as many characters."""
    edges = [len(text) * n // count for n in range(count + 1)]
    return [text[start:end] for start, end in pairwise(edges)]


def _one_string(count: int) -> list[str]:
    return _pieces(json.dumps({"code": "x = 1  # go\n" * (count // 2 + 1)}), count)


def _structured(count: int) -> list[str]:
    rows = [{"id": n, "name": f"item {n}", "ok": n % 2 == 0} for n in range(count // 3 + 1)]
    return _pieces(json.dumps({"items": rows}), count)


def _json(event: Event) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def _sse(
    events: Iterable[Event], *, named: bool = False, padded: bool = False, end: bytes = b""
) -> tuple[bytes, tuple[bytes, ...]]:
    """The body and the payloads; `padded` puts blanks before the last brace, as one vendor does."""
    payloads: list[bytes] = []
    blocks: list[bytes] = []
    blanks = random.Random(7)
    for event in events:
        payload = _json(event)
        if padded:
            payload = payload[:-1] + b" " * blanks.randrange(15) + b"}"
        payloads.append(payload)
        name = b"event: %s\n" % str(event["type"]).encode() if named else b""
        blocks.append(b"%sdata: %s\n\n" % (name, payload))
    return b"".join(blocks) + end, tuple(payloads)


# Chat completions.

_DONE = b"data: [DONE]\n\n"
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def _padding(seed: int) -> Iterator[str]:
    """What `obfuscation` holds: letters of varying number, so that lengths say nothing."""
    chosen = random.Random(seed)
    while True:
        yield "".join(chosen.choices(_LETTERS, k=chosen.randrange(2, 16)))


def _chat(
    delta: Event,
    finish: str | None = None,
    *,
    created: int = 1_750_000_000,
    logprobs: object = None,
) -> dict[str, object]:
    choice = {"index": 0, "delta": delta, "logprobs": logprobs, "finish_reason": finish}
    return {
        "id": "chatcmpl-BtW3xYk2mQ9vRz7LpHs4",
        "object": "chat.completion.chunk",
        "created": created,
        "model": "gpt-4.1-2025-04-14",
        "service_tier": "default",
        "system_fingerprint": "fp_48196bc67a",
        "choices": [choice],
    }


def _chat_opening() -> dict[str, object]:
    return _chat({"role": "assistant", "content": "", "refusal": None})


def chat_text(count: int) -> Stream:
    """Text: only `content` differs from chunk to chunk."""
    words = _words(count)
    events = [_chat_opening(), *(_chat({"content": word}) for word in words), _chat({}, "stop")]
    body, payloads = _sse(events, end=_DONE)
    return Stream(body=body, payloads=payloads, text="".join(words))


def chat_text_created(count: int) -> Stream:
    """Text, and a clock that ticks every few chunks."""
    words = _words(count)
    said = (
        _chat({"content": word}, created=1_750_000_000 + n // 3) for n, word in enumerate(words)
    )
    last = _chat({}, "stop", created=1_750_000_000 + count // 3)
    body, payloads = _sse([_chat_opening(), *said, last], end=_DONE)
    return Stream(body=body, payloads=payloads, text="".join(words))


def chat_text_obfuscated(count: int) -> Stream:
    """Text, and padding of varying length in every chunk."""
    words = _words(count)
    events = [_chat_opening(), *(_chat({"content": word}) for word in words), _chat({}, "stop")]
    padded = [
        {**event, "obfuscation": noise} for event, noise in zip(events, _padding(3), strict=False)
    ]
    body, payloads = _sse(padded, end=_DONE)
    return Stream(body=body, payloads=payloads, text="".join(words))


def chat_text_logprobs(count: int) -> Stream:
    """Text with the log probability and the bytes of every token."""
    words = _words(count)
    chances = random.Random(5)
    said = (_chat({"content": word}, logprobs=_logprobs(word, chances)) for word in words)
    body, payloads = _sse([_chat_opening(), *said, _chat({}, "stop")], end=_DONE)
    return Stream(body=body, payloads=payloads, text="".join(words))


def _logprobs(token: str, chances: random.Random) -> Event:
    entry = {
        "token": token,
        "logprob": -round(chances.random(), 10),
        "bytes": list(token.encode()),
        "top_logprobs": [],
    }
    return {"content": [entry], "refusal": None}


def _chat_call(index: int) -> Event:
    function = {"name": "save_rows", "arguments": ""}
    return {"index": index, "id": f"call_A{index}kT7v", "type": "function", "function": function}


def _chat_arguments(index: int, text: str) -> dict[str, object]:
    return _chat({"tool_calls": [{"index": index, "function": {"arguments": text}}]})


def _chat_tool(pieces: list[str]) -> Stream:
    events = [
        _chat({"role": "assistant", "content": None}),
        _chat({"tool_calls": [_chat_call(0)]}),
        *(_chat_arguments(0, piece) for piece in pieces),
        _chat({}, "tool_calls"),
    ]
    body, payloads = _sse(events, end=_DONE)
    return Stream(body=body, payloads=payloads, calls=("".join(pieces),))


def chat_tool_string(count: int) -> Stream:
    """One tool call whose arguments hold one long string."""
    return _chat_tool(_one_string(count))


def chat_tool_structured(count: int) -> Stream:
    """One tool call whose arguments are a long list of small objects."""
    return _chat_tool(_structured(count))


def chat_tools_interleaved(count: int) -> Stream:
    """Two tool calls whose pieces come in turn."""
    first, second = _structured(count // 2), _one_string(count // 2)
    events = [
        _chat({"role": "assistant", "content": None}),
        *(_chat({"tool_calls": [_chat_call(index)]}) for index in (0, 1)),
    ]
    for one, other in zip(first, second, strict=True):
        events += [_chat_arguments(0, one), _chat_arguments(1, other)]
    body, payloads = _sse([*events, _chat({}, "tool_calls")], end=_DONE)
    return Stream(body=body, payloads=payloads, calls=("".join(first), "".join(second)))


# Anthropic messages.


def _messages(deltas: Iterable[Event], block: Event, stop: str) -> tuple[bytes, tuple[bytes, ...]]:
    message: Event = {
        "model": "claude-sonnet-4-5-20250929",
        "id": "msg_01QxT8vKp3ZrYw5NhJ2mLb6D",
        "type": "message",
        "role": "assistant",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 11, "output_tokens": 1},
    }
    events: list[Event] = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": block},
        *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": stop, "stop_sequence": None},
            "usage": {"input_tokens": 11, "output_tokens": 700},
        },
        {"type": "message_stop"},
    ]
    return _sse(events, named=True, padded=True)


def anthropic_text(count: int) -> Stream:
    """Text, with padding before the last brace."""
    words = _words(count)
    deltas = ({"type": "text_delta", "text": word} for word in words)
    body, payloads = _messages(deltas, {"type": "text", "text": ""}, "end_turn")
    return Stream(body=body, payloads=payloads, text="".join(words))


def _anthropic_tool(pieces: list[str]) -> Stream:
    block: Event = {"type": "tool_use", "id": "toolu_01Vb9", "name": "save_rows", "input": {}}
    deltas = ({"type": "input_json_delta", "partial_json": piece} for piece in pieces)
    body, payloads = _messages(deltas, block, "tool_use")
    return Stream(body=body, payloads=payloads, calls=("".join(pieces),))


def anthropic_tool_string(count: int) -> Stream:
    """One tool call whose input holds one long string."""
    return _anthropic_tool(_one_string(count))


def anthropic_tool_structured(count: int) -> Stream:
    """One tool call whose input is a long list of small objects."""
    return _anthropic_tool(_structured(count))


# Responses and Gemini.


def responses_text(count: int) -> Stream:
    """Text with sequence numbers and padding, as Responses sends it."""
    words = _words(count)
    text = "".join(words)
    events = _responses_events(words, text)
    numbered = [{**event, "sequence_number": number} for number, event in enumerate(events)]
    body, payloads = _sse(numbered, named=True)
    return Stream(body=body, payloads=payloads, text=text)


def _responses_events(words: list[str], text: str) -> list[Event]:
    place = {"item_id": "msg_0c922cfb", "output_index": 0, "content_index": 0}
    part = {"type": "output_text", "annotations": [], "logprobs": [], "text": text}
    item = {"id": "msg_0c922cfb", "type": "message", "role": "assistant"}
    begun = {**item, "status": "in_progress", "content": []}
    whole = {**item, "status": "completed", "content": [part]}
    done = _response("completed", [whole], {"input_tokens": 9, "output_tokens": len(words)})
    said: Iterator[Event] = (
        {"type": "response.output_text.delta", **place, "delta": word, "logprobs": [],
         "obfuscation": noise}
        for word, noise in zip(words, _padding(3), strict=False)
    )  # fmt: skip
    return [
        {"type": "response.created", "response": _response("in_progress", [], None)},
        {"type": "response.in_progress", "response": _response("in_progress", [], None)},
        {"type": "response.output_item.added", "output_index": 0, "item": begun},
        {"type": "response.content_part.added", **place, "part": {**part, "text": ""}},
        *said,
        {"type": "response.output_text.done", **place, "text": text, "logprobs": []},
        {"type": "response.content_part.done", **place, "part": part},
        {"type": "response.output_item.done", "output_index": 0, "item": whole},
        {"type": "response.completed", "response": done},
    ]


def _response(status: str, output: list[Event], usage: Mapping[str, int] | None) -> Event:
    counted = None
    if usage is not None:
        details = {
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens_details": {"reasoning_tokens": 0},
        }
        counted = {**usage, **details, "total_tokens": sum(usage.values())}
    return {
        "id": "resp_0c922cfb",
        "object": "response",
        "created_at": 1_750_000_000,
        "status": status,
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": None,
        "metadata": {},
        "model": "gpt-4.1-2025-04-14",
        "output": output,
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": counted,
    }


def gemini_text(count: int) -> Stream:
    """Text with the counters so far in every chunk."""
    words = _words(count)
    events = [_gemini(word, n, last=n == count) for n, word in enumerate(words, start=1)]
    body, payloads = _sse(events)
    return Stream(body=body, payloads=payloads, text="".join(words))


def _gemini(text: str, said: int, *, last: bool) -> Event:
    candidate: dict[str, object] = {"content": {"parts": [{"text": text}], "role": "model"}}
    if last:
        candidate["finishReason"] = "STOP"
    usage = {
        "promptTokenCount": 9,
        "candidatesTokenCount": said,
        "totalTokenCount": 9 + said,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 9}],
    }
    return {
        "candidates": [{**candidate, "index": 0}],
        "usageMetadata": usage,
        "modelVersion": "gemini-2.5-flash",
        "responseId": "CqXiaOzcMeeh3NoP5O6pAU",
    }


_CHAT, _MESSAGES = "openai-chat", "anthropic-messages"

CASES = (
    Case(name="chat-text", dialect=_CHAT, make=chat_text),
    Case(name="chat-tool-string", dialect=_CHAT, make=chat_tool_string),
    Case(name="chat-tool-structured", dialect=_CHAT, make=chat_tool_structured),
    Case(name="anthropic-text", dialect=_MESSAGES, make=anthropic_text),
    Case(name="anthropic-tool-string", dialect=_MESSAGES, make=anthropic_tool_string),
    Case(name="anthropic-tool-structured", dialect=_MESSAGES, make=anthropic_tool_structured),
    Case(name="chat-text-created", dialect=_CHAT, make=chat_text_created, hard=True),
    Case(name="chat-text-obfuscated", dialect=_CHAT, make=chat_text_obfuscated, hard=True),
    Case(name="chat-text-logprobs", dialect=_CHAT, make=chat_text_logprobs, hard=True),
    Case(name="chat-tools-interleaved", dialect=_CHAT, make=chat_tools_interleaved, hard=True),
    Case(name="responses-text", dialect="openai-responses", make=responses_text, hard=True),
    Case(name="gemini-text", dialect="gemini", make=gemini_text, hard=True),
)
"""Every kind of stream. `hard` ones have no goal: more than one string differs in each chunk."""
