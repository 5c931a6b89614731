"""Reads a request: what was asked for, as far as rules need to know.

Total over any JSON value: what is not as documented reads as not said. It must never judge.
"""

from __future__ import annotations

from streamgauge.dialects.openai_responses.members import Object
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
    asked: Object = value if isinstance(value, dict) else {}
    tools = _dicts(asked.get("tools"))
    own = tuple(tool for tool in map(_tool, tools) if tool is not None)
    choice, forced = _choice(asked.get("tool_choice"))
    return Asked(
        stream=_flag(asked, "stream"),
        model=_text(asked, "model"),
        tools=own,
        offers_server_tools=any(_type(tool) not in _OWN for tool in tools),
        tool_choice=choice,
        forced_tool=forced,
        parallel_tools=_flag(asked, "parallel_tool_calls"),
        max_tokens=_number(asked, "max_output_tokens"),
        logprobs=_logprobs(asked),
        top_logprobs=_number(asked, "top_logprobs"),
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
    name = told.get("name")
    return Tool(name=name, parameters=told.get("parameters")) if isinstance(name, str) else None


def _choice(choice: object) -> tuple[str | None, str | None]:
    """The tool choice and the one forced tool; a forced hosted tool has no name to call."""
    if isinstance(choice, str):
        return choice, None
    if not isinstance(choice, dict):
        return None, None
    if choice.get("type") == "allowed_tools":
        return _text(choice, "mode"), None
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


def _dicts(value: object) -> list[Object]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _type(tool: Object) -> str:
    return found if isinstance(found := tool.get("type"), str) else ""


def _text(value: Object, member: str) -> str | None:
    return found if isinstance(found := value.get(member), str) else None


def _flag(value: Object, member: str) -> bool | None:
    return found if isinstance(found := value.get(member), bool) else None


def _number(value: Object, member: str) -> int | None:
    return found if type(found := value.get(member)) is int else None
