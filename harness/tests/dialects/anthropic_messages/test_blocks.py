"""How each type of content block begins its part."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.delta import Append, Assign, Delta, Kind, Malformed, Open, Unknown
from streamgauge.dialects.anthropic_messages.blocks import Place, begin, key_of
from streamgauge.dialects.anthropic_messages.words import BLOCKS

TEXT, THINKING, CALL = Kind.TEXT, Kind.REASONING, Kind.TOOL_CALL
SERVERS, RESULT, OTHER = Kind.SERVER_TOOL_CALL, Kind.SERVER_TOOL_CALL_RESPONSE, Kind.GENERIC


def opened(kind: Kind, **members: Any) -> Open:
    return Open(0, 3, kind, "/b", 3, **members)


def sets(kind: Kind, what: str, value: object, at: str) -> Assign:
    return Assign(0, 3, kind, what, value, f"/b{at}")


BEGINNINGS: dict[str, tuple[dict[str, object], list[Delta]]] = {
    "empty text": ({"type": "text", "text": ""}, [opened(TEXT)]),
    "empty text with empty citations": (
        {"type": "text", "text": "", "citations": []},
        [opened(TEXT)],
    ),
    "text that is there at once": (
        {"type": "text", "text": "Hi", "citations": [{"n": 1}, {"n": 2}]},
        [
            opened(TEXT),
            Append(0, 3, TEXT, "Hi", "/b/text"),
            sets(TEXT, "citation", {"n": 1}, "/citations/0"),
            sets(TEXT, "citation", {"n": 2}, "/citations/1"),
        ],
    ),
    "empty thinking": (
        {"type": "thinking", "thinking": "", "signature": ""},
        [opened(THINKING, field="thinking")],
    ),
    "thinking that is there at once": (
        {"type": "thinking", "thinking": "Hm", "signature": "s"},
        [
            opened(THINKING, field="thinking"),
            Append(0, 3, THINKING, "Hm", "/b/thinking", "thinking"),
            sets(THINKING, "signature", "s", "/signature"),
        ],
    ),
    "redacted thinking": (
        {"type": "redacted_thinking", "data": "x=="},
        [opened(THINKING, redacted=True), sets(THINKING, "extra:data", "x==", "/data")],
    ),
    "a call whose arguments follow": (
        {"type": "tool_use", "id": "t", "name": "f", "input": {}},
        [opened(CALL, id="t", name="f")],
    ),
    "a call with its arguments and its caller": (
        {"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}, "caller": {"type": "x"}},
        [
            opened(CALL, id="t", name="f"),
            sets(CALL, "arguments", {"a": 1}, "/input"),
            sets(CALL, "extra:caller", {"type": "x"}, "/caller"),
        ],
    ),
    "a call of a server tool": (
        {"type": "server_tool_use", "id": "t", "name": "web_search", "input": {}},
        [opened(SERVERS, id="t", name="web_search")],
    ),
    "a call of a tool behind MCP": (
        {"type": "mcp_tool_use", "id": "t", "name": "f", "input": {}, "server_name": "s/1"},
        [
            opened(SERVERS, id="t", name="f"),
            sets(SERVERS, "extra:type", "mcp_tool_use", "/type"),
            sets(SERVERS, "extra:server_name", "s/1", "/server_name"),
        ],
    ),
    "a result behind MCP": (
        {"type": "mcp_tool_result", "tool_use_id": "t", "content": [1], "is_error": False},
        [
            opened(RESULT, id="t", name="mcp_tool_result"),
            sets(RESULT, "response", [1], "/content"),
            sets(RESULT, "extra:is_error", False, "/is_error"),
        ],
    ),
    "an unknown kind of result": (
        {"type": "dream_tool_result", "tool_use_id": "t", "content": {"error_code": "e"}},
        [
            Unknown("block type", "dream_tool_result", "/b/type"),
            opened(RESULT, id="t", name="dream_tool_result"),
            sets(RESULT, "response", {"error_code": "e"}, "/content"),
        ],
    ),
    "an unknown block": (
        {"type": "dream", "text": "zzz"},
        [
            Unknown("block type", "dream", "/b/type"),
            opened(OTHER, name="dream"),
            sets(OTHER, "raw", {"type": "dream", "text": "zzz"}, ""),
        ],
    ),
    "a block without a type": (
        {},
        [
            Malformed("the type of the block is not a string", "/b/type"),
            opened(OTHER),
            sets(OTHER, "raw", {}, ""),
        ],
    ),
    "members of the wrong type": (
        {"type": "text", "text": 1, "citations": {}},
        [
            opened(TEXT),
            Malformed("text is not a string", "/b/text"),
            Malformed("citations is not an array", "/b/citations"),
        ],
    ),
    "a signature of the wrong type": (
        {"type": "thinking", "thinking": "", "signature": 1},
        [
            opened(THINKING, field="thinking"),
            Malformed("signature is not a string", "/b/signature"),
        ],
    ),
    "a call of the wrong types": (
        {"type": "tool_use", "id": 1, "name": None, "input": "{}"},
        [
            opened(CALL, id=1),
            Malformed("id is not a string", "/b/id"),
            Malformed("name is not a string", "/b/name"),
            Malformed("input is not an object", "/b/input"),
        ],
    ),
    "a member whose name needs escaping": (
        {"type": "text", "a/b~c": 1},
        [opened(TEXT), sets(TEXT, "extra:a/b~c", 1, "/a~1b~0c")],
    ),
}


@pytest.mark.parametrize(("block", "deltas"), BEGINNINGS.values(), ids=BEGINNINGS.keys())
def test_a_block_begins_its_part(block: dict[str, object], deltas: list[Delta]) -> None:
    assert list(begin(block, Place(3, "/b"))) == deltas


RESULTS = [name for name, kind in BLOCKS.items() if kind is RESULT]
OPAQUE = [name for name, kind in BLOCKS.items() if kind is OTHER]


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_is_whole_in_its_start(name: str) -> None:
    block = {"type": name, "tool_use_id": "t", "content": []}
    assert list(begin(block, Place(3, "/b"))) == [
        opened(RESULT, id="t", name=name),
        sets(RESULT, "response", [], "/content"),
    ]


@pytest.mark.parametrize("name", OPAQUE)
def test_a_block_without_a_neutral_word_is_kept_raw(name: str) -> None:
    block = {"type": name, "content": None}
    assert list(begin(block, Place(3, "/b"))) == [
        opened(OTHER, name=name),
        sets(OTHER, "raw", block, ""),
    ]


@pytest.mark.parametrize(
    ("index", "key"),
    [(0, 0), (-1, -1), ("0", "0"), (True, None), (1.5, None), (None, None), ([], None)],
)
def test_only_numbers_and_strings_make_a_key(index: object, key: int | str | None) -> None:
    assert key_of(index) == key
