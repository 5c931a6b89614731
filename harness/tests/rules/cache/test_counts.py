"""Cache counters: within the input, in agreement, added up, and there."""

from __future__ import annotations

import json

import pytest

from streamgauge.rules.cache.counts import (
    counters_are_sent,
    counts_agree,
    hits_within_input,
    writes_add_up,
)


def chat(**usage: object) -> bytes:
    last = json.dumps({"choices": [], "usage": usage})
    stop = '{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}'
    return f"data: {stop}\n\ndata: {last}\n\ndata: [DONE]\n\n".encode()


def gemini(**usage: object) -> bytes:
    chunk = {"candidates": [{"finishReason": "STOP"}], "usageMetadata": usage}
    return f"data: {json.dumps(chunk)}\n\n".encode()


def messages(**usage: object) -> bytes:
    start = {"type": "message_start", "message": {"id": "m", "content": [], "usage": usage}}
    stop = b'event: message_stop\ndata: {"type":"message_stop"}\n\n'
    return f"event: message_start\ndata: {json.dumps(start)}\n\n".encode() + stop


def seen(outcome) -> list[tuple[int | None, str | None, str]]:
    return [(one.event, one.pointer, one.got) for one in outcome.findings]


CACHED = "/usage/prompt_tokens_details/cached_tokens"


@pytest.mark.parametrize(
    ("body", "dialect", "expected"),
    [
        pytest.param(
            chat(prompt_tokens=9, completion_tokens=1), "openai-chat", [], id="no-counter"
        ),
        pytest.param(
            chat(prompt_tokens=9, prompt_tokens_details={"cached_tokens": 9}),
            "openai-chat",
            [],
            id="all-of-it",
        ),
        pytest.param(
            chat(prompt_tokens=9, prompt_tokens_details={"cached_tokens": 10}),
            "openai-chat",
            [(1, CACHED, "10")],
            id="more-than-all",
        ),
        pytest.param(
            chat(prompt_tokens_details={"cached_tokens": 10}), "openai-chat", [], id="no-input"
        ),
        pytest.param(
            gemini(promptTokenCount=5, cachedContentTokenCount=8),
            "gemini",
            [(0, "/usageMetadata/cachedContentTokenCount", "8")],
            id="gemini",
        ),
    ],
)
def test_hits_and_input(court, body, dialect, expected) -> None:
    assert seen(court(hits_within_input, body, dialect)) == expected


@pytest.mark.parametrize(
    ("body", "dialect", "expected"),
    [
        pytest.param(chat(prompt_tokens=9, cached_tokens=3), "openai-chat", [], id="one-place"),
        pytest.param(
            chat(prompt_tokens=9, cached_tokens=3, prompt_tokens_details={"cached_tokens": 3}),
            "openai-chat",
            [],
            id="two-places",
        ),
        pytest.param(
            chat(prompt_tokens=9, cached_tokens=3, prompt_tokens_details={"cached_tokens": 0}),
            "openai-chat",
            [(1, "/usage/cached_tokens", "3")],
            id="two-numbers",
        ),
        pytest.param(
            chat(prompt_tokens=9, prompt_cache_hit_tokens=4, prompt_cache_miss_tokens=5),
            "openai-chat",
            [],
            id="hits-and-misses",
        ),
        pytest.param(
            chat(prompt_tokens=9, prompt_cache_hit_tokens=4, prompt_cache_miss_tokens=4),
            "openai-chat",
            [(1, "/usage/prompt_cache_miss_tokens", "4 + 4")],
            id="one-token-is-neither",
        ),
        pytest.param(
            gemini(
                promptTokenCount=9,
                cachedContentTokenCount=5,
                cacheTokensDetails=[
                    {"modality": "TEXT", "tokenCount": 3},
                    {"modality": "IMAGE", "tokenCount": 2},
                ],
            ),
            "gemini",
            [],
            id="details",
        ),
        pytest.param(
            gemini(
                promptTokenCount=9,
                cachedContentTokenCount=5,
                cacheTokensDetails=[{"modality": "TEXT", "tokenCount": 3}],
            ),
            "gemini",
            [(0, "/usageMetadata/cacheTokensDetails", "3")],
            id="details-fall-short",
        ),
        pytest.param(
            gemini(cachedContentTokenCount=5, cacheTokensDetails=[{"modality": "TEXT"}, 3]),
            "gemini",
            [],
            id="details-without-numbers",
        ),
    ],
)
def test_counts_in_several_places(court, body, dialect, expected) -> None:
    assert seen(court(counts_agree, body, dialect)) == expected


def split(five: object, hour: object) -> dict[str, object]:
    return {"ephemeral_5m_input_tokens": five, "ephemeral_1h_input_tokens": hour}


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        pytest.param({"cache_creation_input_tokens": 7}, [], id="no-split"),
        pytest.param(
            {"cache_creation_input_tokens": 7, "cache_creation": split(3, 4)}, [], id="adds-up"
        ),
        pytest.param(
            {"cache_creation_input_tokens": 7, "cache_creation": split(0, 0)},
            [(0, "/message/usage/cache_creation", "0 + 0")],
            id="the-split-is-lost",
        ),
        pytest.param(
            {"cache_creation_input_tokens": 7, "cache_creation": split(3, None)}, [], id="a-half"
        ),
        pytest.param({"cache_creation_input_tokens": 7, "cache_creation": []}, [], id="no-object"),
    ],
)
def test_writes(court, usage, expected) -> None:
    assert seen(court(writes_add_up, messages(**usage), "anthropic-messages")) == expected


@pytest.mark.parametrize(
    ("usage", "wanted", "expected"),
    [
        pytest.param({"cached_tokens": 0}, ["/cached_tokens"], [], id="zero-is-there"),
        pytest.param(
            {"cached_tokens": None}, ["/cached_tokens"], ["/usage/cached_tokens"], id="null-is-not"
        ),
        pytest.param(
            {"total_tokens": 1},
            ["/cached_tokens", "/prompt_tokens_details/cached_tokens"],
            ["/usage/cached_tokens", CACHED],
            id="each-is-named",
        ),
        pytest.param({"total_tokens": 1}, None, [], id="no-fact"),
        pytest.param({"total_tokens": 1}, "/cached_tokens", [], id="no-list"),
    ],
)
def test_counters_that_are_documented(court, usage, wanted, expected) -> None:
    outcome = court(counters_are_sent, chat(**usage), facts={"cache-counters": wanted})
    assert [one.pointer for one in outcome.findings] == expected


def test_counters_are_asked_for_only_where_a_vendor_demands_them() -> None:
    assert counters_are_sent.demanded
