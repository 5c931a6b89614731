"""The JSON of a Messages request → what was asked, as far as rules need to know.

Total over any JSON value. What the request does not say stays None; nothing is filled in from
the API's defaults. Sources: types of the official Python client 2.12.0.
"""

from __future__ import annotations

from collections.abc import Mapping

from streamgauge.dialects.typed import (
    as_count,
    as_flag,
    as_object,
    as_objects,
    as_text,
    as_texts,
)
from streamgauge.prompt import Asked, Tool

Json = Mapping[str, object]

_SERVER_TOOLS = ("web_search_", "web_fetch_", "code_execution_", "tool_search_tool_", "advisor")
"""How the types of tools that the vendor runs itself begin; the rest of a type is a date."""

_CHOICES = {"auto": "auto", "any": "required", "none": "none"}
_THINKING = {"enabled": True, "adaptive": True, "between_tools": True, "disabled": False}


def request(value: object) -> Asked:
    """What was asked; nothing at all where the request is not an object."""
    if not isinstance(value, dict):
        return Asked()
    tools = as_objects(value.get("tools"))
    choice = as_object(value.get("tool_choice"))
    thinking = as_object(value.get("thinking"))
    return Asked(
        stream=as_flag(value.get("stream")),
        model=as_text(value.get("model")),
        tools=tuple(_tool(tool) for tool in tools if not _is_servers(tool)),
        offers_server_tools=any(map(_may_be_servers, tools)) or bool(value.get("mcp_servers")),
        tool_choice=_choice(choice),
        forced_tool=_forced(choice),
        parallel_tools=_parallel(choice),
        max_tokens=as_count(value.get("max_tokens")),
        stop_sequences=as_texts(value.get("stop_sequences")),
        thinking=_THINKING.get(as_text(thinking.get("type")) or ""),
        json_output=_json_output(value),
        extra=_extra(thinking),
    )


def _extra(thinking: Json) -> dict[str, object]:
    """How thoughts are shown, and a way of thinking in which an answer need not begin with one."""
    type = as_text(thinking.get("type"))
    shown = {} if "display" not in thinking else {"thinking_display": thinking["display"]}
    return shown if type in (None, "enabled", "disabled") else {**shown, "thinking_type": type}


def _tool(tool: Json) -> Tool:
    return Tool(
        name=as_text(tool.get("name")) or "",
        description=as_text(tool.get("description")),
        parameters=tool.get("input_schema"),
    )


def _is_servers(tool: Json) -> bool:
    """A tool that the vendor runs: its calls are no tool calls of ours."""
    return (as_text(tool.get("type")) or "custom").startswith(_SERVER_TOOLS)


def _may_be_servers(tool: Json) -> bool:
    """Every typed tool without a schema may bring names of its own (toolsets do)."""
    return (as_text(tool.get("type")) or "custom") != "custom" and "input_schema" not in tool


def _choice(choice: Json) -> str | None:
    return _forced(choice) or _CHOICES.get(as_text(choice.get("type")) or "")


def _forced(choice: Json) -> str | None:
    return as_text(choice.get("name")) if choice.get("type") == "tool" else None


def _parallel(choice: Json) -> bool | None:
    disabled = as_flag(choice.get("disable_parallel_tool_use"))
    return None if disabled is None else not disabled


def _json_output(value: Json) -> bool | None:
    """`output_config.format`, or `output_format` as the beta called it."""
    form = as_object(as_object(value.get("output_config")).get("format")) or as_object(
        value.get("output_format")
    )
    return form.get("type") == "json_schema" if form else None
