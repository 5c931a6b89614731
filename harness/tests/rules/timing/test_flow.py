"""Answers that flow, and answers that come in clumps."""

from __future__ import annotations

import pytest

from streamgauge.rules.timing.flow import pieces_flow_evenly

TEXT = b'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'


def clumps(count: int, size: int, apart: float, within: float = 0.0) -> list[float]:
    """When each piece comes: clumps of `size`, `apart` from one another."""
    return [400 + apart * n + within * m for n in range(count) for m in range(size)]


@pytest.mark.parametrize(
    ("times", "found"),
    [
        pytest.param([400 + 20 * n for n in range(64)], [], id="flowing"),
        pytest.param(
            clumps(8, 8, 400), ["8 clumps of about 8 pieces, about 400.0 ms apart"], id="clumps"
        ),
        pytest.param(
            clumps(4, 20, 1000, within=1.5),
            ["4 clumps of about 20 pieces, about 971.5 ms apart"],
            id="clumps-that-take-a-while",
        ),
        pytest.param(clumps(8, 7, 400), [], id="several-tokens-at-once"),
        pytest.param(clumps(20, 8, 100), [], id="too-soon-to-be-seen"),
        pytest.param(clumps(3, 40, 1000), [], id="three-are-no-habit"),
        pytest.param(clumps(1, 100, 0), [], id="a-single-burst-is-another-rule"),
        pytest.param(
            [400 + 20 * n for n in range(40)] + clumps(4, 30, 1000)[1:], [], id="mostly-flowing"
        ),
    ],
)
def test_clumps(court, times, found) -> None:
    arrivals = tuple((len(TEXT) * n, at) for n, at in enumerate(sorted(times)))
    findings = court(pieces_flow_evenly, TEXT * len(times), arrivals=arrivals).findings
    assert [one.got for one in findings] == found


@pytest.mark.parametrize(("own_error", "found"), [(None, 1), (100.0, 1), (124.0, 0)])
def test_the_own_error_is_allowed_for(court, own_error, found) -> None:
    times = clumps(8, 8, 370)
    arrivals = tuple((len(TEXT) * n, at) for n, at in enumerate(times))
    outcome = court(
        pieces_flow_evenly, TEXT * len(times), arrivals=arrivals, own_error_ms=own_error
    )
    assert len(outcome.findings) == found


def test_the_second_clump_is_the_evidence(court) -> None:
    times = clumps(5, 9, 500)
    arrivals = tuple((len(TEXT) * n, at) for n, at in enumerate(times))
    (finding,) = court(pieces_flow_evenly, TEXT * len(times), arrivals=arrivals).findings
    assert finding.event == 9
