"""A good stream with running counts, cut at its limit, for faults of usage."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.faults.good import Good, good

_REQUEST = {"max_tokens": 4}
_DELTAS = (
    (2, {"role": "assistant", "reasoning_content": "A short one. "}, None),
    (3, {"content": "Tea grows"}, None),
    (4, {"content": " on hills and"}, None),
    (4, {}, "length"),
)


def goods() -> Iterator[Good]:
    """Usage on every chunk, its last two counts alike."""
    body = b"".join(_chunk(*one) for one in _DELTAS) + b"data: [DONE]\n\n"
    yield good("counting: chat: running", "openai-chat", body, request=_REQUEST)


def _chunk(spent: int, delta: dict[str, str], reason: str | None) -> bytes:
    value = {
        "id": "chatcmpl-7",
        "object": "chat.completion.chunk",
        "created": 7,
        "model": "m-1",
        "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
        "usage": {
            "prompt_tokens": 9,
            "completion_tokens": spent,
            "total_tokens": 9 + spent,
            "completion_tokens_details": {"reasoning_tokens": 2},
        },
    }
    return f"data: {json.dumps(value)}\n\n".encode()
