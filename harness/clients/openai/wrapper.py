"""openai, the Python SDK: chat and responses, each by raw events and by its helper."""

import sys

import openai
from wrapping import serve


def client(asked):
    return openai.OpenAI(
        base_url=asked["base_url"],
        api_key=asked["api_key"],
        max_retries=0,
        timeout=asked["seconds"],
    )


def chat_options(asked):
    tools = [{"type": "function", "function": tool} for tool in asked["tools"]]
    return {
        "model": asked["model"],
        "messages": [{"role": "user", "content": asked["prompt"]}],
        "stream_options": {"include_usage": True},
        **({"tools": tools} if tools else {}),
    }


def chat_create(asked):
    """The loop of the README: chunks are added up by the caller."""
    answer = {"text": "", "reasoning": "", "refusal": "", "calls": []}
    calls = {}
    for chunk in client(asked).chat.completions.create(stream=True, **chat_options(asked)):
        if chunk.usage:
            answer["input_tokens"] = chunk.usage.prompt_tokens
            answer["output_tokens"] = chunk.usage.completion_tokens
        for choice in chunk.choices:
            if choice.index != 0:
                continue
            delta = choice.delta
            answer["text"] += delta.content or ""
            answer["refusal"] += delta.refusal or ""
            answer["reasoning"] += getattr(delta, "reasoning_content", None) or ""
            answer["finish_reason"] = choice.finish_reason or answer.get("finish_reason")
            for call in delta.tool_calls or ():
                known = calls.setdefault(call.index, {"id": None, "name": None, "text": ""})
                known["id"] = call.id or known["id"]
                known["name"] = call.function.name or known["name"]
                known["text"] += call.function.arguments or ""
    return {**answer, "calls": list(calls.values())}


def chat_stream(asked):
    """The helper that adds chunks up itself."""
    with client(asked).chat.completions.stream(**chat_options(asked)) as stream:
        choice = (final := stream.get_final_completion()).choices[0]
    usage = final.usage
    return {
        "text": choice.message.content,
        "reasoning": getattr(choice.message, "reasoning_content", None),
        "refusal": choice.message.refusal,
        "calls": [
            {"id": call.id, "name": call.function.name, "text": call.function.arguments}
            for call in choice.message.tool_calls or ()
        ],
        "finish_reason": choice.finish_reason,
        "input_tokens": usage and usage.prompt_tokens,
        "output_tokens": usage and usage.completion_tokens,
    }


MODES = {"chat-create": chat_create, "chat-stream": chat_stream}

if __name__ == "__main__":
    serve("openai", MODES[sys.argv[1]])
