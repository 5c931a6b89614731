"""What passes by itself, and how long a provider asks to wait."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from streamgauge.exchange import Exchange, Head, Headers
from streamgauge.pipeline import profiles
from streamgauge.trials.retrying import TRANSIENT, asked_wait, named_wait, passes
from streamgauge.vendors.profile import find

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def head(**fields: str) -> Head:
    named = tuple((name.replace("_", "-"), value) for name, value in fields.items())
    return Head(status=429, headers=named)


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({}, None),
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "0"}, 0.0),
        ({"retry_after": "1.5"}, 1.5),
        ({"retry_after": " 3 "}, 3.0),
        ({"retry_after": "3600"}, 3600.0),
        ({"retry_after": "-1"}, None),
        ({"retry_after": "soon"}, None),
        ({"retry_after": ""}, None),
        ({"retry_after": "nan"}, None),
        ({"retry_after_ms": "250"}, 0.25),
        ({"retry_after_ms": "250", "retry_after": "7"}, 0.25),
        ({"retry_after_ms": "x", "retry_after": "7"}, 7.0),
        ({"retry_after": "Sun, 22 Nov 2026 12:00:09 GMT"}, 9.0),
        ({"retry_after": "Sun, 22 Nov 2026 11:59:00 GMT"}, 0.0),
        ({"retry_after": "Sun, 22 Nov 2026 12:00:09 -0000"}, 9.0),
        ({"retry_after": "Sun, 22 Nov 2026 14:00:09 +0200"}, 9.0),
        ({"retry_after": "Sun, 22 Nov 2026 12:00:09 +99999999999999"}, None),
        ({"retry_after": "Sun, 99 Nov 2026 12:00:09 GMT"}, None),
    ],
)  # fmt: skip
def test_the_wait_that_is_named(fields: dict[str, str], seconds: float | None) -> None:
    assert named_wait(head(**fields), NOW) == pytest.approx(seconds)


GOOGLE = "type.googleapis.com/google.rpc.RetryInfo"


def detailed(*details: object, headers: Headers = (), listed: bool = False) -> Exchange:
    error = {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": list(details)}}
    body = json.dumps([error] if listed else error).encode()
    return Exchange(head=Head(status=429, headers=headers), body=body)


@pytest.mark.parametrize(
    ("exchange", "seconds"),
    [
        (detailed({"@type": GOOGLE, "retryDelay": "34s"}), 34.0),
        (detailed({"@type": GOOGLE, "retryDelay": "3.500s"}), 3.5),
        (detailed({"@type": GOOGLE, "retryDelay": "7s"}, listed=True), 7.0),
        (detailed({"@type": "other", "retryDelay": "9s"}, 5,
                  {"@type": GOOGLE, "retryDelay": "7s"}), 7.0),
        (detailed({"@type": GOOGLE, "retryDelay": "7s"}, headers=(("retry-after", "2"),)), 2.0),
        (detailed({"@type": GOOGLE, "retryDelay": 7}), None),
        (detailed({"@type": GOOGLE, "retryDelay": "soon s"}), None),
        (detailed({"@type": GOOGLE, "retryDelay": "-1s"}), None),
        (detailed({"@type": GOOGLE}), None),
        (detailed(), None),
        (Exchange(head=Head(status=429), body=b"["), None),
        (Exchange(head=Head(status=429), body=b"[" * 60_000), None),
        (Exchange(head=Head(status=429), body=b"[]"), None),
        (Exchange(head=Head(status=429), body=b'{"error":{"details":{}}}'), None),
    ],
    ids=["seconds", "parts of one", "in an array", "among others", "the head wins", "a number",
         "no number", "negative", "no delay", "no detail", "half JSON", "deep JSON", "empty",
         "details that are none"],
)  # fmt: skip
def test_a_wait_may_stand_in_the_error_itself(exchange: Exchange, seconds: float | None) -> None:
    profile = find(profiles(), "google")
    assert profile is not None
    facts = profile.narrowed("gemini").facts
    assert facts["retry-info-type"] == GOOGLE
    assert asked_wait(exchange, facts) == seconds
    assert asked_wait(exchange, {}) == named_wait(exchange.head)


def refused(status: int, error: object) -> Exchange:
    return Exchange(head=Head(status=status), body=json.dumps({"error": error}).encode())


@pytest.mark.parametrize("status", [200, 201, 301, 400, 401, 403, 404, 413, 418, 422, None])
def test_other_statuses_never_pass(status: int | None) -> None:
    assert not passes(Exchange(head=Head(status=status)), {})


@pytest.mark.parametrize("status", sorted(TRANSIENT))
def test_these_statuses_pass_where_nothing_is_known_of_the_error(status: int) -> None:
    assert passes(refused(status, {"type": "whatever"}), {})


@pytest.mark.parametrize(
    ("vendor", "error", "lasts"),
    [
        ("moonshot", {"type": "exceeded_current_quota_error"}, True),
        ("moonshot", {"type": "rate_limit_reached_error"}, False),
        ("moonshot", {"type": "engine_overloaded_error"}, False),
        ("openai", {"type": "insufficient_quota", "code": "insufficient_quota"}, True),
        ("openai", {"type": "requests", "code": "rate_limit_exceeded"}, False),
        ("zhipu", {"code": "1113"}, True),
        ("zhipu", {"code": "1302"}, False),
    ],
)
def test_a_429_for_an_empty_account_lasts(vendor: str, error: object, lasts: bool) -> None:
    profile = find(profiles(), vendor)
    assert profile is not None
    facts = profile.narrowed("openai-chat").facts
    assert passes(refused(429, error), facts) is not lasts


def test_an_error_lasts_under_its_own_status_only() -> None:
    facts = {"errors": {"quota": {"status": 429, "type": "empty", "transient": False}}}
    assert not passes(refused(429, {"type": "empty"}), facts)
    assert passes(refused(503, {"type": "empty"}), facts)


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"<html>", b"x" * 100_000])
def test_any_body_will_do(body: bytes) -> None:
    facts = {"errors": {"quota": {"status": 429, "type": "empty", "transient": False}}}
    assert passes(Exchange(head=Head(status=429), body=body), facts)
