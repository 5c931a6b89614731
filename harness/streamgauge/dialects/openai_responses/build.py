"""A prompt → the JSON of a Responses request, and where it is sent.

What `request` and `turns` read back is what was put in, as far as the API can say it: stop
sequences, seeds and several answers have no words here. It must never know a vendor; what differs
is a fact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Facts
from streamgauge.dialects.merging import knob, merged
from streamgauge.dialects.openai_responses.compose import compose
from streamgauge.dialects.openai_responses.write import grouped
from streamgauge.message import Part
from streamgauge.prompt import Asked, Prompt, Role, Tool, Turn

Json = dict[str, object]

KEY_HEADER = ("authorization", "Bearer {key}")

_LOGPROBS = "message.output_text.logprobs"
_THINKING: Json = {
    "on": {"reasoning": {"effort": "medium", "summary": "auto"}},
    "off": {"reasoning": {"effort": "none"}},
}
"""The API's own way to switch reasoning; the fact `thinking-knob` may tell another."""

_NAMELESS = frozenset({"message", "reasoning", "function_call", "custom_tool_call"})
"""Item types that may go back without an id of their own."""


def path(_: Prompt) -> str:
    """The path below the vendor's base URL, which ends in `/v1` or whatever the vendor has."""
    return "/responses"


def build(prompt: Prompt, facts: Facts) -> Json:
    """The JSON of the request."""
    asked = prompt.asked
    whole: Json = {
        "model": asked.model,
        "input": [item for turn in prompt.turns for item in _items(turn)],
        **_tools(asked),
        **_form(prompt),
    }
    said = {
        "stream": asked.stream,
        "max_output_tokens": asked.max_tokens,
        "parallel_tool_calls": asked.parallel_tools,
        "top_logprobs": asked.top_logprobs,
    }
    whole |= {name: value for name, value in said.items() if value is not None}
    if asked.thinking is not None:
        whole = merged(whole, knob(facts, on=asked.thinking, default=_THINKING))
    _include_logprobs(whole, asked)
    return merged(whole, prompt.members)


def _items(turn: Turn) -> Iterator[Json]:
    match turn.role:
        case Role.SYSTEM | Role.USER:
            yield {"role": turn.role.value, "content": turn.text}
        case Role.TOOL:
            answer: Json = {"type": "function_call_output", "call_id": turn.call_id}
            yield answer | {"output": turn.text}
        case Role.ASSISTANT:
            yield from _said(turn.parts or (Part(kind=Kind.TEXT, content=turn.text),))


def _said(parts: Sequence[Part]) -> Iterator[Json]:
    """The items of an answer as they go back; ids that nobody gave are not made up."""
    for at, group in enumerate(grouped(parts)):
        item = compose(group, at).done
        if item.get("type") in _NAMELESS and "item_id" not in group[0].extra:
            item = {name: value for name, value in item.items() if name != "id"}
        yield item


def _tools(asked: Asked) -> Json:
    if not asked.tools:
        return {}
    tools: Json = {"tools": [_tool(tool) for tool in asked.tools]}
    if asked.forced_tool is not None:
        tools["tool_choice"] = {"type": "function", "name": asked.forced_tool}
    elif asked.tool_choice is not None:
        tools["tool_choice"] = asked.tool_choice
    return tools


def _tool(tool: Tool) -> Json:
    described: Json = {} if tool.description is None else {"description": tool.description}
    return {"type": "function", "name": tool.name, **described, "parameters": tool.parameters}


def _include_logprobs(whole: Json, asked: Asked) -> None:
    """Token probabilities come where they are included, beside what thinking needs."""
    before = whole.get("include")
    included = before if isinstance(before, list) else []
    if asked.logprobs is not None:
        whole["include"] = [*included, _LOGPROBS] if asked.logprobs else included


def _form(prompt: Prompt) -> Json:
    if not prompt.asked.json_output:
        return {}
    if prompt.json_schema is None:
        return {"text": {"format": {"type": "json_object"}}}
    schema = {"type": "json_schema", "name": "answer", "schema": prompt.json_schema}
    return {"text": {"format": schema}}
