"""Words that nobody documents."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.rules.order.unknowns import events_are_known

MESSAGES, RESPONSES = "anthropic-messages", "openai-responses"


@pytest.mark.parametrize(
    ("dialect", "words", "wanted"),
    [
        pytest.param(MESSAGES, "start, ping, finish, stop", [], id="known"),
        pytest.param(
            MESSAGES,
            "start, smoke, smoke, fire, finish, stop",
            [("Nobody documents smoke", 1, 2), ("Nobody documents fire", 3, 1)],
            id="two unknown types, one of them twice",
        ),
        pytest.param(
            MESSAGES,
            f"start, {'x' * 60}, {'y' * 61}, finish, stop",
            [(f"Nobody documents {'x' * 60}", 1, 1), (f"Nobody documents {'y' * 59}…", 2, 1)],
            id="a long type is shown in part",
        ),
        pytest.param(
            RESPONSES,
            "created, in_progress, smoke, completed",
            [("Nobody documents response.smoke", 2, 1)],
            id="an unknown event",
        ),
    ],
)
def test_events_are_known(dialect: str, words: str, wanted: Any, court: Any, streams: Any) -> None:
    found = court(events_are_known, streams(dialect, words), dialect).findings
    assert [(f.says, f.event, f.times) for f in found] == wanted
