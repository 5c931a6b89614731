"""How long nothing may come."""

from __future__ import annotations

import pytest

from streamgauge.rules.timing.silence import keepalive_during_silence, no_long_stall

TEXT = b'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'
PING = b": ping\n\n"


def timed(*pieces: tuple[bytes, float]) -> dict[str, object]:
    body, arrivals = b"", []
    for piece, seconds in pieces:
        arrivals.append((len(body), seconds * 1000))
        body += piece
    return {"body": body, "arrivals": tuple(arrivals)}


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param([(TEXT, 1), (TEXT, 60.9)], [], id="less-than-a-minute"),
        pytest.param([(TEXT, 1), (TEXT, 75.2)], [(1, "74.2 s before event 1")], id="a-stall"),
        pytest.param(
            [(TEXT, 1), (PING, 20), (PING, 40), (PING, 62)],
            [(3, "61.0 s before event 3")],
            id="comments-without-end",
        ),
        pytest.param([(TEXT, 90), (TEXT, 91)], [], id="the-first-token-is-not-a-stall"),
        pytest.param([(PING, 1), (PING, 30), (TEXT, 70)], [], id="nor-with-comments-before-it"),
        pytest.param([(TEXT, 1), (TEXT * 5, 40), (TEXT, 80)], [], id="look-alikes-between"),
    ],
)
def test_stalls(court, pieces, expected) -> None:
    findings = court(no_long_stall, **timed(*pieces)).findings
    assert [(one.event, one.got) for one in findings] == expected


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param([(TEXT, 15), (PING, 30), (TEXT, 45)], [], id="kept-alive"),
        pytest.param([(TEXT, 1), (TEXT, 21.5)], [(1, "20.5 s before event 1")], id="between"),
        pytest.param([(TEXT, 25), (TEXT, 26)], [(0, "25.0 s before event 0")], id="before-all"),
    ],
)
def test_keepalives(court, pieces, expected) -> None:
    findings = court(keepalive_during_silence, **timed(*pieces)).findings
    assert [(one.event, one.got) for one in findings] == expected


@pytest.mark.parametrize(
    ("rule", "seconds"), [(no_long_stall, 60.04), (keepalive_during_silence, 20.04)]
)
def test_the_own_error_is_allowed_for(court, rule, seconds) -> None:
    known = timed((TEXT, 1), (TEXT, 1 + seconds))
    found = [court(rule, **known, own_error_ms=error).broken for error in (3.0, 44.0)]
    assert found == [(rule.slug,), ()]


def test_every_silence_is_counted(court) -> None:
    (finding,) = court(
        keepalive_during_silence, **timed((TEXT, 1), (TEXT, 30), (TEXT, 60))
    ).findings
    assert (finding.event, finding.times) == (1, 2)
