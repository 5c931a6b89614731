"""anthropic, the Python SDK: raw events, and the helper that adds them up."""

import sys

import anthropic
from wrapping import serve


def client(asked):
    return anthropic.Anthropic(
        base_url=asked["base_url"],
        api_key=asked["api_key"],
        max_retries=0,
        timeout=asked["seconds"],
    )


def options(asked):
    tools = [
        {"name": t["name"], "description": t["description"], "input_schema": t["parameters"]}
        for t in asked["tools"]
    ]
    return {
        "model": asked["model"],
        "max_tokens": 1024,
        "messages": [{"role": "user", "content": asked["prompt"]}],
        **({"tools": tools} if tools else {}),
    }


def create(asked):
    """Raw events, added up by the caller; what a block began with is where it begins."""
    answer = {"text": "", "reasoning": "", "calls": []}
    calls = {}
    for event in client(asked).messages.create(stream=True, **options(asked)):
        if event.type == "message_start":
            answer["input_tokens"] = event.message.usage.input_tokens
        elif event.type == "content_block_start" and event.content_block.type == "tool_use":
            block = event.content_block
            calls[event.index] = {"id": block.id, "name": block.name, "text": ""}
        elif event.type == "content_block_delta":
            add(answer, calls.get(event.index), event.delta)
        elif event.type == "message_delta":
            answer["finish_reason"] = event.delta.stop_reason
            answer["output_tokens"] = event.usage.output_tokens
    return {**answer, "calls": [{**call, "text": call["text"] or "{}"} for call in calls.values()]}


def add(answer, call, delta):
    if delta.type == "text_delta":
        answer["text"] += delta.text
    elif delta.type == "thinking_delta":
        answer["reasoning"] += delta.thinking
    elif delta.type == "input_json_delta":
        call["text"] += delta.partial_json


def stream(asked):
    """The helper and its final message."""
    with client(asked).messages.stream(**options(asked)) as events:
        final = events.get_final_message()
    return {
        "text": "".join(block.text for block in final.content if block.type == "text"),
        "reasoning": "".join(b.thinking for b in final.content if b.type == "thinking"),
        "calls": [
            {"id": block.id, "name": block.name, "arguments": block.input}
            for block in final.content
            if block.type == "tool_use"
        ],
        "finish_reason": final.stop_reason,
        "input_tokens": final.usage.input_tokens,
        "output_tokens": final.usage.output_tokens,
    }


if __name__ == "__main__":
    serve("anthropic", {"messages-create": create, "messages-stream": stream}[sys.argv[1]])
