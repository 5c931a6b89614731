"""Adds up what came of every fault, and says what is wrong: the content of `proof.json`.

The same streams, faults and options give the same score; there is no time in it. Its format is
`conformance/schemas/proof.schema.json`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from streamgauge.faults.fault import DIALECTS, Breaks, Declared, Fault
from streamgauge.proof.forms import Form
from streamgauge.proof.good import Good, Kind
from streamgauge.proof.matrix import Cell
from streamgauge.proof.trying import Bare, Spoiled
from streamgauge.proof.wrong import Wrong, of_cells, of_goods, of_rules
from streamgauge.rules.catalogue import described, digest, rules
from streamgauge.rules.finding import Level
from streamgauge.rules.rule import Rule

SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What is to be proved, and how: everything that a score depends on but the streams.

    `faults`, `rules` and `goods` are globs, none means all. `words` are the options with which a
    command does the same again.
    """

    version: str
    form: Form
    seed: int
    drawn: int
    words: str
    faults: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()

    @property
    def is_part(self) -> bool:
        """Whether only some faults or streams are tried: then not every rule can be bitten."""
        return bool(self.faults or self.goods)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Everything that was tried. `goods` and `bares` go together; a good that is none stays in."""

    inquiry: Inquiry
    rules: Sequence[Rule]
    faults: Sequence[Fault]
    goods: Sequence[Good]
    bares: Sequence[Bare]
    cells: Sequence[Cell]


def score(proof: Proof) -> dict[str, Any]:
    """The score, ready for JSON."""
    bites = _bites(proof.cells)
    asked = _in_question(proof)
    wrong = [
        *of_rules([rule.slug for rule in asked if not bites[rule.slug]]),
        *of_goods(zip(proof.goods, proof.bares, strict=True)),
        *of_cells(proof.cells, proof.faults),
    ]
    return {
        "schema": SCHEMA,
        "tool": "streamgauge",
        "version": proof.inquiry.version,
        "form": proof.inquiry.form.name,
        "seed": proof.inquiry.seed,
        "options": {
            "drawn": proof.inquiry.drawn,
            "faults": list(proof.inquiry.faults),
            "rules": list(proof.inquiry.rules),
            "goods": list(proof.inquiry.goods),
        },
        "rules_digest": digest(proof.rules),
        "conforms": not wrong,
        "totals": _totals(asked, bites, wrong, proof),
        "goods": _goods(proof),
        "left_out": _left_out(proof),
        "rules": _rules(asked, bites),
        "faults": _faults(proof),
        "wrong": [one.record(proof.inquiry.words) for one in wrong],
    }


def _bites(cells: Iterable[Cell]) -> dict[str, Counter[str]]:
    """For every rule how often each fault bit it, in any dialect."""
    found: dict[str, Counter[str]] = _Counters()
    for cell in cells:
        for rule, count in cell.bites.items():
            found[rule][cell.fault] += count
    return found


class _Counters(dict[str, Counter[str]]):
    def __missing__(self, key: str) -> Counter[str]:
        self[key] = Counter()
        return self[key]


def _in_question(proof: Proof) -> list[Rule]:
    """The rules that have to be bitten: all, or those that a part of the faults is about."""
    if not proof.inquiry.is_part:
        return list(proof.rules)
    due = {rule for cell in proof.cells for rule in (*cell.bites, *cell.missing)}
    return [rule for rule in proof.rules if rule.slug in due]


def _totals(
    asked: Sequence[Rule],
    bites: Mapping[str, Counter[str]],
    wrong: Sequence[Wrong],
    proof: Proof,
) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for one in wrong:
        counts[one.kind] += one.count
    return {
        "rules": len(asked),
        "bitten": sum(1 for rule in asked if bites[rule.slug]),
        "false_bites": counts["false-bite"],
        "undeclared_bites": counts["undeclared-bite"],
        "without_effect": counts["without-effect"],
        "raised": counts["raised"],
        "faults": len(proof.faults),
        "tried": sum(cell.tried for cell in proof.cells),
        "spoiled": sum(cell.spoiled for cell in proof.cells),
    }


def _goods(proof: Proof) -> dict[str, dict[str, int]]:
    """By kind: how many streams were given, how many are good, how many are whole too."""
    found = {kind.value: {"given": 0, "good": 0, "spoilable": 0} for kind in Kind}
    for good, one in zip(proof.goods, proof.bares, strict=True):
        counts = found[good.kind.value]
        counts["given"] += 1
        counts["good"] += one.is_good
        counts["spoilable"] += one.is_good and one.whole
    return found


def _left_out(proof: Proof) -> dict[str, dict[str, int]]:
    """By kind: the rules for which streams are not good that need not be, and how many streams."""
    kinds = [kind for kind in Kind if not kind.vouches(Level.MAY)]
    found = {kind.value: Counter[str]() for kind in kinds}
    levels = {rule.slug: rule.level for rule in rules()}
    for good, one in zip(proof.goods, proof.bares, strict=True):
        for slug in one.broken:
            if not good.kind.vouches(levels[slug]):
                found[good.kind.value][slug] += 1
    return {kind: dict(sorted(counts.items())) for kind, counts in found.items()}


def _rules(asked: Iterable[Rule], bites: Mapping[str, Counter[str]]) -> dict[str, Any]:
    words = described(asked)
    return {
        slug: {
            "level": words[slug]["level"],
            "says": words[slug]["says"],
            "bitten_by": dict(sorted(bites[slug].items())),
        }
        for slug in words
    }


def _faults(proof: Proof) -> dict[str, Any]:
    by_place = {(cell.fault, cell.dialect): cell for cell in proof.cells}
    return {
        fault.name: {
            "says": fault.says,
            "dialects": {
                dialect: _cell(by_place[fault.name, dialect], fault.declared.get(dialect))
                for dialect in DIALECTS.values()
                if (fault.name, dialect) in by_place
            },
        }
        for fault in proof.faults
    }


def _cell(cell: Cell, said: Declared | None) -> dict[str, Any]:
    return {
        "declares": _declares(said),
        "tried": cell.tried,
        **{result.value: cell.results[result] for result in Spoiled},
        "bites": dict(sorted(cell.bites.items())),
        "missing": dict(sorted(cell.missing.items())),
        "undeclared": dict(sorted(cell.undeclared.items())),
        "raised_with": dict(sorted(cell.raised.items())),
    }


def _declares(said: Declared | None) -> dict[str, Any] | None:
    if said is None:
        return None
    if isinstance(said, Breaks):
        return {"rules": list(said.rules), "perhaps": list(said.perhaps)}
    return {"invisible": said.why}


def lines(score: Mapping[str, Any]) -> Iterator[str]:
    """What a terminal is told at the end: the streams, then the one line that counts."""
    totals, goods = score["totals"], score["goods"]
    kinds = [f"{counts['spoilable']} {kind}" for kind, counts in goods.items() if counts["given"]]
    yield f"good streams: {', '.join(kinds) or 'none'}"
    yield (
        f"{totals['faults']} faults tried {totals['tried']} times, "
        f"{totals['spoiled']} streams spoiled"
    )
    raised = f" · raised {totals['raised']}" if totals["raised"] else ""
    yield (
        f"rules bitten {totals['bitten']} of {totals['rules']} · "
        f"false bites {totals['false_bites']} · undeclared bites {totals['undeclared_bites']} · "
        f"faults without effect {totals['without_effect']}{raised}"
    )
