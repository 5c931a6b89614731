"""Members that two dialects keep in different places, and those that only one has."""

from __future__ import annotations

import pytest

from streamgauge.translate.members import carried, left_out, stated

MESSAGES = {
    "model": "m", "temperature": 0.5, "top_k": 3, "metadata": {"user_id": "u"},
    "thinking": {"type": "enabled", "budget_tokens": 2000}, "service_tier": "auto",
}  # fmt: skip
GEMINI = {"contents": [], "generationConfig": {"temperature": 0.5, "topK": 3, "topP": 0}}
CHAT = {"messages": [], "seed": 7, "user": "u", "frequency_penalty": 0, "logit_bias": {"1": 2}}


@pytest.mark.parametrize(
    ("value", "source", "target", "members"),
    [
        (
            MESSAGES,
            "anthropic-messages",
            "gemini",
            {
                "generationConfig": {
                    "temperature": 0.5,
                    "topK": 3,
                    "thinkingConfig": {"thinkingBudget": 2000},
                }
            },
        ),
        (MESSAGES, "anthropic-messages", "openai-chat", {"temperature": 0.5, "user": "u"}),
        (GEMINI, "gemini", "openai-chat", {"temperature": 0.5, "top_p": 0}),
        (CHAT, "openai-chat", "gemini", {"generationConfig": {"frequencyPenalty": 0}}),
        ({"temperature": None}, "openai-chat", "gemini", {}),
        ({"generationConfig": 3}, "gemini", "openai-chat", {}),
    ],
    ids=["to gemini", "to chat", "zero is a value", "penalties", "null says nothing", "nonsense"],
)
def test_members_move_to_the_place_of_the_other_dialect(
    value: dict[str, object], source: str, target: str, members: object
) -> None:
    assert carried(value, source, target) == members


@pytest.mark.parametrize(
    ("value", "source", "target", "names"),
    [
        (MESSAGES, "anthropic-messages", "gemini", ["service_tier", "metadata/user_id"]),
        (
            MESSAGES,
            "anthropic-messages",
            "openai-chat",
            ["service_tier", "top_k", "thinking/budget_tokens"],
        ),
        (CHAT, "openai-chat", "gemini", ["logit_bias", "user"]),
        (GEMINI, "gemini", "anthropic-messages", []),
    ],
    ids=["to gemini", "to chat", "from chat", "nothing"],
)
def test_what_has_no_words_is_told(
    value: dict[str, object], source: str, target: str, names: list[str]
) -> None:
    lines = left_out(value, source, target)
    assert lines == tuple(f"{name} of the request has no words in {target}" for name in names)


def test_a_line_of_the_table_can_be_asked_for() -> None:
    assert stated(CHAT, "seed", "openai-chat") == 7
    assert stated(CHAT, "seed", "anthropic-messages") is None
