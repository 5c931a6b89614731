"""The pipeline: an exchange in, a judgement out; mistakes of the caller are ValueErrors."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import streamgauge
import streamgauge.rules.catalogue
from streamgauge import Exchange, aggregate, check
from streamgauge.exchange import Request
from streamgauge.pipeline import Options, judge_exchange, profiles
from streamgauge.verdict.judge import Verdict
from streamgauge.wire.event import Limits

CHUNK = {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "a"}}]}
STOP = {
    "object": "chat.completion.chunk",
    "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
}


def sse(*values: Any) -> bytes:
    return "".join(f"data: {json.dumps(value)}\n\n" for value in values).encode()


BODY = sse(CHUNK, STOP)


def test_the_public_names_are_what_the_package_promises() -> None:
    assert set(streamgauge.__all__) >= {"Exchange", "aggregate", "check"}
    assert all(hasattr(streamgauge, name) for name in streamgauge.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = streamgauge.nonsense


def test_a_body_becomes_a_message() -> None:
    (choice,) = aggregate(BODY).choices
    assert [part.content for part in choice.parts] == ["a"]


def test_a_body_of_no_dialect_has_no_message() -> None:
    with pytest.raises(ValueError, match="not an LLM stream"):
        aggregate(b"<html>")
    judgement = check(b"<html>")
    assert (judgement.message, judgement.transcript) == (None, None)
    assert judgement.ruling.verdict is Verdict.UNSUPPORTED


@pytest.mark.parametrize("call", [aggregate, check], ids=lambda call: call.__name__)
@pytest.mark.parametrize(("option", "word"), [("dialect", "latin"), ("vendor", "acme")])
def test_an_unknown_word_is_the_caller_s_mistake(call: Any, option: str, word: str) -> None:
    with pytest.raises(ValueError, match=f"no {option} '{word}'; known: auto, "):
        call(BODY, **{option: word})


def test_the_record_says_what_was_found() -> None:
    record = check(BODY, vendor="openai").record
    assert (record["dialect"], record["vendor"], record["vendor_from"]) == (
        *("openai-chat", "openai", "option"),
    )
    assert record["ending"] == "complete"
    rules = record["rules"]
    asked = rules["passed"] + rules["broken"] + len(rules["skipped"])
    assert asked == len(streamgauge.rules.catalogue.rules())


def test_a_skip_has_a_reason_and_is_not_a_pass() -> None:
    skipped = {one["rule"]: one["reason"] for one in check(BODY).record["rules"]["skipped"]}
    assert skipped["timing/no-long-stall"] == "arrival times are unknown"


DOCUMENT = b'{"choices":[{"message":{"content":"a"},"finish_reason":"stop"}]}'


def test_a_request_is_taken_as_json_and_keeps_the_url() -> None:
    request = Request(url="https://api.openai.com/v1/chat/completions")
    exchange = Exchange(body=DOCUMENT, request=request)
    judgement = check(exchange, request={"stream": False})
    assert judgement.record["ending"] == "complete"
    assert judgement.record["vendor"] == "openai"
    assert check(DOCUMENT, request={"stream": True}).record["ending"] == "not-a-stream"


GEMINI = b'{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]}'


@pytest.mark.parametrize(
    ("path", "ending"),
    [
        (":generateContent", "complete"),
        (":streamGenerateContent", "not-a-stream"),
        ("", "not-a-stream"),
    ],
)
def test_the_path_says_whether_a_stream_was_asked_for(path: str, ending: str) -> None:
    request = Request(url=f"https://x.test/v1beta/models/m{path}?key=k", body=b'{"contents":[]}')
    assert check(Exchange(body=GEMINI, request=request)).record["ending"] == ending


@pytest.mark.parametrize("body", [b"", b" ", b"{", b"\xff"])
def test_a_request_that_cannot_be_read_is_not_known(body: bytes) -> None:
    exchange = Exchange(body=DOCUMENT, request=Request(body=body))
    assert check(exchange).transcript.asked is None  # type: ignore[union-attr]


def test_rules_are_chosen_by_glob() -> None:
    options = Options(rule=("ending/*",), skip_rule=("*/sentinel-*",))
    outcome = judge_exchange(Exchange(body=BODY), options).outcome
    asked = {*outcome.passed, *outcome.broken, *(one.rule for one in outcome.skipped)}
    assert asked
    assert all(re.match("ending/(?!sentinel-)", slug) for slug in asked)


def test_limits_are_handed_down() -> None:
    options = Options(dialect="openai-chat", limits=Limits(event=10))
    transcript = judge_exchange(Exchange(body=BODY), options).transcript
    assert transcript is not None
    assert not list(transcript.parts())


def test_the_permissive_profile_is_one_of_the_profiles() -> None:
    slugs = [profile.slug for profile in profiles()]
    assert "unknown" in slugs
    assert len(slugs) == len(set(slugs))


def test_the_unknown_vendor_has_no_contested_must() -> None:
    """Where a known vendor does otherwise, an unknown one is only advised."""
    findings = check(sse(CHUNK)).record["findings"]
    lowered = {
        slug
        for profile in profiles()
        for slug, ruled in profile.narrowed("openai-chat").rules.items()
        if ruled.level != "must" and "openai-chat" in profile.dialects and profile.slug != "unknown"
    }
    musts = {one["rule"] for one in findings if one["level"] == "must"}
    raised = {
        slug
        for profile in profiles()
        if profile.slug == "unknown"
        for slug, ruled in profile.narrowed("openai-chat").rules.items()
        if ruled.level == "must"
    }
    assert musts
    assert not (musts - raised) & lowered
