"""The JSON of a `generateContent` request → what was asked, as far as rules need to know.

Total over any JSON value. Model and streaming stand in the URL, so they stay None here. JSON
made from protobuf may be written in camelCase or snake_case; both are read. Sources: types of
google-genai 3.4.0; protobuf.dev, "ProtoJSON Format".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from streamgauge.dialects.gemini.schema import json_schema
from streamgauge.prompt import Asked, Tool

Json = Mapping[str, object]

_CHOICES = {"AUTO": "auto", "ANY": "required", "NONE": "none", "VALIDATED": "auto"}


def request(value: object) -> Asked:
    """What was asked; nothing at all where the request is not an object."""
    if not isinstance(value, dict):
        return Asked()
    tools = [tool for tool in _list(member(value, "tools")) if isinstance(tool, dict)]
    calling = _object(member(_object(member(value, "toolConfig")), "functionCallingConfig"))
    config = _object(member(value, "generationConfig"))
    return Asked(
        tools=tuple(tool for offered in tools for tool in _tools(offered)),
        offers_server_tools=any(map(_offers_server_tools, tools)),
        tool_choice=_choice(calling),
        forced_tool=_forced(calling),
        choices=_count(member(config, "candidateCount")),
        max_tokens=_count(member(config, "maxOutputTokens")),
        stop_sequences=_texts(member(config, "stopSequences")),
        logprobs=_flag(member(config, "responseLogprobs")),
        top_logprobs=_count(member(config, "logprobs")),
        thinking=_thinking(_object(member(config, "thinkingConfig"))),
        json_output=_json_output(config),
        extra=_extra(calling),
    )


def member(value: Json, name: str) -> object:
    """A member by its camelCase name, or else by its snake_case name."""
    return value.get(name, value.get(re.sub(r"[A-Z]", lambda m: f"_{m[0].lower()}", name)))


def _tools(offered: Json) -> list[Tool]:
    """The declared functions of one entry of `tools`."""
    declared = _list(member(offered, "functionDeclarations"))
    return [
        Tool(name=str(item["name"]), parameters=_parameters(item))
        for item in declared
        if isinstance(item, dict) and isinstance(item.get("name"), str)
    ]


def _parameters(declaration: Json) -> object:
    given = member(declaration, "parametersJsonSchema")
    return given if given is not None else json_schema(declaration.get("parameters"))


def _offers_server_tools(offered: Json) -> bool:
    return any(name not in ("functionDeclarations", "function_declarations") for name in offered)


def _choice(calling: Json) -> str | None:
    return _forced(calling) or _CHOICES.get(_text(calling.get("mode")) or "")


def _forced(calling: Json) -> str | None:
    """ANY with a single allowed name forces that function."""
    allowed = _texts(member(calling, "allowedFunctionNames"))
    return allowed[0] if calling.get("mode") == "ANY" and len(allowed) == 1 else None


def _thinking(config: Json) -> bool | None:
    """True where thoughts were to be shown, False where thinking was switched off."""
    if _flag(member(config, "includeThoughts")):
        return True
    return False if _count(member(config, "thinkingBudget")) == 0 else None


def _json_output(config: Json) -> bool | None:
    mime = _text(member(config, "responseMimeType"))
    return None if mime is None else mime == "application/json"


def _extra(calling: Json) -> dict[str, object]:
    streamed = _flag(member(calling, "streamFunctionCallArguments"))
    return {} if streamed is None else {"stream_arguments": streamed}


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
