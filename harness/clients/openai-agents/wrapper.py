"""openai-agents: its chat model, whose stream it turns into one response."""

import asyncio

import agents
import openai
from wrapping import serve

agents.set_tracing_disabled(True)


def stream(asked):
    return asyncio.run(answer(asked))


async def answer(asked):
    client = openai.AsyncOpenAI(
        base_url=asked["base_url"],
        api_key=asked["api_key"],
        max_retries=0,
        timeout=asked["seconds"],
    )
    model = agents.OpenAIChatCompletionsModel(model=asked["model"], openai_client=client)
    final = None
    async for event in model.stream_response(
        None,
        asked["prompt"],
        agents.ModelSettings(include_usage=True),
        [tool(one) for one in asked["tools"]],
        None,
        [],
        agents.ModelTracing.DISABLED,
        previous_response_id=None,
        conversation_id=None,
        prompt=None,
    ):
        if event.type == "response.completed":
            final = event.response
    return {} if final is None else told(final)


def tool(one):
    async def invoke(_context, _arguments):
        raise AssertionError("no tool is run: the stream of one answer is all that is asked")

    return agents.FunctionTool(
        name=one["name"],
        description=one["description"],
        params_json_schema=one["parameters"],
        on_invoke_tool=invoke,
        strict_json_schema=False,
    )


def told(final):
    answer = {"text": "", "reasoning": "", "refusal": "", "calls": []}
    for item in final.output:
        if item.type == "function_call":
            call = {"id": item.call_id, "name": item.name, "text": item.arguments}
            answer["calls"].append(call)
        elif item.type == "reasoning":
            told_so = (*(item.summary or ()), *(item.content or ()))
            answer["reasoning"] += "".join(part.text for part in told_so)
        elif item.type == "message":
            for part in item.content:
                kind = "refusal" if part.type == "refusal" else "text"
                answer[kind] += getattr(part, kind)
    usage = final.usage
    return answer | {
        "input_tokens": usage and usage.input_tokens,
        "output_tokens": usage and usage.output_tokens,
    }


if __name__ == "__main__":
    serve("openai-agents", stream)
