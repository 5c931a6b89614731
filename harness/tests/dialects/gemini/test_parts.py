"""Each kind of part of a candidate's content, and what it says."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.delta import Append, Assign, Delta, Fragment, Kind, Malformed, Open, Unknown
from streamgauge.dialects.gemini.parts import Spot, part

TEXT, THOUGHT, OTHER = Kind.TEXT, Kind.REASONING, Kind.GENERIC
SERVERS, RESULT, BLOB = Kind.SERVER_TOOL_CALL, Kind.SERVER_TOOL_CALL_RESPONSE, Kind.BLOB


def opened(kind: Kind, **members: Any) -> Open:
    return Open(1, None, kind, "/p", **members)


def sets(kind: Kind, what: str, value: object, at: str) -> Assign:
    return Assign(1, None, kind, what, value, f"/p{at}")


def call(at: str = "", **members: Any) -> Fragment:
    given: dict[str, Any] = {"id": None, "name": None, "arguments": None, "extra": None}
    return Fragment(1, None, pointer=f"/p/functionCall{at}", **{**given, **members})


CODE = {"language": "PYTHON", "code": "1"}
OUTPUT = {"outcome": "OUTCOME_OK", "output": "1", "id": "x"}
PIECE = {"jsonPath": "$.a", "stringValue": "Bos", "willContinue": True}

PARTS: dict[str, tuple[object, list[Delta]]] = {
    "text": ({"text": "Hi"}, [Append(1, None, TEXT, "Hi", "/p/text")]),
    "empty text": ({"text": ""}, []),
    "a thought": (
        {"text": "Hm", "thought": True},
        [Append(1, None, THOUGHT, "Hm", "/p/text", "thought")],
    ),
    "text that is no thought": (
        {"text": "Hi", "thought": False},
        [Append(1, None, TEXT, "Hi", "/p/text")],
    ),
    "signed text": (
        {"text": "Hi", "thoughtSignature": "s"},
        [
            opened(TEXT),
            Append(1, None, TEXT, "Hi", "/p/text"),
            sets(TEXT, "signature", "s", "/thoughtSignature"),
        ],
    ),
    "empty signed text": (
        {"text": "", "thoughtSignature": "s"},
        [opened(TEXT), sets(TEXT, "signature", "s", "/thoughtSignature")],
    ),
    "a signed thought": (
        {"thought": True, "text": "Hm", "thoughtSignature": "s"},
        [
            opened(THOUGHT, field="thought"),
            Append(1, None, THOUGHT, "Hm", "/p/text", "thought"),
            sets(THOUGHT, "signature", "s", "/thoughtSignature"),
        ],
    ),
    "a signature alone": (
        {"thoughtSignature": "s"},
        [opened(TEXT), sets(TEXT, "signature", "s", "/thoughtSignature")],
    ),
    "text with an opaque member": (
        {"text": "Hi", "partMetadata": {"a": 1}},
        [
            opened(TEXT),
            Append(1, None, TEXT, "Hi", "/p/text"),
            sets(TEXT, "extra:partMetadata", {"a": 1}, "/partMetadata"),
        ],
    ),
    "nothing": ({}, []),
    "a whole call": (
        {"functionCall": {"name": "f", "args": {"a": 1}, "id": "c"}},
        [call("/args", id="c", name="f", arguments={"a": 1})],
    ),
    "a call without arguments": ({"functionCall": {"name": "f"}}, [call(name="f")]),
    "a call with empty arguments": (
        {"functionCall": {"name": "f", "args": {}}},
        [call("/args", name="f", arguments={})],
    ),
    "a signed call": (
        {"functionCall": {"name": "f", "args": {}}, "thoughtSignature": "s"},
        [call("/args", name="f", arguments={}, extra={"signature": "s"})],
    ),
    "a call while thinking, with opaque members": (
        {"functionCall": {"name": "f", "new": 1}, "thought": True, "partMetadata": 2},
        [call(name="f", extra={"thought": True, "partMetadata": 2, "new": 1})],
    ),
    "the start of a streamed call": (
        {"functionCall": {"name": "f", "willContinue": True}, "thoughtSignature": "s"},
        [call(name="f", extra={"signature": "s", "willContinue": True})],
    ),
    "a piece of a streamed call": (
        {"functionCall": {"partialArgs": [PIECE], "willContinue": True}},
        [call(extra={"partialArgs": [PIECE], "willContinue": True})],
    ),
    "an empty piece of a streamed call": (
        {"functionCall": {"willContinue": True}},
        [call(extra={"partialArgs": [], "willContinue": True})],
    ),
    "the last piece of a streamed call": (
        {"functionCall": {"partialArgs": [PIECE]}},
        [call(extra={"partialArgs": [PIECE], "willContinue": False})],
    ),
    "the empty end of a streamed call": (
        {"functionCall": {}},
        [call(extra={"partialArgs": [], "willContinue": False})],
    ),
    "a named piece": (
        {"functionCall": {"name": "f", "partialArgs": [PIECE]}},
        [call(name="f", extra={"partialArgs": [PIECE], "willContinue": False})],
    ),
    "code that the server runs": (
        {"executableCode": CODE, "thoughtSignature": "s"},
        [
            opened(SERVERS, name="executableCode"),
            sets(SERVERS, "arguments", CODE, "/executableCode"),
            sets(SERVERS, "signature", "s", "/thoughtSignature"),
        ],
    ),
    "the output of code": (
        {"codeExecutionResult": OUTPUT},
        [
            opened(RESULT, id="x", name="codeExecutionResult"),
            sets(RESULT, "response", OUTPUT, "/codeExecutionResult"),
        ],
    ),
    "a call of a server tool": (
        {"toolCall": {"id": "t", "toolType": "FILE_SEARCH", "args": {"q": "a"}}},
        [
            opened(SERVERS, id="t", name="FILE_SEARCH"),
            sets(SERVERS, "arguments", {"q": "a"}, "/toolCall/args"),
        ],
    ),
    "a call of a server tool without arguments": (
        {"toolCall": {"toolType": "FILE_SEARCH"}},
        [opened(SERVERS, name="FILE_SEARCH")],
    ),
    "the answer of a server tool": (
        {"toolResponse": {"id": "t", "toolType": "FILE_SEARCH", "response": {"r": 1}}},
        [
            opened(RESULT, id="t", name="FILE_SEARCH"),
            sets(RESULT, "response", {"r": 1}, "/toolResponse/response"),
        ],
    ),
    "an image": (
        {"inlineData": {"mimeType": "image/png", "data": "AA=="}, "thoughtSignature": "s"},
        [
            opened(BLOB),
            sets(BLOB, "blob", ("image/png", "AA=="), "/inlineData"),
            sets(BLOB, "signature", "s", "/thoughtSignature"),
        ],
    ),
    "an image while thinking": (
        {"inlineData": {"mimeType": "image/png", "data": "AA=="}, "thought": True},
        [
            opened(BLOB),
            sets(BLOB, "blob", ("image/png", "AA=="), "/inlineData"),
            sets(BLOB, "extra:thought", True, "/thought"),
        ],
    ),
    "a file": (
        {"fileData": {"fileUri": "u"}},
        [opened(OTHER, name="fileData"), sets(OTHER, "raw", {"fileData": {"fileUri": "u"}}, "")],
    ),
    "a result where only calls should be": (
        {"functionResponse": {"name": "f"}},
        [
            opened(OTHER, name="functionResponse"),
            sets(OTHER, "raw", {"functionResponse": {"name": "f"}}, ""),
        ],
    ),
    "an unknown part": (
        {"dream": {"a": 1}},
        [
            Unknown("part", "dream", "/p/dream"),
            opened(OTHER, name="dream"),
            sets(OTHER, "raw", {"dream": {"a": 1}}, ""),
        ],
    ),
}


@pytest.mark.parametrize(("value", "deltas"), PARTS.values(), ids=PARTS.keys())
def test_a_part_reads_as_its_deltas(value: object, deltas: list[Delta]) -> None:
    assert list(part(value, Spot(1, "/p"))) == deltas


STRANGE: dict[str, tuple[object, list[Delta]]] = {
    "a part that is text": ("Hi", [Malformed("the part is not an object", "/p")]),
    "text that is null": ({"text": None}, [Malformed("text is not a string", "/p/text")]),
    "a thought that is text": (
        {"text": "Hi", "thought": "yes"},
        [
            Malformed("thought is not a boolean", "/p/thought"),
            Append(1, None, TEXT, "Hi", "/p/text"),
        ],
    ),
    "a signature that is a number": (
        {"text": "Hi", "thoughtSignature": 1},
        [
            opened(TEXT),
            Append(1, None, TEXT, "Hi", "/p/text"),
            Malformed("thoughtSignature is not a string", "/p/thoughtSignature"),
        ],
    ),
    "a call that is text": (
        {"functionCall": "f"},
        [Malformed("functionCall is not an object", "/p/functionCall")],
    ),
    "a call of the wrong types": (
        {"functionCall": {"name": 1, "args": "{}", "partialArgs": {}, "willContinue": 1}},
        [
            Malformed("name is not a string", "/p/functionCall/name"),
            Malformed("args is not an object", "/p/functionCall/args"),
            Malformed("partialArgs is not an array", "/p/functionCall/partialArgs"),
            Malformed("willContinue is not a boolean", "/p/functionCall/willContinue"),
            call("/args", name=1, arguments="{}", extra={"partialArgs": [], "willContinue": False}),
        ],
    ),
    "two payloads": (
        {"text": "Hi", "functionCall": {"name": "f"}},
        [
            Malformed("the part holds more than one payload", "/p"),
            Append(1, None, TEXT, "Hi", "/p/text"),
            call(name="f"),
        ],
    ),
    "code that is text": (
        {"executableCode": "1"},
        [Malformed("executableCode is not an object", "/p/executableCode")],
    ),
    "an image without data": (
        {"inlineData": {"mimeType": "image/png"}},
        [Malformed("inlineData is not an object with data", "/p/inlineData")],
    ),
    "an image of no known type": (
        {"inlineData": {"mimeType": 1, "data": ""}},
        [
            Malformed("mimeType is not a string", "/p/inlineData/mimeType"),
            opened(BLOB),
            sets(BLOB, "blob", (None, ""), "/inlineData"),
        ],
    ),
}


@pytest.mark.parametrize(("value", "deltas"), STRANGE.values(), ids=STRANGE.keys())
def test_what_is_wrong_is_said_and_the_rest_is_read(value: object, deltas: list[Delta]) -> None:
    assert list(part(value, Spot(1, "/p"))) == deltas
