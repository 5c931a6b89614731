"""Reading one event of a Responses stream."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.delta import (
    Append,
    Assign,
    Copy,
    Delta,
    Ended,
    Failure,
    Kind,
    Malformed,
    Open,
    Role,
    ShutPart,
    Unknown,
)
from streamgauge.dialects.openai_responses.read import KNOWN, read

TEXT, THOUGHT, REFUSAL = Kind.TEXT, Kind.REASONING, Kind.REFUSAL
CALL, HOSTED = Kind.TOOL_CALL, Kind.SERVER_TOOL_CALL


def event(type: str, **members: object) -> dict[str, object]:
    return {"type": f"response.{type}", "sequence_number": 3, "output_index": 1, **members}


EVENTS: dict[str, tuple[dict[str, object], list[Delta]]] = {
    "a message item opens no part yet": (
        event("output_item.added", item={"type": "message", "role": "assistant", "content": []}),
        [Role(0, "assistant", "/item/role")],
    ),
    "a function call opens under its call id": (
        event(
            "output_item.added",
            item={"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "f"},
        ),
        [
            Open(0, (1,), CALL, "/item", 1, "call_1", "f"),
            Assign(0, (1,), CALL, "extra:item_id", "fc_1", "/item/id"),
        ],
    ),
    "a hosted call is named by its type": (
        event("output_item.added", item={"type": "web_search_call", "id": "ws_1"}),
        [Open(0, (1,), HOSTED, "/item", 1, "ws_1", "web_search_call")],
    ),
    "a custom tool takes plain text": (
        event(
            "output_item.added", item={"type": "custom_tool_call", "call_id": "c", "name": "sql"}
        ),
        [Open(0, (1,), CALL, "/item", 1, "c", "sql", "input")],
    ),
    "a reasoning item opens nothing": (
        event("output_item.added", item={"type": "reasoning", "summary": []}),
        [],
    ),
    "an item of an unknown type is kept": (
        event("output_item.added", item={"type": "perplexity:plan", "id": "p"}),
        [
            Unknown("perplexity:plan", {"type": "perplexity:plan", "id": "p"}, "/item"),
            Open(0, (1,), Kind.GENERIC, "/item", 1, "p", "perplexity:plan"),
        ],
    ),
    "a text part opens": (
        event("content_part.added", content_index=2, part={"type": "output_text", "text": ""}),
        [Open(0, (1, 2), TEXT, "/part", 1)],
    ),
    "a part that begins with text says it": (
        event("content_part.added", content_index=0, part={"type": "refusal", "refusal": "No"}),
        [
            Open(0, (1, 0), REFUSAL, "/part", 1),
            Append(0, (1, 0), REFUSAL, "No", "/part/refusal"),
        ],
    ),
    "a raw reasoning part opens": (
        event("content_part.added", content_index=0, part={"type": "reasoning_text", "text": ""}),
        [Open(0, (1, 0), THOUGHT, "/part", 1, field="reasoning_text")],
    ),
    "a summary part opens": (
        event(
            "reasoning_summary_part.added",
            summary_index=1,
            part={"type": "summary_text", "text": ""},
        ),
        [Open(0, (1, "summary", 1), THOUGHT, "/part", 1, field="reasoning_summary_text")],
    ),
    "text goes on": (
        event("output_text.delta", content_index=0, delta="Hi", logprobs=[], obfuscation="x"),
        [Append(0, (1, 0), TEXT, "Hi", "/delta")],
    ),
    "text brings its probabilities": (
        event("output_text.delta", content_index=0, delta="Hi", logprobs=[{"token": "Hi"}]),
        [
            Append(0, (1, 0), TEXT, "Hi", "/delta"),
            Assign(0, (1, 0), TEXT, "logprobs", [{"token": "Hi"}], "/logprobs"),
        ],
    ),
    "a refusal goes on": (
        event("refusal.delta", content_index=0, delta="No"),
        [Append(0, (1, 0), REFUSAL, "No", "/delta")],
    ),
    "raw reasoning goes on": (
        event("reasoning_text.delta", content_index=0, delta="hm"),
        [Append(0, (1, 0), THOUGHT, "hm", "/delta", "reasoning_text")],
    ),
    "raw reasoning in the words of Open Responses": (
        event("reasoning.delta", content_index=0, delta="hm"),
        [Append(0, (1, 0), THOUGHT, "hm", "/delta", "reasoning")],
    ),
    "a summary goes on": (
        event("reasoning_summary_text.delta", summary_index=0, delta="hm"),
        [Append(0, (1, "summary", 0), THOUGHT, "hm", "/delta", "reasoning_summary_text")],
    ),
    "a summary is said again": (
        event("reasoning_summary_text.done", summary_index=0, text="hm"),
        [Copy(0, (1, "summary", 0), "content", "hm", "/text")],
    ),
    "arguments go on": (
        event("function_call_arguments.delta", delta='{"a'),
        [Append(0, (1,), CALL, '{"a', "/delta")],
    ),
    "arguments are said again": (
        event("function_call_arguments.done", arguments="{}"),
        [Copy(0, (1,), "arguments_json", "{}", "/arguments")],
    ),
    "custom input goes on": (
        event("custom_tool_call_input.delta", delta="SELECT"),
        [Append(0, (1,), CALL, "SELECT", "/delta", "input")],
    ),
    "code of the interpreter goes on": (
        event("code_interpreter_call_code.delta", delta="1+1"),
        [Append(0, (1,), HOSTED, "1+1", "/delta", "input")],
    ),
    "a second shell command begins a line": (
        event("shell_call_command.added", command_index=1, command=""),
        [Append(0, (1,), HOSTED, "\n", "/command", "input")],
    ),
    "an empty first shell command says nothing": (
        event("shell_call_command.added", command_index=0, command=""),
        [],
    ),
    "a citation arrives": (
        event("output_text.annotation.added", content_index=0, annotation={"type": "url_citation"}),
        [Assign(0, (1, 0), TEXT, "citation", {"type": "url_citation"}, "/annotation")],
    ),
    "a text part is done": (
        event("content_part.done", content_index=0, part={"type": "output_text", "text": "Hi"}),
        [Copy(0, (1, 0), "content", "Hi", "/part/text"), ShutPart(0, (1, 0), "/part")],
    ),
    "progress says nothing": (event("web_search_call.searching", item_id="ws_1"), []),
    "a partial image is no part": (
        event("image_generation_call.partial_image", partial_image_b64="AAAA"),
        [],
    ),
    "an error, nested": (
        {"type": "error", "error": {"type": "t", "code": "c", "message": "m"}},
        [Failure("t", "c", "m", {"type": "t", "code": "c", "message": "m"}, "/error")],
    ),
    "an error, flat as documented": (
        {"type": "error", "code": "c", "message": "m"},
        [Failure(None, "c", "m", {"type": "error", "code": "c", "message": "m"}, "")],
    ),
    "an error document without a type": (
        {"error": "overloaded"},
        [Failure(None, None, "overloaded", "overloaded", "/error")],
    ),
    "an unknown event": (
        {"type": "keepalive"},
        [Unknown("keepalive", {"type": "keepalive"}, "")],
    ),
}


@pytest.mark.parametrize(("value", "deltas"), EVENTS.values(), ids=EVENTS.keys())
def test_an_event_gives_its_deltas(value: dict[str, object], deltas: list[Delta]) -> None:
    assert list(read(None, value)) == deltas


def test_the_name_on_the_wire_counts_where_the_json_has_no_type() -> None:
    nameless = {"output_index": 0, "content_index": 0, "delta": "Hi"}
    assert list(read("response.output_text.delta", nameless)) == [
        Append(0, (0, 0), TEXT, "Hi", "/delta")
    ]


def test_the_type_in_the_json_counts_before_the_name_on_the_wire() -> None:
    assert read("response.output_text.delta", {"type": "ping"})[0] == Unknown(
        "ping", {"type": "ping"}, ""
    )


WRONG: dict[str, tuple[object, list[Delta]]] = {
    "no object": ([1], [Malformed("an event is not an object", "")]),
    "a type that is no string": ({"type": 1}, [Malformed("type is not a string", "/type")]),
    "a delta that is null keeps nothing": (
        event("output_text.delta", content_index=0, delta=None),
        [Malformed("delta is not a string", "/delta")],
    ),
    "a delta that is missing": (
        event("output_text.delta", content_index=0),
        [Malformed("delta is missing", "")],
    ),
    "an index of a wrong type keeps the text apart": (
        event("output_text.delta", content_index="0", delta="Hi"),
        [
            Malformed("content_index is not an integer", "/content_index"),
            Append(0, (1, None), TEXT, "Hi", "/delta"),
        ],
    ),
    "true is no index": (
        event("output_text.delta", content_index=True, delta="Hi"),
        [
            Malformed("content_index is not an integer", "/content_index"),
            Append(0, (1, None), TEXT, "Hi", "/delta"),
        ],
    ),
    "an index that is missing is a zero left out": (
        event("output_text.delta", delta="Hi"),
        [Append(0, (1, 0), TEXT, "Hi", "/delta")],
    ),
    "an item that is null": (
        event("output_item.done", item=None),
        [Malformed("item is not an object", "/item")],
    ),
    "an item without a type": (
        event("output_item.added", item={}),
        [Malformed("type of an item is not a string", "/item/type")],
    ),
    "a part without a type is kept whole": (
        event("content_part.done", content_index=0, part={}),
        [
            Malformed("type of a part is not a string", "/part/type"),
            Assign(0, (1, 0), Kind.GENERIC, "raw", {}, "/part"),
            ShutPart(0, (1, 0), "/part"),
        ],
    ),
}


@pytest.mark.parametrize(("value", "deltas"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_said_and_reading_goes_on(value: object, deltas: list[Delta]) -> None:
    assert list(read(None, value)) == deltas


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
_KNOWN_MEMBERS = (
    "type output_index content_index summary_index command_index delta text arguments input item "
    "part response error annotation logprobs id call_id name role content summary status usage "
    "output action operation commands diff code result encrypted_content incomplete_details "
    "command refusal phase queries results annotations"
)
MEMBERS = _KNOWN_MEMBERS.split()
WORDS = st.sampled_from(
    [
        "message",
        "reasoning",
        "function_call",
        "shell_call",
        "apply_patch_call",
        "image_generation_call",
        "shell_call_output",
        "compaction",
        "output_text",
        "summary_text",
        "completed",
        "incomplete",
        "failed",
    ]
)
LIKELY = st.recursive(
    JSON | WORDS | st.integers(0, 2),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=6)
    ),
    max_leaves=20,
)
EVENT = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(KNOWN)) | JSON},
    optional={member: LIKELY for member in MEMBERS if member != "type"},
)


@given(name=st.none() | st.text() | st.sampled_from(sorted(KNOWN)), value=JSON | LIKELY | EVENT)
def test_reading_is_total_over_any_json_value(name: str | None, value: object) -> None:
    for delta in read(name, value):
        assert isinstance(delta, Delta)


STREAMED = [
    event(f"{stem}.delta", content_index=0, summary_index=0, logprobs=[], delta="")
    for stem in (
        "output_text",
        "refusal",
        "reasoning_text",
        "reasoning",
        "reasoning_summary_text",
        "function_call_arguments",
        "custom_tool_call_input",
        "mcp_call_arguments",
        "code_interpreter_call_code",
        "apply_patch_call_operation_diff",
        "shell_call_command",
    )
]


@pytest.mark.parametrize("value", STREAMED, ids=lambda value: str(value["type"]))
@given(one=st.text(min_size=1), other=st.text(min_size=1))
def test_events_that_differ_in_the_text_give_deltas_that_differ_in_it(
    value: dict[str, object], one: str, other: str
) -> None:
    first, second = read(None, value | {"delta": one}), read(None, value | {"delta": other})
    assert [type(delta) for delta in first] == [Append]
    assert isinstance(first[0], Append)
    assert first[0]._replace(text=other) == second[0]


CORPUS = Path(os.environ.get("STREAMGAUGE_CORPUS", "../shared/corpus"))
IGNORABLE = {"keepalive": "an event of OpenAI's that is in neither list; it says nothing"}


STREAMS = [
    pytest.param(path, id=path.stem) for path in sorted(CORPUS.glob("streams/openai-responses/*/*"))
]


def payloads(path: Path) -> Iterator[tuple[str | None, Any]]:
    """Events of a recorded stream that are JSON; enough of SSE for streams known to be sound."""
    name: str | None = None
    for line in path.read_bytes().decode().splitlines():
        if line.startswith("event:"):
            name = line[6:].strip()
        elif line.startswith("{") or line.startswith("data: {"):
            yield name, json.loads(line.removeprefix("data: "))
            name = None


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here (STREAMGAUGE_CORPUS)")
@pytest.mark.parametrize("path", STREAMS)
def test_recorded_streams_hold_nothing_unknown_or_malformed(path: Path) -> None:
    odd = [
        delta
        for name, value in payloads(path)
        for delta in read(name, value)
        if isinstance(delta, Malformed)
        or (isinstance(delta, Unknown) and delta.what not in IGNORABLE)
    ]
    assert odd == []


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here (STREAMGAUGE_CORPUS)")
@pytest.mark.parametrize("path", STREAMS)
def test_recorded_streams_end_or_fail(path: Path) -> None:
    last = [delta for name, value in payloads(path) for delta in read(name, value)]
    assert any(isinstance(delta, Ended | Failure) for delta in last)
