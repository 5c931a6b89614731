"""docs/mutation.md: the figures and what became of each survivor, made from the stored results."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from mutation import counting, results
from mutation.counting import Count, Rate
from mutation.results import Result
from mutation.sampling import FLOORS

SIZE, SEED = 400, 1
GOAL = 0.85

HEAD = """\
# Our own code, mutated

A test suite is worth what it notices. So four floors are changed in small ways, one change at a
time (a mutant), and the tests of the changed module must fail. The changes are
[cosmic-ray](https://github.com/sixty-north/cosmic-ray)'s operators. A *place* is one spot of the
code and one kind of change; where several changes of a kind are known, as for a comparison, the
seed takes one, so that no spot counts ten times. Annotations and what stands under
`if TYPE_CHECKING` are left out, since nothing runs there, and so is a change that leaves no
valid program. Of each floor's places a seeded sample is tried.

A mutant's judges are its module's own test modules; for a dialect also the fixtures of that
dialect, for a rule the fixtures of all (a fixture breaks exactly the rules that it names). Other
tests that would notice, such as the laws, are not asked. A mutant that takes more than two
seconds and three times the processor time of its judges has timed out, which counts as killed.
No mutant is ever written to disk: it lives in the memory of the one process that tries it, over
a copy of the tree.

```sh
pip install -e '.[mutation]'
python harness/mutation/run.py               # judge what is not judged yet; stop and go on at will
python harness/mutation/run.py --survivors   # show the survivors that have no reason yet
python harness/mutation/run.py --again       # judge the survivors again, after tests were added
python harness/mutation/run.py --page        # write this page anew
```

Results are in `harness/mutation/results/`, reasons in `harness/mutation/equivalent.toml`. This
page is made from both; a test keeps it in step.
"""

FIGURES = """
## Kill rates

Seed {seed}; the sample is {size} places of each floor. *At first* is when a mutant was first tried,
before any test was added for it; *now* is after. Tests were added for these very mutants, so
*now* tells what became of them, and *at first* or another seed how the tests do on others. Here
the rate is that of all mutants tried; intervals are Wilson's, of 95 %. Where fewer were tried than
the sample holds, the run is not finished; they are tried in the order in which they were drawn.

| floor | places | tried | | killed | timeout | survived | rate | 95 % interval |
| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: | --- |
"""

TELLING = """
Some survivors are *equivalent*: no input tells them from the module, and below stands why. They
say nothing of the tests, so the goal is set without them: a lower end of at least {goal} on each
floor.

| floor | equivalent | | other survivors | rate without equivalent ones | 95 % interval | goal |
| --- | ---: | --- | ---: | ---: | --- | --- |
"""

SURVIVORS = """
## What became of the survivors of {floor}

| where | change | what became of it |
| --- | --- | --- |
"""


def refresh(page: Path) -> None:
    """Write the page from what is stored."""
    page.write_text(made(), encoding="utf-8")


def made(folder: Path = results.FOLDER, reasons: Path = results.EQUIVALENT) -> str:
    """The page's text."""
    excused = results.equivalent(reasons)
    places = results.places(folder)
    floors = {floor: list(results.read(floor, folder).values()) for floor in FLOORS}
    lines = [HEAD, FIGURES.format(seed=SEED, size=SIZE)]
    for floor, known in floors.items():
        lines += _figures(floor, places.get(floor, 0), known, excused)
    lines.append(TELLING.format(goal=_percent(GOAL)))
    for floor, known in floors.items():
        lines += _telling(floor, known, excused)
    for floor, known in floors.items():
        lines.append(SURVIVORS.format(floor=floor))
        lines += _survivors(known, excused)
    return "".join(lines)


def _counts(known: Collection[Result], excused: Collection[str]) -> Iterator[tuple[str, Count]]:
    yield "at first", counting.at_first(known, excused)
    yield "now", counting.now(known, excused)


def _figures(
    floor: str, places: int, known: Collection[Result], excused: Collection[str]
) -> Iterator[str]:
    for when, count in _counts(known, excused):
        told = (floor, places, count.tried, when, count.killed, count.timeout, count.survived)
        yield f"| {' | '.join(map(str, told))} | {_rate(count.rate)} |\n"


def _telling(floor: str, known: Collection[Result], excused: Collection[str]) -> Iterator[str]:
    for when, count in _counts(known, excused):
        left, rate = count.survived - count.equivalent, count.rate_of_telling
        goal = "reached" if rate.low >= GOAL else "missed"
        yield f"| {floor} | {count.equivalent} | {when} | {left} | {_rate(rate)} | {goal} |\n"


def _rate(rate: Rate) -> str:
    return f"{_percent(rate.share)} | {_percent(rate.low)} to {_percent(rate.high)}"


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def _survivors(known: Collection[Result], excused: Mapping[str, str]) -> Iterator[str]:
    for one in known:
        if one.first == "survived":
            where = f"`{one.module}` {one.function and f'`{one.function}`'} {one.id}"
            change = f"{_code(one.before)} → {_code(one.after)}"
            yield f"| {where} | {change} | {_fate(one, excused)} |\n"


def _fate(one: Result, excused: Mapping[str, str]) -> str:
    if one.outcome != "survived":
        test = one.by.rpartition("/")[2] or one.outcome
        return f"killed by {_code(test)}"
    if one.id in excused:
        return f"equivalent: {excused[one.id]}"
    return "**open**"


def _code(text: str) -> str:
    """Text as code in a table's cell, on one line."""
    line = re.sub(r"\s+", " ", text).replace("|", "\\|")
    return f"`` {line} ``" if "`" in line else f"`{line}`" if line else "nothing"
