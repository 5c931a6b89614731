"""Law 3, totality: any bytes become a judgement; nothing raises, hangs or grows without bound."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.dialects.catalogue import DIALECTS
from streamgauge.exchange import Close, Exchange, Head, Request
from streamgauge.message import Ending
from streamgauge.pipeline import Judgement, Options, judge_exchange
from streamgauge.report.plain_json import dumps
from streamgauge.wire.event import Limits

ANY_DIALECT = ["auto", *(dialect.name for dialect in DIALECTS)]
HEADS = st.sampled_from(
    [
        Head(),
        Head(status=200, headers=(("Content-Type", "text/event-stream"),)),
        Head(status=500, headers=(("content-type", "application/json"),)),
        Head(status=200, headers=(("content-type", ""), ("x", "\0"))),
    ]
)
VENDORS = st.sampled_from(["auto", "unknown", "openai", "moonshot"])


def assert_sound(judgement: Judgement, size: int) -> None:
    """A judgement can be written down, and all its evidence lies in the body."""
    record = json.loads(dumps(judgement.record))
    assert record["metadata"]["bytes"] == size
    for finding in record["findings"]:
        start, end = finding["span"] or (0, 0)
        assert 0 <= start <= end <= size
    if judgement.transcript is not None:
        assert judgement.transcript.ending in Ending
        bounds = judgement.transcript.bounds
        assert list(bounds) == sorted(bounds)
        assert bounds[-1] == size


@given(data=st.data())
def test_any_bytes_are_judged(data: st.DataObject, nasty: st.SearchStrategy[bytes]) -> None:
    body = data.draw(nasty)
    exchange = Exchange(body=body, head=data.draw(HEADS), close=data.draw(st.sampled_from(Close)))
    options = Options(dialect=data.draw(st.sampled_from(ANY_DIALECT)), vendor=data.draw(VENDORS))
    assert_sound(judge_exchange(exchange, options), len(body))


@given(data=st.data())
def test_spoiled_streams_are_judged(data: st.DataObject, spoiled: st.SearchStrategy[bytes]) -> None:
    body = data.draw(spoiled)
    exchange = Exchange(body=body, head=data.draw(HEADS))
    options = Options(dialect=data.draw(st.sampled_from(ANY_DIALECT)), vendor=data.draw(VENDORS))
    assert_sound(judge_exchange(exchange, options), len(body))


MEMBERS = st.sampled_from(
    [
        "id",
        "object",
        "created",
        "model",
        "choices",
        "index",
        "delta",
        "role",
        "content",
        "refusal",
        "tool_calls",
        "function",
        "name",
        "arguments",
        "finish_reason",
        "logprobs",
        "usage",
        "error",
        "message",
        "type",
        "code",
        "reasoning_content",
        "reasoning_details",
        "content_block",
        "text",
        "thinking",
        "signature",
        "partial_json",
        "item",
        "output",
        "output_index",
        "content_index",
        "item_id",
        "response",
        "status",
        "sequence_number",
        "part",
        "summary",
        "incomplete_details",
        "reason",
        "candidates",
        "parts",
        "functionCall",
        "args",
        "usageMetadata",
        "finishReason",
        "promptFeedback",
        "groundingMetadata",
        "prompt_tokens",
        "completion_tokens",
        "total_tokens",
        "input_tokens",
        "output_tokens",
        "details",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=4),
    max_leaves=12,
)
TYPES = st.sampled_from(
    [
        "message_start",
        "message_delta",
        "message_stop",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "ping",
        "error",
        "response.created",
        "response.in_progress",
        "response.completed",
        "response.failed",
        "response.incomplete",
        "response.output_item.added",
        "response.output_item.done",
        "response.content_part.added",
        "response.content_part.done",
        "response.output_text.delta",
        "response.output_text.done",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.reasoning_summary_text.delta",
        "nonsense",
    ]
)


@given(data=st.data())
def test_chunks_of_any_shape_are_judged(data: st.DataObject) -> None:
    """Right names, wrong types: where a reader trusts a member, this one is a list or null."""
    dialect = data.draw(st.sampled_from(ANY_DIALECT[1:]))
    lines = []
    for _ in range(data.draw(st.integers(1, 5))):
        value = data.draw(st.dictionaries(MEMBERS, JSON, max_size=6))
        if data.draw(st.booleans()):
            value["type"] = data.draw(TYPES)
        lines.append(b"data: " + json.dumps(value).encode() + b"\n\n")
    body = b"".join(lines)
    url = data.draw(st.text(max_size=9) | st.sampled_from(["http://[", "//[::1", "https://a:b/c"]))
    request = Request(body=json.dumps(data.draw(JSON)).encode(), url=url)
    exchange = Exchange(body=body, request=request)
    assert_sound(judge_exchange(exchange, Options(dialect=dialect)), len(body))


@given(data=st.data())
def test_documents_of_any_shape_are_judged(data: st.DataObject) -> None:
    dialect = data.draw(st.sampled_from(ANY_DIALECT))
    body = json.dumps(data.draw(st.dictionaries(MEMBERS, JSON, max_size=6))).encode()
    request = Request(body=b'{"stream":false}')
    exchange = Exchange(body=body, request=request)
    assert_sound(judge_exchange(exchange, Options(dialect=dialect)), len(body))


@given(
    data=st.data(), line=st.integers(0, 40), event=st.integers(0, 80), stream=st.integers(0, 400)
)
def test_limits_of_any_size_hold(
    data: st.DataObject, spoiled: st.SearchStrategy[bytes], line: int, event: int, stream: int
) -> None:
    body = data.draw(spoiled)
    options = Options(limits=Limits(line=line, event=event, stream=stream))
    assert_sound(judge_exchange(Exchange(body=body), options), len(body))


def _deep(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


CHAT = b'data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{%s}}]}\n\n'
USAGE = b'data: {"object":"chat.completion.chunk","choices":[],"usage":%s}\n\n'
NEST = b'{"a":' * 3000 + b"1" + b"}" * 3000
HARD: dict[str, bytes] = {
    "half of a surrogate pair as a chunk": b'data: "\\ud800"\n\n' + CHAT % b'"content":"\\ud800"',
    "deep payload": b"data: " + _deep(100_000) + b"\n\n",
    "deep but not too deep": CHAT % (b'"content":' + _deep(120)),
    "usage nested deeply, twice": USAGE % NEST * 2,
    "error nested deeply": b'data: {"error":' + NEST + b"}\n\n",
    "deep arguments": CHAT
    % (b'"tool_calls":[{"function":{"arguments":"' + b"[" * 100_000 + b'"}}]'),
    "one endless line": b"data: " + b"a" * 3_000_000,
    "only line feeds": b"\n" * 300_000,
    "only carriage returns": b"\r" * 300_000,
    "only data lines": b"data:\n" * 30_000,
    "only comments": b":\n\n" * 60_000,
    "quotes and backslashes": b'data: "' + b'\\"' * 300_000 + b"\n\n",
    "a string that never ends": CHAT[:-30] + b'"content":"' + b"\\" * 300_001,
    "many choices": CHAT.replace(b"[{", b"[" + b"{}," * 4000 + b"{") % b"",
    "many calls": b"".join(
        CHAT % (b'"tool_calls":[{"index":%d,"id":"c%d"}]' % (n, n)) for n in range(800)
    ),
    "many choice indexes": b"".join(
        CHAT.replace(b":0,", b":%d," % n) % b'"content":"a"' for n in range(800)
    ),
    "many notes": (CHAT % b'"tool_calls":[{"index":-1}]') * 800,
    "many unknown events": b"event: x\ndata: {}\n\n" * 3000,
    "huge numbers": b'data: {"choices":[],"usage":{"total_tokens":' + b"9" * 100_000 + b"}}\n\n",
    "array of many": b"[" + b'{"candidates":[]},' * 5000,
    "array of nested openings": b'[{"candidates":' * 5000,
    "lines of many": b'{"candidates":[]}\n' * 5000,
    "markup": b"<" * 500_000,
}


@pytest.mark.parametrize("name", HARD)
def test_hostile_sizes_cost_little_time_and_memory(name: str) -> None:
    body = HARD[name]
    tracemalloc.start()
    try:
        began = time.process_time()
        judgement = judge_exchange(Exchange(body=body), Options())
        assert_sound(judgement, len(body))
        took = time.process_time() - began
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Linear work takes far less than this; quadratic work takes far more.
    assert took < 20
    assert peak < 60 * len(body) + 40_000_000


GROWING: dict[str, Callable[[int], bytes]] = {
    "look-alikes": lambda n: (CHAT % b'"content":"a"') * n,
    "interleaved choices": lambda n: b"".join(
        CHAT.replace(b":0,", b":%d," % (at % 7)) % b'"content":"a"' for at in range(n)
    ),
    "arguments in pieces": lambda n: (
        CHAT % b'"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":""}}]'
        + CHAT % b'"tool_calls":[{"index":0,"function":{"arguments":"["}}]' * n
    ),
    "unreadable chunks": lambda n: b"data: {\n\n" * n,
    "unlike chunks": lambda n: b"".join(CHAT % (b'"content":"a","k%d":1' % at) for at in range(n)),
}


@pytest.mark.parametrize("name", GROWING)
def test_work_grows_with_the_bytes_and_no_faster(name: str) -> None:
    make = GROWING[name]

    def seconds(size: int) -> float:
        body = make(size)
        return min(_timed(body) for _ in range(2))

    _timed(make(50))
    small, large = seconds(250), seconds(2000)
    # Eight times the bytes: linear work is near 8, quadratic work near 64.
    assert large < 24 * small + 0.05


def _timed(body: bytes) -> float:
    began = time.process_time()
    judge_exchange(Exchange(body=body), Options())
    return time.process_time() - began
