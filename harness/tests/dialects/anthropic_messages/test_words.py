"""The tables of the Messages API agree with each other."""

from __future__ import annotations

import pytest

from streamgauge.delta import Kind
from streamgauge.dialects.anthropic_messages.words import FINISH, RAW_FINISH, kind_of


@pytest.mark.parametrize(
    ("block_type", "kind"),
    [
        ("text", Kind.TEXT),
        ("redacted_thinking", Kind.REASONING),
        ("mcp_tool_use", Kind.SERVER_TOOL_CALL),
        ("web_search_tool_result", Kind.SERVER_TOOL_CALL_RESPONSE),
        ("tomorrows_tool_result", Kind.SERVER_TOOL_CALL_RESPONSE),
        ("tomorrow", Kind.GENERIC),
        (None, Kind.GENERIC),
        ([], Kind.GENERIC),
    ],
)
def test_a_block_type_means_a_kind_of_part(block_type: object, kind: Kind) -> None:
    assert kind_of(block_type) is kind


@pytest.mark.parametrize("neutral", sorted(set(FINISH.values())))
def test_a_word_written_for_a_neutral_reason_means_that_reason(neutral: str) -> None:
    assert FINISH[RAW_FINISH[neutral]] == neutral
