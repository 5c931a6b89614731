"""Does every overlay fit its base, allow what it is for, and nothing else?

Rows of ALLOWS: overlay, a chunk that only a vendor's habit explains, and what the base says of
it. A row's chunk must pass with the overlay and with the permissive one of its dialect.
"""

from __future__ import annotations

import re

import pytest

from streamgauge import data

BASES = {
    "chat": "openai-chat.chunk",
    "responses": "openai-responses.chunk",
    "messages": "anthropic-messages.chunk",
    "gemini": "gemini.chunk",
}
OVERLAYS = sorted(
    name.removeprefix("overlays/") for name in data.schema_names() if name.startswith("overlays/")
)
HEAD = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
COUNTS = {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14}
USAGE = {**HEAD, "choices": [], "usage": COUNTS}


def _chunk(delta, finish_reason=None):
    return {**HEAD, "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]}


def _call(**members):
    call = {"index": 0, "id": "a", "type": "function", "function": {"arguments": "{}"}}
    kept = {key: value for key, value in (call | members).items() if value is not ...}
    return _chunk({"tool_calls": [kept]})


def _without(chunk, *names):
    return {name: value for name, value in chunk.items() if name not in names}


TEXT = _chunk({"content": "Hi"})
CALL_AT = "/choices/0/delta/tool_calls/0"
SAID = {"type": "response.output_text.done", "sequence_number": 1, "item_id": "i"}
SAID |= {"output_index": 0, "content_index": 0, "text": "Hi"}
ADDED = {"type": "response.output_item.added", "sequence_number": 1, "output_index": 0}
PART = {**_without(SAID, "text"), "type": "response.content_part.added"}
CREATED = {"id": "r", "object": "response", "created_at": 1, "status": "completed"}
DONE = {"type": "response.completed", "sequence_number": 1}
START = {"id": "m", "content": [], "model": "m", "usage": {"input_tokens": 1, "output_tokens": 1}}


def _ended(word):
    return _chunk({}, word), {("/choices/0/finish_reason", "enum")}


ALLOWS = [
    (
        "chat-content-filter-chunks",
        {
            **TEXT,
            "object": "",
            "choices": [{"index": 0, "finish_reason": None, "content_filter_offsets": {}}],
        },
        {("/object", "const"), ("/choices/0", "required")},
    ),
    (
        "chat-content-parts",
        _chunk({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}]}),
        {("/choices/0/delta/content", "type")},
    ),
    (
        "chat-error-base-resp",
        {"choices": None, "base_resp": {"status_code": 2061, "status_msg": "no"}},
        {("", "required"), ("/choices", "type")},
    ),
    ("chat-error-flat", {"code": "Throttling", "message": "slow"}, {("", "required")}),
    (
        "chat-final-completion",
        {
            **HEAD,
            "object": "chat.completion",
            "choices": [{"index": 0, "finish_reason": "stop", "message": {}}],
        },
        {("/object", "const"), ("/choices/0", "required")},
    ),
    (
        "chat-finish-reason-absent",
        {**HEAD, "choices": [{"index": 0, "delta": {}}]},
        {("/choices/0", "required")},
    ),
    ("chat-finish-reason-empty", *_ended("")),
    ("chat-finish-reasons-deepseek", *_ended("insufficient_system_resource")),
    ("chat-finish-reasons-glm", *_ended("sensitive")),
    ("chat-finish-reasons-kimi", *_ended("engine_overloaded")),
    ("chat-finish-reasons-mistral", *_ended("model_length")),
    ("chat-finish-reasons-openrouter", *_ended("error")),
    ("chat-finish-reasons-qwen", *_ended("error_finish")),
    ("chat-finish-reasons-sglang", *_ended("abort")),
    ("chat-finish-reasons-together", *_ended("eos")),
    ("chat-id-absent", _without(TEXT, "id"), {("", "required")}),
    (
        "chat-null-delta-members",
        _chunk({"role": None, "tool_calls": None, "function_call": None}),
        {
            ("/choices/0/delta/role", "enum"),
            ("/choices/0/delta/tool_calls", "type"),
            ("/choices/0/delta/function_call", "type"),
        },
    ),
    (
        "chat-null-tool-members",
        _call(id=None, function={"name": None, "arguments": None}),
        {
            (f"{CALL_AT}/id", "type"),
            (f"{CALL_AT}/function/name", "type"),
            (f"{CALL_AT}/function/arguments", "type"),
        },
    ),
    ("chat-object-absent", _without(TEXT, "object"), {("", "required")}),
    (
        "chat-object-completion-words",
        {**TEXT, "object": "chat.completion.done"},
        {("/object", "const")},
    ),
    ("chat-role-empty", _chunk({"role": ""}), {("/choices/0/delta/role", "enum")}),
    ("chat-service-tier-any", {**TEXT, "service_tier": "on_demand"}, {("/service_tier", "enum")}),
    (
        "chat-tool-arguments-object",
        _call(function={"arguments": {"a": 1}}),
        {(f"{CALL_AT}/function/arguments", "type")},
    ),
    ("chat-tool-index-absent", _call(index=...), {(CALL_AT, "required")}),
    ("chat-tool-index-negative", _call(index=-1), {(f"{CALL_AT}/index", "minimum")}),
    (
        "chat-usage-null-counts",
        {**USAGE, "usage": {**COUNTS, "completion_tokens": None}},
        {("/usage/completion_tokens", "type")},
    ),
    (
        "chat-usage-null-details",
        {**USAGE, "usage": {**COUNTS, "prompt_tokens_details": None}},
        {("/usage/prompt_tokens_details", "type")},
    ),
    ("chat-usage-total-only", {**USAGE, "usage": {"total_tokens": 0}}, {("/usage", "required")}),
    (
        "gemini-open-enums",
        {"candidates": [{"finishReason": "MOOD"}]},
        {("/candidates/0/finishReason", "enum")},
    ),
    ("messages-bedrock-metrics", {"amazon-bedrock-invocationMetrics": {}}, {("", "required")}),
    (
        "messages-sparse-message",
        {"type": "message_start", "message": START},
        {("/message", "required")},
    ),
    (
        "messages-stop-reasons-any",
        {"type": "message_delta", "delta": {"stop_reason": "x"}, "usage": {"output_tokens": 1}},
        {("/delta/stop_reason", "enum")},
    ),
    ("responses-null-item", {**ADDED, "item": None}, {("/item", "type")}),
    ("responses-null-text", {**SAID, "text": None}, {("/text", "type")}),
    ("responses-sequence-number-absent", _without(SAID, "sequence_number"), {("", "required")}),
    ("responses-sparse-response", {**DONE, "response": CREATED}, {("/response", "required")}),
    (
        "responses-sparse-parts",
        {**PART, "part": {"type": "output_text", "text": ""}},
        {("/part", "required")},
    ),
    (
        "responses-usage-details-absent",
        {
            **DONE,
            "response": {
                **CREATED,
                "model": "m",
                "output": [],
                "usage": {"input_tokens": 1, "output_tokens": 1},
            },
        },
        {("/response/usage", "required")},
    ),
]

STILL_BROKEN = [
    ("no choices", "chat", _without(TEXT, "choices"), ("", "required")),
    ("choices is null", "chat", {**TEXT, "choices": None}, ("/choices", "type")),
    ("no index", "chat", {**HEAD, "choices": [{"delta": {}}]}, ("/choices/0", "required")),
    ("no delta", "chat", {**HEAD, "choices": [{"index": 0}]}, ("/choices/0", "required")),
    ("delta is text", "chat", _chunk("Hi"), ("/choices/0/delta", "type")),
    ("finish reason is a number", "chat", _chunk({}, 5), ("/choices/0/finish_reason", "type")),
    (
        "arguments is a number",
        "chat",
        _call(function={"arguments": 5}),
        (f"{CALL_AT}/function/arguments", "type"),
    ),
    ("call index below minus one", "chat", _call(index=-2), (f"{CALL_AT}/index", "minimum")),
    ("content is a number", "chat", _chunk({"content": 5}), ("/choices/0/delta/content", "type")),
    (
        "content part is text",
        "chat",
        _chunk({"content": ["Hi"]}),
        ("/choices/0/delta/content/0", "type"),
    ),
    (
        "count is text",
        "chat",
        {**USAGE, "usage": {"total_tokens": "0"}},
        ("/usage/total_tokens", "type"),
    ),
    ("no item id", "responses", _without(SAID, "item_id"), ("", "required")),
    ("no output index", "responses", _without(SAID, "output_index"), ("", "required")),
    ("item is text", "responses", {**ADDED, "item": "x"}, ("/item", "type")),
    ("no type", "messages", {"index": 0}, ("", "required")),
    (
        "stop reason is a number",
        "messages",
        {"type": "message_delta", "delta": {"stop_reason": 5}, "usage": {"output_tokens": 1}},
        ("/delta/stop_reason", "type"),
    ),
    (
        "finish reason is null",
        "gemini",
        {"candidates": [{"finishReason": None}]},
        ("/candidates/0/finishReason", "type"),
    ),
]


def _base(overlay):
    return BASES[overlay.partition("-")[0]]


def _names(schema):
    return set(re.findall(r'"#/\$defs/([a-z_0-9]+)"', str(schema).replace("'", '"')))


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_definition_of_an_overlay_takes_effect(overlay):
    document = data.schema(f"overlays/{overlay}")
    assert document.keys() == {"$schema", "title", "$comment", "$defs"}
    known = data.schema(_base(overlay))["$defs"].keys() | _names(document["$defs"])
    assert document["$defs"].keys() <= known


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_reference_of_a_composed_schema_leads_somewhere(composed, overlay):
    schema = composed(_base(overlay), [overlay])
    assert _names(schema) <= schema["$defs"].keys()


@pytest.mark.parametrize(
    ("overlay", "chunk", "without"), ALLOWS, ids=[f"{row[0]}" for row in ALLOWS]
)
def test_an_overlay_allows_what_the_base_calls_a_violation(violations, overlay, chunk, without):
    permissive = overlay.partition("-")[0] + "-permissive"
    assert violations(_base(overlay), chunk) == without
    assert violations(_base(overlay), chunk, (overlay,)) == set()
    assert violations(_base(overlay), chunk, (permissive,)) == set()


@pytest.mark.parametrize(
    ("dialect", "chunk", "violation"),
    [row[1:] for row in STILL_BROKEN],
    ids=[row[0] for row in STILL_BROKEN],
)
def test_the_permissive_overlay_still_bites(violations, dialect, chunk, violation):
    assert violations(BASES[dialect], chunk, (f"{dialect}-permissive",)) == {violation}


def test_every_overlay_is_tried():
    permissive = {f"{dialect}-permissive" for dialect in BASES}
    assert {row[0] for row in ALLOWS} == set(OVERLAYS) - permissive


def test_the_readme_lists_every_overlay_once():
    readme = data.conformance_root() / "schemas" / "overlays" / "README.md"
    rows = re.findall(r"^\| `([^`]+)` \|", readme.read_text("utf-8"), re.MULTILINE)
    assert sorted(rows) == OVERLAYS
