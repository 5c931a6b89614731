"""What a vendor does not want to find in a request."""

from __future__ import annotations

from typing import Any

from streamgauge.rules.history.refused import no_foreign_members, texts_are_not_empty

USER = {"role": "user", "content": "Hi."}
SAID = {"role": "assistant", "content": "Hello."}
THOUGHT = {**SAID, "reasoning_content": "A greeting."}
WORDS = {"status": 422, "type": "invalid", "message": "not permitted"}


def test_a_foreign_member_is_found_where_it_is_refused(judged: Any) -> None:
    facts = {
        "refused-members": ["reasoning_content"],
        "history-errors": {"no-foreign-members": WORDS},
    }
    got = "the member reasoning_content; refused with 422: not permitted"
    assert judged(no_foreign_members, [USER, THOUGHT], facts=facts) == [("/messages/1", got)]
    assert judged(no_foreign_members, [USER, SAID], facts=facts) == []
    assert judged(no_foreign_members, [USER, THOUGHT], facts={}) == []


def test_an_empty_text_is_found_where_it_is_refused(judged: Any) -> None:
    facts = {"history-errors": {"no-empty-texts": WORDS}}
    empty = {"role": "assistant", "content": [{"type": "text", "text": ""}]}
    got = "a text without a character; refused with 422: not permitted"
    found = judged(texts_are_not_empty, [USER, empty], facts=facts, dialect="anthropic-messages")
    assert found == [("/messages/1", got)]
    assert (
        judged(texts_are_not_empty, [USER, SAID], facts=facts, dialect="anthropic-messages") == []
    )


def test_only_a_vendor_s_profile_demands_it() -> None:
    assert no_foreign_members.demanded
    assert texts_are_not_empty.demanded
