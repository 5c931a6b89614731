"""Good streams for faults of cache counters: of vendors that document which counters they send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.breakage.good import TEXTS, _block, _candidates, _chunk, _message, _sse
from tests.breakage.streams import CHAT, GEMINI, MESSAGES
from tests.faults.good import Good, good


def goods() -> Iterator[Good]:
    """Hits and misses as DeepSeek counts them, a count by modality, and both counters of Claude."""
    yield good("caching: chat: hits and misses", CHAT, _chat(), vendor="deepseek")
    yield good("caching: gemini: details", GEMINI, _gemini(), vendor="google")
    yield good("caching: messages: both counters", MESSAGES, _messages(), vendor="anthropic")


def _chat() -> bytes:
    usage = {
        "prompt_tokens": 21,
        "completion_tokens": 3,
        "total_tokens": 24,
        "prompt_tokens_details": {"cached_tokens": 16},
        "prompt_cache_hit_tokens": 16,
        "prompt_cache_miss_tokens": 5,
    }
    first = _chunk({"role": "assistant", "content": ""})
    texts = (_chunk({"content": text}) for text in TEXTS)
    return _sse(first, *texts, _chunk({}, "stop") | {"usage": usage}, "[DONE]")


def _gemini() -> bytes:
    details = [{"modality": "TEXT", "tokenCount": 16}]
    cached = {"cachedContentTokenCount": 16, "cacheTokensDetails": details}
    events: list[dict[str, Any]] = [
        *(_candidates(n, [{"text": text}]) for n, text in enumerate(TEXTS, 1)),
        _candidates(9, [{"text": ""}], reason="STOP"),
    ]
    return _sse(*(event | {"usageMetadata": event["usageMetadata"] | cached} for event in events))


def _messages() -> bytes:
    texts = [{"type": "text_delta", "text": text} for text in TEXTS]
    body = _message(*_block(0, {"type": "text", "text": ""}, *texts), reason="end_turn")
    counters = b'"cache_creation_input_tokens":4,"cache_read_input_tokens":16,'
    return body.replace(b'"usage":{', b'"usage":{' + counters)
