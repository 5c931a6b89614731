"""Reads a request: what was asked for, as far as rules need to know.

Total over any JSON value: what is not as documented reads as not said. It must never judge.
"""

from __future__ import annotations

from streamgauge.dialects.openai_responses.members import Object
from streamgauge.dialects.typed import as_count, as_flag, as_object, as_objects, as_text
from streamgauge.prompt import Asked, Tool

_KEPT = (
    "background",
    "include",
    "max_tool_calls",
    "previous_response_id",
    "prompt_cache_key",
    "store",
    "stream_options",
    "tool_choice",
    "truncation",
)
"""Members that are handed on as sent, where they are there and not null."""


def request(value: object) -> Asked:
    """What a request to `/v1/responses` asks for."""
    asked = as_object(value)
    tools = as_objects(asked.get("tools"))
    own = tuple(tool for tool in map(_tool, tools) if tool is not None)
    choice, forced = _choice(asked.get("tool_choice"))
    return Asked(
        stream=as_flag(asked.get("stream")),
        model=as_text(asked.get("model")),
        tools=own,
        offers_server_tools=any(_type(tool) not in _OWN for tool in tools),
        tool_choice=choice,
        forced_tool=forced,
        parallel_tools=as_flag(asked.get("parallel_tool_calls")),
        max_tokens=as_count(asked.get("max_output_tokens")),
        logprobs=_logprobs(asked),
        top_logprobs=as_count(asked.get("top_logprobs")),
        thinking=_thinking(asked.get("reasoning")),
        json_output=_json_output(asked.get("text")),
        extra={name: asked[name] for name in _KEPT if asked.get(name) is not None},
    )


_OWN = frozenset({"function", "custom"})
"""Types of tools that the client runs; it answers their calls by name."""


def _tool(tool: Object) -> Tool | None:
    """A tool of the client's; some clients send it nested, as chat completions have it."""
    if _type(tool) not in _OWN:
        return None
    nested = tool.get(_type(tool))
    told = nested if isinstance(nested, dict) and "name" not in tool else tool
    name, described = as_text(told.get("name")), as_text(told.get("description"))
    if name is None:
        return None
    return Tool(name=name, description=described, parameters=told.get("parameters"))


def _choice(choice: object) -> tuple[str | None, str | None]:
    """The tool choice and the one forced tool; a forced hosted tool has no name to call."""
    if isinstance(choice, str):
        return choice, None
    if not isinstance(choice, dict):
        return None, None
    if choice.get("type") == "allowed_tools":
        return as_text(choice.get("mode")), None
    name = choice.get("name")
    if isinstance(name, str) and _type(choice) in _OWN:
        return name, name
    return "required", None


def _logprobs(asked: Object) -> bool | None:
    """Token probabilities are asked for by `include`; without one nothing is said."""
    include = asked.get("include")
    return "message.output_text.logprobs" in include if isinstance(include, list) else None


def _thinking(reasoning: object) -> bool | None:
    effort = reasoning.get("effort") if isinstance(reasoning, dict) else None
    return effort != "none" if isinstance(effort, str) else None


def _json_output(text: object) -> bool | None:
    form = text.get("format") if isinstance(text, dict) else None
    kind = form.get("type") if isinstance(form, dict) else None
    return kind in ("json_object", "json_schema") if isinstance(kind, str) else None


def _type(tool: Object) -> str:
    return as_text(tool.get("type")) or ""
