"""What bites is held against what a fault declares: every way to be right, and every way not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from streamgauge.exchange import Seam
from streamgauge.proof.trying import Bare, Spoiled, Tried, bare, tried
from tests.proof.conftest import BODY, CUT, PLANTED, MakeGood

LATE = "timing/no-long-stall"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("honest", Tried(result=Spoiled.BITTEN, bites=(CUT,))),
        ("doubtful", Tried(result=Spoiled.SILENT)),
        (
            "confused",
            Tried(
                result=Spoiled.WRONG,
                bites=(CUT,),
                missing=("framing/no-byte-order-mark",),
                undeclared=(CUT,),
            ),
        ),
        ("unseen", Tried(result=Spoiled.INVISIBLE)),
        ("idle", Tried(result=Spoiled.UNTOUCHED)),
        ("stray", Tried(result=Spoiled.WRONG, bites=(CUT,), undeclared=(CUT,))),
        ("failing", Tried(result=Spoiled.RAISED, raised="KeyError: '-'")),
    ],
)
def test_what_comes_of_a_fault(name: str, expected: Tried, make_good: MakeGood) -> None:
    assert tried(PLANTED[name], make_good()) == expected


def test_a_rule_that_could_not_be_asked_is_not_held_against_a_fault(make_good: MakeGood) -> None:
    timed, timeless = make_good(), make_good(arrivals=None, seam=Seam.UNKNOWN)
    assert tried(PLANTED["slow"], timed).result is Spoiled.BITTEN
    assert tried(PLANTED["slow"], timeless) == Tried(result=Spoiled.UNASKED, unasked=(LATE,))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (BODY, Bare(whole=True)),
        (BODY[:-14], Bare(broken=("ending/sentinel-is-sent",), whole=True)),
        (BODY[: BODY.index(b"\n\n") + 2], Bare(broken=(CUT,))),
    ],
    ids=["whole", "without its sentinel", "cut"],
)
def test_a_stream_is_judged_before_it_is_believed(
    body: bytes, expected: Bare, make_good: MakeGood
) -> None:
    found = bare(make_good(body=body, arrivals=None))
    assert replace(found, asked=frozenset()) == expected
    assert "framing/body-is-utf8" in found.asked


def test_a_stream_that_cannot_be_judged_is_a_line_and_no_traceback(make_good: MakeGood) -> None:
    found = bare(make_good(body=None))
    assert found.raised
    assert not found.is_good
