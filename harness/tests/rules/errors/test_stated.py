"""How errors are stated."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge import schema
from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Exchange
from streamgauge.rules.case import Case, Violation
from streamgauge.rules.errors.stated import (
    error_has_message,
    error_has_standard_shape,
    no_error_in_stream,
    no_error_only_chunk,
)
from streamgauge.transcript.transcribe import transcribe
from streamgauge.wire.framing import Framing

CHAT, RESPONSES = "openai-chat", "openai-responses"
MESSAGES, GEMINI = "anthropic-messages", "gemini"
STANDARD = {"error": {"message": "sorry", "type": "server_error"}}
TEXT = {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "ab"}}]}
TYPED = {"type": "error", "error": {"type": "api_error", "message": "sorry"}}
GOOGLE = {"error": {"code": 503, "message": "sorry", "status": "UNAVAILABLE"}}
FAILED = {"type": "response.failed", "response": {"error": {"code": "x", "message": "sorry"}}}

CASES: dict[str, tuple[Any, str, list[Any], list[tuple[int, str | None]]]] = {
    "no error": (no_error_in_stream, CHAT, [TEXT, TEXT], []),
    "an error, told twice": (no_error_in_stream, CHAT, [TEXT, STANDARD, STANDARD], [(1, "/error")]),
    "an error and failed": (no_error_in_stream, RESPONSES, [TYPED, FAILED], [(0, "/error")]),
    "chat": (error_has_standard_shape, CHAT, [STANDARD], []),
    "bare text": (error_has_standard_shape, CHAT, [{"error": "sorry"}], [(0, "/error")]),
    "another member": (
        error_has_standard_shape,
        CHAT,
        [{"error_message": "sorry"}],
        [(0, "/error_message")],
    ),
    "flat": (error_has_standard_shape, CHAT, [{"code": "x", "message": "sorry"}], [(0, None)]),
    "a base response": (
        error_has_standard_shape,
        CHAT,
        [{"choices": [], "base_resp": {"status_code": 1004, "status_msg": "sorry"}}],
        [(0, "/base_resp")],
    ),
    "an error in an error": (
        error_has_standard_shape,
        CHAT,
        [{"error": {"error": "sorry"}}],
        [(0, "/error")],
    ),
    "an error event": (error_has_standard_shape, RESPONSES, [TYPED], []),
    "a flat error event": (
        error_has_standard_shape,
        RESPONSES,
        [{"type": "error", "code": "x", "message": "sorry"}],
        [],
    ),
    "the body of an HTTP error": (error_has_standard_shape, RESPONSES, [STANDARD], [(0, "/error")]),
    "messages": (error_has_standard_shape, MESSAGES, [TYPED], []),
    "another dialect's error": (error_has_standard_shape, MESSAGES, [STANDARD], [(0, "/error")]),
    "gemini": (error_has_standard_shape, GEMINI, [GOOGLE], []),
    "an error of chat in gemini": (error_has_standard_shape, GEMINI, [STANDARD], [(0, "/error")]),
    "words": (error_has_message, CHAT, [STANDARD], []),
    "no words": (error_has_message, CHAT, [{"error": {"type": "x"}}], [(0, "/error")]),
    "blank words": (error_has_message, CHAT, [{"error": {"message": " "}}], [(0, "/error")]),
    "no words in failed": (
        error_has_message,
        RESPONSES,
        [{"type": "response.failed", "response": {"error": {"code": "x"}}}],
        [(0, "/response/error")],
    ),
    "an error beside a choice": (no_error_only_chunk, CHAT, [{**STANDARD, **TEXT}], []),
    "an error alone": (no_error_only_chunk, CHAT, [TEXT, STANDARD], [(1, "/error")]),
    "an error and no choices": (
        no_error_only_chunk,
        CHAT,
        [{**STANDARD, "choices": []}],
        [(0, "/error")],
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_rule_about_stating_errors(case: Any, court: Any) -> None:
    rule, dialect, values, wanted = case
    body = "".join(f"data: {json.dumps(value)}\n\n" for value in values).encode()
    outcome = court(rule, body, dialect)
    assert not outcome.skipped
    assert [(f.event, f.pointer) for f in outcome.findings] == wanted


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ('{"code":500,"message":"sorry","type":"server_error"}', "The error lacks its envelope"),
        ('{"type":"error","error":"sorry"}', "The error is not in the documented shape"),
        ('{"type":"error"}', "The error is not in the documented shape"),
    ],
    ids=["bare", "text in its envelope", "an empty envelope"],
)
def test_an_error_of_messages_needs_its_envelope(court: Any, data: str, says: str) -> None:
    outcome = court(error_has_standard_shape, f"event: error\ndata: {data}\n\n".encode(), MESSAGES)
    assert [one.says for one in outcome.findings] == [says]


def test_what_the_schema_says_of_an_error_is_not_said_again() -> None:
    body = b'event: error\ndata: {"type": "error", "error": {"type": "api_error"}}\n\n'
    transcript = transcribe(Exchange(body=body), named(MESSAGES), {}, Framing.SSE)
    silent = Case(transcript=transcript, facts={}, violations=lambda _: iter(()))
    asked = Case(transcript=transcript, facts={}, violations=schema.chunk_check(MESSAGES, ()))
    assert len(list(error_has_message.ask(silent))) == 1
    assert list(error_has_message.ask(asked)) == []


@pytest.mark.parametrize(
    ("pointer", "said"),
    [("", 0), ("/error", 0), ("/error/type", 0), ("/id", 1)],
    ids=["of the chunk", "of the error", "inside the error", "of something else"],
)
def test_only_a_fault_of_the_error_or_of_the_chunk_says_it_already(pointer: str, said: int) -> None:
    body = b'event: error\ndata: {"type": "error", "error": {"type": "api_error"}}\n\n'
    transcript = transcribe(Exchange(body=body), named(MESSAGES), {}, Framing.SSE)
    violation = Violation(pointer, "required", "something is missing")
    case = Case(transcript=transcript, facts={}, violations=lambda _: iter([violation]))
    assert len(list(error_has_message.ask(case))) == said


@pytest.mark.parametrize(
    ("error", "shown"),
    [({"message": "sorry"}, "sorry"), ({"code": 7}, "{'error': {'code': 7}}")],
    ids=["its words", "all of it where it has none"],
)
def test_the_error_is_shown(court: Any, error: Any, shown: str) -> None:
    body = f"data: {json.dumps({'error': error})}\n\n".encode()
    (finding,) = court(no_error_in_stream, body).findings
    assert finding.got == shown


def test_rules_about_errors_are_not_asked_where_there_is_none(court: Any) -> None:
    body = f"data: {json.dumps(TEXT)}\n\n".encode()
    outcome = court(error_has_message, body)
    assert [skip.reason for skip in outcome.skipped] == ["no error in this stream"]


def test_only_a_vendor_s_profile_demands_it() -> None:
    assert no_error_only_chunk.demanded
