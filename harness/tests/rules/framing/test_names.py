"""Names of events, in the dialects that have them."""

from __future__ import annotations

import pytest

from streamgauge.rules.framing.names import event_is_named, event_name_equals_type

MESSAGES = "anthropic-messages"
RESPONSES = "openai-responses"


def event(type: str, name: str | None = "", more: str = "") -> bytes:
    named = "" if name is None else f"event: {name or type}\n"
    return f'{named}data: {{"type":"{type}"{more}}}\n\n'.encode()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(event("message_start") + event("message_stop"), [], id="equal"),
        pytest.param(event("ping", None), [], id="no-name-is-another-rule"),
        pytest.param(event("ping", "message"), [(0, "event: message", "event: ping")], id="other"),
        pytest.param(
            event("server_error", "error", ',"message":"x"'), [], id="a-bare-error-has-its-own-rule"
        ),
        pytest.param(
            event("server_error", "ping"),
            [(0, "event: ping", "event: server_error")],
            id="no-error",
        ),
        pytest.param(b"event: done\ndata: [DONE]\n\n", [], id="sentinel-has-no-type"),
        pytest.param(b'event: ping\ndata: {"a":1}\n\n', [], id="no-type"),
        pytest.param(b"event: ping\ndata: [1]\n\n", [], id="no-object"),
    ],
)
def test_name_and_type(court, body, expected) -> None:
    findings = court(event_name_equals_type, body, MESSAGES).findings
    assert [(one.event, one.got, one.expected) for one in findings] == expected


@pytest.mark.parametrize(
    ("body", "dialect", "expected"),
    [
        pytest.param(event("ping"), MESSAGES, [], id="named"),
        pytest.param(
            event("ping") + event("message_stop", None),
            MESSAGES,
            [(1, "no event: line (type is message_stop)", 1)],
            id="one-without",
        ),
        pytest.param(
            event("message_start", None) + event("message_stop", None),
            MESSAGES,
            [(0, "no event: line (type is message_start)", 2)],
            id="all-without-is-one-finding",
        ),
        pytest.param(
            b'event:\ndata: {"type":"ping"}\n\n',
            MESSAGES,
            [(0, "no event: line (type is ping)", 1)],
            id="empty-name",
        ),
        pytest.param(
            event("error", None, ',"error":{"type":"overloaded_error","message":"x"}'),
            MESSAGES,
            [],
            id="errors-have-their-own-rule",
        ),
        pytest.param(b"data: [DONE]\n\n", MESSAGES, [], id="sentinel"),
        pytest.param(
            event("response.created", None),
            RESPONSES,
            [(0, "no event: line (type is response.created)", 1)],
            id="responses",
        ),
        pytest.param(b"data: {}\n\n", MESSAGES, [(0, "no event: line", 1)], id="nor-a-type"),
    ],
)
def test_events_without_a_name(court, body, dialect, expected) -> None:
    findings = court(event_is_named, body, dialect).findings
    assert [(one.event, one.got, one.times) for one in findings] == expected


def test_chat_has_no_names_to_ask_for(court) -> None:
    (skipped,) = court(event_is_named, b'data: {"choices":[]}\n\n').skipped
    assert skipped.reason == "not a question in openai-chat"
