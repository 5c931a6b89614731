"""Plans of splitting: the same bytes, in order, always alike."""

from __future__ import annotations

import pytest

from streamgauge.exchange import Exchange
from streamgauge.trials.clients.splitting import PLANS, split

BODY = "data: é\r\n\r\ndata: two\n\n".encode()
BOUNDS = (0, 12, len(BODY))


def starts(plan: str) -> list[int]:
    return [at for at, _ in split(Exchange(body=BODY), plan, BOUNDS).arrivals or ()]


@pytest.mark.parametrize("plan", PLANS)
def test_pieces_begin_inside_the_body_and_in_time(plan: str) -> None:
    arrivals = split(Exchange(body=BODY), plan, BOUNDS).arrivals or ()
    assert arrivals[0] == (0, 0.0)
    assert list(arrivals) == sorted(set(arrivals))
    assert arrivals[-1][0] < len(BODY)
    assert arrivals[-1][1] <= 1500


@pytest.mark.parametrize("plan", PLANS)
def test_a_plan_cuts_alike_every_time(plan: str) -> None:
    assert starts(plan) == starts(plan)


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ("whole", [0]),
        ("events", [0, 12]),
        ("event-pairs", [0]),
        ("bytes", list(range(len(BODY)))),
        ("characters", [0, 7]),
        ("line-ends", [0, 9, 11, 22]),
        ("fields", [0, 3, 15]),
        ("sevens", [0, 7, 14, 21]),
    ],
)
def test_pieces_begin_where_the_plan_says(plan: str, expected: list[int]) -> None:
    assert starts(plan) == expected


def test_an_empty_body_is_one_piece() -> None:
    assert split(Exchange(), "bytes", (0,)).arrivals == ((0, 0.0),)
