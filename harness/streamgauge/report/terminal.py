"""The terminal: calm lines for a person, the worst in full and the good in a count.

Stream content is always visible text in a `rich.text.Text`: no control character reaches the
terminal and no markup is read from it. Colour is rich's business: a terminal only, and never
with NO_COLOR.
"""

from __future__ import annotations

import enum
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from rich.console import Console
from rich.text import Text

from streamgauge.report import evidence
from streamgauge.report.run import Record, Run
from streamgauge.report.safe_text import shortened, visible

_LOOKS = {
    "pass": ("✓", "green"),
    "warn": ("!", "yellow"),
    "fail": ("✗", "bold red"),
    "unsupported": ("–", "dim"),
    "unreadable": ("?", "magenta"),
}
_FOLDED = ("pass", "unsupported")
_LEVEL_STYLES = {"must": "red", "should": "yellow", "may": "cyan"}
_FEW = 5
_PER_RULE = 3
_NARROW = 60
_LEAST = 16
_PLAINER = str.maketrans({"✓": "+", "✗": "x", "–": "-", "·": "|", "…": "...", "×": "x"})


class Show(enum.Flag):
    """What is printed beyond the streams with problems and their must and should findings."""

    PROBLEMS = 0
    PASSING = enum.auto()
    NOTES = enum.auto()
    REPEATS = enum.auto()


class Told(enum.Enum):
    """What the last stream took: nothing yet, one line, or more."""

    NOTHING = enum.auto()
    HEADLINE = enum.auto()
    DETAILS = enum.auto()


def console_for(file: IO[str], width: int | None = None) -> Console:
    """A console that reads no markup, adds no highlights and turns no colons into emoji."""
    return Console(file=file, width=width, markup=False, highlight=False, emoji=False)


def render(run: Run, width: int = 80, *, closing: bool = True) -> str:
    """The whole run as plain text; passing streams are listed where there are few.

    Without `closing` only the streams, for a run that is a part of another.
    """
    file = io.StringIO()
    console = Console(file=file, width=width, color_system=None, markup=False, emoji=False)
    few = sum(one["verdict"] == "pass" for one in run.records) <= _FEW
    view = Terminal(console=console, show=Show.PASSING if few else Show.PROBLEMS)
    for one in run.records:
        view.result(one)
    if closing:
        view.close(run.footer)
    return file.getvalue()


@dataclass(slots=True, kw_only=True)
class Terminal:
    """Prints a run as it goes: `result` per stream, `close` once."""

    console: Console
    show: Show = Show.PROBLEMS
    _rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    _told: Told = Told.NOTHING

    def result(self, record: Record) -> None:
        """Prints one stream, unless it passes and passing streams are folded."""
        self._rules.update((one["level"], one["rule"]) for one in evidence.unexcused(record))
        says = {name: line for name, line in self._trial(record).items() if line}
        folded = record["verdict"] in _FOLDED and Show.PASSING not in self.show
        if folded and "cache" not in says:
            return
        self._set_apart(bool(record["findings"] or record.get("error") or says))
        symbol, style = _LOOKS[record["verdict"]]
        headline = Text(visible(record["source"]), "bold")
        if evidence.about(record):
            headline.append(f"  {visible(evidence.about(record))}", "not bold dim")
        self._put(Text(f"{symbol} {record['verdict']}", style), headline)
        if record.get("error"):
            self._put(Text(), Text(shortened(record["error"], 400)), left=2)
        for name, line in says.items():
            self._put(Text(name.ljust(6), "dim"), Text(shortened(line, 400), "dim"), left=2)
        for findings in evidence.by_rule(evidence.unexcused(record, *self._levels())).values():
            self._rule(findings)
        self._asides(record)

    def close(self, footer: Mapping[str, Any] | None) -> None:
        """Prints the counts and, after a failure, one line that says what to look at next."""
        if self._told is not Told.NOTHING:
            self.console.print()
        if footer is None:
            self._line(Text("the run was cut short: no counts were written", "bold red"))
            return
        self._line(Text(evidence.streams_line(footer["counts"]), "bold"))
        self._line(Text(evidence.findings_line(footer["counts"])))
        for reason, names in evidence.skipped(footer).items():
            said = Text(f"{shortened(reason, 200)}: {shortened(', '.join(names), 400)}")
            self._put(Text("skipped", "dim"), said)
        for name, style in (("stale", "red"), ("unexercised", "dim")):
            for one in footer["deviations"][name]:
                label = Text(f"{name} deviation", style)
                self._put(label, Text(shortened(evidence.excuse_line(one), 400)))
        advice = evidence.look_next(self._rules, footer)
        if advice:
            self._line(Text("Look next: ", "bold").append(shortened(advice, 400), "not bold"))

    def _trial(self, record: Record) -> dict[str, str]:
        """What a trial adds to a stream, in one calm line each."""
        return {"cache": evidence.cache_line(record), "time": evidence.times_line(record)}

    def _set_apart(self, detailed: bool) -> None:
        """An empty line around every stream that has more than its one line."""
        now = Told.DETAILS if detailed else Told.HEADLINE
        if self._told is not Told.NOTHING and Told.DETAILS in (self._told, now):
            self.console.print()
        self._told = now

    def _levels(self) -> tuple[str, ...]:
        return evidence.LEVELS if Show.NOTES in self.show else evidence.LEVELS[:2]

    def _rule(self, findings: list[Record]) -> None:
        """A rule is named once and its findings follow; a long row of them is folded."""
        first = findings[0]
        title = Text(visible(first["rule"]), "bold").append("  ")
        title.append(shortened(first["says"], 400), "not bold")
        self._put(Text(first["level"].ljust(6), _LEVEL_STYLES[first["level"]]), title, left=2)
        shown = findings if Show.REPEATS in self.show else findings[:_PER_RULE]
        told = {"says": first["says"]}
        for finding in shown:
            self._evidence(finding, told)
            told = finding
        hidden = evidence.times(findings[len(shown) :])
        if hidden:
            self._put(Text(), Text(f"… and {hidden} more of this rule", "dim"), left=self._deep())

    def _evidence(self, finding: Record, told: Mapping[str, Any]) -> None:
        """What differs from the finding told before, and the place; each of about two lines."""
        room = max(60, 2 * self.console.width - 40)
        for label, name in (("also", "says"), ("expected", "expected"), ("got", "got")):
            if finding[name] != told.get(name):
                self._row(label, shortened(finding[name], room))
        if evidence.where(finding):
            self._row("at", shortened(evidence.where(finding), 300))

    def _row(self, label: str, text: str) -> None:
        self._put(Text(label.ljust(8), "dim"), Text(text), left=self._deep())

    def _asides(self, record: Record) -> None:
        """What is excused, and how many findings only inform."""
        for rule, findings in evidence.by_rule(evidence.excused(record)).items():
            said = Text(f"{visible(rule)}  {shortened(findings[0]['excused'], 400)}", "dim")
            self._put(Text("excused", "dim"), said, left=2)
        notes = evidence.unexcused(record, "may")
        if notes and Show.NOTES not in self.show:
            said = Text(f"{evidence.plural(evidence.times(notes), 'note')}, folded here", "dim")
            self._put(Text("may   ", "dim"), said, left=2)

    def _deep(self) -> int:
        return 2 if self.console.width < _NARROW else 10

    def _line(self, text: Text) -> None:
        self._put(Text(), text)

    def _put(self, label: Text, text: Text, *, left: int = 0) -> None:
        """A label and beside it the text, which keeps to its own side when it wraps."""
        margin = left + (label.cell_len + 2 if label else 0)
        if label and self.console.width - margin < _LEAST:
            label, text, margin = Text(), Text.assemble(label, "  ", text), left
        room = max(self.console.width - margin, _LEAST)
        for number, line in enumerate(text.wrap(self.console, room, overflow="fold")):
            line.rstrip()
            start = Text(" " * left).append_text(label) if number == 0 else Text()
            start.pad_right(margin - start.cell_len)
            self.console.print(self._drawable(start.append_text(line)), soft_wrap=True)

    def _drawable(self, text: Text) -> Text:
        """The same in characters that the terminal's encoding has."""
        encoding = self.console.encoding
        try:
            text.plain.encode(encoding)
        except UnicodeEncodeError:
            pieces = ((segment.text, segment.style or "") for segment in text.render(self.console))
            return Text.assemble(*((_plainer(piece, encoding), style) for piece, style in pieces))
        return text


def _plainer(text: str, encoding: str) -> str:
    return text.translate(_PLAINER).encode(encoding, "backslashreplace").decode(encoding)
