"""Finish reasons in neutral words; a word that nobody documents is unknown, never a stop."""

from __future__ import annotations

import pytest

from streamgauge.dialects.openai_chat.stop import neutral_reason

WORDS: dict[object, str] = {
    "stop": "stop",
    "eos": "stop",
    "length": "length",
    "model_length": "length",
    "tool_calls": "tool_call",
    "function_call": "tool_call",
    "content_filter": "content_filter",
    "sensitive": "content_filter",
    "model_context_window_exceeded": "context_window",
    "stop_sequence": "stop_sequence",
    "error": "error",
    "network_error": "error",
    "insufficient_system_resource": "error",
    "error_finish": "error",
    "abort": "error",
    "engine_overloaded": "error",
    "STOP": "unknown",
    "null": "unknown",
    "end_turn": "unknown",
    "": "unknown",
    7: "unknown",
    None: "unknown",
}


@pytest.mark.parametrize("raw", WORDS)
def test_a_word_has_one_meaning(raw: object) -> None:
    assert neutral_reason(raw) == WORDS[raw]


def test_what_is_no_word_is_unknown() -> None:
    assert neutral_reason(["stop"]) == "unknown"
