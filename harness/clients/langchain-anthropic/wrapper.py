"""langchain-anthropic: chunks of a chat model, added up by their own `+`."""

from langchain_anthropic import ChatAnthropic
from langchain_chunks import said
from wrapping import serve


def tools(asked):
    return [
        {"name": t["name"], "description": t["description"], "input_schema": t["parameters"]}
        for t in asked["tools"]
    ]


def stream(asked):
    model = ChatAnthropic(
        model=asked["model"],
        base_url=asked["base_url"],
        api_key=asked["api_key"],
        max_retries=0,
        timeout=asked["seconds"],
    )
    return said(model, asked, tools(asked))


if __name__ == "__main__":
    serve("langchain-anthropic", stream)
