"""mistralai: the events of its chat stream, added up by the caller."""

from chat_chunks import added_up, chat_tools
from wrapping import serve

try:
    from mistralai import Mistral
except ImportError:
    from mistralai.client import Mistral


def stream(asked):
    with Mistral(
        api_key=asked["api_key"],
        server_url=asked["base_url"],
        timeout_ms=int(asked["seconds"] * 1000),
    ) as client:
        events = client.chat.stream(
            model=asked["model"],
            messages=[{"role": "user", "content": asked["prompt"]}],
            tools=chat_tools(asked) or None,
        )
        return added_up(event.data for event in events)


if __name__ == "__main__":
    serve("mistralai", stream)
