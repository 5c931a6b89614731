"""The JSON of a `generateContent` request → what was asked, as far as rules need to know.

Total over any JSON value. Model and streaming stand in the URL, so they stay None here. JSON
made from protobuf may be written in camelCase or snake_case; both are read. Sources: types of
google-genai 3.4.0; protobuf.dev, "ProtoJSON Format".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from streamgauge.dialects.gemini.schema import json_schema
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

_CHOICES = {"AUTO": "auto", "ANY": "required", "NONE": "none", "VALIDATED": "auto"}


def request(value: object) -> Asked:
    """What was asked; nothing at all where the request is not an object."""
    if not isinstance(value, dict):
        return Asked()
    tools = as_objects(member(value, "tools"))
    calling = as_object(member(as_object(member(value, "toolConfig")), "functionCallingConfig"))
    config = as_object(member(value, "generationConfig"))
    return Asked(
        tools=tuple(tool for offered in tools for tool in _tools(offered)),
        offers_server_tools=any(map(_offers_server_tools, tools)),
        tool_choice=_choice(calling),
        forced_tool=_forced(calling),
        choices=as_count(member(config, "candidateCount")),
        max_tokens=as_count(member(config, "maxOutputTokens")),
        stop_sequences=as_texts(member(config, "stopSequences")),
        logprobs=as_flag(member(config, "responseLogprobs")),
        top_logprobs=as_count(member(config, "logprobs")),
        thinking=_thinking(as_object(member(config, "thinkingConfig"))),
        json_output=_json_output(config),
        extra=_extra(calling),
    )


def member(value: Json, name: str) -> object:
    """A member by its camelCase name, or else by its snake_case name."""
    return value.get(name, value.get(re.sub(r"[A-Z]", lambda m: f"_{m[0].lower()}", name)))


def _tools(offered: Json) -> list[Tool]:
    """The declared functions of one entry of `tools`."""
    return [
        Tool(
            name=name,
            description=as_text(item.get("description")),
            parameters=_parameters(item),
        )
        for item in as_objects(member(offered, "functionDeclarations"))
        if (name := as_text(item.get("name"))) is not None
    ]


def _parameters(declaration: Json) -> object:
    given = member(declaration, "parametersJsonSchema")
    return given if given is not None else json_schema(declaration.get("parameters"))


def _offers_server_tools(offered: Json) -> bool:
    return any(name not in ("functionDeclarations", "function_declarations") for name in offered)


def _choice(calling: Json) -> str | None:
    return _forced(calling) or _CHOICES.get(as_text(calling.get("mode")) or "")


def _forced(calling: Json) -> str | None:
    """ANY with a single allowed name forces that function."""
    allowed = as_texts(member(calling, "allowedFunctionNames"))
    return allowed[0] if calling.get("mode") == "ANY" and len(allowed) == 1 else None


def _thinking(config: Json) -> bool | None:
    """True where thoughts were to be shown, False where thinking was switched off."""
    if as_flag(member(config, "includeThoughts")):
        return True
    return False if as_count(member(config, "thinkingBudget")) == 0 else None


def _json_output(config: Json) -> bool | None:
    mime = as_text(member(config, "responseMimeType"))
    return None if mime is None else mime == "application/json"


def _extra(calling: Json) -> dict[str, object]:
    streamed = as_flag(member(calling, "streamFunctionCallArguments"))
    return {} if streamed is None else {"stream_arguments": streamed}
