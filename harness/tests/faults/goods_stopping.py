"""Good streams that were cut at a limit, or ended well below one, for faults of the finish."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from tests.faults.good import Good, good

_TEXTS = ("Tea grows ", "on hills, and ", "the best")
_WHOLE = (*_TEXTS[:2], "is picked by hand.")


def goods() -> Iterator[Good]:
    """Each dialect cut at the limit of its request, and whole below it."""
    yield good("stopping: chat: cut", "openai-chat", _chat("length", _TEXTS), request=_CUT)
    yield good("stopping: chat: whole", "openai-chat", _chat("stop", _WHOLE), request=_WIDE)
    unmarked = _chat("stop", _WHOLE).replace(b"data: [DONE]\n\n", b"")
    yield good("stopping: chat: no mark", "openai-chat", unmarked, vendor="perplexity")
    for reason, texts, request in (("max_tokens", _TEXTS, _CUT), ("end_turn", _WHOLE, _WIDE)):
        body = _messages(reason, {"type": "text", "text": ""}, "text_delta", "text", texts)
        yield good(f"stopping: messages: {reason}", "anthropic-messages", body, request=request)
    call = {"type": "tool_use", "id": "toolu_tea", "name": "look_up", "input": {}}
    pieces = ('{"word":', '"t', "ea")
    body = _messages("max_tokens", call, "input_json_delta", "partial_json", pieces)
    yield good("stopping: messages: call cut", "anthropic-messages", body, request=_CUT)
    for reason, texts, limit in (("MAX_TOKENS", _TEXTS, 3), ("STOP", _WHOLE, 90)):
        asked = {"contents": [], "generationConfig": {"maxOutputTokens": limit}}
        yield good(f"stopping: gemini: {reason}", "gemini", _gemini(reason, texts), request=asked)


_CUT: dict[str, Any] = {"max_tokens": 3, "stream_options": {"include_usage": True}}
_WIDE: dict[str, Any] = {**_CUT, "max_tokens": 90}


def _chat(reason: str, texts: Iterable[str]) -> bytes:
    head = {"id": "chatcmpl-7", "object": "chat.completion.chunk", "created": 7, "model": "m-1"}
    counts = {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}
    deltas = [{"role": "assistant", "content": ""}, *({"content": text} for text in texts)]
    chunks = [
        {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
        for delta in deltas
    ]
    last = {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}
    return _sse(*chunks, {**last, "usage": counts}) + b"data: [DONE]\n\n"


def _messages(reason: str, block: Any, kind: str, member: str, pieces: Iterable[str]) -> bytes:
    message = {
        "id": "msg_7", "type": "message", "role": "assistant", "model": "m-1", "content": [],
        "stop_reason": None, "stop_sequence": None,
        "usage": {"input_tokens": 9, "output_tokens": 2},
    }  # fmt: skip
    return _sse(
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": block},
        *(
            {"type": "content_block_delta", "index": 0, "delta": {"type": kind, member: piece}}
            for piece in pieces
        ),
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": reason, "stop_sequence": None},
            "usage": {"output_tokens": 3},
        },
        {"type": "message_stop"},
    )


def _gemini(reason: str, texts: Iterable[str]) -> bytes:
    candidates = [{"content": {"role": "model", "parts": [{"text": text}]}} for text in texts]
    candidates[-1] |= {"finishReason": reason}  # type: ignore[dict-item]
    counts = ({"promptTokenCount": 9, "candidatesTokenCount": n, "totalTokenCount": 9 + n}
              for n, _ in enumerate(candidates, 1))  # fmt: skip
    return _sse(
        *(
            {"candidates": [one], "usageMetadata": usage, "modelVersion": "m-1", "responseId": "r"}
            for one, usage in zip(candidates, counts, strict=True)
        )
    )


def _sse(*values: dict[str, Any]) -> bytes:
    return b"".join(
        (f"event: {value['type']}\n" if "type" in value else "").encode()
        + f"data: {json.dumps(value)}\n\n".encode()
        for value in values
    )
