"""A prompt → the JSON of a Messages request, and where it is sent.

What `request` and `turns` read back is what was put in, as far as the API can say it: seeds,
log probabilities and several answers have no words here. It must never know a vendor; what
differs is a fact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from streamgauge.delta import Kind
from streamgauge.dialects.anthropic_messages.tell import block
from streamgauge.dialects.dialect import Facts
from streamgauge.dialects.merging import knob, merged
from streamgauge.message import Part
from streamgauge.prompt import Asked, Prompt, Role, Tool, Turn

Json = dict[str, object]

KEY_HEADER = ("x-api-key", "{key}")

_MAX_TOKENS = 4096
"""The API demands a limit; this one is sent where the prompt has none."""

_THINKING: Json = {
    "on": {"thinking": {"type": "enabled", "budget_tokens": 1024}},
    "off": {"thinking": {"type": "disabled"}},
}
"""How every model that serves this API knew to think first, with the smallest budget (it must stay
below the limit); newer models want other words, and the fact `thinking-knob` has them."""

_CHOICES = {"auto": "auto", "required": "any", "none": "none"}


def path(_: Prompt) -> str:
    """Where requests go, streamed or not."""
    return "/v1/messages"


def build(prompt: Prompt, facts: Facts) -> Json:
    """The JSON of the request."""
    asked = prompt.asked
    whole: Json = {
        "model": asked.model,
        "max_tokens": _MAX_TOKENS if asked.max_tokens is None else asked.max_tokens,
        "messages": _messages(prompt.turns),
        **_system(prompt.turns),
        **_tools(asked),
        **_form(prompt),
    }
    if asked.stream is not None:
        whole["stream"] = asked.stream
    if asked.stop_sequences:
        whole["stop_sequences"] = list(asked.stop_sequences)
    if asked.thinking is not None:
        whole = merged(whole, knob(facts, on=asked.thinking, default=_THINKING))
    return merged(whole, prompt.members)


def _system(turns: Sequence[Turn]) -> Json:
    texts = [turn.text for turn in turns if turn.role is Role.SYSTEM]
    if not texts:
        return {}
    if len(texts) == 1:
        return {"system": texts[0]}
    return {"system": [{"type": "text", "text": text} for text in texts]}


def _messages(turns: Sequence[Turn]) -> list[Json]:
    """Results of calls that follow each other share one message, as the API demands."""
    spoken = [turn for turn in turns if turn.role is not Role.SYSTEM]
    messages: list[Json] = []
    for role, group in groupby(spoken, lambda turn: turn.role):
        if role is Role.TOOL:
            messages.append({"role": "user", "content": [_result(turn) for turn in group]})
        else:
            messages += [_message(turn) for turn in group]
    return messages


def _message(turn: Turn) -> Json:
    if turn.role is Role.USER:
        return {"role": "user", "content": turn.text}
    parts = turn.parts or (Part(kind=Kind.TEXT, content=turn.text),)
    return {"role": "assistant", "content": [*_blocks(parts)]}


def _blocks(parts: Sequence[Part]) -> Iterator[Json]:
    """The blocks of an answer as they go back; the API refuses empty text."""
    for part in parts:
        empty = part.kind in (Kind.TEXT, Kind.REFUSAL) and not part.content
        if part.kind is not Kind.BLOB and not empty:
            yield block(part)


def _result(turn: Turn) -> Json:
    return {"type": "tool_result", "tool_use_id": turn.call_id, "content": turn.text}


def _tools(asked: Asked) -> Json:
    if not asked.tools:
        return {}
    choice = _choice(asked)
    return {"tools": [_tool(tool) for tool in asked.tools]} | (
        {"tool_choice": choice} if choice else {}
    )


def _tool(tool: Tool) -> Json:
    described: Json = {} if tool.description is None else {"description": tool.description}
    schema = tool.parameters if tool.parameters is not None else {"type": "object"}
    return {"name": tool.name, **described, "input_schema": schema}


def _choice(asked: Asked) -> Json:
    """Whether calls may come side by side is said beside the choice, so that needs one."""
    choice: Json = {}
    if asked.forced_tool is not None:
        choice = {"type": "tool", "name": asked.forced_tool}
    elif asked.tool_choice is not None:
        choice = {"type": _CHOICES.get(asked.tool_choice, asked.tool_choice)}
    if asked.parallel_tools is not None and choice.get("type") != "none":
        choice = {"type": "auto", **choice, "disable_parallel_tool_use": not asked.parallel_tools}
    return choice


def _form(prompt: Prompt) -> Json:
    """JSON of a schema. For any JSON at all the API has no word: then the turns must ask for it."""
    if not prompt.asked.json_output or prompt.json_schema is None:
        return {}
    return {"output_config": {"format": {"type": "json_schema", "schema": prompt.json_schema}}}
