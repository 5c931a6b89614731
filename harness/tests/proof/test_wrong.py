"""Each way to be wrong is one value, with a command that shows it alone."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from streamgauge.proof.good import Kind
from streamgauge.proof.matrix import Cell, Sound, Task, cell
from streamgauge.proof.trying import Bare
from streamgauge.proof.wrong import Wrong, escaped, of_cells, of_goods, of_rules
from tests.proof.conftest import CUT, PLANTED, MakeGood

WORDS = "--seed 3 --goods 4"
_NOTE = "framing/data-has-space"
"""A rule that only informs."""


@pytest.mark.parametrize(
    ("wrong", "command"),
    [
        (Wrong(kind="a", says="", rule="x/y"), "streamgauge prove --seed 3 --goods 4 --rule x/y"),
        (
            Wrong(kind="a", says="", rule="x/y", fault="cut", goods=("own/a [1].sse",)),
            "streamgauge prove --seed 3 --goods 4 --fault cut --good 'own/a [[]1].sse'",
        ),
    ],
    ids=["a rule", "a fault on a stream"],
)
def test_what_is_wrong_can_be_shown_alone(wrong: Wrong, command: str) -> None:
    assert wrong.record(WORDS)["reproduce"] == f"Reproduce with: {command}"


@pytest.mark.parametrize("name", ["plain", "a[1]*?", "[!x]"])
def test_an_escaped_name_means_itself_alone(name: str) -> None:
    assert fnmatchcase(name, escaped(name))
    assert not fnmatchcase(name + "x", escaped(name))


def test_a_rule_that_nothing_reaches_is_wrong() -> None:
    assert [(one.kind, one.rule) for one in of_rules(["a/b"])] == [("unreached-rule", "a/b")]


@pytest.mark.parametrize(
    ("kind", "one", "wrong"),
    [
        (Kind.WRITTEN, Bare(broken=("a/b",)), [("false-bite", "a/b")]),
        (Kind.CASSETTE, Bare(broken=("a/b",)), []),
        (Kind.OWN, Bare(raised="KeyError: 1"), [("raised", None)]),
        (Kind.DRAWN, Bare(), []),
        (Kind.DRAWN, Bare(broken=(_NOTE,)), []),
        (Kind.WRITTEN, Bare(broken=(_NOTE,)), [("false-bite", _NOTE)]),
        (Kind.DRAWN, Bare(broken=(CUT,)), [("false-bite", CUT)]),
    ],
    ids=[
        "vouched for",
        "a recording",
        "raised",
        "good",
        "a note of what is drawn",
        "a note of what is written",
        "more than a note",
    ],
)
def test_a_good_stream_in_which_a_rule_bites(
    kind: Kind, one: Bare, wrong: list[tuple[str, str | None]], make_good: MakeGood
) -> None:
    found = of_goods([(make_good(kind=kind), one)])
    assert [(each.kind, each.rule) for each in found] == wrong


def tried(name: str, make_good: MakeGood) -> Cell:
    return cell(PLANTED[name], Task(dialect="openai-chat", goods=(Sound(good=make_good()),)))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("honest", []),
        ("unseen", []),
        ("slow", []),
        ("doubtful", [("without-effect", None)]),
        ("idle", [("without-effect", None)]),
        ("confused", [("undeclared-bite", CUT), ("without-effect", "framing/no-byte-order-mark")]),
        ("stray", [("undeclared-bite", CUT), ("without-effect", None)]),
        ("failing", [("raised", None)]),
    ],
)
def test_a_fault_that_does_not_do_what_it_declares(
    name: str, wrong: list[tuple[str, str | None]], make_good: MakeGood
) -> None:
    found = of_cells([tried(name, make_good)], list(PLANTED.values()))
    assert [(one.kind, one.rule) for one in found] == wrong


def test_a_fault_that_was_tried_on_nothing_is_not_blamed() -> None:
    assert list(of_cells([Cell(fault="idle", dialect="openai-chat")], [PLANTED["idle"]])) == []
