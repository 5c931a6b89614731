"""Writes the JSON of a chat/completions request: what `request` and `turns` read back.

What vendors name differently comes from facts (`max-tokens-member`, `thinking-knob`,
`reasoning-fields`, `json-output`). It must never repair a conversation: reasoning, opaque members
and the text of arguments go out as they stand in the turns.
"""

from __future__ import annotations

import json

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Facts
from streamgauge.dialects.merging import knob, merged
from streamgauge.dialects.typed import as_list
from streamgauge.message import ArgumentsState, Part
from streamgauge.prompt import Asked, Prompt, Role, Tool, Turn

Json = dict[str, object]


def path(_: Prompt) -> str:
    """The path below the vendor's base URL (which ends in `/v1` or whatever the vendor has)."""
    return "/chat/completions"


def build(prompt: Prompt, facts: Facts) -> Json:
    """The request; members of `prompt.members` are merged into it last and win."""
    asked = prompt.asked
    body: Json = {"messages": [_message(turn, facts) for turn in prompt.turns]}
    if asked.model is not None:
        body = {"model": asked.model, **body}
    for members in (_streaming(asked), _tools(asked), _limits(asked, facts)):
        body.update(members)
    if asked.json_output:
        body["response_format"] = _response_format(prompt.json_schema, facts)
    if prompt.seed is not None:
        body["seed"] = prompt.seed
    if asked.thinking is not None:
        body = merged(body, knob(facts, on=asked.thinking, default={}))
    return merged(body, prompt.members)


def _streaming(asked: Asked) -> Json:
    members: Json = {} if asked.stream is None else {"stream": asked.stream}
    # Servers refuse stream_options in a request that streams nothing.
    if asked.stream and asked.include_usage is not None:
        members["stream_options"] = {"include_usage": asked.include_usage}
    return members


def _tools(asked: Asked) -> Json:
    members: Json = {}
    if asked.tools:
        members["tools"] = [_tool(tool) for tool in asked.tools]
    if asked.forced_tool is not None:
        members["tool_choice"] = {"type": "function", "function": {"name": asked.forced_tool}}
    elif asked.tool_choice is not None:
        members["tool_choice"] = asked.tool_choice
    if asked.parallel_tools is not None:
        members["parallel_tool_calls"] = asked.parallel_tools
    return members


def _tool(tool: Tool) -> Json:
    function: Json = {"name": tool.name}
    if tool.description is not None:
        function["description"] = tool.description
    if tool.parameters is not None:
        function["parameters"] = tool.parameters
    return {"type": "function", "function": function}


def _limits(asked: Asked, facts: Facts) -> Json:
    limit = facts.get("max-tokens-member")
    said = {
        "n": asked.choices,
        limit if isinstance(limit, str) else "max_tokens": asked.max_tokens,
        "stop": list(asked.stop_sequences) or None,
        "logprobs": asked.logprobs,
        "top_logprobs": asked.top_logprobs,
    }
    return {name: value for name, value in said.items() if value is not None}


def _response_format(schema: object, facts: Facts) -> Json:
    if schema is None or facts.get("json-output") == "json_object":
        return {"type": "json_object"}
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}


def _message(turn: Turn, facts: Facts) -> Json:
    match turn.role:
        case Role.ASSISTANT:
            return _said(turn, facts)
        case Role.TOOL:
            answers: Json = {"tool_call_id": turn.call_id} if turn.call_id is not None else {}
            # Most vendors know an answer by its call; a name beside the id is an unknown member.
            if turn.name is not None and turn.call_id is None:
                answers["name"] = turn.name
            return {"role": "tool", **answers, "content": turn.text}
        case Role.SYSTEM | Role.USER:
            named: Json = {} if turn.name is None else {"name": turn.name}
            return {"role": turn.role.value, **named, "content": turn.text}


def _said(turn: Turn, facts: Facts) -> Json:
    """What an assistant said. Content is null beside calls alone, as the vendors send it."""
    message: Json = {"role": "assistant", "content": turn.text or None}
    calls: list[Json] = []
    for part in turn.parts:
        match part.kind:
            case Kind.TEXT:
                _add_text(message, part)
            case Kind.REASONING:
                _add_reasoning(message, part, facts)
            case Kind.REFUSAL:
                message["refusal"] = f"{message.get('refusal', '')}{part.content}"
            case Kind.TOOL_CALL:
                calls.append(_call(part))
            case _:
                pass
    if calls:
        return {**message, "tool_calls": calls}
    return message if message["content"] is not None else {**message, "content": ""}


def _add_text(message: Json, part: Part) -> None:
    content = message["content"]
    if isinstance(content, list):
        content.append({"type": "text", "text": part.content})
    else:
        message["content"] = f"{content or ''}{part.content}"
    message.update({key: part.extra[key] for key in part.extra if key == "extra_content"})
    if part.citations:
        message["annotations"] = [*as_list(message.get("annotations")), *part.citations]


def _add_reasoning(message: Json, part: Part, facts: Facts) -> None:
    """Reasoning goes back in the member that it came in, else in the vendor's own."""
    field = part.field or _field(facts)
    if field is None:
        return
    if field.startswith("content"):
        before = message["content"]
        texts = [{"type": "text", "text": before}] if isinstance(before, str) and before else []
        message["content"] = [*(before if isinstance(before, list) else texts), thought(part)]
    elif field != "reasoning_details":
        message[field] = f"{message.get(field, '')}{part.content}"
    signed = part.signature is not None or "encrypted" in part.extra
    if field == "reasoning_details" or (signed and not field.startswith("content")):
        message["reasoning_details"] = [*as_list(message.get("reasoning_details")), *_details(part)]


def _field(facts: Facts) -> str | None:
    fields = facts.get("reasoning-fields", ["reasoning_content"])
    return str(fields[0]) if isinstance(fields, list) and fields else None


def thought(part: Part) -> Json:
    """Reasoning as an item of a typed content list."""
    texts = [{"type": "text", "text": part.content}] if part.content else []
    signed: Json = {} if part.signature is None else {"signature": part.signature}
    return {"type": "thinking", "thinking": texts, **signed}


def _details(part: Part) -> list[Json]:
    items: list[Json] = []
    if part.content or part.signature is not None:
        signed: Json = {} if part.signature is None else {"signature": part.signature}
        items.append({"type": "reasoning.text", "text": part.content, **signed})
    if "encrypted" in part.extra:
        items.append({"type": "reasoning.encrypted", "data": part.extra["encrypted"]})
    return items


def _call(part: Part) -> Json:
    if part.field == "input":
        custom = {"name": part.name, "input": part.arguments_json}
        return {"id": part.id, "type": "custom", "custom": custom, **part.extra}
    function = {"name": part.name, "arguments": arguments_text(part)}
    return {"id": part.id, "type": "function", "function": function, **part.extra}


def arguments_text(part: Part) -> str:
    """The arguments of a call as sent; made from the value where no text ever was."""
    if part.arguments_json or part.arguments_state is ArgumentsState.EMPTY:
        return part.arguments_json
    return "" if part.arguments is None else json.dumps(part.arguments, ensure_ascii=False)
