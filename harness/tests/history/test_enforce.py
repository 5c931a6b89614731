"""Which duties a vendor has, and the refusal in its own words."""

from __future__ import annotations

import pytest

from streamgauge import pipeline
from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Facts, Refusal
from streamgauge.history import breaches, duties
from streamgauge.message import Part
from streamgauge.prompt import Asked, Role, Turn
from streamgauge.vendors.profile import find

THOUGHT = Part(kind=Kind.REASONING, content="I look.", field="reasoning_content")
CALL = Part(kind=Kind.TOOL_CALL, id="look_0", name="look", arguments={})
WORDS = Part(kind=Kind.TEXT, content="Hello.")
USER = Turn(role=Role.USER, text="Look.", position=0)


def facts_of(vendor: str, dialect: str = "openai-chat") -> Facts:
    profile = find(pipeline.profiles(), vendor)
    assert profile is not None
    return profile.narrowed(dialect).facts


def talk(*parts: Part) -> tuple[Turn, ...]:
    """One question, one answer of these parts, and a result for each call."""
    ids = [part.id for part in parts if part.kind is Kind.TOOL_CALL]
    results = [Turn(role=Role.TOOL, call_id=id, position=2 + at) for at, id in enumerate(ids)]
    return (USER, Turn(role=Role.ASSISTANT, parts=parts, position=1), *results)


def refusals(turns: tuple[Turn, ...], asked: Asked, facts: Facts) -> list[tuple[int, Refusal]]:
    return [(one.index, one.refusal) for one in breaches(turns, asked, facts)]


KIMI = Refusal(
    status=400,
    type="invalid_request_error",
    message="thinking is enabled but reasoning_content is missing in assistant tool call message"
    " at index 1",
)
KIMI_ALL = Refusal(
    status=400,
    type="invalid_request_error",
    message="preserved thinking (thinking.keep=all) requires reasoning_content on every assistant"
    " message, but assistant message at index 1 is missing reasoning_content",
)
KEPT = Asked(model="kimi-k2.6", extra={"thinking_keep": "all"})
KIMI_26 = Asked(model="kimi-k2.6")


@pytest.mark.parametrize(
    ("vendor", "asked", "parts", "expected"),
    [
        pytest.param("moonshot", KIMI_26, [CALL], KIMI, id="kimi, a call alone"),
        pytest.param("moonshot", KIMI_26, [THOUGHT, CALL], None, id="kimi, with its thought"),
        pytest.param(
            "moonshot",
            Asked(model="kimi-k2.6", thinking=False),
            [CALL],
            None,
            id="kimi, not thinking",
        ),
        pytest.param("moonshot", KIMI_26, [WORDS], None, id="kimi, words alone"),
        pytest.param("moonshot", KEPT, [WORDS], KIMI_ALL, id="kimi keeps all, words alone"),
        pytest.param("moonshot", KEPT, [CALL], KIMI, id="kimi keeps all, a call"),
        pytest.param("unknown", Asked(thinking=True), [CALL], None, id="a vendor nobody knows"),
    ],
)
def test_a_vendor_refuses(
    vendor: str, asked: Asked, parts: list[Part], expected: Refusal | None
) -> None:
    found = refusals(talk(*parts), asked, facts_of(vendor))
    assert found == ([] if expected is None else [(1, expected)])


def test_what_is_not_sourced_is_not_enforced() -> None:
    assert duties({}) == ()
    assert {duty.name for duty in duties(facts_of("moonshot"))} == {
        "answers-follow-calls",
        "answers-name-calls",
        "calls-are-answered",
        "reasoning-with-calls",
        "reasoning-on-every-turn",
    }
