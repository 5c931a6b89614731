"""Heads: media types, ids, counts in headers, and what says that words are ours."""

from __future__ import annotations

from streamgauge.dialects.dialect import Refusal
from streamgauge.replay.simulator import heads

COUNTED = {"usage-headers": {"x-prompt": "/prompt_tokens", "x-cached": "/details/cached"}}


def test_a_stream_is_an_event_stream_with_an_id() -> None:
    head = heads.streaming({}, "req_1", None)
    assert (head.status, head.content_type) == (200, "text/event-stream")
    assert head.header("x-request-id") == "req_1"


def test_header_names_and_media_types_are_facts() -> None:
    facts = {"request-id-header": "request-id", "stream-content-type": "text/event-stream"}
    head = heads.streaming(facts, "req_1", None)
    assert head.header("request-id") == "req_1"
    assert head.header("content-type") == "text/event-stream"


def test_counts_are_repeated_where_the_vendor_does_so() -> None:
    usage = {"prompt_tokens": 9, "details": {"cached": 4}}
    head = heads.whole(COUNTED, "req_1", usage)
    assert (head.header("x-prompt"), head.header("x-cached")) == ("9", "4")
    assert heads.whole(COUNTED, "req_1", None).header("x-prompt") is None
    assert heads.whole(COUNTED, "req_1", {}).header("x-cached") == "0"


def test_a_refusal_says_when_to_come_back_and_whose_words_it_uses() -> None:
    refusal = Refusal(status=429, type="t", message="m", retry_after=1.5)
    head = heads.refusing(refusal, {}, "req_1", "errors.rate-limit")
    assert (head.status, head.header("retry-after")) == (429, "1.5")
    assert head.header(heads.UNVERIFIED) == "errors.rate-limit"
    bare = heads.refusing(Refusal(status=400, type="t", message="m"), {}, "req_1", None)
    assert bare.header("retry-after") is None
    assert bare.header(heads.UNVERIFIED) is None


def test_a_stream_may_be_one_json_array() -> None:
    head = heads.as_json(heads.streaming({}, "req_1", None))
    assert head.content_type == "application/json"
    assert head.header("x-request-id") == "req_1"
