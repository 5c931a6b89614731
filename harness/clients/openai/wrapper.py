"""openai, the Python SDK: chat and responses, each by raw events and by its helper."""

import sys

import openai
from chat_chunks import added_up, chat_tools
from wrapping import serve


def client(asked):
    return openai.OpenAI(
        base_url=asked["base_url"],
        api_key=asked["api_key"],
        max_retries=0,
        timeout=asked["seconds"],
    )


def chat_options(asked):
    tools = chat_tools(asked)
    return {
        "model": asked["model"],
        "messages": [{"role": "user", "content": asked["prompt"]}],
        "stream_options": {"include_usage": True},
        **({"tools": tools} if tools else {}),
    }


def chat_create(asked):
    """The loop of the README: chunks are added up by the caller."""
    return added_up(client(asked).chat.completions.create(stream=True, **chat_options(asked)))


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


def responses_options(asked):
    tools = [{"type": "function", "strict": False, **tool} for tool in asked["tools"]]
    return {
        "model": asked["model"],
        "input": asked["prompt"],
        **({"tools": tools} if tools else {}),
    }


def responses_create(asked):
    """Raw events; the last one holds the whole answer, but the pieces are what streamed."""
    answer = {"text": "", "reasoning": "", "refusal": "", "calls": []}
    calls = {}
    for event in client(asked).responses.create(stream=True, **responses_options(asked)):
        match event.type:
            case "response.output_text.delta":
                answer["text"] += event.delta
            case "response.reasoning_summary_text.delta" | "response.reasoning_text.delta":
                answer["reasoning"] += event.delta
            case "response.refusal.delta":
                answer["refusal"] += event.delta
            case "response.output_item.added" if event.item.type == "function_call":
                item = event.item
                calls[event.output_index] = {"id": item.call_id, "name": item.name, "text": ""}
            case "response.function_call_arguments.delta":
                calls[event.output_index]["text"] += event.delta
            case "response.completed" | "response.incomplete":
                answer |= responses_end(event.response)
    return {**answer, "calls": list(calls.values())}


def responses_end(response):
    """How a response says that it ended; it has a status where others have a reason."""
    details = response.incomplete_details
    usage = response.usage
    return {
        "finish_reason": details.reason if details else response.status,
        "input_tokens": usage and usage.input_tokens,
        "output_tokens": usage and usage.output_tokens,
    }


def responses_stream(asked):
    """The helper and its final response."""
    with client(asked).responses.stream(**responses_options(asked)) as stream:
        final = stream.get_final_response()
    answer = {"text": "", "reasoning": "", "refusal": "", "calls": []}
    for item in final.output:
        if item.type == "function_call":
            call = {"id": item.call_id, "name": item.name, "text": item.arguments}
            answer["calls"].append(call)
        elif item.type == "reasoning":
            told = (*item.summary, *(item.content or ()))
            answer["reasoning"] += "".join(part.text for part in told)
        elif item.type == "message":
            for part in item.content:
                kind = "refusal" if part.type == "refusal" else "text"
                answer[kind] += getattr(part, kind)
    return answer | responses_end(final)


MODES = {
    "chat-create": chat_create,
    "chat-stream": chat_stream,
    "responses-create": responses_create,
    "responses-stream": responses_stream,
}

if __name__ == "__main__":
    serve("openai", MODES[sys.argv[1]])
