"""The words of the dialect: types of parts, items and events, as data.

Tables only; nothing here looks at a chunk. Sources: the stream and output item unions of the
OpenAI OpenAPI document 2.3.0 and of openai-python 3.54.0, the Open Responses specification
(schema/events.tsp), and recorded streams where a type is in none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from streamgauge.delta import Kind


class Shape(NamedTuple):
    """A content part: its kind, the member with its text, and the name of a reasoning field."""

    kind: Kind
    member: str
    field: str | None = None


PARTS = {
    "output_text": Shape(Kind.TEXT, "text"),
    "refusal": Shape(Kind.REFUSAL, "refusal"),
    "reasoning_text": Shape(Kind.REASONING, "text", "reasoning_text"),
    "reasoning": Shape(Kind.REASONING, "text", "reasoning"),
    "summary_text": Shape(Kind.REASONING, "text", "reasoning_summary_text"),
}
"""`reasoning` is the content type of Open Responses; OpenAI says `reasoning_text`."""

PLAIN = "input"
"""The field of a call whose arguments are plain text and not JSON."""

COMMON = frozenset({"type", "id", "call_id", "name", "status"})
"""Members that reading uses up in every call and every output of a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """How an item type that calls a tool says what it calls with.

    `path` leads to arguments that are text and may be streamed. With the field `PLAIN` that text
    is free input, code, a diff or shell commands; without a field it is JSON. `value` is a member
    with arguments that come whole; `result` is a member with what the hosted tool gave.
    """

    kind: Kind = Kind.SERVER_TOOL_CALL
    path: tuple[str, ...] = ()
    field: str | None = None
    value: str | None = None
    result: str | None = None

    @property
    def read(self) -> frozenset[str]:
        """The members that reading uses up; the others are kept verbatim."""
        text = self.path[:1] if len(self.path) == 1 else ()
        return COMMON.union(text, (m for m in (self.value, self.result) if m is not None))


CALLS = {
    "function_call": Call(kind=Kind.TOOL_CALL, path=("arguments",)),
    "custom_tool_call": Call(kind=Kind.TOOL_CALL, path=("input",), field=PLAIN),
    "mcp_call": Call(path=("arguments",), result="output"),
    "mcp_list_tools": Call(result="tools"),
    "web_search_call": Call(value="action"),
    "file_search_call": Call(value="queries", result="results"),
    "computer_call": Call(value="action"),
    "code_interpreter_call": Call(path=("code",), field=PLAIN, result="outputs"),
    "program": Call(value="code"),
    "image_generation_call": Call(result="result"),
    "shell_call": Call(path=("action", "commands"), field=PLAIN),
    "local_shell_call": Call(value="action"),
    "apply_patch_call": Call(path=("operation", "diff"), field=PLAIN),
    "tool_search_call": Call(value="arguments"),
}

OUTPUTS = {
    "function_call_output": "output",
    "custom_tool_call_output": "output",
    "computer_call_output": "output",
    "shell_call_output": "output",
    "local_shell_call_output": "output",
    "apply_patch_call_output": "output",
    "tool_search_output": "tools",
    "program_output": "result",
}
"""Item types that answer a call, and the member with the answer."""

OPAQUE = frozenset(
    {"compaction", "mcp_approval_request", "mcp_approval_response", "additional_tools"}
)
"""Known item types that are neither words nor calls; they are kept whole."""


class Streamed(NamedTuple):
    """A text that events carry piece by piece (`.delta`) and whole (`.done`, in `member`).

    `infix` is `summary` where the pieces are numbered by summary_index and not content_index.
    """

    kind: Kind
    member: str
    field: str | None = None
    infix: str | None = None


TEXTS = {
    "response.output_text": Streamed(Kind.TEXT, "text"),
    "response.refusal": Streamed(Kind.REFUSAL, "refusal"),
    "response.reasoning_text": Streamed(Kind.REASONING, "text", "reasoning_text"),
    "response.reasoning": Streamed(Kind.REASONING, "text", "reasoning"),
    "response.reasoning_summary_text": Streamed(
        Kind.REASONING, "text", "reasoning_summary_text", "summary"
    ),
}
"""Event types without their last word. `response.reasoning` is Open Responses' name for what
OpenAI, xAI, LM Studio and vLLM call `response.reasoning_text`."""

_HOSTED = Kind.SERVER_TOOL_CALL

ARGUMENTS = {
    "response.function_call_arguments": Streamed(Kind.TOOL_CALL, "arguments"),
    "response.custom_tool_call_input": Streamed(Kind.TOOL_CALL, "input", PLAIN),
    "response.mcp_call_arguments": Streamed(_HOSTED, "arguments"),
    "response.code_interpreter_call_code": Streamed(_HOSTED, "code", PLAIN),
    "response.apply_patch_call_operation_diff": Streamed(_HOSTED, "diff", PLAIN),
    "response.shell_call_command": Streamed(_HOSTED, "", PLAIN),
}
"""What calls are called with. A shell command that is done repeats one of several commands and
so is no copy of the whole text. The diff is in no list, but recorded."""

_PROGRESS = {
    "web_search_call": ("in_progress", "searching", "completed"),
    "file_search_call": ("in_progress", "searching", "completed"),
    "code_interpreter_call": ("in_progress", "interpreting", "completed"),
    "image_generation_call": ("in_progress", "generating", "partial_image", "completed"),
    "mcp_list_tools": ("in_progress", "completed", "failed"),
    "mcp_call": ("in_progress", "completed", "failed"),
}

PROGRESS = {f"response.{call}.{word}": word for call, words in _PROGRESS.items() for word in words}
"""Events that tell how far a hosted call is, and nothing of the answer."""

SILENT = frozenset(PROGRESS) | {
    "response.shell_call_command.done",
    "response.shell_call_output_content.delta",
    "response.shell_call_output_content.done",
    "response.compaction.compacting",
    "response.audio.delta",
    "response.audio.done",
    "response.audio.transcript.done",
}
"""Known event types that add nothing to the message: what they say comes again with the item.
Sound is not kept."""

RESPONSES = frozenset(
    {
        "response.created",
        "response.queued",
        "response.in_progress",
        "response.completed",
        "response.incomplete",
        "response.failed",
        "response.cancelled",
        "response.done",
    }
)
"""Event types that carry the whole response object; the last two are in no list."""

STEMS = {
    "function_call": "response.function_call_arguments",
    "custom_tool_call": "response.custom_tool_call_input",
    "mcp_call": "response.mcp_call_arguments",
    "code_interpreter_call": "response.code_interpreter_call_code",
    "apply_patch_call": "response.apply_patch_call_operation_diff",
    "shell_call": "response.shell_call_command",
}
"""The events that stream the arguments of an item type; the others send them with the item."""

WORKING = frozenset(_PROGRESS)
"""Item types that tell of their progress."""
