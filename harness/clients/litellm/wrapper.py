"""litellm: one call for many providers, its chunks put together by its own builder."""

import os
import sys

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else it asks the network when it is loaded

import litellm
from chat_chunks import chat_tools
from wrapping import serve

litellm.suppress_debug_info = True


def answering(provider):
    def answer(asked):
        messages = [{"role": "user", "content": asked["prompt"]}]
        chunks = litellm.completion(
            model=f"{provider}/{asked['model']}",
            messages=messages,
            stream=True,
            stream_options={"include_usage": True},
            tools=chat_tools(asked) or None,
            api_base=asked["base_url"],
            api_key=asked["api_key"],
            num_retries=0,
            max_retries=0,
            timeout=asked["seconds"],
        )
        return told(litellm.stream_chunk_builder(list(chunks), messages=messages))

    return answer


def told(final):
    choice, usage = final.choices[0], getattr(final, "usage", None)
    return {
        "text": choice.message.content,
        "reasoning": getattr(choice.message, "reasoning_content", None),
        "calls": [
            {"id": call.id, "name": call.function.name, "text": call.function.arguments}
            for call in choice.message.tool_calls or ()
        ],
        "finish_reason": choice.finish_reason,
        "input_tokens": usage and usage.prompt_tokens,
        "output_tokens": usage and usage.completion_tokens,
    }


if __name__ == "__main__":
    serve("litellm", answering(sys.argv[1]))
