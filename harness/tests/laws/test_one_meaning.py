"""Law 9, one meaning: reading by template gives what exact reading gives.

The same message, the same findings, the same spans, the same way back from each character to its
event, however the look-alikes of a stream are disturbed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge import data as shipped
from streamgauge.exchange import Exchange
from streamgauge.pipeline import Judgement, Options, judge_exchange
from streamgauge.wire.event import DEFAULT_LIMITS, Limits

# The raw JSON text between the quotes of a hole: letters, escapes, halves of pairs, things that
# end the string, things that no string may hold.
RAW = st.sampled_from(
    [
        *(
            b"a",
            b"Hello",
            b" ",
            b"\xc3\xa9",
            b"\xf0\x9f\x98\x80",
            b"\xe2\x80\xa8",
            b"\x7f",
            b"{",
            b"}",
        ),
        *(b'\\"', b"\\\\", b"\\n", b"\\/", b"\\u00e9", b"\\u0000", b"\\uD83D", b"\\ude00"),
        *(
            b"\\ud83d\\ude00",
            b"\\x",
            b"\\u12",
            b'"',
            b'","content":"b',
            b"\x01",
            b"\t",
            b"\\",
            b"<b>",
        ),
    ]
)
# Mostly plain, so that runs form; now and then something that must break them.
TEXTS = st.one_of(
    *(st.sampled_from([b"a", b"bc", b"\\n", b" d", b"\xc3\xa9"]),) * 4,
    st.lists(RAW, max_size=3).map(b"".join),
)
INTEGERS = st.sampled_from(
    [b"1", b"2", b"1700000000", b"0", b"-1", b"1.5", b"01", b"1e3", b"9" * 17]
)
SHAPES: dict[str, tuple[str, list[bytes]]] = {
    "chat content": ("openai-chat", [b'{"content":"%s"}']),
    "chat content with a role each time": (
        "openai-chat",
        [b'{"role":"assistant","content":"%s"}'],
    ),
    "chat reasoning, then content": (
        "openai-chat",
        [b'{"reasoning_content":"%s"}', b'{"content":"%s"}', b'{"content":"%s","reasoning":null}'],
    ),
    "chat arguments of several calls": (
        "openai-chat",
        [
            b'{"tool_calls":[{"index":0,"function":{"arguments":"%s"}}]}',
            b'{"tool_calls":[{"index":1,"function":{"arguments":"%s"}}]}',
            b'{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"%s"}}]}',
            b'{"tool_calls":[{"id":"","function":{"name":"","arguments":"%s"}}]}',
            b'{"tool_calls":[{"index":-1,"id":"","function":{"arguments":"%s"}}]}',
        ],
    ),
    "chat content in a list": ("openai-chat", [b'{"content":[{"type":"text","text":"%s"}]}']),
}
CHAT = b'{"id":"i","object":"chat.completion.chunk","created":%s,"model":"m","choices":[%s]%s}'
CHOICE = b'{"index":%d,"delta":%s,"finish_reason":%s}'


def disturbed(draw: st.DrawFn) -> bool:
    """Whether this event differs from its neighbours in more than its text; most do not."""
    return draw(st.integers(0, 7)) == 7


@st.composite
def chat_streams(draw: st.DrawFn) -> bytes:
    forms = SHAPES[draw(st.sampled_from(list(SHAPES)))][1]
    framed = draw(FRAMES)
    usual = draw(st.sampled_from(forms))
    tail = draw(TAILS)
    out = []
    for _ in range(draw(st.integers(3, 14))):
        odd = disturbed(draw)
        form = draw(st.sampled_from(forms)) if odd else usual
        reason = draw(st.sampled_from([b'"stop"', b'""', b"null"])) if odd else b"null"
        choice = CHOICE % (draw(st.integers(0, 2)) if odd else 0, form % draw(TEXTS), reason)
        created = draw(INTEGERS) if odd else b"%d" % draw(st.integers(1, 3))
        chunk = CHAT % (created, choice, draw(TAILS) if odd else tail)
        out.append(_event(draw, b"", chunk, framed))
    return b"".join(out) + draw(ENDS)


FRAMES = st.sampled_from([b"\n", b"\n", b"\r\n", b"\r"])
TAILS = st.sampled_from(
    [
        *(b"", b"", b',"usage":null', b',"usage":{"total_tokens":0}', b',"obfuscation":"x"'),
        *(b',"p":"ab"', b',"usage":null,"obfuscation":"yz"'),
    ]
)
MESSAGES = (
    b'{"type":"content_block_delta","index":%d,"delta":{"type":"text_delta","text":"%s"}}',
    b'{"type":"content_block_delta","index":%d,"delta":{"type":"input_json_delta","partial_json":"%s"}}',
    b'{"type":"content_block_delta","index":%d,"delta":{"type":"thinking_delta","thinking":"%s"}}',
)
STARTS = b"".join(
    b"event: content_block_start\n"
    b'data: {"type":"content_block_start","index":%d,"content_block":%s}\n\n' % (at, block)
    for at, block in enumerate(
        [b'{"type":"text","text":""}', b'{"type":"tool_use","id":"t","name":"f","input":{}}']
    )
)


@st.composite
def message_streams(draw: st.DrawFn) -> bytes:
    out = [STARTS] if draw(st.booleans()) else []
    framed = draw(FRAMES)
    usual, block = draw(st.sampled_from(MESSAGES)), draw(st.integers(0, 1))
    for _ in range(draw(st.integers(3, 14))):
        odd = disturbed(draw)
        form = draw(st.sampled_from(MESSAGES)) if odd else usual
        index = draw(st.integers(0, 2)) if odd else block
        name = draw(st.sampled_from([b"ping", b""])) if odd else b"content_block_delta"
        out.append(_event(draw, b"event: " + name + framed, form % (index, draw(TEXTS)), framed))
        if disturbed(draw):
            out.append(STOP)
    return b"".join(out) + draw(ENDS)


STOP = b'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n'
RESPONSES = (
    b'{"type":"response.output_text.delta","item_id":"m","output_index":0,"content_index":0,'
    b'"delta":"%s","logprobs":[],"sequence_number":%s,"obfuscation":"x"}',
    b'{"type":"response.function_call_arguments.delta","item_id":"f","output_index":1,'
    b'"delta":"%s","sequence_number":%s}',
)


@st.composite
def response_streams(draw: st.DrawFn) -> bytes:
    framed = draw(FRAMES)
    usual = draw(st.sampled_from(RESPONSES))
    out = []
    for number in range(draw(st.integers(3, 14))):
        odd = disturbed(draw)
        form = draw(st.sampled_from(RESPONSES)) if odd else usual
        count = draw(INTEGERS) if odd else b"%d" % number
        name = form[9:].partition(b'"')[0]
        out.append(_event(draw, b"event: " + name + framed, form % (draw(TEXTS), count), framed))
    return b"".join(out) + draw(ENDS)


GEMINI = b'{"candidates":[{"content":{"role":"model","parts":[{"text":"%s"%s}]},"index":0}]%s}'


@st.composite
def gemini_streams(draw: st.DrawFn) -> bytes:
    framed = draw(FRAMES)
    thought = draw(st.sampled_from([b"", b',"thought":true']))
    usage = draw(st.sampled_from([b"", b',"usageMetadata":{"totalTokenCount":1}']))
    out = []
    for _ in range(draw(st.integers(3, 14))):
        odd = disturbed(draw)
        sign = draw(st.sampled_from([b"", b',"thoughtSignature":"s"'])) if odd else thought
        out.append(_event(draw, b"", GEMINI % (draw(TEXTS), sign, b"" if odd else usage), framed))
    return b"".join(out) + draw(ENDS)


ENDS = st.sampled_from([b"data: [DONE]\n\n", b"", b"data: {", b"\n", b"\r", b"\xff"])
BETWEEN = st.sampled_from(
    [b": ping\n\n", b"\n", b"\n", b"\r\n", b"\r", b"id: 1\n", b"data: {\n\n", b"\xef"]
)


def _event(draw: st.DrawFn, name: bytes, chunk: bytes, newline: bytes) -> bytes:
    line = name + b"data: " + chunk
    if disturbed(draw):
        padding = draw(st.sampled_from([b" ", b"   ", b"\t"]))
        line = name + b"data:" + draw(st.sampled_from([b"", b" "])) + chunk[:-1] + padding + b"}"
        newline = draw(FRAMES)
    before = draw(BETWEEN) if disturbed(draw) else b""
    return before + line + newline * 2


STREAMS = {
    "chat": chat_streams(),
    "messages": message_streams(),
    "responses": response_streams(),
    "gemini": gemini_streams(),
}


def meaning(judgement: Judgement) -> dict[str, Any]:
    """Everything that may be said of a stream, the way back to its events included."""
    transcript = judgement.transcript
    if transcript is None:
        return {"record": judgement.record}
    traces = transcript.folded.traces
    return {
        "record": judgement.record,
        "bounds": list(transcript.bounds),
        "pieces": {key: [one for one in trace.each() if one[2]] for key, trace in traces.items()},
        "count": transcript.chunk_count,
    }


def assert_one_meaning(body: bytes, limits: Limits = DEFAULT_LIMITS, **options: Any) -> None:
    exchange = Exchange(body=body)
    fast = meaning(judge_exchange(exchange, Options(limits=limits, **options)))
    exact = meaning(judge_exchange(exchange, Options(limits=limits, exact=True, **options)))
    assert fast == exact


@pytest.mark.parametrize("kind", STREAMS)
@given(data=st.data())
def test_look_alike_streams_mean_one_thing(kind: str, data: st.DataObject) -> None:
    assert_one_meaning(data.draw(STREAMS[kind]))


@given(data=st.data())
def test_any_bytes_mean_one_thing(
    data: st.DataObject,
    nasty: st.SearchStrategy[bytes],
    spoiled: st.SearchStrategy[bytes],
) -> None:
    assert_one_meaning(data.draw(nasty | spoiled))


@given(
    data=st.data(), line=st.integers(0, 300), event=st.integers(0, 300), stream=st.integers(0, 2000)
)
def test_limits_mean_one_thing(data: st.DataObject, line: int, event: int, stream: int) -> None:
    limits = Limits(line=line, event=event, stream=stream)
    assert_one_meaning(data.draw(STREAMS["chat"]), limits)


def test_the_fast_reader_is_at_work() -> None:
    """Without runs all of the above would compare exact reading with itself."""
    body = (
        b"data: " + CHAT % (b"1", CHOICE % (0, b'{"content":"a"}', b"null"), b"") + b"\n\n"
    ) * 50
    transcript = judge_exchange(Exchange(body=body), Options()).transcript
    assert transcript is not None
    assert len(transcript.chunks) < 5
    assert transcript.chunk_count == 50


def fixture_streams() -> list[Any]:
    paths = sorted(shipped.fixtures_root().rglob("stream.*"))
    return [pytest.param(path, id="/".join(path.parts[-3:-1])) for path in paths]


@pytest.mark.parametrize("path", fixture_streams())
def test_fixtures_mean_one_thing(path: Path) -> None:
    assert_one_meaning(path.read_bytes())


@pytest.mark.corpus
def test_recorded_streams_mean_one_thing(corpus: Path) -> None:
    """A sample, told by the name; all of them with STREAMGAUGE_LONG=1."""
    every = bool(os.environ.get("STREAMGAUGE_LONG"))
    lines = (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    differing = []
    for number, line in enumerate(lines):
        item = json.loads(line)
        if not every and (number % 25 or item["bytes"] > 60_000):
            continue
        try:
            assert_one_meaning((corpus / item["file"]).read_bytes())
        except AssertionError:
            differing.append(item["file"])
    assert differing == []
