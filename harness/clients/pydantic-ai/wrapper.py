"""pydantic-ai: a direct request to a model, its events added up by the library."""

import asyncio
import sys

from pydantic_ai.direct import model_request_stream
from pydantic_ai.messages import ModelRequest, TextPart, ThinkingPart, ToolCallPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.tools import ToolDefinition
from wrapping import serve


def openai_model(asked):
    import openai
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    client = openai.AsyncOpenAI(**options(asked))
    return OpenAIChatModel(asked["model"], provider=OpenAIProvider(openai_client=client))


def anthropic_model(asked):
    import anthropic
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    client = anthropic.AsyncAnthropic(**options(asked))
    return AnthropicModel(asked["model"], provider=AnthropicProvider(anthropic_client=client))


def options(asked):
    return {
        "base_url": asked["base_url"],
        "api_key": asked["api_key"],
        "max_retries": 0,
        "timeout": asked["seconds"],
    }


def answering(model):
    return lambda asked: asyncio.run(answer(model(asked), asked))


async def answer(model, asked):
    tools = [
        ToolDefinition(
            name=tool["name"],
            description=tool["description"],
            parameters_json_schema=tool["parameters"],
        )
        for tool in asked["tools"]
    ]
    parameters = ModelRequestParameters(function_tools=tools, allow_text_output=True)
    prompt = [ModelRequest.user_text_prompt(asked["prompt"])]
    async with model_request_stream(model, prompt, model_request_parameters=parameters) as stream:
        async for _ in stream:
            pass
        return told(stream.get())


def told(response):
    def joined(kind):
        return "".join(part.content for part in response.parts if isinstance(part, kind))

    return {
        "text": joined(TextPart),
        "reasoning": joined(ThinkingPart),
        "calls": [call(part) for part in response.parts if isinstance(part, ToolCallPart)],
        "finish_reason": response.finish_reason,
        "input_tokens": response.usage.input_tokens,
        "output_tokens": response.usage.output_tokens,
    }


def call(part):
    given = "text" if isinstance(part.args, str) else "arguments"
    return {"id": part.tool_call_id, "name": part.tool_name, given: part.args}


if __name__ == "__main__":
    models = {"openai-chat": openai_model, "anthropic": anthropic_model}
    serve("pydantic-ai-slim", answering(models[sys.argv[1]]))
