"""What the laws are tried on: nasty bytes, messages, and streams that somebody spoiled.

Each law of the architecture has one module here. Law 7 (a cassette written, read and replayed
gives the same bytes, boundaries, times and close) waits for the recorder: nothing writes
cassettes yet.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st

from streamgauge.delta import Kind
from streamgauge.dialects.catalogue import DIALECTS, named
from streamgauge.message import ArgumentsState, Choice, Message, Part
from streamgauge.wire.encode import encode

Strategy = st.SearchStrategy

# Pieces that meet each other badly: line endings, halves of marks and characters, fields, payloads.
_NASTY = [
    *(b"\n", b"\r", b"\r\n", b"\n\n", b" ", b":", b"\0", b"\xef", b"\xbb\xbf", b"\xef\xbb\xbf"),
    *(b"\xe2\x80\xa6", b"\xe2\x80", b"\xff", b"\xc2\x85", b"data", b"data:", b"data: ", b"event: "),
    *(b"id: 1", b"retry: 5", b": ping", b"nonsense", b"{", b"}", b"[", b"]", b'"', b"\\", b","),
    *(b"null", b"true", b"NaN", b"1e999", b"9" * 24, b'"\\ud83d"', b'{"a":1,"a":2}', b"[" * 200),
    *(b"data: {}\n\n", b"data: [DONE]\n\n", b"data: null\n\n", b"data: 7\n\n", b'data: ""\n\n'),
    *(
        b'data: {"choices":[',
        b'{"index":0,"delta":{"content":"a"}}',
        b"]}\n\n",
        b'"finish_reason":',
    ),
    *(b'{"error":{"message":"no"}}', b"event: error\n", b'{"type":"error","error":"no"}\n\n'),
    *(b'data: {"type":"message_start","message":{}}\n\n', b'data: {"type":"message_stop"}\n\n'),
    *(b'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}}',),
    *(b'data: {"type":"response.output_text.delta","output_index":0,"delta":"a"}\n\n',),
    *(b'data: {"type":"response.completed","response":{}}\n\n', b'{"candidates":[{"content":'),
    *(b'{"parts":[{"text":"a"}]}}]}', b'"usage":{"total_tokens":1}', b'"usageMetadata":{}'),
]


@pytest.fixture(scope="session")
def nasty() -> Strategy[bytes]:
    """Any bytes, and bytes that look like a stream for a while."""
    return st.binary(max_size=80) | st.lists(st.sampled_from(_NASTY), max_size=16).map(b"".join)


_LETTERS = st.one_of(
    st.sampled_from('"\\\n\r\t\0\x7f\u2028<>&{}[]:,😀é '), st.characters(exclude_categories=["Cs"])
)
_WORDS = st.text(_LETTERS, min_size=1, max_size=60)
_NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12)
_VALUES = st.dictionaries(
    _NAMES, st.none() | st.booleans() | st.integers(-9, 9) | _WORDS, max_size=3
)


def _call(identifier: str, name: str, value: Any, **members: Any) -> Part:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    complete = ArgumentsState.COMPLETE
    given: dict[str, Any] = {"arguments_json": text, "arguments_state": complete, **members}
    return Part(kind=Kind.TOOL_CALL, id=identifier, name=name, arguments=value, **given)


def _reasoned(field: str) -> Strategy[Part]:
    return _WORDS.map(lambda text: Part(kind=Kind.REASONING, content=text, field=field))


_TEXT = _WORDS.map(lambda text: Part(kind=Kind.TEXT, content=text))


def _message(choices: Any, **members: Any) -> Message:
    return Message(id="id-1", model="m-1", choices=tuple(choices), **members)


@st.composite
def _chat(draw: st.DrawFn) -> Message:
    choices = []
    for index in range(draw(st.integers(1, 3))):
        field = draw(st.sampled_from(["reasoning_content", "reasoning"]))
        parts = draw(st.lists(_reasoned(field), max_size=1)) + draw(st.lists(_TEXT, max_size=1))
        called = draw(st.lists(st.tuples(_NAMES, _VALUES), max_size=3))
        calls = [_call(f"call_{n}", *one, index=n) for n, one in enumerate(called)]
        reason, raw = ("tool_call", "tool_calls") if calls else ("stop", "stop")
        choices.append(_choice(index, "assistant", [*parts, *calls], reason, raw))
    counted = {"prompt_tokens": draw(st.integers(0, 99)), "completion_tokens": 1, "total_tokens": 1}
    usage = named("openai-chat").usage(counted, {}) if draw(st.booleans()) else None
    return _message(choices, usage=usage)


def _choice(index: int, role: str | None, parts: list[Part], reason: str, raw: str) -> Choice:
    return Choice(
        index=index,
        role=role,
        parts=tuple(parts),
        finish_reason=reason,
        raw_finish_reason=raw,
    )


@st.composite
def _messages(draw: st.DrawFn) -> Message:
    makers: list[Callable[[int], Part]] = []
    for kind in draw(st.lists(st.sampled_from(["text", "thinking", "call"]), max_size=4)):
        text, name, value = draw(_WORDS), draw(_NAMES), draw(_VALUES)
        makers.append(_block_maker(kind, text, name, value))
    parts = [make(index) for index, make in enumerate(makers)]
    called = any(part.kind is Kind.TOOL_CALL for part in parts)
    reason, raw = ("tool_call", "tool_use") if called else ("stop", "end_turn")
    usage = named("anthropic-messages").usage({"input_tokens": 3, "output_tokens": 5}, {})
    return _message([_choice(0, "assistant", parts, reason, raw)], usage=usage)


def _block_maker(kind: str, text: str, name: str, value: Any) -> Callable[[int], Part]:
    match kind:
        case "text":
            return lambda at: Part(kind=Kind.TEXT, content=text, index=at)
        case "thinking":
            return lambda at: Part(
                kind=Kind.REASONING, content=text, field="thinking", signature="s==", index=at
            )
        case _:
            return lambda at: _call(f"toolu_{at}", name, value, index=at)


@st.composite
def _responses(draw: st.DrawFn) -> Message:
    parts: list[Part] = []
    kinds = st.sampled_from(["text", "thought", "call"])
    for at, kind in enumerate(draw(st.lists(kinds, max_size=4))):
        text, name, value = draw(_WORDS), draw(_NAMES), draw(_VALUES)
        match kind:
            case "text":
                extra: dict[str, object] = {"item_id": f"msg_{at}"}
                parts.append(Part(kind=Kind.TEXT, content=text, index=at, extra=extra))
            case "thought":
                extra = {"item_id": f"rs_{at}"}
                field = "reasoning_summary_text"
                parts.append(
                    Part(kind=Kind.REASONING, content=text, field=field, index=at, extra=extra)
                )
            case _:
                parts.append(_call(f"call_{at}", name, value, index=at))
    called = any(part.kind is Kind.TOOL_CALL for part in parts)
    role = "assistant" if any(part.kind is Kind.TEXT for part in parts) else None
    reason = "tool_call" if called else "stop"
    return _message([_choice(0, role, parts, reason, "completed")])


@st.composite
def _gemini(draw: st.DrawFn) -> Message:
    choices = []
    for index in range(draw(st.integers(1, 2))):
        parts = draw(st.lists(_reasoned("thought"), max_size=1)) + draw(st.lists(_TEXT, max_size=1))
        called = draw(st.lists(st.tuples(_NAMES, _VALUES), max_size=2))
        # Arguments are a value there, and their text is what the writer of the stream makes of it.
        parts += [
            _call(f"c{n}", name, value, arguments_json=json.dumps(value, separators=(",", ":")))
            for n, (name, value) in enumerate(called)
        ]
        # A candidate without parts has no content, and its role goes unsaid.
        parts = parts or [Part(kind=Kind.TEXT, content="a")]
        choices.append(_choice(index, "model", parts, "tool_call" if called else "stop", "STOP"))
    return _message(choices)


_BY_DIALECT = {
    "openai-chat": _chat(),
    "anthropic-messages": _messages(),
    "openai-responses": _responses(),
    "gemini": _gemini(),
}


@pytest.fixture(scope="session", params=list(_BY_DIALECT))
def dialect_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def messages(dialect_name: str) -> Strategy[Message]:
    """Messages that the dialect has words for."""
    return _BY_DIALECT[dialect_name]


def stream_of(dialect: str, message: Message) -> bytes:
    """The message as a legal SSE stream."""
    return b"".join(encode(name, data) for name, data in named(dialect).write(message))


@pytest.fixture(scope="session")
def written() -> Callable[[str, Message], bytes]:
    return stream_of


@st.composite
def _spoiled(draw: st.DrawFn) -> bytes:
    dialect = draw(st.sampled_from([one.name for one in DIALECTS]))
    body = stream_of(dialect, draw(_BY_DIALECT[dialect]))
    for _ in range(draw(st.integers(0, 3))):
        body = _spoil(draw, body)
    return body


def _spoil(draw: st.DrawFn, body: bytes) -> bytes:
    """One thing that happens to streams: a cut, a loss, an echo, a stranger, other line endings."""
    first = draw(st.integers(0, len(body)))
    last = min(len(body), first + draw(st.integers(0, 200)))
    match draw(st.sampled_from(["cut", "lose", "repeat", "insert", "endings", "flip"])):
        case "cut":
            return body[:first]
        case "lose":
            return body[:first] + body[last:]
        case "repeat":
            return body[:last] + body[first:last] + body[last:]
        case "insert":
            return body[:first] + draw(st.sampled_from(_NASTY)) + body[first:]
        case "endings":
            return body.replace(b"\n", draw(st.sampled_from([b"\r\n", b"\r", b"\n\n"])))
        case _:
            return body[:first] + bytes(255 - byte for byte in body[first:last]) + body[last:]


@pytest.fixture(scope="session")
def spoiled() -> Strategy[bytes]:
    """Streams of the four dialects, legal or spoiled in up to three places."""
    return _spoiled()
