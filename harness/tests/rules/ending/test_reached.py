"""A cut answer, in every dialect; and what is not one."""

from __future__ import annotations

import pytest

from streamgauge.rules.ending.reached import end_is_reached

DONE = b"data: [DONE]\n\n"


def chat(delta: str = "{}", finish: str = "null", index: int = 0) -> bytes:
    choice = f'{{"index":{index},"delta":{delta},"finish_reason":{finish}}}'
    return f'data: {{"choices":[{choice}]}}\n\n'.encode()


def typed(type: str, more: str = "") -> bytes:
    return f'event: {type}\ndata: {{"type":"{type}"{more}}}\n\n'.encode()


def candidate(finish: str = "") -> bytes:
    parts = '{"content":{"parts":[{"text":"a"}]}'
    return f'data: {{"candidates":[{parts}{finish}}}]}}\r\n\r\n'.encode()


TEXT = chat('{"content":"a"}')
START = typed("message_start", ',"message":{"id":"m","content":[],"usage":{}}')
DELTA = typed("message_delta", ',"delta":{"stop_reason":"end_turn"},"usage":{}')
CREATED = typed("response.created", ',"response":{"id":"r"}')


@pytest.mark.parametrize(
    ("body", "dialect", "expected"),
    [
        pytest.param(TEXT + chat(finish='"stop"') + DONE, "openai-chat", None, id="chat-whole"),
        pytest.param(TEXT + chat(finish='"stop"'), "openai-chat", None, id="chat-by-its-reason"),
        pytest.param(TEXT + DONE, "openai-chat", None, id="chat-by-its-sentinel"),
        pytest.param(
            TEXT, "openai-chat", (0, 0, "the end of the body after event 0"), id="chat-cut"
        ),
        pytest.param(
            TEXT + TEXT + b'data: {"cho',
            "openai-chat",
            (2, 0, "the end of the body after event 1"),
            id="chat-cut-inside-an-event",
        ),
        pytest.param(
            b'data: {"cho',
            "openai-chat",
            (0, None, "the end of the body, and no readable chunk before it"),
            id="cut-inside-the-first-event",
        ),
        pytest.param(
            chat('{"content":"a"}', index=1) + chat(finish='"stop"'),
            "openai-chat",
            (1, 1, "the end of the body after event 1"),
            id="one-choice-of-two",
        ),
        pytest.param(
            TEXT + b'data: {"error":{"message":"x"}}\n\n',
            "openai-chat",
            None,
            id="ended-by-an-error",
        ),
        pytest.param(b"", "openai-chat", None, id="empty-has-its-own-rule"),
        pytest.param(
            START + DELTA + typed("message_stop"), "anthropic-messages", None, id="messages"
        ),
        pytest.param(
            START + DELTA,
            "anthropic-messages",
            (1, None, "the end of the body after event 1 (message_delta)"),
            id="messages-without-the-stop",
        ),
        pytest.param(
            CREATED + typed("response.incomplete", ',"response":{"id":"r"}'),
            "openai-responses",
            None,
            id="responses-incomplete-is-an-end",
        ),
        pytest.param(
            CREATED,
            "openai-responses",
            (0, None, "the end of the body after event 0 (response.created)"),
            id="responses-cut",
        ),
        pytest.param(candidate(',"finishReason":"STOP"'), "gemini", None, id="gemini"),
        pytest.param(
            candidate(), "gemini", (0, 0, "the end of the body after event 0"), id="gemini-cut"
        ),
        pytest.param(
            b'data: {"promptFeedback":{"blockReason":"SAFETY"}}\r\n\r\n',
            "gemini",
            None,
            id="gemini-blocked",
        ),
    ],
)
def test_the_end(court, body, dialect, expected) -> None:
    findings = court(end_is_reached, body, dialect).findings
    found = [(one.event, one.choice, one.got) for one in findings]
    assert found == ([] if expected is None else [expected])


def test_look_alikes_do_not_hide_the_last_event(court) -> None:
    body = b"".join(chat(f'{{"content":"{letter}"}}') for letter in "abcdefgh")
    (finding,) = court(end_is_reached, body).findings
    assert finding.event == 7
    assert finding.got == "the end of the body after event 7"
