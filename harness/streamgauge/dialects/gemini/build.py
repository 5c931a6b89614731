"""A prompt → the JSON of a `generateContent` request, and where it is sent.

What `request` and `turns` read back is what was put in, as far as the API can say it: the model
and streaming stand in the path, and whether calls may come side by side has no words here. It must
never know a vendor; what differs is a fact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from urllib.parse import quote

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Facts
from streamgauge.dialects.gemini.write import payload
from streamgauge.dialects.merging import knob, merged
from streamgauge.message import Part
from streamgauge.prompt import Asked, Prompt, Role, Tool, Turn

Json = dict[str, object]

KEY_HEADER = ("x-goog-api-key", "{key}")

_THINKING: Json = {
    "on": {"generationConfig": {"thinkingConfig": {"includeThoughts": True}}},
    "off": {"generationConfig": {"thinkingConfig": {"thinkingBudget": 0}}},
}
"""Thoughts are shown where they are asked for; a budget of nothing switches them off. Where a model
knows no such budget the fact `thinking-knob` says otherwise."""

_MODES = {"auto": "AUTO", "required": "ANY", "none": "NONE"}


def path(prompt: Prompt) -> str:
    """Where the request goes: the model is named here, and events are asked for."""
    model = quote((prompt.asked.model or "").removeprefix("models/"), safe="")
    verb = "streamGenerateContent?alt=sse" if prompt.asked.stream else "generateContent"
    return f"/v1beta/models/{model}:{verb}"


def build(prompt: Prompt, facts: Facts) -> Json:
    """The JSON of the request."""
    whole: Json = {
        "contents": _contents(prompt.turns),
        **_system(prompt.turns),
        **_tools(prompt.asked),
    }
    config = _config(prompt)
    if config:
        whole["generationConfig"] = config
    thinking = prompt.asked.thinking
    if thinking is not None:
        whole = merged(whole, knob(facts, on=thinking, default=_THINKING))
    return merged(whole, prompt.members)


def _system(turns: Sequence[Turn]) -> Json:
    texts = [turn.text for turn in turns if turn.role is Role.SYSTEM]
    return {"systemInstruction": {"parts": [{"text": text} for text in texts]}} if texts else {}


def _contents(turns: Sequence[Turn]) -> list[Json]:
    """Results of calls that follow each other share one content, as parallel calls do."""
    spoken = [turn for turn in turns if turn.role is not Role.SYSTEM]
    names: dict[object, object] = {
        part.id: part.name
        for turn in turns
        for part in turn.parts
        if part.kind is Kind.TOOL_CALL and isinstance(part.id, str)
    }
    contents: list[Json] = []
    for role, group in groupby(spoken, lambda turn: turn.role):
        if role is Role.TOOL:
            contents.append({"role": "user", "parts": [_result(turn, names) for turn in group]})
        else:
            contents += [_content(turn) for turn in group]
    return contents


def _content(turn: Turn) -> Json:
    if turn.role is Role.USER:
        return {"role": "user", "parts": [{"text": turn.text}]}
    parts = turn.parts or (Part(kind=Kind.TEXT, content=turn.text),)
    worded = (replace(p, kind=Kind.TEXT) if p.kind is Kind.REFUSAL else p for p in parts)
    said = [payload(part) for part in worded]
    return {"role": "model", "parts": [part for part in said if part is not None]}


def _result(turn: Turn, names: Mapping[object, object]) -> Json:
    """A result answers by the name of the function, and by the call's id where one came."""
    id = turn.call_id if isinstance(turn.call_id, str) else None
    result: Json = {"name": names.get(id) if turn.name is None else turn.name}
    if id is not None:
        result["id"] = id
    return {"functionResponse": result | {"response": {"output": turn.text}}}


def _tools(asked: Asked) -> Json:
    if not asked.tools:
        return {}
    tools: Json = {"tools": [{"functionDeclarations": [_tool(tool) for tool in asked.tools]}]}
    calling = _calling(asked)
    return tools | ({"toolConfig": {"functionCallingConfig": calling}} if calling else {})


def _tool(tool: Tool) -> Json:
    declared: Json = {"name": tool.name}
    if tool.description is not None:
        declared["description"] = tool.description
    if tool.parameters is not None:
        declared["parametersJsonSchema"] = tool.parameters
    return declared


def _calling(asked: Asked) -> Json:
    if asked.forced_tool is not None:
        return {"mode": "ANY", "allowedFunctionNames": [asked.forced_tool]}
    if asked.tool_choice is None:
        return {}
    return {"mode": _MODES.get(asked.tool_choice, asked.tool_choice)}


def _config(prompt: Prompt) -> Json:
    asked = prompt.asked
    config: Json = {
        "maxOutputTokens": asked.max_tokens,
        "stopSequences": list(asked.stop_sequences) or None,
        "candidateCount": asked.choices,
        "responseLogprobs": asked.logprobs,
        "logprobs": asked.top_logprobs,
        "seed": prompt.seed,
        "responseMimeType": "application/json" if asked.json_output else None,
        "responseJsonSchema": prompt.json_schema if asked.json_output else None,
    }
    return {name: value for name, value in config.items() if value is not None}
