"""What a chat/completions request asked for, as far as rules need to know."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.dialects.typed import (
    as_count,
    as_flag,
    as_object,
    as_objects,
    as_text,
    as_texts,
)
from streamgauge.prompt import Asked, Tool


def request(value: object) -> Asked:
    """Read a request body; members of the wrong type count as not said."""
    if not isinstance(value, dict):
        return Asked()
    options = value.get("stream_options")
    forced = _forced(value.get("tool_choice"))
    tools = value.get("tools")
    return Asked(
        stream=value.get("stream") is True,
        model=as_text(value.get("model")),
        tools=tuple(_tools(tools)),
        offers_server_tools=_offers_server_tools(tools),
        tool_choice=forced or as_text(value.get("tool_choice")),
        forced_tool=forced,
        parallel_tools=as_flag(value.get("parallel_tool_calls")),
        choices=as_count(value.get("n")),
        max_tokens=as_count(value.get("max_completion_tokens", value.get("max_tokens"))),
        stop_sequences=_sequences(value.get("stop")),
        include_usage=isinstance(options, dict) and options.get("include_usage") is True,
        logprobs=as_flag(value.get("logprobs")),
        top_logprobs=as_count(value.get("top_logprobs")),
        thinking=_thinking(value),
        json_output=_json_output(value.get("response_format")),
        extra=_extra(value.get("thinking")),
    )


def _extra(thinking: object) -> dict[str, object]:
    """What of earlier reasoning is to be kept, where the request says so."""
    kept = thinking.get("keep") if isinstance(thinking, dict) else None
    return {} if kept is None else {"thinking_keep": kept}


def _tools(tools: object) -> Iterator[Tool]:
    for tool in as_objects(tools):
        for kind in ("function", "custom"):
            told = as_object(tool.get(kind))
            if (name := as_text(told.get("name"))) is not None:
                described = as_text(told.get("description"))
                # The input of a custom tool is any text; it has no schema.
                schema = told.get("parameters") if kind == "function" else None
                yield Tool(name=name, description=described, parameters=schema)


def _offers_server_tools(tools: object) -> bool:
    return any(tool.get("type") not in ("function", "custom", None) for tool in as_objects(tools))


def _forced(choice: object) -> str | None:
    if not isinstance(choice, dict):
        return None
    function = choice.get("function", choice.get("custom"))
    return as_text(function.get("name")) if isinstance(function, dict) else None


def _sequences(stop: object) -> tuple[str, ...]:
    if isinstance(stop, str):
        return (stop,)
    return as_texts(stop)


def _thinking(value: dict[str, object]) -> bool | None:
    thinking = value.get("thinking")
    if isinstance(thinking, dict) and isinstance(thinking.get("type"), str):
        return bool(thinking["type"] != "disabled")
    return as_flag(value.get("enable_thinking"))


def _json_output(form: object) -> bool | None:
    if not isinstance(form, dict):
        return None
    return bool(form.get("type") in ("json_object", "json_schema"))
