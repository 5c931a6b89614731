"""langchain-openai: chunks of a chat model, added up by their own `+`."""

from chat_chunks import chat_tools
from langchain_chunks import said
from langchain_openai import ChatOpenAI
from wrapping import serve


def stream(asked):
    model = ChatOpenAI(
        model=asked["model"],
        base_url=asked["base_url"],
        api_key=asked["api_key"],
        max_retries=0,
        stream_usage=True,
        timeout=asked["seconds"],
    )
    return said(model, asked, chat_tools(asked))


if __name__ == "__main__":
    serve("langchain-openai", stream)
