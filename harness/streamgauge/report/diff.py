"""What differs between two runs: pairs of answers by scenario, their traits theme by theme.

Equal things are counted and not listed. Times are told as facts and never make a difference, for
no two runs have the same. It renders nothing (`diff_text` does), opens no file and holds no verdict
on which of the two is right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from streamgauge.report import evidence
from streamgauge.report.run import Record, Run
from streamgauge.report.traits import LISTS, NONE, Theme, Traits, live, refused, traits

_REPEATED = re.compile(r"#\d+-(cold|warm)$")
Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """One trait that differs in the same way in some pairs; `where` names the pairs."""

    theme: Theme
    trait: str
    a: str
    b: str
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A rule that one run breaks more often: in which pairs its findings are lost and gained."""

    rule: str
    level: str
    lost: tuple[str, ...]
    gained: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A median over the pairs that know it; milliseconds or a count."""

    name: str
    unit: str
    a: float
    b: float
    pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """All that differs. `sides` say in a few words what each run is.

    `compared` counts for each theme the pairs in which both runs have something to compare. A
    contrast of listed things (counters, headers) holds what only A and what only B has.
    `skips` hold scenario, and the reason of A and of B, None where it was tried.
    """

    sides: tuple[str, str]
    notes: tuple[str, ...]
    pairs: int
    only: tuple[tuple[str, ...], tuple[str, ...]]
    compared: Mapping[Theme, int]
    contrasts: tuple[Contrast, ...]
    verdicts: tuple[Contrast, ...]
    shifts: tuple[Shift, ...]
    skips: tuple[tuple[str, str | None, str | None], ...]
    facts: tuple[Fact, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the two runs say the same."""
        return not (self.contrasts or self.verdicts or self.shifts or self.skips or any(self.only))

    def of(self, theme: Theme) -> list[Contrast]:
        """The contrasts of one theme, the most frequent first."""
        found = [one for one in self.contrasts if one.theme is theme]
        return sorted(found, key=lambda one: -len(one.where))

    def record(self) -> Record:
        """The difference as JSON has it."""
        themes = {
            theme.value: {
                "compared": self.compared[theme],
                "differ": [_contrast_record(one) for one in self.of(theme)],
            }
            for theme in Theme
        }
        return {
            "schema": 1,
            "a": self.sides[0],
            "b": self.sides[1],
            "same": self.is_empty,
            "notes": list(self.notes),
            "pairs": self.pairs,
            "only": {"a": list(self.only[0]), "b": list(self.only[1])},
            "themes": themes,
            "verdicts": [_contrast_record(one) for one in self.verdicts],
            "findings": [_shift_record(one) for one in self.shifts],
            "skips": [{"scenario": name, "a": a, "b": b} for name, a, b in self.skips],
            "facts": [
                {"name": one.name, "unit": one.unit, "a": one.a, "b": one.b, "pairs": one.pairs}
                for one in self.facts
            ],
        }


def _contrast_record(one: Contrast) -> Record:
    return {"trait": one.trait, "a": one.a, "b": one.b, "where": list(one.where)}


def _shift_record(one: Shift) -> Record:
    return {
        "rule": one.rule,
        "level": one.level,
        "lost": list(one.lost),
        "gained": list(one.gained),
    }


def difference(a: Run, b: Run) -> Difference:
    """Compare two runs.

    Live answers are paired by scenario and step, and by target too where a run has several; all
    others by their source. Of the many repetitions in a cache scenario the last stands for all.
    """
    by_target = max(len(_targets(a)), len(_targets(b))) > 1
    left, right = _keyed(a, by_target=by_target), _keyed(b, by_target=by_target)
    shared = [key for key in left if key in right]
    pairs = {_label(key): (left[key], right[key]) for key in shared}
    compared, contrasts = _contrasts(pairs)
    return Difference(
        sides=(_side(a), _side(b)),
        notes=tuple(_notes(a, b)),
        pairs=len(pairs),
        only=(
            tuple(_label(key) for key in left if key not in right),
            tuple(_label(key) for key in right if key not in left),
        ),
        compared=compared,
        contrasts=contrasts,
        verdicts=_verdicts(pairs),
        shifts=tuple(_shifts(pairs)),
        skips=tuple(_skips(a, b, by_target=by_target)),
        facts=tuple(_facts(pairs)),
    )


Pairs = Mapping[str, tuple[Record, Record]]


def _targets(run: Run) -> set[str]:
    return {str(live(one)["target"]) for one in run.records if live(one).get("target")}


def _keyed(run: Run, *, by_target: bool) -> dict[Key, Record]:
    return {_key(line["result"], by_target=by_target): line for line in run.results}


def _key(record: Record, *, by_target: bool) -> Key:
    target = live(record).get("target")
    if not target:
        return "", record["source"]
    source = _REPEATED.sub(r"-\1", record["source"].removeprefix(f"{target}/"))
    return (str(target) if by_target else ""), source


def _label(key: Key) -> str:
    return "/".join(part for part in key if part)


def _side(run: Run) -> str:
    """`moonshot-simulated · openai-chat · kimi-k3`, or how many streams it judged."""
    named = [one for one in run.header["options"].get("targets") or () if isinstance(one, dict)]
    streams = evidence.plural(len(run.records), "stream")
    if not named:
        return streams
    first = " · ".join(str(named[0].get(part)) for part in ("name", "dialect", "model"))
    return f"{first if len(named) == 1 else evidence.plural(len(named), 'target')}, {streams}"


def _notes(a: Run, b: Run) -> Iterator[str]:
    """What makes a comparison less than fair."""
    if a.header.get("rules_digest") != b.header.get("rules_digest"):
        yield "The two runs were judged by different rules."
    for name, run in (("A", a), ("B", b)):
        if run.footer is None:
            yield f"{name} was cut short; what it lacks may only not have been tried."
        if any(line.get("body") is None and line["result"]["dialect"] for line in run.results):
            yield f"{name} keeps not every stream's bytes; some facts about chunks are unknown."


def _contrasts(pairs: Pairs) -> tuple[dict[Theme, int], tuple[Contrast, ...]]:
    compared = dict.fromkeys(Theme, 0)
    found: dict[tuple[Theme, str, str, str], list[str]] = {}
    for label, (a, b) in pairs.items():
        for theme, left, right in _themes(a, b):
            compared[theme] += 1
            for trait, one, other in _unequal(left, right):
                found.setdefault((theme, trait, one, other), []).append(label)
    contrasts = (
        Contrast(theme=theme, trait=trait, a=one, b=other, where=tuple(where))
        for (theme, trait, one, other), where in found.items()
    )
    return compared, tuple(contrasts)


def _themes(a: Record, b: Record) -> Iterator[tuple[Theme, Traits, Traits]]:
    """The themes of a pair. Where one was refused and one not, only that is told."""
    differ = refused(a["result"]) != refused(b["result"])
    left, right = traits(a), traits(b)
    for theme in [Theme.ERRORS] if differ else Theme:
        if left[theme] and right[theme]:
            yield theme, left[theme], right[theme]


def _unequal(left: Traits, right: Traits) -> Iterator[tuple[str, str, str]]:
    """(trait, A's, B's) where both are known; of what is listed, only what the other lacks."""
    for trait, one in left.items():
        other = right.get(trait, one)
        if one == other:
            continue
        if trait in LISTS:
            first, second = set(one.split(", ")), set(other.split(", "))
            yield trait, _more(first - second), _more(second - first)
        else:
            yield trait, one, other


def _more(names: set[str]) -> str:
    return ", ".join(sorted(names - {NONE})) or NONE


def _verdicts(pairs: Pairs) -> tuple[Contrast, ...]:
    found: dict[tuple[str, str], list[str]] = {}
    for label, (a, b) in pairs.items():
        one, other = a["result"]["verdict"], b["result"]["verdict"]
        if one != other:
            found.setdefault((one, other), []).append(label)
    return tuple(
        Contrast(theme=Theme.ERRORS, trait="verdict", a=one, b=other, where=tuple(where))
        for (one, other), where in found.items()
    )


def _shifts(pairs: Pairs) -> Iterator[Shift]:
    """Rules whose unexcused findings are in one answer of a pair only, gravest level first."""
    lost: dict[Key, list[str]] = {}
    gained: dict[Key, list[str]] = {}
    for label, (a, b) in pairs.items():
        one, other = _broken(a["result"]), _broken(b["result"])
        for into, broken in ((lost, one - other), (gained, other - one)):
            for key in broken:
                into.setdefault(key, []).append(label)
    order = sorted(lost.keys() | gained.keys(), key=lambda k: (evidence.LEVELS.index(k[0]), k[1]))
    for level, rule in order:
        key = level, rule
        yield Shift(
            rule=rule,
            level=level,
            lost=tuple(lost.get(key, ())),
            gained=tuple(gained.get(key, ())),
        )


def _broken(record: Record) -> set[Key]:
    return {(one["level"], one["rule"]) for one in evidence.unexcused(record)}


def _skips(a: Run, b: Run, *, by_target: bool) -> Iterator[tuple[str, str | None, str | None]]:
    left, right = ({_skipped(one, by_target): one["reason"] for one in run.skips} for run in (a, b))
    for name in dict.fromkeys((*left, *right)):
        one, other = left.get(name), right.get(name)
        if one is None or other is None:
            yield name, one, other


def _skipped(skip: Record, by_target: bool) -> str:
    return f"{skip['target']}/{skip['scenario']}" if by_target else str(skip["scenario"])


def _facts(pairs: Pairs) -> Iterator[Fact]:
    both = [
        (a["result"]["metadata"], b["result"]["metadata"])
        for a, b in pairs.values()
        if _streams(a["result"]) and _streams(b["result"])
    ]
    for name, unit, of in _MEASURES:
        known = [(of(a), of(b)) for a, b in both]
        told = [(one, other) for one, other in known if one is not None and other is not None]
        if told:
            yield Fact(
                name=name,
                unit=unit,
                a=median(one for one, _ in told),
                b=median(other for _, other in told),
                pairs=len(told),
            )


def _streams(record: Record) -> bool:
    return bool(record.get("metadata")) and record["metadata"]["streamed"]


def _timing(metadata: Record, *path: str) -> float | None:
    value: Any = metadata.get("timings")
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, int | float) else None


_MEASURES: tuple[tuple[str, str, Callable[[Record], float | None]], ...] = (
    ("first token", "ms", lambda one: _timing(one, "first_ms", "any")),
    ("longest gap", "ms", lambda one: _timing(one, "max_gap_ms")),
    ("whole time", "ms", lambda one: _timing(one, "total_ms")),
    ("chunks", "", lambda one: one["chunks"]),
    ("bytes", "", lambda one: one["bytes"]),
)


def scenarios_of(labels: Iterable[str]) -> list[str]:
    """Labels with their steps and twins folded: `agent-loop`, `one-tool`."""
    return list(dict.fromkeys(re.split(r"[#~]", label)[0] for label in labels))
