"""A difference of two runs in words: text for the terminal, Markdown for a comment.

First one line for each theme, so that a reader may stop there; then each thing that differs, with
the places where it does. It compares nothing; `diff` did.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from streamgauge.report.diff import Contrast, Difference, Fact, Shift, scenarios_of
from streamgauge.report.evidence import plural
from streamgauge.report.markdown import cell, code, prose
from streamgauge.report.safe_text import shortened, visible
from streamgauge.report.traits import Theme

_LABEL = 14
_LONGEST = 300
_WHERE = 4
_SHORT = 40
_LEAST = 16
_PLAIN = Console(file=io.StringIO(), color_system=None, markup=False, emoji=False)


def render(difference: Difference, width: int = 80) -> str:
    """Plain text that fits the width."""
    blocks = [list(_head(difference, width)), list(_summary(difference, width))]
    blocks += [list(_theme(difference, theme, width)) for theme in Theme]
    blocks += [
        list(_verdicts(difference, width)),
        list(_findings(difference, width)),
        list(_skips(difference, width)),
        list(_unpaired(difference, width)),
        list(_facts(difference.facts, width)),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _head(difference: Difference, width: int) -> Iterator[str]:
    for name, side in zip("AB", difference.sides, strict=True):
        yield from _row(name, side, width, label=1)
    for note in difference.notes:
        yield from _row("!", note, width, label=1)


def _summary(difference: Difference, width: int) -> Iterator[str]:
    if difference.is_empty:
        yield f"the same in all {plural(difference.pairs, 'pair')}"
        return
    for name, says in summary(difference):
        yield from _row(name, says, width)


def summary(difference: Difference) -> Iterator[tuple[str, str]]:
    """What matters first: a name and a line of words for each theme and for what was judged."""
    yield "pairs", f"{difference.pairs} compared{_alone(difference)}"
    if difference.verdicts:
        moved = (f"{one.a} → {one.b} in {len(one.where)}" for one in difference.verdicts)
        yield "verdicts", ", ".join(moved)
    yield "findings", _shifted(difference.shifts)
    for theme in Theme:
        if difference.compared[theme]:
            yield theme.value, _gist(difference.of(theme), difference.compared[theme])
    if difference.skips:
        yield "skips", f"{plural(len(difference.skips), 'scenario')} tried on one side only"


def _alone(difference: Difference) -> str:
    only = zip("AB", difference.only, strict=True)
    said = [f"{len(labels)} only in {name}" for name, labels in only if labels]
    return "".join(f", {one}" for one in said)


def _shifted(shifts: Sequence[Shift]) -> str:
    lost = sum(bool(one.lost) for one in shifts)
    gained = sum(bool(one.gained) for one in shifts)
    if not shifts:
        return "the same"
    said = [f"{plural(lost, 'rule')} broken only by A"] if lost else []
    return ", ".join([*said, *([f"{plural(gained, 'rule')} broken only by B"] if gained else [])])


def _gist(contrasts: Sequence[Contrast], compared: int) -> str:
    if not contrasts:
        return f"the same in all {compared}"
    number = len({label for one in contrasts for label in one.where})
    first, places = contrasts[0], f"in {number} of {compared}"
    if len(contrasts) == 1 and len(first.a) + len(first.b) <= _SHORT:
        return f"{first.trait} {shortened(first.a)} | {shortened(first.b)}, {places}"
    names = list(dict.fromkeys(one.trait for one in contrasts))
    return f"{' and '.join(names)} differ{'s' if len(names) == 1 else ''}, {places}"


def _theme(difference: Difference, theme: Theme, width: int) -> Iterator[str]:
    contrasts = difference.of(theme)
    if contrasts:
        yield theme.value
    for one in contrasts:
        yield from _contrast(one, difference.compared[theme], width)


def _contrast(one: Contrast, compared: int, width: int) -> Iterator[str]:
    yield from _wrapped(f"  {one.trait}, {_places(one.where, compared)}", width, 4)
    yield from _row("A", shortened(one.a, _LONGEST), width, label=1, left=4)
    yield from _row("B", shortened(one.b, _LONGEST), width, label=1, left=4)


def _places(where: Sequence[str], compared: int) -> str:
    if len(where) == compared > 1:
        return f"in all {compared}"
    named = scenarios_of(where)
    more = len(named) - _WHERE
    said = ", ".join(shortened(name, 60) for name in named[:_WHERE])
    return f"in {len(where)}: {said}{f' and {more} more' if more > 0 else ''}"


def _verdicts(difference: Difference, width: int) -> Iterator[str]:
    if difference.verdicts:
        yield "verdicts"
    for one in difference.verdicts:
        places = _places(one.where, difference.pairs)
        yield from _wrapped(f"  {one.a} → {one.b}, {places}", width, 4)


def _findings(difference: Difference, width: int) -> Iterator[str]:
    if difference.shifts:
        yield "findings"
    for one in difference.shifts:
        yield f"  {one.level:6}  {shortened(one.rule, 100)}"
        for name, where in (("A", one.lost), ("B", one.gained)):
            if where:
                says = f"    only in {name}, {_places(where, difference.pairs)}"
                yield from _wrapped(says, width, 6)


def _skips(difference: Difference, width: int) -> Iterator[str]:
    if difference.skips:
        yield "skips"
    for scenario, a, b in difference.skips:
        name, reason = ("A", a) if a is not None else ("B", b)
        says = f"  {shortened(scenario, 60)}, not tried in {name}: {shortened(reason, 200)}"
        yield from _wrapped(says, width, 4)


def _unpaired(difference: Difference, width: int) -> Iterator[str]:
    for name, labels in zip("AB", difference.only, strict=True):
        if labels:
            said = ", ".join(shortened(one, 60) for one in labels[:12])
            more = f" and {len(labels) - 12} more" if len(labels) > 12 else ""
            yield from _row(f"only in {name}", said + more, width)


def _facts(facts: Sequence[Fact], width: int) -> Iterator[str]:
    if facts:
        title = f"medians over {plural(facts[0].pairs, 'stream')}, which are no difference"
        yield from _wrapped(title, width, 2)
        yield f"  {'':{_LABEL}}{'A':>12}{'B':>12}"
    for one in facts:
        yield f"  {one.name:{_LABEL}}{_amount(one, one.a):>12}{_amount(one, one.b):>12}"


def _amount(fact: Fact, value: float) -> str:
    return f"{value:,.0f} {fact.unit}".rstrip()


def _row(name: str, says: str, width: int, *, label: int = _LABEL, left: int = 0) -> Iterator[str]:
    lead = f"{'':{left}}{name:{label}}  "
    for number, line in enumerate(_folded(says, width - len(lead))):
        yield f"{lead if number == 0 else ' ' * len(lead)}{line}".rstrip()


def _wrapped(text: str, width: int, hang: int) -> list[str]:
    """The text with its own indent; lines after the first hang deeper."""
    left = len(text) - len(text.lstrip(" "))
    first, *rest = _folded(text[left:], width - hang)
    return [" " * left + first, *(" " * hang + one for one in rest)]


def _folded(text: str, width: int) -> list[str]:
    """Lines of at most so many cells: a Chinese sign has two."""
    lines = Text(visible(text)).wrap(_PLAIN, max(width, _LEAST), overflow="fold")
    return [line.plain.rstrip() for line in lines] or [""]


def markdown(difference: Difference) -> str:
    """A Markdown document: the summary, then a table for each theme that differs."""
    a, b = difference.sides
    lines = ["# streamgauge: two runs compared", "", f"- A: {code(a)}", f"- B: {code(b)}"]
    lines += [f"- {prose(note)}" for note in difference.notes]
    lines += ["", *_summary_lines(difference)]
    for theme in Theme:
        lines += _theme_table(difference.of(theme), theme.value)
    lines += _theme_table(difference.verdicts, "verdicts")
    lines += _finding_table(difference.shifts)
    lines += _skip_table(difference)
    lines += _fact_table(difference.facts)
    return "\n".join(lines).rstrip("\n") + "\n"


def _summary_lines(difference: Difference) -> Iterator[str]:
    if difference.is_empty:
        yield f"**The same in all {plural(difference.pairs, 'pair')}.**"
        return
    for name, says in summary(difference):
        yield f"- **{name}**: {prose(says)}"


def _theme_table(contrasts: Sequence[Contrast], title: str) -> Iterator[str]:
    if contrasts:
        yield from ("", f"## {title}", "", "| what | A | B | where |", "| --- | --- | --- | --- |")
    for one in contrasts:
        a, b = (cell(shortened(side, _LONGEST)) for side in (one.a, one.b))
        yield f"| {one.trait} | {a} | {b} | {_cells(one.where)} |"


def _cells(where: Sequence[str]) -> str:
    named = scenarios_of(where)
    more = f" and {len(named) - _WHERE} more" if len(named) > _WHERE else ""
    return ", ".join(cell(shortened(name, 60)) for name in named[:_WHERE]) + more


def _finding_table(shifts: Sequence[Shift]) -> Iterator[str]:
    if shifts:
        yield from ("", "## findings", "", "| level | rule | only in A | only in B |")
        yield "| --- | --- | --- | --- |"
    for one in shifts:
        yield f"| {one.level} | {cell(one.rule)} | {_cells(one.lost)} | {_cells(one.gained)} |"


def _skip_table(difference: Difference) -> Iterator[str]:
    if difference.skips:
        yield from ("", "## skips", "")
    for scenario, a, b in difference.skips:
        name, reason = ("A", a) if a is not None else ("B", b)
        yield f"- {code(scenario)} was not tried in {name}: {prose(shortened(reason, 200))}"


def _fact_table(facts: Sequence[Fact]) -> Iterator[str]:
    if facts:
        yield from ("", "## medians, which are no difference", "")
        yield from ("| what | A | B |", "| --- | ---: | ---: |")
    for one in facts:
        yield f"| {one.name} | {_amount(one, one.a)} | {_amount(one, one.b)} |"
