"""Who says so: the authorities that rules about order, schema and errors cite. Values only."""

from __future__ import annotations

from streamgauge.rules.rule import Authority

CHAT_STREAM = Authority(
    name="OpenAI API reference, chat completion chunk",
    url="https://platform.openai.com/docs/api-reference/chat-streaming",
)
RESPONSES_STREAM = Authority(
    name="OpenAI API reference, Responses streaming events",
    url="https://platform.openai.com/docs/api-reference/responses-streaming",
)
MESSAGES_STREAM = Authority(
    name="Anthropic documentation, streaming messages",
    url="https://docs.claude.com/en/docs/build-with-claude/streaming",
)
CLIENT_RAISES = Authority(
    name="openai-python, which raises at an error in a chunk",
    url="https://github.com/openai/openai-python/blob/main/src/openai/_streaming.py",
)
KIMI_STREAM = Authority(
    name="Kimi stream rules",
    url="https://github.com/sgl-project/sglang/issues/39897",
)
OPEN_RESPONSES = Authority(
    name="Open Responses specification",
    url="https://github.com/openresponses/openresponses/blob/main/src/pages/specification.mdx",
)
JSON = Authority(name="RFC 8259", url="https://www.rfc-editor.org/rfc/rfc8259")
EVENT_STREAM = Authority(
    name="WHATWG HTML, server-sent events",
    url="https://html.spec.whatwg.org/multipage/server-sent-events.html",
)
