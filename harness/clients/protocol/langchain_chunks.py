"""What a LangChain model says: its chunks added up by their own `+`."""


def said(model, asked, tools):
    """The answer of a chat model that is asked with these tools."""
    bound = model.bind_tools(tools) if tools else model
    whole = None
    for chunk in bound.stream(asked["prompt"]):
        whole = chunk if whole is None else whole + chunk
    if whole is None:
        return {}
    usage = whole.usage_metadata or {}
    metadata = whole.response_metadata
    return {
        "text": _joined(whole.content, "text"),
        "reasoning": whole.additional_kwargs.get("reasoning_content")
        or _joined(whole.content, "thinking", plain=False),
        "calls": [
            {"id": call["id"], "name": call["name"], "arguments": call["args"]}
            for call in whole.tool_calls
        ]
        + [
            {"id": call["id"], "name": call["name"], "text": call["args"]}
            for call in whole.invalid_tool_calls
        ],
        "finish_reason": metadata.get("finish_reason") or metadata.get("stop_reason"),
        "input_tokens": usage.get("input_tokens"),
        "output_tokens": usage.get("output_tokens"),
    }


def _joined(content, member, plain=True):
    if isinstance(content, str):
        return content if plain else ""
    blocks = (block for block in content if isinstance(block, dict))
    return "".join(block.get(member, "") for block in blocks)
