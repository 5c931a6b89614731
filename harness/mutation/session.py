"""A run over the sample: what is not judged yet is judged, and each result is kept at once."""

from __future__ import annotations

import shutil
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from mutation import results
from mutation.judges import judges
from mutation.mutants import Mutant, mutant
from mutation.places import Place, places
from mutation.results import Result
from mutation.sampling import PACKAGE, in_turns, population, ranked
from mutation.trial import Outcome, Substitute, Trial, tried

# Beside the judges' own time: a machine may be busy, but processor time is not waiting time.
SPARE, TIMES = 2.0, 3.0
LEFT_BEHIND = (".*", "__pycache__", "reports", "results")


class NotGreenError(Exception):
    """Judges that fail without a mutant judge nothing."""


def copied(tree: Path, to: Path) -> Path:
    """A copy of a tree, where the trials run: an edit meanwhile must not spoil them."""
    shutil.copytree(tree, to, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    return to


def sampled(
    texts: Texts, floors: Iterable[str], size: int, seed: int, folder: Path = results.FOLDER
) -> Iterator[Place]:
    """The places of a sample, floor by floor in turns; those that make no valid program not."""
    return in_turns([_drawn(texts, floor, size, seed, folder) for floor in floors])


def _drawn(texts: Texts, floor: str, size: int, seed: int, folder: Path) -> Iterator[Place]:
    known = results.read(floor, folder)
    found = population(texts.tree, floor)
    results.keep_places(floor, len(found), folder)
    for place in ranked(found, seed):
        # To make a mutant takes longer than to know that it was made before.
        if place.id in known or mutant(place, texts[place.module], seed):
            yield place
            size -= 1
        if not size:
            return


def once_more(
    texts: Texts, floors: Iterable[str], ids: Container[str], folder: Path = results.FOLDER
) -> Iterator[Place]:
    """The places of mutants that were judged before: those of the ids, or else all survivors."""
    for floor in floors:
        known = results.read(floor, folder).values()
        wanted = {one for one in known if (one.id in ids if ids else one.outcome == "survived")}
        for module in sorted({one.module for one in wanted}):
            if module_file(texts.tree, module).is_file():
                found = {place.id: place for place in places(module, texts[module])}
                yield from (found[one.id] for one in sorted(wanted) if one.id in found)


class Texts(dict[str, str]):
    """The texts of a tree's modules, each read once."""

    def __init__(self, tree: Path) -> None:
        self.tree = tree

    def __missing__(self, module: str) -> str:
        self[module] = module_file(self.tree, module).read_text(encoding="utf-8")
        return self[module]


def module_file(tree: Path, module: str) -> Path:
    """The file of a module that is named below the package."""
    return (tree / PACKAGE).joinpath(*module.split(".")).with_suffix(".py")


class Bench:
    """Where mutants are tried: a copy of the tree, and what its judges take without a mutant."""

    def __init__(self, tree: Path) -> None:
        self.tree = tree
        self._limits: dict[tuple[str, ...], float] = {}

    def judged(self, one: Mutant) -> Trial:
        """A mutant before its judges, one command after the other until one fails."""
        last = Trial(Outcome.SURVIVED, "", 0.0)
        file = module_file(self.tree, one.module)
        instead = Substitute(f"streamgauge.{one.module}", file, one.source)
        for command in judges(self.tree, one.module):
            last = tried(self.tree, command, instead, self._limit(command))
            if last.outcome is not Outcome.SURVIVED:
                break
        return last

    def _limit(self, command: list[str]) -> float:
        known = tuple(command)
        if known not in self._limits:
            plain = tried(self.tree, command, None, 300.0)
            if plain.outcome is not Outcome.SURVIVED:
                raise NotGreenError(f"{' '.join(command)}: {plain.outcome.value} {plain.by}")
            self._limits[known] = SPARE + TIMES * plain.seconds
        return self._limits[known]


def after(old: Result | None, one: Mutant, trial: Trial) -> Result:
    """The result of a trial; one that was judged before keeps what it was at first."""
    outcome = trial.outcome.value
    first = old.first if old else outcome
    fresh = Result(one.module, one.id, one.operator, first)
    if first != Outcome.SURVIVED.value:
        return fresh
    fresh = fresh._replace(function=one.function, before=one.before, after=one.after)
    return fresh if outcome == first else fresh._replace(now=outcome, by=trial.by)


def keep(floor: str, result: Result, folder: Path = results.FOLDER) -> None:
    """Put one result among those of its floor."""
    results.write(floor, {**results.read(floor, folder), result.id: result}.values(), folder)


def keep_only(floor: str, ids: set[str], folder: Path = results.FOLDER) -> None:
    """Forget what is not of the sample: the code that it was about has changed."""
    known = results.read(floor, folder)
    results.write(floor, (one for id, one in known.items() if id in ids), folder)
