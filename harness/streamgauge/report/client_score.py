"""What the lines of a trial of clients add up to: counts, split invariance, causes.

Views of lines that were graded already (`conformance/schemas/client.result`). It must never grade:
it counts `kept`, and holds `told` of one split against that of another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LEVELS = ("must", "should", "may")
Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """A group that a client did not answer alike, and the splits that were answered otherwise."""

    group: str
    splits: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one client fared. `broken` has a count for each of LEVELS.

    `groups` are those that it was asked in two splits or more; `odd` are those of them that were
    not answered alike.
    """

    client: str
    version: str
    dialect: str
    kept: int
    tried: int
    skipped: int
    broken: tuple[int, ...]
    groups: int
    odd: tuple[Odd, ...]

    @property
    def alike(self) -> str:
        """Groups that were answered alike, of all that it was asked."""
        return f"{self.groups - len(self.odd)}/{self.groups}" if self.groups else "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A duty that one client broke in one way; `count` of its `splits` cases show it."""

    client: str
    case: str
    behaviour: str
    level: str
    duty: str
    says: str
    count: int
    splits: int

    @property
    def glob(self) -> str:
        """What names its cases to `--case`."""
        return self.case if self.splits == 1 else f"{self.case}.*"


def scores(lines: Sequence[Line]) -> list[Score]:
    """A score for each client that was asked anything, in the order of the lines."""
    clients: dict[str, list[Line]] = {}
    for one in lines:
        clients.setdefault(one["client"], []).append(one)
    return [_score(mine) for mine in clients.values() if any(map(_is_tried, mine))]


def _score(mine: Sequence[Line]) -> Score:
    tried = [one for one in mine if _is_tried(one)]
    levels = Counter(one["level"] for one in tried if not one["kept"])
    groups = [group for group in _groups(tried).values() if len(group) > 1]
    return Score(
        client=mine[0]["client"],
        version=tried[-1]["version"],
        dialect=mine[0]["dialect"],
        kept=sum(one["kept"] for one in tried),
        tried=len(tried),
        skipped=len(mine) - len(tried),
        broken=tuple(levels[level] for level in LEVELS),
        groups=len(groups),
        odd=tuple(_odd(groups)),
    )


def _is_tried(one: Line) -> bool:
    return one["kept"] is not None


def _groups(lines: Iterable[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for one in lines:
        if one["group"] is not None:
            found.setdefault(one["group"], []).append(one)
    return found


def _odd(groups: Iterable[Sequence[Line]]) -> Iterator[Odd]:
    """What most splits were answered by is the measure; of a tie, the first."""
    for group in groups:
        usual = Counter(one["told"] for one in group).most_common(1)[0][0]
        splits = tuple(one["split"] for one in group if one["told"] != usual)
        if splits:
            yield Odd(group=group[0]["group"], splits=splits)


def causes(lines: Sequence[Line]) -> list[Cause]:
    """What was broken, worst first; one way that shows in many splits of a stream is one cause."""
    asked = Counter((one["client"], _where(one)) for one in lines)
    found: dict[tuple[str, ...], list[Line]] = {}
    for one in lines:
        if one["kept"] is False:
            way = (one["client"], _where(one), one["behaviour"], one["level"])
            found.setdefault(way, []).append(one)
    made = [
        Cause(
            client=first["client"],
            case=_where(first),
            behaviour=first["behaviour"],
            level=first["level"],
            duty=first["duty"],
            says=first["says"],
            count=len(same),
            splits=asked[first["client"], _where(first)],
        )
        for same in found.values()
        for first in same[:1]
    ]
    return sorted(made, key=lambda cause: LEVELS.index(cause.level))


def _where(one: Line) -> str:
    where: str = one["group"] or one["case"]
    return where
