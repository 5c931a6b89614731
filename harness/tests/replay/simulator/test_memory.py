"""What was signed is remembered, with what it stands for, and not for ever."""

from __future__ import annotations

import pytest

from streamgauge.dialects import catalogue
from streamgauge.replay.simulator import memory
from streamgauge.replay.simulator.memory import Memory, read

MESSAGES = catalogue.named("anthropic-messages")


def told(thought: str, signature: str) -> dict[str, object]:
    content = [
        {"type": "thinking", "thinking": thought, "signature": signature},
        {"type": "text", "text": "Hi."},
    ]
    usage = {"input_tokens": 1, "output_tokens": 1}
    head = {"id": "m", "type": "message", "role": "assistant", "model": "m", "usage": usage}
    return {**head, "content": content, "stop_reason": "end_turn", "stop_sequence": None}


def test_a_signature_stands_for_its_thought() -> None:
    kept = Memory()
    kept.keep(told("I see.", "sig-1"), MESSAGES, {})
    kept.keep(told("I know.", "sig-2"), MESSAGES, {})
    assert kept.issued.signed == {"sig-1": "I see.", "sig-2": "I know."}


def test_an_answer_without_signatures_leaves_nothing() -> None:
    kept = Memory()
    kept.keep({"error": {"message": "no"}}, catalogue.named("openai-chat"), {})
    assert not kept.issued.signed


def test_the_oldest_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_MOST", 2)
    kept = Memory()
    for number in range(4):
        kept.keep(told("x", f"sig-{number}"), MESSAGES, {})
    assert list(kept.issued.signed) == ["sig-2", "sig-3"]


def test_a_document_is_read_as_any_other() -> None:
    message = read(told("I see.", "sig-1"), MESSAGES, {})
    assert [part.content for part in message.choices[0].parts] == ["I see.", "Hi."]
