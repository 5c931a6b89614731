"""Refusals: the vendor's words where they are known, marked where they are not."""

from __future__ import annotations

import pytest

from streamgauge.replay.simulator.refusals import Phrasebook
from streamgauge.replay.simulator.settings import Trouble

OWN = {"errors": {"unknown-model": {"status": 410, "type": "gone", "message": "no {model}!"}}}


def test_the_vendors_words_win() -> None:
    refusal, unverified = Phrasebook(dialect="openai-chat", facts=OWN).refused(
        "unknown-model", model="m"
    )
    assert (refusal.status, refusal.type, refusal.message) == (410, "gone", "no m!")
    assert unverified is None


def test_doubtful_words_are_marked() -> None:
    words = Phrasebook(dialect="openai-chat", facts=OWN, doubtful=frozenset({"errors"}))
    assert words.refused("unknown-model").unverified == "errors.unknown-model"


WORDS = {"status": 429, "type": "slow", "message": "Wait."}
TYPELESS = {"error-body": {"message": "{message}"}}
KNOWN = [
    pytest.param(WORDS, {}, True, id="all of it"),
    pytest.param({**WORDS, "confidence": "reported"}, {}, False, id="by hearsay"),
    pytest.param({"status": 429, "type": "slow"}, {}, False, id="no words"),
    pytest.param({"status": 429, "message": "Wait."}, {}, False, id="no type"),
    pytest.param({"status": 429, "message": "Wait."}, TYPELESS, True, id="no type is shown"),
]


@pytest.mark.parametrize(("error", "facts", "sure"), KNOWN)
def test_an_error_is_marked_where_any_of_it_is_ours(
    error: dict[str, object], facts: dict[str, object], sure: bool
) -> None:
    words = Phrasebook(dialect="openai-chat", facts={**facts, "errors": {"rate-limit": error}})
    assert words.refused("rate-limit").unverified == (None if sure else "errors.rate-limit")


def test_a_known_error_without_a_code_is_given_none() -> None:
    words = Phrasebook(dialect="openai-chat", facts={"errors": {"rate-limit": WORDS}})
    assert words.refused("rate-limit").refusal.code is None


def test_an_error_may_be_surer_than_the_others() -> None:
    facts = {"errors": {"overload": {**WORDS, "confidence": "recorded"}}}
    words = Phrasebook(dialect="openai-chat", facts=facts, doubtful=frozenset({"errors"}))
    assert words.refused("overload").unverified is None


@pytest.mark.parametrize(
    ("dialect", "name", "status", "type"),
    [
        ("openai-chat", "unknown-model", 404, "invalid_request_error"),
        ("anthropic-messages", "overload", 529, "overloaded_error"),
        ("anthropic-messages", "unknown-model", 404, "not_found_error"),
        ("gemini", "rate-limit", 429, "RESOURCE_EXHAUSTED"),
        ("gemini", "bad-json", 400, "INVALID_ARGUMENT"),
        ("openai-responses", "wrong-key", 401, "authentication_error"),
    ],
)
def test_without_words_the_dialects_own_status_and_type_hold(
    dialect: str, name: str, status: int, type: str
) -> None:
    refusal, unverified = Phrasebook(dialect=dialect, facts={}).refused(name)
    assert (refusal.status, refusal.type) == (status, type)
    assert unverified == f"errors.{name}"


@pytest.mark.parametrize("trouble", list(Trouble), ids=lambda trouble: trouble.value)
def test_only_what_passes_says_when_to_come_back(trouble: Trouble) -> None:
    refusal = Phrasebook(dialect="openai-chat", facts={}).troubled(trouble, 2.5).refusal
    passes = trouble in (Trouble.RATE_LIMIT, Trouble.OVERLOAD)
    assert refusal.retry_after == (2.5 if passes else None)


def test_a_brace_that_names_nothing_stays() -> None:
    facts = {"errors": {"bad-request": {"message": "{why} {what}"}}}
    words = Phrasebook(dialect="openai-chat", facts=facts)
    assert words.refused("bad-request", why="{what}").refusal.message == "{what} {what}"
