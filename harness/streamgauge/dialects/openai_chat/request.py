"""What a chat/completions request asked for, as far as rules need to know."""

from __future__ import annotations

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
        model=_text(value.get("model")),
        tools=tuple(_tools(tools)) if isinstance(tools, list) else (),
        offers_server_tools=_offers_server_tools(tools),
        tool_choice=forced or _text(value.get("tool_choice")),
        forced_tool=forced,
        parallel_tools=_flag(value.get("parallel_tool_calls")),
        choices=_count(value.get("n")),
        max_tokens=_count(value.get("max_completion_tokens", value.get("max_tokens"))),
        stop_sequences=_sequences(value.get("stop")),
        include_usage=isinstance(options, dict) and options.get("include_usage") is True,
        logprobs=_flag(value.get("logprobs")),
        top_logprobs=_count(value.get("top_logprobs")),
        thinking=_thinking(value),
        json_output=_json_output(value.get("response_format")),
        extra=_extra(value.get("thinking")),
    )


def _extra(thinking: object) -> dict[str, object]:
    """What of earlier reasoning is to be kept, where the request says so."""
    kept = thinking.get("keep") if isinstance(thinking, dict) else None
    return {} if kept is None else {"thinking_keep": kept}


def _tools(tools: list[object]) -> list[Tool]:
    found = []
    for tool in tools:
        function = tool.get("function") if isinstance(tool, dict) else None
        if isinstance(function, dict) and isinstance(function.get("name"), str):
            found.append(Tool(name=function["name"], parameters=function.get("parameters")))
        custom = tool.get("custom") if isinstance(tool, dict) else None
        if isinstance(custom, dict) and isinstance(custom.get("name"), str):
            found.append(Tool(name=custom["name"]))
    return found


def _offers_server_tools(tools: object) -> bool:
    if not isinstance(tools, list):
        return False
    return any(
        isinstance(tool, dict) and tool.get("type") not in ("function", "custom", None)
        for tool in tools
    )


def _forced(choice: object) -> str | None:
    if not isinstance(choice, dict):
        return None
    function = choice.get("function", choice.get("custom"))
    return _text(function.get("name")) if isinstance(function, dict) else None


def _sequences(stop: object) -> tuple[str, ...]:
    if isinstance(stop, str):
        return (stop,)
    return tuple(s for s in stop if isinstance(s, str)) if isinstance(stop, list) else ()


def _thinking(value: dict[str, object]) -> bool | None:
    thinking = value.get("thinking")
    if isinstance(thinking, dict) and isinstance(thinking.get("type"), str):
        return bool(thinking["type"] != "disabled")
    return _flag(value.get("enable_thinking"))


def _json_output(form: object) -> bool | None:
    if not isinstance(form, dict):
        return None
    return bool(form.get("type") in ("json_object", "json_schema"))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
