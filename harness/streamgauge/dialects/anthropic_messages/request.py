"""The JSON of a Messages request → what was asked, as far as rules need to know.

Total over any JSON value. What the request does not say stays None; nothing is filled in from
the API's defaults. Sources: types of the official Python client 2.12.0.
"""

from __future__ import annotations

from collections.abc import Mapping

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
    tools = [tool for tool in _list(value.get("tools")) if isinstance(tool, dict)]
    choice = _object(value.get("tool_choice"))
    thinking = _object(value.get("thinking"))
    return Asked(
        stream=_flag(value.get("stream")),
        model=_text(value.get("model")),
        tools=tuple(_tool(tool) for tool in tools if not _is_servers(tool)),
        offers_server_tools=any(map(_may_be_servers, tools)) or bool(value.get("mcp_servers")),
        tool_choice=_choice(choice),
        forced_tool=_forced(choice),
        parallel_tools=_parallel(choice),
        max_tokens=_count(value.get("max_tokens")),
        stop_sequences=_texts(value.get("stop_sequences")),
        thinking=_THINKING.get(_text(thinking.get("type")) or ""),
        json_output=_json_output(value),
        extra=_extra(thinking),
    )


def _extra(thinking: Json) -> dict[str, object]:
    """How thoughts are shown, and a way of thinking in which an answer need not begin with one."""
    type = _text(thinking.get("type"))
    shown = {} if "display" not in thinking else {"thinking_display": thinking["display"]}
    return shown if type in (None, "enabled", "disabled") else {**shown, "thinking_type": type}


def _tool(tool: Json) -> Tool:
    return Tool(name=_text(tool.get("name")) or "", parameters=tool.get("input_schema"))


def _is_servers(tool: Json) -> bool:
    """A tool that the vendor runs: its calls are no tool calls of ours."""
    return (_text(tool.get("type")) or "custom").startswith(_SERVER_TOOLS)


def _may_be_servers(tool: Json) -> bool:
    """Every typed tool without a schema may bring names of its own (toolsets do)."""
    return (_text(tool.get("type")) or "custom") != "custom" and "input_schema" not in tool


def _choice(choice: Json) -> str | None:
    return _forced(choice) or _CHOICES.get(_text(choice.get("type")) or "")


def _forced(choice: Json) -> str | None:
    return _text(choice.get("name")) if choice.get("type") == "tool" else None


def _parallel(choice: Json) -> bool | None:
    disabled = _flag(choice.get("disable_parallel_tool_use"))
    return None if disabled is None else not disabled


def _json_output(value: Json) -> bool | None:
    """`output_config.format`, or `output_format` as the beta called it."""
    form = _object(_object(value.get("output_config")).get("format")) or _object(
        value.get("output_format")
    )
    return form.get("type") == "json_schema" if form else None


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item for item in _list(value) if isinstance(item, str))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
