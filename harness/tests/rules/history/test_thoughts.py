"""Reasoning and signatures in a request, where a vendor's facts ask for them."""

from __future__ import annotations

from typing import Any

from streamgauge.rules.history.thoughts import reasoning_is_sent_back, signatures_are_sent_back

CALL = {"id": "a", "type": "function", "function": {"name": "look", "arguments": "{}"}}
BARE = {"role": "assistant", "content": None, "tool_calls": [CALL]}
FULL = {**BARE, "reasoning_content": "I look."}
USER = {"role": "user", "content": "Look."}
WORDS = {"status": 400, "type": "invalid", "message": "missing at index {index}"}


def facts(duty: str) -> dict[str, object]:
    return {"thinks-unasked": True, "history-errors": {duty: WORDS}}


def test_reasoning_is_wanted_where_a_fact_says_so(judged: Any) -> None:
    known = facts("reasoning-with-calls")
    got = "no reasoning; refused with 400: missing at index 1"
    assert judged(reasoning_is_sent_back, [USER, BARE], facts=known) == [("/messages/1", got)]
    assert judged(reasoning_is_sent_back, [USER, FULL], facts=known) == []
    assert judged(reasoning_is_sent_back, [USER, BARE], facts={"thinks-unasked": True}) == []


def test_each_turn_is_a_finding_of_its_own(judged: Any) -> None:
    found = judged(reasoning_is_sent_back, [USER, BARE, BARE], facts=facts("reasoning-with-calls"))
    assert [pointer for pointer, _ in found] == ["/messages/1", "/messages/2"]


def test_a_signature_is_wanted_where_a_fact_says_so(judged: Any) -> None:
    known = {**facts("calls-are-signed"), "signature-member": "/extra_content/acme/signature"}
    signed = {**CALL, "extra_content": {"acme": {"signature": "c2lnbmVk"}}}
    got = "no signature on the call of look; refused with 400: missing at index 1"
    assert judged(signatures_are_sent_back, [USER, BARE], facts=known) == [("/messages/1", got)]
    assert (
        judged(signatures_are_sent_back, [USER, {**BARE, "tool_calls": [signed]}], facts=known)
        == []
    )


def test_a_first_request_has_no_history(judged: Any) -> None:
    reason = "no request is known that holds an earlier answer"
    assert judged(reasoning_is_sent_back, [USER]) == reason
    assert judged(signatures_are_sent_back, []) == reason


def test_only_a_vendor_s_profile_demands_it() -> None:
    assert reasoning_is_sent_back.demanded
    assert signatures_are_sent_back.demanded
