"""langchain-deepseek: chunks of a chat model, added up by their own `+`."""

from chat_chunks import chat_tools
from langchain_chunks import said
from langchain_deepseek import ChatDeepSeek
from wrapping import serve


def stream(asked):
    model = ChatDeepSeek(
        model=asked["model"],
        api_base=asked["base_url"],
        api_key=asked["api_key"],
        max_retries=0,
        timeout=asked["seconds"],
    )
    return said(model, asked, chat_tools(asked))


if __name__ == "__main__":
    serve("langchain-deepseek", stream)
