"""Where the transport cuts."""

from __future__ import annotations

import pytest

from streamgauge.rules.timing.segments import segments_end_between_characters

BODY = 'data: {"choices":[{"index":0,"delta":{"content":"né€😀"}}]}\n\n'.encode()
N = BODY.index("é".encode())


@pytest.mark.parametrize(
    ("cuts", "spans"),
    [
        pytest.param([], [], id="one-segment"),
        pytest.param([N, N + 2, N + 5, N + 9], [], id="between-characters"),
        pytest.param([N + 1], [(N, N + 2)], id="in-two-bytes"),
        pytest.param([N + 3], [(N + 2, N + 4)], id="in-three-bytes"),
        pytest.param([N + 8], [(N + 7, N + 9)], id="in-four-bytes"),
        pytest.param([len(BODY)], [], id="an-empty-last-segment"),
    ],
)
def test_cuts(court, cuts, spans) -> None:
    arrivals = tuple((offset, float(n)) for n, offset in enumerate([0, *cuts]))
    findings = court(segments_end_between_characters, BODY, arrivals=arrivals).findings
    assert [one.span for one in findings] == spans
    assert all(one.event == 0 for one in findings)


def test_every_cut_is_counted(court) -> None:
    arrivals = ((0, 0.0), (N + 1, 1.0), (N + 3, 2.0))
    (finding,) = court(segments_end_between_characters, BODY, arrivals=arrivals).findings
    assert finding.times == 2
