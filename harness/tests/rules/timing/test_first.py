"""How long the first token may take, counted by channel."""

from __future__ import annotations

import pytest

from streamgauge.rules.timing.first import first_token_within_a_minute

ROLE = b'data: {"choices":[{"index":0,"delta":{"role":"assistant"}}]}\n\n'
THOUGHT = b'data: {"choices":[{"index":0,"delta":{"reasoning":"h"}}]}\n\n'
TEXT = b'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'
PING = b": ping\n\n"


@pytest.mark.parametrize(
    ("pieces", "own_error", "found"),
    [
        pytest.param([(ROLE, 1), (TEXT, 59.9)], None, [], id="within-a-minute"),
        pytest.param([(ROLE, 1), (TEXT, 61)], None, [(1, "content after 61.0 s")], id="late"),
        pytest.param(
            [(PING, 30), (THOUGHT, 70), (TEXT, 95.5)],
            None,
            [(1, "reasoning after 70.0 s, content after 95.5 s")],
            id="each-channel-is-told",
        ),
        pytest.param([(THOUGHT, 2), (TEXT, 95)], None, [], id="a-thought-is-a-token"),
        pytest.param([(TEXT, 60.04)], 44.0, [], id="within-the-own-error"),
    ],
)
def test_first_tokens(court, pieces, own_error, found) -> None:
    body, arrivals = b"", []
    for piece, seconds in pieces:
        arrivals.append((len(body), seconds * 1000))
        body += piece
    outcome = court(
        first_token_within_a_minute, body, arrivals=tuple(arrivals), own_error_ms=own_error
    )
    assert [(one.event, one.got) for one in outcome.findings] == found


def test_where_nothing_is_said_there_is_nothing_to_ask(court) -> None:
    (skipped,) = court(first_token_within_a_minute, ROLE, arrivals=((0, 90_000.0),)).skipped
    assert skipped.reason == "nothing was said"
