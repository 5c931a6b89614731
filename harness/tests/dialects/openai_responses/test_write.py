"""Writing a message as a stream: legal, numbered, and read back as the same message."""

from __future__ import annotations

import json
import os
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.delta import Kind, Malformed, Unknown
from streamgauge.dialects.openai_responses import DIALECT
from streamgauge.message import ArgumentsState, Choice, Fault, Message, Part, UsageTotals
from streamgauge.transcript.aggregate import Aggregator
from streamgauge.transcript.chunk import Chunk, State
from streamgauge.wire.event import Event


def fold(events: Iterable[tuple[str | None, str]]) -> Message:
    """The message of a stream, given as names and data."""
    aggregator = Aggregator(DIALECT, {})
    for number, (name, data) in enumerate(events):
        value = json.loads(data)
        event = Event(number, 0, 0, name, data.encode(), True, 0)
        deltas = tuple(DIALECT.read(name, value))
        aggregator.fold(Chunk(event, State.JSON, value, deltas, (), None))
    return aggregator.finish().message


def answer(*parts: Part, reason: str = "stop", raw: str = "completed") -> Message:
    choice = Choice(
        index=0,
        role="assistant" if any(part.kind in (Kind.TEXT, Kind.REFUSAL) for part in parts) else None,
        parts=parts,
        finish_reason=reason,
        raw_finish_reason=raw,
    )
    return Message(id="resp_1", model="m", choices=(choice,))


def words(content: str, index: int = 0, **members: Any) -> Part:
    extra: dict[str, object] = {"item_id": f"msg_{index}"}
    return Part(kind=Kind.TEXT, content=content, index=index, extra=extra, **members)


def thought(content: str, field: str, index: int = 0, **members: Any) -> Part:
    extra: dict[str, object] = {"item_id": f"rs_{index}"}
    return Part(
        kind=Kind.REASONING, content=content, field=field, index=index, extra=extra, **members
    )


def call(index: int = 0, **members: Any) -> Part:
    defaults: dict[str, Any] = {
        "kind": Kind.TOOL_CALL,
        "id": f"call_{index}",
        "name": "f",
        "arguments": {"a": 1},
        "arguments_json": '{"a": 1}',
        "arguments_state": ArgumentsState.COMPLETE,
    }
    return Part(index=index, **(defaults | members))


def hosted(name: str, **members: Any) -> Part:
    return call(kind=Kind.SERVER_TOOL_CALL, name=name, **members)


SEARCH = '{"query":"q"}'
MESSAGES = {
    "nothing": answer(),
    "words": answer(words("Hello there, this text is longer than one piece.")),
    "words with citations and probabilities": answer(
        words("Hi", citations=({"type": "url_citation"},), logprobs=({"token": "Hi"},))
    ),
    "two parts of one item": answer(
        words("Hi"),
        Part(kind=Kind.REFUSAL, content="No", index=0, extra={"item_id": "msg_0"}),
    ),
    "two items": answer(words("Hi"), words("there", 1)),
    "a phase": answer(
        Part(
            kind=Kind.TEXT,
            content="Hi",
            index=0,
            extra={"item_id": "m", "phase": "commentary"},
        )
    ),
    "hidden reasoning before the words": answer(words("Hi", 1)),
    "a signed summary": answer(
        thought("hm", "reasoning_summary_text", signature="gAAA"),
        thought("so", "reasoning_summary_text"),
        words("Hi", 1),
    ),
    "raw reasoning": answer(thought("hm", "reasoning_text"), words("Hi", 1)),
    "raw reasoning of Open Responses": answer(thought("hm", "reasoning"), words("Hi", 1)),
    "redacted reasoning": answer(
        Part(
            kind=Kind.REASONING,
            index=0,
            redacted=True,
            signature="gAAA",
            extra={"item_id": "rs_0"},
        ),
        words("Hi", 1),
    ),
    "two calls": answer(call(0), call(1, extra={"item_id": "fc_1"}), reason="tool_call"),
    "a call without arguments": answer(
        call(arguments={}, arguments_json="", arguments_state=ArgumentsState.EMPTY),
        reason="tool_call",
    ),
    "a custom call": answer(
        call(field="input", arguments="SELECT 1", arguments_json="SELECT 1"), reason="tool_call"
    ),
    "a search": answer(
        hosted("web_search_call", arguments={"query": "q"}, arguments_json=SEARCH), words("Hi", 1)
    ),
    "code that ran": answer(
        hosted("code_interpreter_call", field="input", arguments="1+1", arguments_json="1+1"),
        Part(kind=Kind.SERVER_TOOL_CALL_RESPONSE, id="call_0", index=0, response=[{"logs": "2"}]),
    ),
    "an MCP call that answered": answer(
        hosted("lookup", extra={"server_label": "s"}),
        Part(kind=Kind.SERVER_TOOL_CALL_RESPONSE, id="call_0", index=0, response="found"),
    ),
    "shell commands and their output": answer(
        hosted(
            "shell_call",
            field="input",
            arguments="ls\npwd",
            arguments_json="ls\npwd",
            extra={"action": {"commands": ["ls", "pwd"]}, "item_id": "sh_0"},
        ),
        Part(
            kind=Kind.SERVER_TOOL_CALL_RESPONSE,
            id="call_0",
            name="shell_call_output",
            index=1,
            response=[{"stdout": "a"}],
            extra={"item_id": "sho_1"},
        ),
    ),
    "a compaction": answer(
        Part(
            kind=Kind.GENERIC,
            id="cmp",
            name="compaction",
            index=0,
            raw={"id": "cmp", "type": "compaction", "encrypted_content": "gAAA"},
        )
    ),
    "cut by length": answer(words("Hi"), reason="length", raw="max_output_tokens"),
    "filtered": answer(words("Hi"), reason="content_filter", raw="content_filter"),
}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES.keys())
def test_a_message_written_and_read_is_the_same(message: Message) -> None:
    assert fold(DIALECT.write(message)) == message


def test_usage_comes_back() -> None:
    raw: dict[str, object] = {"input_tokens": 3, "output_tokens": 2, "cost": 1}
    totals = UsageTotals(input_tokens=3, output_tokens=2, raw=raw)
    message = Message(id="r", model="m", choices=answer().choices, usage=totals)
    assert fold(DIALECT.write(message)).usage == totals


def test_usage_of_another_dialect_is_said_in_the_words_of_this_one() -> None:
    foreign = UsageTotals(input_tokens=3, output_tokens=2, cache_read_tokens=1, raw={"prompt": 3})
    back = fold(DIALECT.write(Message(choices=answer().choices, usage=foreign))).usage
    assert back is not None
    assert (back.input_tokens, back.output_tokens, back.cache_read_tokens) == (3, 2, 1)
    assert back.raw["total_tokens"] == 5


COUNTED = {
    "all": (
        UsageTotals(input_tokens=3, output_tokens=2, reasoning_tokens=1, cache_write_tokens=0),
        {
            "input_tokens": 3,
            "input_tokens_details": {"cache_write_tokens": 0},
            "output_tokens": 2,
            "output_tokens_details": {"reasoning_tokens": 1},
            "total_tokens": 5,
        },
    ),
    "input alone": (UsageTotals(input_tokens=3), {"input_tokens": 3}),
    "output alone": (UsageTotals(output_tokens=2), {"output_tokens": 2}),
}


@pytest.mark.parametrize("name", COUNTED)
def test_only_what_is_known_is_counted(name: str) -> None:
    totals, said = COUNTED[name]
    back = fold(DIALECT.write(Message(choices=answer().choices, usage=totals))).usage
    assert back is not None
    assert back.raw == said


def test_an_error_comes_back_and_the_answer_failed() -> None:
    error = Fault(code="server_error", message="m", raw={"code": "server_error", "message": "m"})
    events = list(DIALECT.write(Message(id="r", model="m", error=error)))
    assert [event.name for event in events][-2:] == ["error", "response.failed"]
    assert fold(events).error == error


def test_events_are_named_and_numbered() -> None:
    events = list(DIALECT.write(MESSAGES["a signed summary"]))
    values = [json.loads(event.data) for event in events]
    assert [value["sequence_number"] for value in values] == list(range(len(values)))
    assert [value["type"] for value in values] == [event.name for event in events]


def test_an_index_far_away_is_not_filled_up_to() -> None:
    events = list(DIALECT.write(answer(words("Hi", 10**9))))
    assert len(events) < 20


def breaches(events: Iterable[tuple[str | None, str]]) -> list[object]:
    machines = {machine.scope: machine for machine in DIALECT.machines}
    states: dict[tuple[str, Hashable], str] = {}
    wrong: list[object] = []
    for name, data in events:
        value = json.loads(data)
        wrong += [d for d in DIALECT.read(name, value) if isinstance(d, Malformed | Unknown)]
        for step in DIALECT.symbols(name, value):
            machine, at = machines[step.scope], (step.scope, step.key)
            after = machine.edges.get((states.get(at, machine.start), step.symbol))
            wrong += [] if after else [(at, states.get(at), step.symbol)]
            states[at] = after or states.get(at, machine.start)
    return wrong + [at for at, state in states.items() if state not in machines[at[0]].accepts]


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES.keys())
def test_what_is_written_is_legal(message: Message) -> None:
    assert breaches(DIALECT.write(message)) == []


PARTS = st.builds(
    Part,
    kind=st.sampled_from([kind for kind in Kind if kind is not Kind.GENERIC]),
    content=st.text(max_size=60),
    index=st.none() | st.integers(-1, 9) | st.text(max_size=2),
    id=st.none() | st.text(max_size=4),
    name=st.none() | st.sampled_from(["f", "web_search_call", "shell_call", "apply_patch_call"]),
    field=st.sampled_from([None, "input", "reasoning_summary_text", "reasoning_content"]),
    arguments_json=st.text(max_size=30),
    signature=st.none() | st.text(max_size=3),
    redacted=st.booleans(),
)
ANY = st.builds(
    Message,
    choices=st.lists(
        st.builds(
            Choice,
            index=st.just(0),
            parts=st.lists(PARTS, max_size=5).map(tuple),
            finish_reason=st.sampled_from([None, "stop", "length", "unknown", "pause"]),
        ),
        max_size=2,
    ).map(tuple),
)


@given(ANY)
def test_any_message_is_written_legally(message: Message) -> None:
    assert breaches(DIALECT.write(message)) == []


@given(ANY)
def test_the_texts_of_any_message_come_back(message: Message) -> None:
    parts = message.choices[0].parts if message.choices else ()
    back = fold(DIALECT.write(message)).choices[0].parts
    for kind in (Kind.TEXT, Kind.REFUSAL):
        said = [part.content for part in parts if part.kind is kind]
        assert [part.content for part in back if part.kind is kind] == said


CORPUS = Path(os.environ.get("STREAMGAUGE_CORPUS", "../shared/corpus"))
IMAGES = {
    "azure-gpt-4.1-mini-102d113785",
    "openai-gpt-5-2025-08-07-bd965a4013",
    "xai-grok-4.5-3b9ec19c96",
}
JOINED = {"azure-gpt-5.1-codex-max-5ae23af050", "openai-gpt-5.1-2025-11-13-9216665db8"}


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here (STREAMGAUGE_CORPUS)")
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.stem)
        for path in sorted(CORPUS.glob("streams/openai-responses/*/*"))
        if path.stem not in JOINED
    ],
)
def test_the_message_of_a_recorded_stream_comes_back(path: Path) -> None:
    """But for images, whose bytes a message does not keep."""
    lines = [
        (None, line.removeprefix("data: "))
        for line in path.read_bytes().decode().splitlines()
        if line.startswith(("{", "data: {"))
    ]
    message = fold(lines)
    back = fold(DIALECT.write(message))
    if path.stem in IMAGES:
        assert any(part.kind is Kind.BLOB for part in message.choices[0].parts)
        return
    assert back == message
