"""Messages written as streams: legal, and saying what the message says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.delta import Kind, Malformed, Unknown
from streamgauge.dialects.gemini import DIALECT
from streamgauge.dialects.gemini.write import write
from streamgauge.message import ArgumentsState, Choice, Fault, Message, Part
from streamgauge.transcript.aggregate import Aggregator
from streamgauge.transcript.reading import read_sse


def called(kind: Kind = Kind.TOOL_CALL, **members: Any) -> Part:
    given = {
        "name": "f",
        "arguments": {"a": 1},
        "arguments_json": '{"a":1}',
        "arguments_state": ArgumentsState.COMPLETE,
        **members,
    }
    return Part(kind=kind, **given)


def choice(*parts: Part, index: int = 0, stop: str | None = "stop", raw: object = "STOP") -> Choice:
    return Choice(index=index, role="model", parts=parts, finish_reason=stop, raw_finish_reason=raw)


def answer(*choices: Choice, **members: Any) -> Message:
    return Message(**{"id": "r", "model": "m", "choices": choices, **members})


TEXT = Part(kind=Kind.TEXT, content='Hi "there"\n😀')
CODE = {"language": "PYTHON", "code": "1"}

MESSAGES: dict[str, Message] = {
    "text": answer(choice(TEXT)),
    "a thought, then text": answer(
        choice(Part(kind=Kind.REASONING, content="Hm", field="thought"), TEXT)
    ),
    "signed text beside unsigned text": answer(
        choice(TEXT, Part(kind=Kind.TEXT, signature="s"), TEXT)
    ),
    "two signed thoughts": answer(
        choice(
            Part(kind=Kind.REASONING, content="a", field="thought", signature="s"),
            Part(kind=Kind.REASONING, content="b", field="thought", signature="t"),
        )
    ),
    "calls, of which the first is signed": answer(
        choice(called(signature="s"), called(id="c", name="g"), stop="tool_call")
    ),
    "a call without arguments": answer(
        choice(
            called(arguments={}, arguments_json="", arguments_state=ArgumentsState.EMPTY),
            stop="tool_call",
        )
    ),
    "code and its output": answer(
        choice(
            called(
                Kind.SERVER_TOOL_CALL,
                name="executableCode",
                arguments=CODE,
                arguments_json=json.dumps(CODE, separators=(",", ":")),
            ),
            Part(
                kind=Kind.SERVER_TOOL_CALL_RESPONSE,
                name="codeExecutionResult",
                response={"outcome": "OUTCOME_OK"},
            ),
        )
    ),
    "a server tool and its answer": answer(
        choice(
            called(Kind.SERVER_TOOL_CALL, id="t", name="FILE_SEARCH", signature="s"),
            Part(
                kind=Kind.SERVER_TOOL_CALL_RESPONSE,
                id="t",
                name="FILE_SEARCH",
                response={"r": 1},
            ),
        )
    ),
    "a raw part": answer(
        choice(Part(kind=Kind.GENERIC, name="fileData", raw={"fileData": {"fileUri": "u"}}))
    ),
    "cited, scored and grounded text": answer(
        choice(
            Part(
                kind=Kind.TEXT,
                content="Hi",
                citations=({"uri": "a"}, {"uri": "b"}),
                logprobs=({"a": 1}, {"a": 2}),
                extra={"groundingMetadata": {"webSearchQueries": ["q"]}},
            )
        )
    ),
    "two candidates": answer(choice(TEXT), choice(TEXT, index=1, stop="length", raw="MAX_TOKENS")),
    "a stop that nobody knows": answer(choice(TEXT, stop="unknown", raw="TIRED")),
    "no stop": answer(choice(TEXT, stop=None, raw=None)),
    "usage": answer(
        choice(TEXT), usage=DIALECT.usage({"promptTokenCount": 3, "totalTokenCount": 3}, {})
    ),
    "an error": answer(
        choice(TEXT, stop=None, raw=None),
        error=Fault(
            type="UNAVAILABLE",
            code=503,
            message="Busy",
            raw={"code": 503, "message": "Busy", "status": "UNAVAILABLE"},
        ),
    ),
}


def body_of(message: Message) -> bytes:
    return "".join(f"data: {data}\r\n\r\n" for _, data in write(message)).encode()


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES.keys())
def test_a_message_comes_back_when_its_stream_is_read(message: Message) -> None:
    aggregator = Aggregator(DIALECT, {})
    for chunk in read_sse(body_of(message), DIALECT, exact=True).chunks:
        aggregator.fold(chunk)
    assert aggregator.finish().message == message


LEGAL = {name: message for name, message in MESSAGES.items() if name != "no stop"}


@pytest.mark.parametrize("message", LEGAL.values(), ids=LEGAL.keys())
def test_a_written_stream_is_legal(message: Message) -> None:
    machines = {machine.scope: machine for machine in DIALECT.machines}
    states: dict[tuple[str, object], str] = {}
    for name, data in write(message):
        assert name is None
        value = json.loads(data)
        odd = [d for d in DIALECT.read(name, value) if isinstance(d, Malformed | Unknown)]
        assert odd == []
        for scope, key, symbol, _ in DIALECT.symbols(name, value):
            state = states.get((scope, key), machines[scope].start)
            states[scope, key] = machines[scope].edges[state, symbol]
    unfinished = {s for (s, _), state in states.items() if state not in machines[s].accepts}
    assert unfinished == ({"choice"} if message.error else set())


def test_a_neutral_reason_without_a_raw_one_is_written_in_the_words_of_the_api() -> None:
    *_, last = write(answer(choice(TEXT, stop="length", raw=None)))
    assert json.loads(last.data)["candidates"] == [{"index": 0, "finishReason": "MAX_TOKENS"}]


@pytest.mark.parametrize(
    "part",
    [
        Part(kind=Kind.REFUSAL, content="No"),
        Part(kind=Kind.BLOB, mime_type="image/png"),
        called(arguments=None, arguments_json='{"a', arguments_state=ArgumentsState.PARTIAL),
    ],
    ids=["refusal", "blob", "cut arguments"],
)
def test_what_the_api_has_no_word_for_is_left_out(part: Part) -> None:
    assert len([*write(answer(choice(part)))]) == 1
