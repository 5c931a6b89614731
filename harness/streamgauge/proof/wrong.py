"""What is wrong with a proof, one value for each way, with the command that shows it alone."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from streamgauge.faults.fault import Declared, Fault, Invisible
from streamgauge.proof.good import Good
from streamgauge.proof.matrix import Cell
from streamgauge.proof.trying import Bare
from streamgauge.rules.catalogue import rules
from streamgauge.rules.finding import Level

UNREACHED = "unreached-rule"
FALSE = "false-bite"
UNDECLARED = "undeclared-bite"
SILENT = "without-effect"
RAISED = "raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One thing that is wrong. `count` is how many streams show it, `goods` names a few."""

    kind: str
    says: str
    rule: str | None = None
    fault: str | None = None
    dialect: str | None = None
    goods: tuple[str, ...] = ()
    count: int = 1

    def record(self, words: str) -> dict[str, Any]:
        """As the score has it; `words` are the options of the whole proof."""
        return {
            "kind": self.kind,
            "says": self.says,
            "rule": self.rule,
            "fault": self.fault,
            "dialect": self.dialect,
            "goods": list(self.goods),
            "count": self.count,
            "reproduce": f"Reproduce with: {self.command(words)}",
        }

    def command(self, words: str) -> str:
        """A command that tries this alone."""
        said = [words] if words else []
        said += ["--fault", self.fault] if self.fault else []
        said += ["--good", shlex.quote(escaped(self.goods[0]))] if self.goods else []
        if not self.fault and not self.goods and self.rule:
            said += ["--rule", self.rule]
        return " ".join(["streamgauge prove", *said])


def escaped(name: str) -> str:
    """A name as a glob that matches it alone.

    >>> escaped("own/a[1].sse")
    'own/a[[]1].sse'
    """
    return re.sub(r"([*?[])", r"[\1]", name)


def of_rules(unreached: Iterable[str]) -> Iterator[Wrong]:
    """Rules that no fault makes bite."""
    for slug in unreached:
        yield Wrong(kind=UNREACHED, rule=slug, says="no fault makes this rule bite")


def of_goods(judged: Iterable[tuple[Good, Bare]]) -> Iterator[Wrong]:
    """Rules that bite on streams that the project calls good, and streams that raise."""
    levels = {rule.slug: rule.level for rule in rules()}
    for good, one in judged:
        if one.raised:
            yield Wrong(kind=RAISED, says=one.raised, dialect=good.dialect, goods=(good.name,))
        for slug in (
            slug for slug in one.broken if good.kind.vouches(levels.get(slug, Level.MUST))
        ):
            yield Wrong(
                kind=FALSE,
                rule=slug,
                says="bites though nothing was broken",
                dialect=good.dialect,
                goods=(good.name,),
            )


def of_cells(cells: Iterable[Cell], faults: Sequence[Fault]) -> Iterator[Wrong]:
    """Bites that nobody declared, and faults that do nothing though they say that they do."""
    declared = {fault.name: fault.declared for fault in faults}
    for cell in cells:
        said = declared[cell.fault].get(cell.dialect)
        yield from _each(cell, UNDECLARED, "undeclared", cell.undeclared)
        yield from _each(cell, SILENT, "missing", cell.missing)
        yield from _each(cell, RAISED, "raised", cell.raised)
        if (why := _nothing(cell, said)) is not None:
            yield Wrong(kind=SILENT, says=why, fault=cell.fault, dialect=cell.dialect)


_SAYS = {
    UNDECLARED: "bites, and the fault does not declare it",
    SILENT: "is declared, is asked and does not bite",
}


def _each(cell: Cell, kind: str, way: str, counts: Mapping[str, int]) -> Iterator[Wrong]:
    for name, count in sorted(counts.items()):
        yield Wrong(
            kind=kind,
            rule=None if kind == RAISED else name,
            says=_SAYS.get(kind, name),
            fault=cell.fault,
            dialect=cell.dialect,
            goods=tuple(cell.examples[way, name]),
            count=count,
        )


def _nothing(cell: Cell, said: Declared | None) -> str | None:
    """Why a fault is without effect in a dialect as a whole."""
    if said is None:
        return "changes streams of a dialect of which it says nothing" if cell.spoiled else None
    if not cell.spoiled:
        return "finds nothing to spoil in any stream" if cell.tried else None
    if isinstance(said, Invisible) or cell.bites or cell.raised:
        return None
    return "spoils streams and makes no rule bite"
