"""What comes after an error."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.rules.errors.aftermath import (
    error_is_not_healed,
    failed_follows_error,
    nothing_after_error,
)

CHAT, RESPONSES, MESSAGES = "openai-chat", "openai-responses", "anthropic-messages"
ERROR = {"error": {"message": "sorry", "type": "server_error"}}
DONE = "[DONE]"


def chat(content: str, reason: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": reason}]}


USAGE = {"choices": [], "usage": {"prompt_tokens": 1}}
TYPED = {"type": "error", "error": {"type": "api_error", "message": "sorry"}}
BLOCK = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
CREATED = {"type": "response.created", "response": {"id": "r"}}
FAILED = {"type": "response.failed", "response": {"id": "r", "error": {"message": "sorry"}}}

CASES: dict[str, tuple[Any, str, list[Any], list[tuple[int, str | None]]]] = {
    "an error last": (nothing_after_error, CHAT, [chat("a"), ERROR], []),
    "usage, another error, the end": (nothing_after_error, CHAT, [ERROR, USAGE, ERROR, DONE], []),
    "a finish without text": (nothing_after_error, CHAT, [ERROR, chat("", "error")], []),
    "more text": (
        nothing_after_error,
        CHAT,
        [chat("a"), ERROR, chat("b"), chat("c")],
        [(2, "/choices/0/delta/content")],
    ),
    "another block": (nothing_after_error, MESSAGES, [TYPED, BLOCK], [(1, "/content_block")]),
    "the end of the body": (error_is_not_healed, CHAT, [chat("a"), ERROR], []),
    "a finish before": (error_is_not_healed, CHAT, [chat("a", "stop"), ERROR], []),
    "a finish that says so": (error_is_not_healed, CHAT, [ERROR, chat("", "error")], []),
    "a finish of success": (
        error_is_not_healed,
        CHAT,
        [ERROR, chat("", "stop")],
        [(1, "/choices/0/finish_reason")],
    ),
    "a finish in the same chunk": (
        error_is_not_healed,
        CHAT,
        [{**chat("", "stop"), **ERROR}],
        [(0, "/choices/0/finish_reason")],
    ),
    "the end marker": (error_is_not_healed, CHAT, [chat("a"), ERROR, DONE], [(2, None)]),
    "the end of the message": (
        error_is_not_healed,
        MESSAGES,
        [TYPED, {"type": "message_stop"}],
        [(1, None)],
    ),
    "failed": (error_is_not_healed, RESPONSES, [CREATED, TYPED, FAILED], []),
    "an error and failed": (failed_follows_error, RESPONSES, [CREATED, TYPED, FAILED], []),
    "failed alone": (failed_follows_error, RESPONSES, [CREATED, FAILED], []),
    "nothing was created": (failed_follows_error, RESPONSES, [TYPED], []),
    "an error and no end": (failed_follows_error, RESPONSES, [CREATED, TYPED], [(1, "/type")]),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_rule_about_what_follows_an_error(case: Any, court: Any) -> None:
    rule, dialect, values, wanted = case
    texts = (value if isinstance(value, str) else json.dumps(value) for value in values)
    outcome = court(rule, "".join(f"data: {text}\n\n" for text in texts).encode(), dialect)
    assert not outcome.skipped
    assert [(f.event, f.pointer) for f in outcome.findings] == wanted


def test_a_server_may_close_every_stream_with_the_marker(court: Any) -> None:
    body = f"data: {json.dumps(ERROR)}\n\ndata: [DONE]\n\n".encode()
    facts = {"sentinel-after-error": True}
    assert court(error_is_not_healed, body, facts=facts).passed == ("errors/error-is-not-healed",)
    assert court(error_is_not_healed, body, facts={"sentinel-after-error": False}).findings
