"""Who says how a tool call is streamed: the authorities that rules of this family lean on."""

from __future__ import annotations

from streamgauge.rules.rule import Authority

CHAT_STREAM = Authority(
    name="OpenAI API reference, chat completion chunk",
    url="https://platform.openai.com/docs/api-reference/chat-streaming",
)
CHAT_REQUEST = Authority(
    name="OpenAI API reference, create chat completion",
    url="https://platform.openai.com/docs/api-reference/chat/create",
)
CHAT_CLIENT = Authority(
    name="the official Python client 3.54.0, which joins the pieces of a call by index",
    url="https://github.com/openai/openai-python/blob/main/src/openai/lib/streaming/_deltas.py",
)
CALLING_GUIDE = Authority(
    name="OpenAI guide, function calling",
    url="https://platform.openai.com/docs/guides/function-calling",
)
MESSAGES_STREAM = Authority(
    name="Anthropic docs, streaming messages",
    url="https://docs.claude.com/en/docs/build-with-claude/streaming",
)
RESPONSES_STREAM = Authority(
    name="OpenAI API reference, Responses streaming events",
    url="https://platform.openai.com/docs/api-reference/responses-streaming",
)
STREAM_RULES = Authority(
    name="Moonshot's numbered stream rules",
    url="https://github.com/sgl-project/sglang/issues/39897",
)


def reported(url: str) -> Authority:
    """A public thread that shows what breaks.

    >>> reported("https://github.com/rust-lang/rust/issues/1").name
    'rust-lang/rust#1'
    """
    owner, repository, _, number = url.removeprefix("https://github.com/").split("/")
    return Authority(name=f"{owner}/{repository}#{number}", url=url)
