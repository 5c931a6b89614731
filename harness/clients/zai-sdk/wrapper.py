"""zai-sdk: chat chunks as they come, added up by the caller."""

from chat_chunks import added_up, chat_tools
from wrapping import serve
from zai import ZaiClient


def stream(asked):
    client = ZaiClient(
        api_key="loopback.only",  # a key without a dot is refused before anything is sent
        base_url=asked["base_url"] + "/",
        max_retries=0,
        timeout=asked["seconds"],
    )
    chunks = client.chat.completions.create(
        model=asked["model"],
        messages=[{"role": "user", "content": asked["prompt"]}],
        stream=True,
        **({"tools": chat_tools(asked)} if asked["tools"] else {}),
    )
    return added_up(chunks)


if __name__ == "__main__":
    serve("zai-sdk", stream)
