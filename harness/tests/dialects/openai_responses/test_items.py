"""Items: what they open, what they say when done, and what the whole answer repeats."""

from __future__ import annotations

import pytest

from streamgauge.delta import (
    Append,
    Assign,
    Copy,
    Delta,
    Kind,
    Malformed,
    Open,
    ShutPart,
    Unknown,
)
from streamgauge.dialects.openai_responses.read import read

TEXT, THOUGHT, BLOB, GENERIC = Kind.TEXT, Kind.REASONING, Kind.BLOB, Kind.GENERIC
CALL, HOSTED, GIVEN = Kind.TOOL_CALL, Kind.SERVER_TOOL_CALL, Kind.SERVER_TOOL_CALL_RESPONSE


def about(kind: Kind, key: tuple[object, ...], what: str, value: object, at: str) -> Assign:
    return Assign(0, key, kind, what, value, f"/item{at}")


DONE: dict[str, tuple[dict[str, object], list[Delta]]] = {
    "a message repeats its texts and keeps its id and phase": (
        {
            "type": "message",
            "id": "msg_1",
            "phase": "final_answer",
            "content": [{"type": "output_text", "text": "Hi"}],
        },
        [
            about(TEXT, (0, 0), "extra:item_id", "msg_1", "/id"),
            about(TEXT, (0, 0), "extra:phase", "final_answer", "/phase"),
            Copy(0, (0, 0), "content", "Hi", "/item/content/0/text"),
            ShutPart(0, (0, 0), "/item"),
        ],
    ),
    "a message keeps a part of an unknown type": (
        {"type": "message", "content": [{"type": "x:chart"}]},
        [
            Unknown("x:chart", {"type": "x:chart"}, "/item/content/0"),
            about(GENERIC, (0, 0), "raw", {"type": "x:chart"}, "/content/0"),
        ],
    ),
    "reasoning signs its first text": (
        {
            "type": "reasoning",
            "summary": [{"type": "summary_text", "text": "hm"}],
            "encrypted_content": "gAAA",
        },
        [
            about(THOUGHT, (0, "summary", 0), "signature", "gAAA", "/encrypted_content"),
            Copy(0, (0, "summary", 0), "content", "hm", "/item/summary/0/text"),
            ShutPart(0, (0, "summary", 0), "/item"),
        ],
    ),
    "reasoning without text is a redacted part": (
        {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAA"},
        [
            Open(0, (0,), THOUGHT, "/item", 0, redacted=True),
            about(THOUGHT, (0,), "signature", "gAAA", "/encrypted_content"),
            about(THOUGHT, (0,), "extra:item_id", "rs_1", "/id"),
            ShutPart(0, (0,), "/item"),
        ],
    ),
    "reasoning that says nothing is no part": ({"type": "reasoning", "summary": []}, []),
    "a function call says its ids, name and arguments again": (
        {
            "type": "function_call",
            "id": "fc_1",
            "call_id": "c",
            "name": "f",
            "arguments": "{}",
            "status": "completed",
            "namespace": "n",
            "caller": None,
        },
        [
            about(CALL, (0,), "name", "f", ""),
            about(CALL, (0,), "id", "c", ""),
            about(CALL, (0,), "extra:item_id", "fc_1", "/id"),
            about(CALL, (0,), "extra:namespace", "n", "/namespace"),
            Copy(0, (0,), "arguments_json", "{}", "/item/arguments"),
            ShutPart(0, (0,), "/item"),
        ],
    ),
    "a search has its arguments whole": (
        {"type": "web_search_call", "id": "ws", "action": {"query": "q"}},
        [
            about(HOSTED, (0,), "name", "web_search_call", ""),
            about(HOSTED, (0,), "id", "ws", ""),
            about(HOSTED, (0,), "arguments", {"query": "q"}, "/action"),
            ShutPart(0, (0,), "/item"),
        ],
    ),
    "an MCP call holds what it gave": (
        {"type": "mcp_call", "id": "m", "name": "f", "arguments": "{}", "output": "done"},
        [
            about(HOSTED, (0,), "name", "f", ""),
            about(HOSTED, (0,), "id", "m", ""),
            Copy(0, (0,), "arguments_json", "{}", "/item/arguments"),
            ShutPart(0, (0,), "/item"),
            Open(0, (0, "output"), GIVEN, "/item/output", 0, "m"),
            about(GIVEN, (0, "output"), "response", "done", "/output"),
            ShutPart(0, (0, "output"), "/item/output"),
        ],
    ),
    "shell commands are lines of one text": (
        {"type": "shell_call", "call_id": "c", "action": {"commands": ["ls", "pwd"]}},
        [
            about(HOSTED, (0,), "name", "shell_call", ""),
            about(HOSTED, (0,), "id", "c", ""),
            about(HOSTED, (0,), "extra:action", {"commands": ["ls", "pwd"]}, "/action"),
            Copy(0, (0,), "arguments_json", "ls\npwd", "/item/action/commands"),
            ShutPart(0, (0,), "/item"),
        ],
    ),
    "an image is a blob of its own": (
        {"type": "image_generation_call", "id": "ig", "result": "AAAA", "output_format": "webp"},
        [
            about(HOSTED, (0,), "name", "image_generation_call", ""),
            about(HOSTED, (0,), "id", "ig", ""),
            about(HOSTED, (0,), "extra:output_format", "webp", "/output_format"),
            ShutPart(0, (0,), "/item"),
            Open(0, (0, "image"), BLOB, "/item/result", 0),
            about(BLOB, (0, "image"), "blob", ("image/webp", "AAAA"), "/result"),
            ShutPart(0, (0, "image"), "/item/result"),
        ],
    ),
    "an output answers a call": (
        {"type": "shell_call_output", "id": "sho", "call_id": "c", "output": [1], "limit~/": 3},
        [
            about(GIVEN, (0,), "id", "c", ""),
            about(GIVEN, (0,), "extra:item_id", "sho", "/id"),
            about(GIVEN, (0,), "response", [1], "/output"),
            about(GIVEN, (0,), "extra:limit~/", 3, "/limit~0~1"),
            ShutPart(0, (0,), "/item"),
        ],
    ),
    "a compaction is kept whole": (
        {"type": "compaction", "encrypted_content": "gAAA"},
        [
            about(GENERIC, (0,), "raw", {"type": "compaction", "encrypted_content": "gAAA"}, ""),
            ShutPart(0, (0,), "/item"),
        ],
    ),
    "a text of a wrong type is said, the rest is read": (
        {
            "type": "message",
            "content": [
                {"type": "output_text", "text": None},
                7,
                {"type": "refusal", "refusal": ""},
            ],
        },
        [
            Malformed("an entry of content is not an object", "/item/content/1"),
            Malformed("text is not a string", "/item/content/0/text"),
            Copy(0, (0, 2), "content", "", "/item/content/2/refusal"),
            ShutPart(0, (0, 2), "/item"),
        ],
    ),
}


@pytest.mark.parametrize(("item", "deltas"), DONE.values(), ids=DONE.keys())
def test_an_item_that_is_done_gives_its_deltas(
    item: dict[str, object], deltas: list[Delta]
) -> None:
    event = {"type": "response.output_item.done", "output_index": 0, "item": item}
    assert list(read(None, event)) == deltas


def test_the_first_delta_of_a_done_call_can_begin_it() -> None:
    item = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}
    event = {"type": "response.output_item.done", "output_index": 0, "item": item}
    first = read(None, event)[0]
    assert isinstance(first, Assign)
    assert first.kind is CALL


def test_an_added_output_opens_under_the_id_of_its_call() -> None:
    item = {"type": "program_output", "call_id": "c"}
    event = {"type": "response.output_item.added", "output_index": 4, "item": item}
    assert list(read(None, event)) == [Open(0, (4,), GIVEN, "/item", 4, "c", "program_output")]


def test_nothing_is_appended_by_an_item_that_is_done() -> None:
    for item, _ in DONE.values():
        event = {"type": "response.output_item.done", "output_index": 0, "item": item}
        assert not any(isinstance(delta, Append) for delta in read(None, event))
