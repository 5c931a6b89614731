"""Does the schema of anthropic-messages events take what is right and bite what is wrong?

Rows of BROKEN: name, a good event, the member to set (`...` takes it away), the keyword of the
one violation. It must point at that member, or at what the member was taken from.
"""

from __future__ import annotations

import pytest

SCHEMA = "anthropic-messages.chunk"

START = {
    "type": "message_start",
    "message": {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 9, "output_tokens": 1, "cache_read_input_tokens": 0},
    },
}
STOP = {
    "type": "message_delta",
    "delta": {"stop_reason": "end_turn", "stop_sequence": None},
    "usage": {"output_tokens": 5},
}
CLOSE = {"type": "content_block_stop", "index": 0}
ERROR = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
CALL_BLOCK = {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}


def _opens(block):
    return {"type": "content_block_start", "index": 0, "content_block": block}


def _adds(**delta):
    return {"type": "content_block_delta", "index": 0, "delta": delta}


TEXT = _opens({"type": "text", "text": ""})
THINKING = _opens({"type": "thinking", "thinking": "", "signature": ""})
CALL = _opens(CALL_BLOCK)
RESULT = _opens({"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []})
ADD_TEXT = _adds(type="text_delta", text="Hi")
ADD_JSON = _adds(type="input_json_delta", partial_json='{"a"')
ADD_THOUGHT = _adds(type="thinking_delta", thinking="hm")
ADD_SIGNATURE = _adds(type="signature_delta", signature="AA==")
ADD_CITATION = _adds(type="citations_delta", citation={"type": "char_location", "cited_text": "x"})

GOOD = [
    ("start", START),
    (
        "start with a finished call",
        {**START, "message": {**START["message"], "content": [CALL_BLOCK]}},
    ),
    ("text opens", TEXT),
    ("thinking opens without a signature", _opens({"type": "thinking", "thinking": ""})),
    ("redacted thinking", _opens({"type": "redacted_thinking", "data": "AA=="})),
    ("call opens", CALL),
    ("server call opens", _opens({**CALL_BLOCK, "type": "server_tool_use"})),
    ("result", RESULT),
    (
        "result that is an error",
        _opens({**RESULT["content_block"], "content": {"error_code": "x"}}),
    ),
    ("compaction that failed", _opens({"type": "compaction", "content": None})),
    ("block that nobody knows", _opens({"type": "hologram", "text": 5})),
    ("text", ADD_TEXT),
    ("JSON", ADD_JSON),
    ("thought", ADD_THOUGHT),
    ("signature", ADD_SIGNATURE),
    ("citation", ADD_CITATION),
    ("delta that nobody knows", _adds(type="hologram_delta", text=5)),
    ("close", CLOSE),
    ("stop", STOP),
    ("end", {"type": "message_stop"}),
    ("ping", {"type": "ping"}),
    ("error", ERROR),
    ("event that nobody knows", {"type": "vertex_event", "index": "x"}),
]

BROKEN = [
    ("not an object", START, "", [], "type"),
    ("no type", CLOSE, "/type", ..., "required"),
    ("type is a number", CLOSE, "/type", 1, "type"),
    ("no message", START, "/message", ..., "required"),
    ("message is null", START, "/message", None, "type"),
    ("message without id", START, "/message/id", ..., "required"),
    ("message id is a number", START, "/message/id", 1, "type"),
    ("message without role", START, "/message/role", ..., "required"),
    ("message of a user", START, "/message/role", "user", "const"),
    ("message of another type", START, "/message/type", "completion", "const"),
    ("message without model", START, "/message/model", ..., "required"),
    ("content is text", START, "/message/content", "", "type"),
    ("no usage at the start", START, "/message/usage", ..., "required"),
    ("usage is null at the start", START, "/message/usage", None, "type"),
    ("input count is text", START, "/message/usage/input_tokens", "9", "type"),
    ("input count below zero", START, "/message/usage/input_tokens", -9, "minimum"),
    ("no output count at the start", START, "/message/usage/output_tokens", ..., "required"),
    ("cache count is a fraction", START, "/message/usage/cache_read_input_tokens", 0.5, "type"),
    ("start without index", TEXT, "/index", ..., "required"),
    ("start without block", TEXT, "/content_block", ..., "required"),
    ("block is null", TEXT, "/content_block", None, "type"),
    ("block without type", TEXT, "/content_block/type", ..., "required"),
    ("text block without text", TEXT, "/content_block/text", ..., "required"),
    ("text block with a null", TEXT, "/content_block/text", None, "type"),
    ("thinking block without thinking", THINKING, "/content_block/thinking", ..., "required"),
    ("signature is null", THINKING, "/content_block/signature", None, "type"),
    ("call without id", CALL, "/content_block/id", ..., "required"),
    ("call without name", CALL, "/content_block/name", ..., "required"),
    ("call without input", CALL, "/content_block/input", ..., "required"),
    ("input is text", CALL, "/content_block/input", "", "type"),
    ("input is a number", CALL, "/content_block/input", 5, "type"),
    ("result for no call", RESULT, "/content_block/tool_use_id", ..., "required"),
    ("delta without index", ADD_TEXT, "/index", ..., "required"),
    ("index is text", ADD_TEXT, "/index", "0", "type"),
    ("index below zero", ADD_TEXT, "/index", -1, "minimum"),
    ("no delta", ADD_TEXT, "/delta", ..., "required"),
    ("delta is text", ADD_TEXT, "/delta", "Hi", "type"),
    ("delta without type", ADD_TEXT, "/delta/type", ..., "required"),
    ("text is null", ADD_TEXT, "/delta/text", None, "type"),
    ("no text", ADD_TEXT, "/delta/text", ..., "required"),
    ("JSON is an object", ADD_JSON, "/delta/partial_json", {}, "type"),
    ("JSON is a number", ADD_JSON, "/delta/partial_json", 5, "type"),
    ("no thought", ADD_THOUGHT, "/delta/thinking", ..., "required"),
    ("signature is a number", ADD_SIGNATURE, "/delta/signature", 5, "type"),
    ("citation is text", ADD_CITATION, "/delta/citation", "x", "type"),
    ("stop without index", CLOSE, "/index", ..., "required"),
    ("index is a fraction", CLOSE, "/index", 0.5, "type"),
    ("no delta at the end", STOP, "/delta", ..., "required"),
    ("stop reason of another dialect", STOP, "/delta/stop_reason", "stop", "enum"),
    ("stop reason is a number", STOP, "/delta/stop_reason", 5, "enum"),
    ("stop sequence is a number", STOP, "/delta/stop_sequence", 5, "type"),
    ("no usage at the end", STOP, "/usage", ..., "required"),
    ("usage is null at the end", STOP, "/usage", None, "type"),
    ("no output count at the end", STOP, "/usage/output_tokens", ..., "required"),
    ("output count is text", STOP, "/usage/output_tokens", "5", "type"),
    ("error is text", ERROR, "/error", "Overloaded", "type"),
    ("error without type", ERROR, "/error/type", ..., "required"),
    ("error without message", ERROR, "/error/message", ..., "required"),
]


@pytest.mark.parametrize("chunk", [row[1] for row in GOOD], ids=[row[0] for row in GOOD])
def test_a_good_event_has_no_violation(violations, chunk):
    assert violations(SCHEMA, chunk) == set()


@pytest.mark.parametrize("row", BROKEN, ids=[row[0] for row in BROKEN])
def test_a_broken_event_has_one_violation_at_the_member(violations, edited, row):
    _, chunk, member, value, keyword = row
    pointer = member.rpartition("/")[0] if value is ... else member
    assert violations(SCHEMA, edited(chunk, member, value)) == {(pointer, keyword)}
