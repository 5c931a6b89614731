"""any-llm: chat chunks as they come, added up by the caller."""

import any_llm
from chat_chunks import added_up, chat_tools
from wrapping import serve


def stream(asked):
    chunks = any_llm.completion(
        model=asked["model"],
        provider="openai",
        messages=[{"role": "user", "content": asked["prompt"]}],
        stream=True,
        stream_options={"include_usage": True},
        tools=chat_tools(asked) or None,
        api_base=asked["base_url"],
        api_key=asked["api_key"],
        client_args={"max_retries": 0, "timeout": asked["seconds"]},
    )
    return added_up(chunks, reasoning=("reasoning", "reasoning_content"))


if __name__ == "__main__":
    serve("any-llm-sdk", stream)
