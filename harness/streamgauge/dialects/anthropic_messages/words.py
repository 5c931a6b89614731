"""The words of the Messages API: blocks, deltas, stop reasons, and which part each of them means.

Tables only. Sources: platform.claude.com, "Streaming messages" and "Stop reasons and fallback";
the unions of the official Python client 2.12.0. It must never name who serves the API.
"""

from __future__ import annotations

from typing import NamedTuple

from streamgauge.delta import Kind


class TextDelta(NamedTuple):
    """A delta that appends text: the member that holds it, and the part that it belongs to."""

    member: str
    kind: Kind
    field: str | None = None


BLOCKS: dict[str, Kind] = {
    "text": Kind.TEXT,
    "thinking": Kind.REASONING,
    "redacted_thinking": Kind.REASONING,
    "tool_use": Kind.TOOL_CALL,
    "server_tool_use": Kind.SERVER_TOOL_CALL,
    "mcp_tool_use": Kind.SERVER_TOOL_CALL,
    "web_search_tool_result": Kind.SERVER_TOOL_CALL_RESPONSE,
    "web_fetch_tool_result": Kind.SERVER_TOOL_CALL_RESPONSE,
    "code_execution_tool_result": Kind.SERVER_TOOL_CALL_RESPONSE,
    "bash_code_execution_tool_result": Kind.SERVER_TOOL_CALL_RESPONSE,
    "text_editor_code_execution_tool_result": Kind.SERVER_TOOL_CALL_RESPONSE,
    "tool_search_tool_result": Kind.SERVER_TOOL_CALL_RESPONSE,
    "mcp_tool_result": Kind.SERVER_TOOL_CALL_RESPONSE,
    "advisor_tool_result": Kind.SERVER_TOOL_CALL_RESPONSE,
    "mcp_tool_listing": Kind.GENERIC,
    "container_upload": Kind.GENERIC,
    "compaction": Kind.GENERIC,
    "fallback": Kind.GENERIC,
}

RESULT_SUFFIX = "_tool_result"

TEXT_DELTAS: dict[str, TextDelta] = {
    "text_delta": TextDelta("text", Kind.TEXT),
    "thinking_delta": TextDelta("thinking", Kind.REASONING, "thinking"),
    "input_json_delta": TextDelta("partial_json", Kind.TOOL_CALL),
}

FINISH: dict[str, str] = {
    "end_turn": "stop",
    "max_tokens": "length",
    "stop_sequence": "stop_sequence",
    "tool_use": "tool_call",
    "pause_turn": "pause",
    "refusal": "refusal",
    "model_context_window_exceeded": "context_window",
    "compaction": "pause",
}
"""The vendor's word for a stop → the neutral word."""

RAW_FINISH: dict[str, str] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "stop_sequence": "stop_sequence",
    "tool_call": "tool_use",
    "pause": "pause_turn",
    "refusal": "refusal",
    "content_filter": "refusal",
    "context_window": "model_context_window_exceeded",
}
"""The neutral word → the word to write when a message has no raw one."""


def kind_of(block_type: object) -> Kind:
    """The part that a block type means; an unknown `…_tool_result` is still a result."""
    if not isinstance(block_type, str):
        return Kind.GENERIC
    if block_type not in BLOCKS and block_type.endswith(RESULT_SUFFIX):
        return Kind.SERVER_TOOL_CALL_RESPONSE
    return BLOCKS.get(block_type, Kind.GENERIC)
