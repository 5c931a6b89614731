"""Does the schema of openai-responses events take what is right and bite what is wrong?

Rows of BROKEN: name, a good event, the member to set (`...` takes it away), the keyword of the
one violation. It must point at that member, or at what the member was taken from.
"""

from __future__ import annotations

import pytest

SCHEMA = "openai-responses.chunk"


def _event(type_, **members):
    return {"type": f"response.{type_}", "sequence_number": 3, **members}


OUTPUT = {"output_index": 0}
ITEM = {**OUTPUT, "item_id": "i1"}
PART = {**ITEM, "content_index": 0}
SUMMARY = {**ITEM, "summary_index": 0}
CALL_ITEM = {
    "id": "fc_1",
    "type": "function_call",
    "status": "in_progress",
    "call_id": "call_1",
    "name": "look",
    "arguments": "",
}
MESSAGE_ITEM = {"id": "m1", "type": "message", "role": "assistant", "content": []}
RESPONSE = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1,
    "status": "completed",
    "model": "m",
    "output": [MESSAGE_ITEM],
    "error": None,
    "incomplete_details": None,
    "usage": {
        "input_tokens": 9,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 5,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 14,
    },
}
OUTPUT_TEXT = {"type": "output_text", "text": "", "annotations": []}

DONE = _event("completed", response=RESPONSE)
CUT = _event(
    "incomplete", response={**RESPONSE, "incomplete_details": {"reason": "content_filter"}}
)
ADDED = _event("output_item.added", **OUTPUT, item=CALL_ITEM)
SAID = _event("output_item.added", **OUTPUT, item=MESSAGE_ITEM)
THOUGHT = _event("output_item.done", **OUTPUT, item={"id": "r", "type": "reasoning", "summary": []})
PART_ADDED = _event("content_part.added", **PART, part=OUTPUT_TEXT)
TEXT = _event("output_text.delta", **PART, delta="Hi", logprobs=[])
TEXT_DONE = _event("output_text.done", **PART, text="Hi")
NOTE = _event("output_text.annotation.added", **PART, annotation_index=0, annotation={})
REFUSAL = _event("refusal.done", **PART, refusal="no")
SUM = _event("reasoning_summary_text.delta", **SUMMARY, delta="hm")
SUM_PART = _event(
    "reasoning_summary_part.added", **SUMMARY, part={"type": "summary_text", "text": ""}
)
ARGUMENTS = _event("function_call_arguments.delta", **ITEM, delta="{")
ARGUMENTS_DONE = _event("function_call_arguments.done", **ITEM, arguments="{}")
SEARCH = _event("web_search_call.searching", **ITEM)
IMAGE = _event(
    "image_generation_call.partial_image", **ITEM, partial_image_index=0, partial_image_b64="AA=="
)
SHELL = _event("shell_call_command.delta", **OUTPUT, command_index=0, delta="ls")
SHELL_OUTPUT = _event("shell_call_output_content.delta", **ITEM, command_index=0, delta={})
NESTED = {"type": "error", "sequence_number": 3, "error": {"message": "no", "code": "x"}}
FLAT = {"type": "error", "sequence_number": 3, "code": "x", "message": "no", "param": None}

GOOD = [
    ("created", _event("created", response={**RESPONSE, "status": "queued", "usage": None})),
    ("completed", DONE),
    ("incomplete", CUT),
    ("failed", _event("failed", response={**RESPONSE, "error": {"code": "x", "message": "no"}})),
    ("call added", ADDED),
    ("message added", SAID),
    ("reasoning done", THOUGHT),
    (
        "item that nobody knows",
        _event("output_item.added", **OUTPUT, item={"type": "x", "id": "1"}),
    ),
    ("part added", PART_ADDED),
    ("part that nobody knows", _event("content_part.added", **PART, part={"type": "x"})),
    ("text", TEXT),
    ("text without logprobs", _event("output_text.delta", **PART, delta="Hi", obfuscation="x")),
    ("text done", TEXT_DONE),
    ("annotation", NOTE),
    ("refusal", _event("refusal.delta", **PART, delta="no")),
    ("refusal done", REFUSAL),
    ("reasoning text", _event("reasoning_text.delta", **PART, delta="hm")),
    ("summary", SUM),
    ("summary part", SUM_PART),
    ("arguments", ARGUMENTS),
    ("arguments done", ARGUMENTS_DONE),
    ("search", SEARCH),
    ("image", IMAGE),
    ("shell", SHELL),
    ("shell output", SHELL_OUTPUT),
    ("nested error", NESTED),
    ("flat error", FLAT),
    ("event that nobody knows", {"type": "keepalive"}),
]

BROKEN = [
    ("not an object", TEXT, "", "x", "type"),
    ("no type", TEXT, "/type", ..., "required"),
    ("type is a number", TEXT, "/type", 1, "type"),
    ("no sequence number", TEXT, "/sequence_number", ..., "required"),
    ("sequence number is text", TEXT, "/sequence_number", "3", "type"),
    ("sequence number below zero", DONE, "/sequence_number", -1, "minimum"),
    ("no response", DONE, "/response", ..., "required"),
    ("response is null", DONE, "/response", None, "type"),
    ("response without id", DONE, "/response/id", ..., "required"),
    ("response without status", DONE, "/response/status", ..., "required"),
    ("response without output", DONE, "/response/output", ..., "required"),
    ("response without model", DONE, "/response/model", ..., "required"),
    ("status nobody knows", DONE, "/response/status", "done", "enum"),
    ("object is another word", DONE, "/response/object", "chat.completion", "const"),
    ("created at some text", DONE, "/response/created_at", "now", "type"),
    ("output is an object", DONE, "/response/output", {}, "type"),
    ("error is text", DONE, "/response/error", "no", "type"),
    ("reason nobody knows", CUT, "/response/incomplete_details/reason", "tired", "enum"),
    ("usage is a number", DONE, "/response/usage", 14, "type"),
    ("no total", DONE, "/response/usage/total_tokens", ..., "required"),
    ("count is text", DONE, "/response/usage/input_tokens", "9", "type"),
    ("count below zero", DONE, "/response/usage/output_tokens", -5, "minimum"),
    ("no details", DONE, "/response/usage/output_tokens_details", ..., "required"),
    (
        "no cached count",
        DONE,
        "/response/usage/input_tokens_details/cached_tokens",
        ...,
        "required",
    ),
    ("no item", ADDED, "/item", ..., "required"),
    ("item is null", ADDED, "/item", None, "type"),
    ("item without type", ADDED, "/item/type", ..., "required"),
    ("item without output index", ADDED, "/output_index", ..., "required"),
    ("call without call id", ADDED, "/item/call_id", ..., "required"),
    ("call without name", ADDED, "/item/name", ..., "required"),
    ("arguments is a number", ADDED, "/item/arguments", 5, "type"),
    ("arguments is an object", ADDED, "/item/arguments", {}, "type"),
    ("call with a strange status", ADDED, "/item/status", "searching", "enum"),
    ("message of a user", SAID, "/item/role", "user", "const"),
    ("message without content", SAID, "/item/content", ..., "required"),
    ("reasoning without summary", THOUGHT, "/item/summary", ..., "required"),
    ("no part", PART_ADDED, "/part", ..., "required"),
    ("part without type", PART_ADDED, "/part/type", ..., "required"),
    ("part without text", PART_ADDED, "/part/text", ..., "required"),
    ("part without annotations", PART_ADDED, "/part/annotations", ..., "required"),
    ("part without content index", PART_ADDED, "/content_index", ..., "required"),
    ("no item id", TEXT, "/item_id", ..., "required"),
    ("item id is a number", TEXT, "/item_id", 1, "type"),
    ("no output index", TEXT, "/output_index", ..., "required"),
    ("output index is text", TEXT, "/output_index", "0", "type"),
    ("no content index", TEXT, "/content_index", ..., "required"),
    ("no delta", TEXT, "/delta", ..., "required"),
    ("delta is an object", TEXT, "/delta", {}, "type"),
    ("logprobs is null", TEXT, "/logprobs", None, "type"),
    ("no text", TEXT_DONE, "/text", ..., "required"),
    ("text is null", TEXT_DONE, "/text", None, "type"),
    ("annotation is text", NOTE, "/annotation", "x", "type"),
    ("refusal is a number", REFUSAL, "/refusal", 5, "type"),
    ("no summary index", SUM, "/summary_index", ..., "required"),
    ("summary part without text", SUM_PART, "/part/text", ..., "required"),
    ("arguments piece is a number", ARGUMENTS, "/delta", 5, "type"),
    ("no arguments at the end", ARGUMENTS_DONE, "/arguments", ..., "required"),
    ("whole arguments is an object", ARGUMENTS_DONE, "/arguments", {}, "type"),
    ("search without item id", SEARCH, "/item_id", ..., "required"),
    ("image without data", IMAGE, "/partial_image_b64", ..., "required"),
    ("shell without command index", SHELL, "/command_index", ..., "required"),
    ("shell output is text", SHELL_OUTPUT, "/delta", "x", "type"),
    ("nested error is text", NESTED, "/error", "no", "type"),
    ("nested error without message", NESTED, "/error/message", ..., "required"),
    ("flat error without message", FLAT, "/message", ..., "required"),
]


@pytest.mark.parametrize("chunk", [row[1] for row in GOOD], ids=[row[0] for row in GOOD])
def test_a_good_event_has_no_violation(violations, chunk):
    assert violations(SCHEMA, chunk) == set()


@pytest.mark.parametrize("row", BROKEN, ids=[row[0] for row in BROKEN])
def test_a_broken_event_has_one_violation_at_the_member(violations, edited, row):
    _, chunk, member, value, keyword = row
    pointer = member.rpartition("/")[0] if value is ... else member
    assert violations(SCHEMA, edited(chunk, member, value)) == {(pointer, keyword)}
