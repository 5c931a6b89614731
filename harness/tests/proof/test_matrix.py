"""A cell counts what came of one fault in one dialect, and stops when it has seen enough."""

from __future__ import annotations

import pytest

from streamgauge.faults.catalogue import chosen, faults
from streamgauge.proof.good import Kind
from streamgauge.proof.matrix import (
    Cell,
    Reach,
    Sound,
    Task,
    bares,
    cell,
    cells,
    mixed,
    sound,
    tasks,
)
from streamgauge.proof.trying import Spoiled
from tests.proof.conftest import CUT, PLANTED, MakeGood

WITHOUT_END = Reach()


def over(name: str, make_good: MakeGood, reach: Reach = WITHOUT_END, count: int = 5) -> Cell:
    goods = tuple(Sound(good=make_good(name=f"written/{number}")) for number in range(count))
    return cell(PLANTED[name], Task(dialect="openai-chat", goods=goods, reach=reach))


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("honest", Spoiled.BITTEN),
        ("doubtful", Spoiled.SILENT),
        ("confused", Spoiled.WRONG),
        ("unseen", Spoiled.INVISIBLE),
        ("idle", Spoiled.UNTOUCHED),
        ("failing", Spoiled.RAISED),
    ],
)
def test_every_stream_is_counted_once(name: str, result: Spoiled, make_good: MakeGood) -> None:
    found = over(name, make_good)
    assert found.results == {result: 5}
    assert found.tried == 5
    assert found.spoiled == (0 if name == "idle" else 5)


def test_a_few_streams_are_named_for_each_wrong(make_good: MakeGood) -> None:
    found = over("confused", make_good)
    assert found.undeclared == {CUT: 5}
    assert found.missing == {"framing/no-byte-order-mark": 5}
    assert found.examples["undeclared", CUT] == ["written/0", "written/1", "written/2"]


@pytest.mark.parametrize(
    ("name", "reach", "tried"),
    [
        ("honest", Reach(), 5),
        ("honest", Reach(enough=2), 2),
        ("doubtful", Reach(enough=2), 5),
        ("doubtful", Reach(enough=2, most=3), 5),
        ("unseen", Reach(most=3), 3),
        ("confused", Reach(enough=2, most=3), 3),
        ("idle", Reach(enough=2, most=3), 5),
    ],
    ids=[
        "all",
        "enough",
        "not seen",
        "no bite yet",
        "invisible",
        "the most",
        "nothing was spoiled",
    ],
)
def test_a_fault_is_tried_until_enough_was_seen(
    name: str, reach: Reach, tried: int, make_good: MakeGood
) -> None:
    assert over(name, make_good, reach).tried == tried


def test_work_is_cut_by_dialects_and_by_faults(make_good: MakeGood) -> None:
    found = tasks([Sound(good=make_good())], faults()[:5], Reach(), 2)
    assert [len(task.faults) for task in found] == [2, 2, 1]
    assert {task.dialect for task in found} == {"openai-chat"}


def test_a_task_knows_its_faults_by_name(make_good: MakeGood) -> None:
    names = ("reset", chosen("no-end-marker").fault.name)
    found = cells(Task(dialect="openai-chat", goods=(Sound(good=make_good()),), faults=names))
    assert [(one.fault, one.results[Spoiled.BITTEN]) for one in found] == [
        ("reset", 1),
        ("no-end-marker", 1),
    ]


def test_streams_of_all_sorts_come_first(make_good: MakeGood) -> None:
    kinds = [Kind.WRITTEN, Kind.WRITTEN, Kind.DRAWN, Kind.DRAWN, Kind.WRITTEN]
    goods = [
        Sound(good=make_good(name=str(number), kind=kind)) for number, kind in enumerate(kinds)
    ]
    assert [one.good.name for one in mixed(goods)] == ["0", "2", "1", "3", "4"]


def test_bare_streams_are_judged_in_order(make_good: MakeGood) -> None:
    goods = [make_good(), make_good(body=b"data: {}\n\n", arrivals=None)]
    assert [one.is_good for one in bares(goods)] == [True, False]


def test_what_breaks_a_rule_or_is_not_whole_is_not_spoiled(make_good: MakeGood) -> None:
    goods = [make_good(), make_good(body=b"data: {}\n\n", arrivals=None)]
    (one,) = sound(goods, bares(goods))
    assert one.good is goods[0]
    assert CUT in one.asked


def test_streams_that_can_show_the_most_come_first(make_good: MakeGood) -> None:
    wanted = frozenset({"framing/no-byte-order-mark"})
    goods = (Sound(good=make_good(name="b")), Sound(good=make_good(name="a"), asked=wanted))
    task = Task(dialect="openai-chat", goods=goods, reach=Reach(most=1))
    assert cell(PLANTED["confused"], task).examples["undeclared", CUT] == ["a"]
