"""Does the schema of openai-chat chunks take what is right and bite what is wrong?

Rows of BROKEN: name, a good chunk, the member to set (`...` takes it away), the keyword of the
one violation. It must point at that member, or at what the member was taken from.
"""

from __future__ import annotations

import pytest

SCHEMA = "openai-chat.chunk"

HEAD = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m"}


def _chunk(delta, finish_reason=None, **members):
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return {**HEAD, "choices": [choice | members]}


TEXT = _chunk({"role": "assistant", "content": "Hi", "refusal": None})
THOUGHT = _chunk({"reasoning_content": "hm", "reasoning_details": [{"type": "reasoning.text"}]})
CALL = _chunk(
    {
        "tool_calls": [
            {
                "index": 0,
                "id": "call_a",
                "type": "function",
                "function": {"name": "look", "arguments": ""},
            }
        ]
    }
)
TOKEN = {"token": "Hi", "logprob": -0.1, "bytes": [72, 105], "top_logprobs": []}
CHANCES = _chunk({"content": "Hi"}, logprobs={"content": [TOKEN], "refusal": None})
COUNTS = {
    "prompt_tokens": 9,
    "completion_tokens": 5,
    "total_tokens": 14,
    "prompt_tokens_details": {"cached_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 0},
}
USAGE = {**HEAD, "choices": [], "usage": COUNTS}
OLD_CALL = _chunk({"function_call": {"name": "look", "arguments": "{}"}})
SOUND = _chunk({"audio": {"id": "a", "data": "AA==", "transcript": "x"}})
ERROR = {"error": {"message": "no", "type": "server_error", "param": None, "code": None}}

GOOD = [
    ("text", TEXT),
    ("reasoning", THOUGHT),
    ("header of a call", CALL),
    ("piece of a call", _chunk({"tool_calls": [{"index": 0, "function": {"arguments": "{"}}]})),
    ("log probabilities", CHANCES),
    ("finish", _chunk({}, "tool_calls")),
    ("usage", USAGE),
    ("usage still to come", {**TEXT, "usage": None}),
    ("usage inside the choice", _chunk({}, "stop", usage=COUNTS)),
    ("moderation", {**HEAD, "choices": [], "moderation": {"input": {}}}),
    ("audio", SOUND),
    ("deprecated call", OLD_CALL),
    ("members that nobody knows", {**TEXT, "obfuscation": "x", "provider": 5}),
    (
        "choice without logprobs",
        {**HEAD, "choices": [{"index": 1, "delta": {}, "finish_reason": "stop"}]},
    ),
    ("error alone", ERROR),
    ("error beside a choice", {**TEXT, **ERROR}),
    ("error with a number as code", {"error": {"message": "no", "code": 502}}),
    ("error as text", {"error": "no"}),
    ("error in an error", {"error": {"error": "no", "error_code": 5}}),
    ("error in words", {"id": "x", "choices": None, "error_type": "Bad", "error_message": "no"}),
    ("error that is null", {**TEXT, "error": None}),
]

CHOICE = "/choices/0"
CALLED = CHOICE + "/delta/tool_calls/0"

BROKEN = [
    ("not an object", TEXT, "", ["x"], "type"),
    ("no id", TEXT, "/id", ..., "required"),
    ("no object", TEXT, "/object", ..., "required"),
    ("no created", TEXT, "/created", ..., "required"),
    ("no model", TEXT, "/model", ..., "required"),
    ("no choices", TEXT, "/choices", ..., "required"),
    ("id is a number", TEXT, "/id", 5, "type"),
    ("id is null", TEXT, "/id", None, "type"),
    ("object is another word", TEXT, "/object", "chat.completion", "const"),
    ("created is text", TEXT, "/created", "1", "type"),
    ("created is true", TEXT, "/created", True, "type"),
    ("created is below zero", TEXT, "/created", -1, "minimum"),
    ("model is null", TEXT, "/model", None, "type"),
    ("unknown service tier", TEXT, "/service_tier", "gold", "enum"),
    ("choices is null", TEXT, "/choices", None, "type"),
    ("choices is an object", TEXT, "/choices", {}, "type"),
    ("choice is null", TEXT, "/choices/0", None, "type"),
    ("no index", TEXT, CHOICE + "/index", ..., "required"),
    ("index is text", TEXT, CHOICE + "/index", "0", "type"),
    ("index is below zero", TEXT, CHOICE + "/index", -1, "minimum"),
    ("no delta", TEXT, CHOICE + "/delta", ..., "required"),
    ("delta is null", TEXT, CHOICE + "/delta", None, "type"),
    ("delta is text", TEXT, CHOICE + "/delta", "Hi", "type"),
    ("no finish reason", TEXT, CHOICE + "/finish_reason", ..., "required"),
    ("finish reason is a number", TEXT, CHOICE + "/finish_reason", 5, "enum"),
    ("finish reason of another dialect", TEXT, CHOICE + "/finish_reason", "end_turn", "enum"),
    ("finish reason is empty", TEXT, CHOICE + "/finish_reason", "", "enum"),
    ("role nobody knows", TEXT, CHOICE + "/delta/role", "model", "enum"),
    ("role is null", TEXT, CHOICE + "/delta/role", None, "enum"),
    ("content is a number", TEXT, CHOICE + "/delta/content", 5, "type"),
    ("content is a list", TEXT, CHOICE + "/delta/content", [], "type"),
    ("refusal is true", TEXT, CHOICE + "/delta/refusal", True, "type"),
    ("reasoning is an object", THOUGHT, CHOICE + "/delta/reasoning_content", {}, "type"),
    (
        "reasoning detail without type",
        THOUGHT,
        CHOICE + "/delta/reasoning_details/0/type",
        ...,
        "required",
    ),
    ("calls is an object", CALL, CHOICE + "/delta/tool_calls", {}, "type"),
    ("calls is null", CALL, CHOICE + "/delta/tool_calls", None, "type"),
    ("call without index", CALL, CALLED + "/index", ..., "required"),
    ("call index below zero", CALL, CALLED + "/index", -1, "minimum"),
    ("call id is a number", CALL, CALLED + "/id", 7, "type"),
    ("call id is null", CALL, CALLED + "/id", None, "type"),
    ("call of another type", CALL, CALLED + "/type", "tool_use", "const"),
    ("function is text", CALL, CALLED + "/function", "look", "type"),
    ("name is null", CALL, CALLED + "/function/name", None, "type"),
    ("arguments is a number", CALL, CALLED + "/function/arguments", 5, "type"),
    ("arguments is an object", CALL, CALLED + "/function/arguments", {}, "type"),
    ("old arguments is null", OLD_CALL, CHOICE + "/delta/function_call/arguments", None, "type"),
    ("audio data is a number", SOUND, CHOICE + "/delta/audio/data", 1, "type"),
    ("log probabilities is a number", CHANCES, CHOICE + "/logprobs", -0.5, "type"),
    ("token without logprob", CHANCES, CHOICE + "/logprobs/content/0/logprob", ..., "required"),
    ("a byte over 255", CHANCES, CHOICE + "/logprobs/content/0/bytes/0", 256, "maximum"),
    ("usage is a number", USAGE, "/usage", 14, "type"),
    ("usage without a total", USAGE, "/usage/total_tokens", ..., "required"),
    ("count is text", USAGE, "/usage/prompt_tokens", "9", "type"),
    ("count is a fraction", USAGE, "/usage/prompt_tokens", 9.5, "type"),
    ("count is null", USAGE, "/usage/completion_tokens", None, "type"),
    ("count is below zero", USAGE, "/usage/completion_tokens", -5, "minimum"),
    ("details is null", USAGE, "/usage/prompt_tokens_details", None, "type"),
    ("cached count is text", USAGE, "/usage/prompt_tokens_details/cached_tokens", "0", "type"),
    ("error is true", ERROR, "/error", True, "type"),
    ("error message is an object", ERROR, "/error/message", {}, "type"),
    ("error code is a list", ERROR, "/error/code", [], "type"),
    ("error beside a broken choice", {**ERROR, **TEXT}, CHOICE + "/index", ..., "required"),
]


@pytest.mark.parametrize("chunk", [row[1] for row in GOOD], ids=[row[0] for row in GOOD])
def test_a_good_chunk_has_no_violation(violations, chunk):
    assert violations(SCHEMA, chunk) == set()


@pytest.mark.parametrize("row", BROKEN, ids=[row[0] for row in BROKEN])
def test_a_broken_chunk_has_one_violation_at_the_member(violations, edited, row):
    _, chunk, member, value, keyword = row
    pointer = member.rpartition("/")[0] if value is ... else member
    assert violations(SCHEMA, edited(chunk, member, value)) == {(pointer, keyword)}
