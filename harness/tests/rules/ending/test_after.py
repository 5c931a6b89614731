"""After the end: nothing, and no second end."""

from __future__ import annotations

import pytest

from streamgauge.rules.ending.after import nothing_after_end, one_terminal_event

STOP = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
USAGE = b'data: {"choices":[],"usage":{"total_tokens":3}}\n\n'
DONE = b"data: [DONE]\n\n"


def typed(type: str, more: str = "") -> bytes:
    return f'event: {type}\ndata: {{"type":"{type}"{more}}}\n\n'.encode()


START = typed("message_start", ',"message":{"id":"m","content":[],"usage":{}}')
DELTA = typed("message_delta", ',"delta":{"stop_reason":"end_turn"},"usage":{}')
END = typed("message_stop")
PING = typed("ping")
CREATED = typed("response.created", ',"response":{"id":"r"}')
COMPLETED = typed("response.completed", ',"response":{"id":"r","status":"completed"}')


@pytest.mark.parametrize(
    ("body", "dialect", "expected"),
    [
        pytest.param(STOP + USAGE + DONE, "openai-chat", [], id="chat"),
        pytest.param(STOP + USAGE, "openai-chat", [], id="a-finish-reason-is-not-the-end"),
        pytest.param(STOP + DONE + DONE, "openai-chat", [], id="twice-done-is-another-rule"),
        pytest.param(STOP + DONE + b": bye\n\n", "openai-chat", [], id="comments-may-follow"),
        pytest.param(
            STOP + DONE + USAGE,
            "openai-chat",
            [(2, "nothing after [DONE]", '{"choices":[],"usage":{"total_tokens":3}}')],
            id="usage-after-done",
        ),
        pytest.param(
            STOP + DONE + b"data: oops\n\n",
            "openai-chat",
            [(2, "nothing after [DONE]", "oops")],
            id="junk-after-done",
        ),
        pytest.param(START + DELTA + END + PING, "anthropic-messages", [], id="pings-may-follow"),
        pytest.param(START + END + DONE, "anthropic-messages", [], id="foreign-sentinel"),
        pytest.param(
            START + END + DELTA,
            "anthropic-messages",
            [(2, "nothing after message_stop", "message_delta")],
            id="messages",
        ),
        pytest.param(
            START + END + START + DELTA + END, "anthropic-messages", [], id="a-second-answer"
        ),
        pytest.param(CREATED + COMPLETED + DONE, "openai-responses", [], id="open-responses"),
        pytest.param(
            CREATED + DONE + COMPLETED,
            "openai-responses",
            [(2, "nothing after [DONE]", "response.completed")],
            id="done-before-the-terminal-event",
        ),
        pytest.param(
            CREATED + COMPLETED + typed("response.output_text.done"),
            "openai-responses",
            [(2, "nothing after response.completed", "response.output_text.done")],
            id="responses",
        ),
    ],
)
def test_nothing_follows(court, body, dialect, expected) -> None:
    findings = court(nothing_after_end, body, dialect).findings
    assert [(one.event, one.expected, one.got) for one in findings] == expected


@pytest.mark.parametrize(
    ("body", "dialect", "expected"),
    [
        pytest.param(START + DELTA + END, "anthropic-messages", [], id="one"),
        pytest.param(START + END + START + END, "anthropic-messages", [], id="one-for-each"),
        pytest.param(
            START + END + END, "anthropic-messages", [(2, "message_stop")], id="messages-twice"
        ),
        pytest.param(CREATED + COMPLETED + DONE, "openai-responses", [], id="sentinel"),
        pytest.param(
            CREATED + typed("response.incomplete", ',"response":{"id":"r"}') + COMPLETED,
            "openai-responses",
            [(2, "response.completed")],
            id="incomplete-and-completed",
        ),
    ],
)
def test_one_terminal_event(court, body, dialect, expected) -> None:
    findings = court(one_terminal_event, body, dialect).findings
    assert [(one.event, one.got) for one in findings] == expected
