"""A good stream of two answers under a vendor that demands one choice in each chunk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.faults.good import Good, good

_HEAD = {
    "id": "chatcmpl-0123456789abcdef01234567",
    "object": "chat.completion.chunk",
    "created": 1700000000,
    "model": "m-1",
}
_COUNTS = {
    "prompt_tokens": 9,
    "completion_tokens": 4,
    "total_tokens": 13,
    "prompt_tokens_details": {"cached_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 0},
}


def goods() -> Iterator[Good]:
    """Two answers, piece by piece."""
    yield good(
        "naming: chat: two answers",
        "openai-chat",
        b"".join(f"data: {json.dumps(one)}\n\n".encode() for one in _chunks())
        + b"data: [DONE]\n\n",
        vendor="moonshot",
        request={"n": 2},
    )


def _chunks() -> Iterator[dict[str, Any]]:
    for delta in (
        {"role": "assistant", "content": ""},
        {"content": "Tea, "},
        {"content": "please."},
    ):
        for index in (0, 1):
            yield _chunk({"index": index, "delta": delta, "finish_reason": None})
    for index in (0, 1):
        yield _chunk({"index": index, "delta": {}, "finish_reason": "stop", "usage": _COUNTS})


def _chunk(choice: dict[str, Any]) -> dict[str, Any]:
    return {**_HEAD, "choices": [choice]}
