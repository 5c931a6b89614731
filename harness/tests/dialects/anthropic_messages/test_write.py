"""Messages written as streams: legal, and saying what the message says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from streamgauge.delta import Kind, Malformed, Unknown
from streamgauge.dialects.anthropic_messages import DIALECT
from streamgauge.dialects.anthropic_messages.write import write
from streamgauge.message import ArgumentsState, Choice, Fault, Message, Part
from streamgauge.transcript.aggregate import Aggregator
from streamgauge.transcript.reading import read_sse

USAGE: Mapping[str, object] = {"input_tokens": 3, "output_tokens": 5}


def called(kind: Kind = Kind.TOOL_CALL, text: str = '{"a": 1}', **members: Any) -> Part:
    value = json.loads(text)
    state = ArgumentsState.COMPLETE
    given = {"id": "t", "name": "f", **members}
    return Part(kind=kind, arguments=value, arguments_json=text, arguments_state=state, **given)


def answer(*parts: Part, stop: str = "stop", raw: object = "end_turn", **members: Any) -> Message:
    placed = tuple(_at(index, part) for index, part in enumerate(parts))
    choice = Choice(
        index=0, role="assistant", parts=placed, finish_reason=stop, raw_finish_reason=raw
    )
    return Message(**{"id": "msg_1", "model": "m", "choices": (choice,), **members})


def _at(index: int, part: Part) -> Part:
    members = {name: getattr(part, name) for name in Part.__dataclass_fields__}
    return Part(**{**members, "index": index})


MESSAGES: dict[str, Message] = {
    "nothing said": answer(),
    "text": answer(Part(kind=Kind.TEXT, content='Hi "there"\n😀')),
    "empty text": answer(Part(kind=Kind.TEXT), stop="refusal", raw="refusal"),
    "cited text": answer(Part(kind=Kind.TEXT, content="Hi", citations=({"a": 1}, {"a": 2}))),
    "signed thinking, then text": answer(
        Part(kind=Kind.REASONING, content="Hm", field="thinking", signature="s=="),
        Part(kind=Kind.TEXT, content="Hi"),
    ),
    "thinking that is not shown": answer(
        Part(kind=Kind.REASONING, field="thinking", signature="s==")
    ),
    "redacted thinking": answer(Part(kind=Kind.REASONING, redacted=True, extra={"data": "x"})),
    "two calls": answer(
        called(),
        called(text="[]", extra={"caller": {"type": "x"}}),
        stop="tool_call",
        raw="tool_use",
    ),
    "a call without arguments": answer(
        Part(
            kind=Kind.TOOL_CALL,
            id="t",
            name="f",
            arguments={},
            arguments_state=ArgumentsState.EMPTY,
        )
    ),
    "a server tool and its result": answer(
        called(Kind.SERVER_TOOL_CALL),
        Part(
            kind=Kind.SERVER_TOOL_CALL_RESPONSE,
            id="t",
            name="web_search_tool_result",
            response=[{"url": "u"}],
        ),
    ),
    "a tool behind MCP": answer(
        called(Kind.SERVER_TOOL_CALL, extra={"type": "mcp_tool_use", "server_name": "s"})
    ),
    "a compaction": answer(
        Part(
            kind=Kind.GENERIC,
            name="compaction",
            raw={"type": "compaction", "content": None},
            extra={"content": "short", "encrypted_content": "e"},
        ),
        stop="pause",
        raw="compaction",
    ),
    "a model hop": answer(
        Part(kind=Kind.GENERIC, name="fallback", raw={"type": "fallback", "to": {"model": "n"}})
    ),
    "a stop that nobody knows": answer(stop="unknown", raw="tired"),
    "usage": answer(usage=DIALECT.usage(USAGE, {})),
    "an error": answer(
        Part(kind=Kind.TEXT, content="Hi"),
        stop=None,  # type: ignore[arg-type]
        raw=None,
        error=Fault(type="api_error", message="No", raw={"type": "api_error", "message": "No"}),
    ),
}


def body_of(message: Message) -> bytes:
    return "".join(f"event: {name}\ndata: {data}\n\n" for name, data in write(message)).encode()


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES.keys())
def test_a_message_comes_back_when_its_stream_is_read(message: Message) -> None:
    aggregator = Aggregator(DIALECT, {})
    for chunk in read_sse(body_of(message), DIALECT, exact=True).chunks:
        aggregator.fold(chunk)
    assert aggregator.finish().message == message


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES.keys())
def test_a_written_stream_is_legal(message: Message) -> None:
    machines = {machine.scope: machine for machine in DIALECT.machines}
    states: dict[tuple[str, object], str] = {}
    for name, data in write(message):
        value = json.loads(data)
        assert name == value["type"]
        odd = [d for d in DIALECT.read(name, value) if isinstance(d, Malformed | Unknown)]
        assert odd == []
        for scope, key, symbol, _ in DIALECT.symbols(name, value):
            state = states.get((scope, key), machines[scope].start)
            states[scope, key] = machines[scope].edges[state, symbol]
    assert all(state in machines[scope].accepts for (scope, _), state in states.items())


def test_a_neutral_reason_without_a_raw_one_is_written_in_the_words_of_the_api() -> None:
    tail = json.loads([*write(answer(stop="length", raw=None))][-2].data)
    assert tail["delta"]["stop_reason"] == "max_tokens"


def test_what_the_api_has_no_word_for_is_left_out() -> None:
    said = answer(Part(kind=Kind.REFUSAL, content="No"), Part(kind=Kind.TEXT, content="Hi"))
    assert [name for name, _ in write(said)].count("content_block_start") == 1


def test_arguments_that_were_cut_are_written_as_they_are() -> None:
    cut = Part(kind=Kind.TOOL_CALL, arguments_json='{"a', arguments_state=ArgumentsState.PARTIAL)
    deltas = [json.loads(data).get("delta", {}) for _, data in write(answer(cut))]
    assert "".join(delta.get("partial_json", "") for delta in deltas) == '{"a'
