"""The door behind `streamgauge faults`: the catalogue as a table, or one fault's page."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Any, assert_never

from streamgauge.faults.catalogue import faults
from streamgauge.faults.fault import Breaks, Declared, Fault, Invisible

_WIDTH = 26


def run(name: str | None, format_: str) -> int:
    """Print the catalogue, the faults of a glob, or one page; the exit code."""
    wanted = None if name is None else name.replace("_", "-")
    chosen = [one for one in faults() if wanted is None or _is_named(one, wanted)]
    if not chosen:
        print(f"streamgauge: no fault is named {name}; see streamgauge faults", file=sys.stderr)
        return 2
    if format_ == "json":
        print(json.dumps([_described(one) for one in chosen], indent=2))
    elif format_ == "markdown":
        print(markdown(chosen), end="")
    elif len(chosen) == 1 and name is not None:
        print(page(chosen[0]))
    else:
        print("\n".join(table(chosen)))
    return 0


def _is_named(one: Fault, wanted: str) -> bool:
    return any(fnmatchcase(name, wanted) for name in (one.name, *one.also))


def table(chosen: Sequence[Fault]) -> Iterator[str]:
    """A line for each fault, under its family."""
    for family, members in _families(chosen):
        yield family
        for one in members:
            yield f"  {one.name:<{_WIDTH}} {one.says}"
        yield ""
    yield f"{len(chosen)} faults; several are joined by +, as stall:after=0.3+crlf"
    yield "one page: streamgauge faults NAME"


def page(one: Fault) -> str:
    """One fault's page as text."""
    lines = [one.name, "=" * len(one.name), "", one.page, ""]
    if one.also:
        lines.append(f"Also called: {', '.join(one.also)}")
    lines.append(f"Options: {_options(one) or 'none'}")
    for dialect, said in one.declared.items():
        lines += [f"{dialect}:", *(f"  {line}" for line in _outcome(said))]
    return "\n".join(lines)


def markdown(chosen: Sequence[Fault]) -> str:
    """Every page as one Markdown document, families as chapters."""
    lines = [
        "# Faults",
        "",
        "What can be put into a good exchange on purpose: by `streamgauge serve --fault NAME`, in",
        "`streamgauge.strategies` and in the tests of our own rules. Each says which rules it",
        "breaks in which dialect, or why nobody can tell; in a dialect that is not named there is",
        "nothing to spoil.",
        "Several are joined by a plus: `stall:after=0.3+crlf`. Made by",
        "`streamgauge faults --format markdown`; edit the docstring of the fault, not this file.",
        "",
    ]
    for family, members in _families(chosen):
        lines += [f"## {family}", ""]
        for one in members:
            lines += [*_chapter(one), ""]
    return "\n".join(lines)


def _families(chosen: Sequence[Fault]) -> Iterator[tuple[str, list[Fault]]]:
    for family, members in groupby(
        sorted(chosen, key=lambda one: (one.family, one.name)), key=lambda one: one.family
    ):
        yield family, list(members)


def _chapter(one: Fault) -> Iterator[str]:
    yield from (f"### `{one.name}`", "", one.page, "")
    if one.also:
        yield f"- also called {', '.join(f'`{name}`' for name in one.also)}"
    if one.options:
        yield f"- options: `{_options(one)}`"
    for dialects, said in _grouped(one):
        yield f"- {dialects}: {'; '.join(_outcome(said, mark='`'))}"


def _grouped(one: Fault) -> Iterator[tuple[str, Declared]]:
    """Dialects of which the same is declared stand together."""
    said: dict[Declared, list[str]] = {}
    for dialect, declared in one.declared.items():
        said.setdefault(declared, []).append(dialect)
    for declared, dialects in said.items():
        yield ", ".join(dialects), declared


def _outcome(said: Declared, mark: str = "") -> Iterator[str]:
    """What a fault does in a dialect, a line each."""
    match said:
        case Invisible(why):
            yield f"invisible: {why}"
        case Breaks(rules, perhaps):
            if rules:
                yield f"breaks {', '.join(f'{mark}{rule}{mark}' for rule in rules)}"
            if perhaps:
                yield f"may break {', '.join(f'{mark}{rule}{mark}' for rule in perhaps)}"
        case _:
            assert_never(said)


def _options(one: Fault) -> str:
    return ",".join(f"{name}={value}" for name, value in one.options.items())


def _described(one: Fault) -> dict[str, Any]:
    return {
        "fault": one.name,
        "also": list(one.also),
        "family": one.family,
        "says": one.says,
        "page": one.page,
        "options": dict(one.options),
        "dialects": {dialect: _told(said) for dialect, said in one.declared.items()},
    }


def _told(said: Declared) -> dict[str, Any]:
    match said:
        case Invisible(why):
            return {"invisible": why}
        case Breaks(rules, perhaps):
            return {"breaks": list(rules), "perhaps": list(perhaps)}
        case _:
            assert_never(said)
