"""Every fault on the good streams of every dialect: one cell for each fault and dialect.

The streams come in one order and are tried in it, so that the same streams give the same cells,
whoever counts them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from streamgauge.faults.catalogue import faults
from streamgauge.faults.fault import Breaks, Fault
from streamgauge.proof.good import Good
from streamgauge.proof.trying import Bare, Spoiled, Tried, bare, tried

_KEPT = 3
"""Streams that are named for each way in which a fault goes wrong; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a fault is tried in a dialect, in streams that it spoils.

    With `enough` of them it is over as soon as everything that the fault declares was seen, with
    `most` as soon as any of it was; None is no end.
    """

    enough: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A stream that is good indeed, and the rules that were asked of it."""

    good: Good
    asked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Some faults on some streams of one dialect; nothing else needs to be known for it."""

    dialect: str
    goods: tuple[Sound, ...]
    faults: tuple[str, ...] = ()
    reach: Reach = Reach()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One fault in one dialect: how often it was tried, what came of it, and what is wrong.

    Rules are counted by streams. `examples` names a few streams for each wrong way and its rule.
    """

    fault: str
    dialect: str
    results: Counter[Spoiled] = field(default_factory=Counter)
    bites: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    undeclared: Counter[str] = field(default_factory=Counter)
    raised: Counter[str] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    @property
    def tried(self) -> int:
        """On how many streams the fault was put."""
        return self.results.total()

    @property
    def spoiled(self) -> int:
        """How many of them it changed."""
        return self.tried - self.results[Spoiled.UNTOUCHED]

    def take(self, one: Tried, good: str) -> None:
        """Count one more stream."""
        self.results[one.result] += 1
        self.bites.update(one.bites)
        self._wrong("missing", self.missing, one.missing, good)
        self._wrong("undeclared", self.undeclared, one.undeclared, good)
        self._wrong("raised", self.raised, (one.raised,) if one.raised else (), good)

    def _wrong(self, way: str, counts: Counter[str], names: tuple[str, ...], good: str) -> None:
        counts.update(names)
        for name in names:
            kept = self.examples.setdefault((way, name), [])
            if len(kept) < _KEPT:
                kept.append(good)

    def has_seen(self, rules: Iterable[str]) -> bool:
        """Whether each of these rules bit, on one stream or another."""
        return all(self.bites[rule] for rule in rules)


def bares(goods: Sequence[Good]) -> list[Bare]:
    """Every stream as it is."""
    return [bare(good) for good in goods]


def sound(goods: Iterable[Good], judged: Iterable[Bare]) -> list[Sound]:
    """The streams that can be spoiled: whole ones of which no rule finds anything."""
    both = zip(goods, judged, strict=True)
    return [Sound(good=good, asked=one.asked) for good, one in both if one.is_good and one.whole]


def cells(task: Task) -> list[Cell]:
    """What came of a task, a cell for each fault."""
    by_name = {fault.name: fault for fault in faults()}
    return [cell(by_name[name], task) for name in task.faults]


def cell(fault: Fault, task: Task) -> Cell:
    """One fault on the streams of a task."""
    found = Cell(fault=fault.name, dialect=task.dialect)
    said = fault.declared.get(task.dialect)
    wanted = (*said.rules, *said.perhaps) if isinstance(said, Breaks) else ()
    # Streams that can show the most come first: few of them are asked what one vendor demands.
    for one in sorted(task.goods, key=lambda each: -len(each.asked.intersection(wanted))):
        found.take(tried(fault, one.good), one.good.name)
        if _is_over(found, wanted, task.reach):
            break
    return found


def _is_over(found: Cell, wanted: tuple[str, ...], reach: Reach) -> bool:
    spoiled = found.spoiled
    # Where no rule has bitten yet, streams that show more may still come.
    if reach.most is not None and spoiled >= reach.most and (found.bites or not wanted):
        return True
    return reach.enough is not None and spoiled >= reach.enough and found.has_seen(wanted)


def tasks(goods: Sequence[Sound], chosen: Sequence[Fault], reach: Reach, share: int) -> list[Task]:
    """The work: for every dialect all of its streams, and `share` faults at a time."""
    names = [fault.name for fault in chosen]
    return [
        Task(dialect=dialect, goods=own, faults=tuple(names[at : at + share]), reach=reach)
        for dialect, own in _by_dialect(goods).items()
        for at in range(0, len(names), share)
    ]


def _by_dialect(goods: Iterable[Sound]) -> dict[str, tuple[Sound, ...]]:
    found: dict[str, list[Sound]] = {}
    for one in goods:
        found.setdefault(one.good.dialect, []).append(one)
    return {dialect: tuple(mixed(own)) for dialect, own in sorted(found.items())}


def mixed(goods: Iterable[Sound]) -> list[Sound]:
    """Streams of each kind and vendor in turn, so that the first of them are of many sorts."""
    sorts: dict[tuple[str, str], list[Sound]] = {}
    for one in goods:
        sorts.setdefault((one.good.kind.value, one.good.vendor), []).append(one)
    rows = zip_longest(*sorts.values())
    return [one for row in rows for one in row if one is not None]
