"""The tables of `streamGenerateContent` agree with each other."""

from __future__ import annotations

import pytest

from streamgauge.dialects.gemini.words import FINISH, PART_MEMBERS, PAYLOADS, RAW_FINISH


@pytest.mark.parametrize("neutral", sorted(set(FINISH.values())))
def test_a_word_written_for_a_neutral_reason_means_that_reason(neutral: str) -> None:
    assert FINISH[RAW_FINISH[neutral]] == neutral


def test_every_payload_is_a_known_member_of_a_part() -> None:
    assert set(PAYLOADS) <= PART_MEMBERS
