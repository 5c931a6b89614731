"""The score adds up what was tried, fits its schema, and says in one line how it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from streamgauge import schema
from streamgauge.proof.forms import QUICK
from streamgauge.proof.good import Kind
from streamgauge.proof.matrix import Sound, Task, bares, cell
from streamgauge.proof.score import Inquiry, Proof, lines, score
from streamgauge.rules import catalogue
from tests.proof.conftest import BODY, CUT, PLANTED, MakeGood

INQUIRY = Inquiry(version="1.0", form=QUICK, seed=3, drawn=0, words="--seed 3")
LAST = "rules bitten {} of {} · false bites {} · undeclared bites {} · faults without effect {}"


def proof(make_good: MakeGood, *names: str, rules: tuple[str, ...] = (), **inquiry: Any) -> Proof:
    goods = [
        make_good(),
        make_good(name="cassette/b", kind=Kind.CASSETTE, body=BODY[:-14], arrivals=None),
    ]
    task = Task(dialect="openai-chat", goods=(Sound(good=goods[0]),))
    return Proof(
        inquiry=replace(INQUIRY, **inquiry),
        rules=catalogue.chosen(rules),
        faults=[PLANTED[name] for name in names],
        goods=goods,
        bares=bares(goods),
        cells=[cell(PLANTED[name], task) for name in names],
    )


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("honest",), (1, 1, 0, 0, 0)),
        (("honest", "unseen", "slow"), (1, 1, 0, 0, 0)),
        (("unseen",), (0, 1, 0, 0, 0)),
        (("honest", "confused"), (1, 1, 0, 1, 1)),
        (("honest", "idle"), (1, 1, 0, 0, 1)),
    ],
    ids=["all is well", "bitten and unseen", "none bitten", "undeclared", "idle"],
)
def test_the_last_line_says_how_it_stands(
    names: tuple[str, ...], expected: tuple[int, ...], make_good: MakeGood
) -> None:
    result = score(proof(make_good, *names, rules=(CUT,)))
    assert list(lines(result))[-1] == LAST.format(*expected)
    assert result["conforms"] is (expected[0] == expected[1] and expected[2:] == (0, 0, 0))


def test_what_raised_is_said_only_where_something_did(make_good: MakeGood) -> None:
    result = score(proof(make_good, "failing", rules=(CUT,)))
    assert list(lines(result))[-1].endswith(" · raised 1")


@pytest.mark.parametrize("names", [(), ("honest",), tuple(PLANTED)], ids=["none", "one", "all"])
def test_a_score_fits_its_schema(names: tuple[str, ...], make_good: MakeGood) -> None:
    assert list(schema.problems("proof", score(proof(make_good, *names)))) == []


def test_a_part_of_the_faults_answers_for_its_own_rules(make_good: MakeGood) -> None:
    whole = score(proof(make_good, "honest"))
    part = score(proof(make_good, "honest", faults=("honest",)))
    assert whole["totals"]["rules"] == len(catalogue.rules())
    assert list(part["rules"]) == [CUT]
    assert part["conforms"]


def test_a_recording_that_breaks_a_rule_is_left_out_and_counted(make_good: MakeGood) -> None:
    result = score(proof(make_good, "honest"))
    assert result["goods"]["cassette"] == {"given": 1, "good": 0, "spoilable": 0}
    assert result["left_out"]["cassette"] == {"ending/sentinel-is-sent": 1}
    assert result["goods"]["written"] == {"given": 1, "good": 1, "spoilable": 1}


def test_every_fault_says_what_came_of_it_in_every_dialect(make_good: MakeGood) -> None:
    found = score(proof(make_good, "confused"))["faults"]["confused"]["dialects"]["openai-chat"]
    assert found["declares"] == {"rules": ["framing/no-byte-order-mark"], "perhaps": []}
    assert (found["tried"], found["wrong"], found["untouched"]) == (1, 1, 0)
    assert (found["bites"], found["undeclared"]) == ({CUT: 1}, {CUT: 1})


def test_a_rule_names_the_faults_that_bite_it(make_good: MakeGood) -> None:
    result = score(proof(make_good, "honest", "confused"))
    assert result["rules"][CUT]["bitten_by"] == {"confused": 1, "honest": 1}
