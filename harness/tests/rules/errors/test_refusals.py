"""The bodies of refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streamgauge.rules.errors.refusals import refusal_has_standard_shape

CHAT, RESPONSES = "openai-chat", "openai-responses"
MESSAGES, GEMINI = "anthropic-messages", "gemini"
NESTED = {"error": {"message": "no"}}
TYPED = {"type": "error", "error": {"type": "invalid_request_error", "message": "no"}}
GOOGLE = {"error": {"code": 400, "message": "no", "status": "INVALID_ARGUMENT"}}
FLAT = {"object": "error", "message": "no", "type": "bad", "param": None, "code": None}
DETAIL = {"detail": "no"}
DRAWN = {
    "object": "error",
    "message": "{message}",
    "type": "{type}",
    "param": "{param}",
    "code": "{code}",
}


@pytest.mark.parametrize(
    ("dialect", "value", "good"),
    [
        (CHAT, NESTED, True),
        (CHAT, DETAIL, False),
        (CHAT, FLAT, False),
        (CHAT, {"error": "no"}, False),
        (CHAT, {"error": {"message": None}}, False),
        (CHAT, None, False),
        (RESPONSES, NESTED, True),
        (RESPONSES, {"error": {}}, False),
        (MESSAGES, TYPED, True),
        (MESSAGES, TYPED | {"type": "message"}, False),
        (MESSAGES, NESTED, False),
        (GEMINI, GOOGLE, True),
        (GEMINI, NESTED, False),
    ],
)
def test_each_dialect_has_its_shape(court: Any, dialect: str, value: object, good: bool) -> None:
    body = b'{"error":' if value is None else json.dumps(value).encode()
    outcome = court(refusal_has_standard_shape, body, dialect, status=400)
    assert (outcome.findings == ()) is good
    assert not outcome.skipped


@pytest.mark.parametrize(
    ("value", "good"),
    [
        (FLAT, True),
        ({"object": "error", "message": "no", "type": "bad"}, True),
        ({"object": "list", "message": "no", "type": "bad"}, False),
        ({"object": "error", "message": "no"}, False),
        (NESTED, False),
    ],
    ids=["as drawn", "without the optional", "another word", "no type", "as others draw it"],
)
def test_a_vendor_has_its_own_shape(court: Any, value: object, good: bool) -> None:
    body = json.dumps(value).encode()
    outcome = court(refusal_has_standard_shape, body, status=400, facts={"error-body": DRAWN})
    assert (outcome.findings == ()) is good
    for finding in outcome.findings:
        assert finding.expected.startswith('{"object": "error", "message": …')


PAGE, ZIP = b"<html></html>", b"PK\x03\x04"


@pytest.mark.parametrize(
    ("body", "stream", "got"),
    [
        pytest.param(b"Sorry", True, "text of no known framing: Sorry", id="words"),
        pytest.param(b" \n", True, None, id="nothing"),
        pytest.param(PAGE, True, None, id="a page for a stream"),
        pytest.param(PAGE, None, None, id="a page for nobody knows what"),
        pytest.param(PAGE, False, "HTML or XML page: <html></html>", id="a page for a document"),
        pytest.param(ZIP, False, "binary data: PK\x03\x04", id="binary data for a document"),
    ],
)
def test_bodies_that_are_no_json(
    court: Any, body: bytes, stream: bool | None, got: str | None
) -> None:
    request = None if stream is None else {"stream": stream}
    outcome = court(refusal_has_standard_shape, body, status=502, request=request)
    assert [one.got for one in outcome.findings] == ([] if got is None else [got])


@pytest.mark.parametrize(
    ("body", "status"),
    [(b'{"detail":"no"}', 200), (b'{"detail":"no"}', None), (b'data: {"detail":"no"}\n\n', 400)],
    ids=["a success", "no status", "a stream"],
)
def test_what_is_no_refusal_is_not_asked(court: Any, body: bytes, status: int | None) -> None:
    (skipped,) = court(refusal_has_standard_shape, body, status=status).skipped
    assert skipped.reason == "the answer is no refusal"
