"""Known deviations: excuses for findings that somebody has looked at and accepted.

An excuse says where it holds (target, scenario, source pattern), which rule it excuses and why.
It must never hide in silence: one that was tried and found needless is stale and fails the run,
one that nothing tried is listed. Text in, values out; no file is opened here.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import Any

from streamgauge.rules.finding import Finding, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a finding stands: the source as the user named it, and the trial, if there was one."""

    source: str
    target: str | None = None
    scenario: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Excuse:
    """One accepted deviation. Every selector that is given must match.

    `source` is a path pattern (see `covers`), `rule` a slug or a pattern such as `tools/*`.
    A `flaky` excuse is never stale.
    """

    rule: str
    reason: str
    link: str
    since: str
    target: str | None = None
    source: str | None = None
    scenario: str | None = None
    flaky: bool = False

    def covers(self, place: Place) -> bool:
        """Whether this excuse speaks about that place."""
        return (
            self.target in (None, place.target)
            and self.scenario in (None, place.scenario)
            and (self.source is None or path_matches(place.source, self.source))
        )

    def excuses(self, rule: str) -> bool:
        """Whether this excuse speaks about that rule."""
        return fnmatchcase(rule, self.rule)

    def record(self) -> dict[str, object]:
        """As the footer of a run writes it."""
        return {name: getattr(self, name) for name in _ORDER}


_ORDER = ("target", "source", "scenario", "rule", "reason", "link", "since", "flaky")
_SELECTORS = ("target", "source", "scenario")
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_FIELDS = {field.name for field in fields(Excuse)}


def path_matches(source: str, pattern: str) -> bool:
    """Whether a source answers to a path pattern; `*` stays within a folder, `**` crosses them.

    A pattern matches from the right, unless it begins with `/` or `./`. One without `#n` speaks
    for every exchange of its file.

    >>> path_matches("logs/a.sse", "*.sse"), path_matches("logs/a.sse", "./*.sse")
    (True, False)
    >>> path_matches("logs/day/a.har#2", "logs/**/a.har")
    True
    """
    anchored = pattern.startswith(("/", "./"))
    wanted = _steps(pattern) if anchored else ("**", *_steps(pattern))
    return any(
        _walks(wanted, _steps(name)) for name in dict.fromkeys((source, _without_number(source)))
    )


def _without_number(source: str) -> str:
    return re.sub(r"#\d+\Z", "", source)


def _steps(path: str) -> tuple[str, ...]:
    """The steps of a path: `.` and doubled slashes say nothing, a leading slash does."""
    root = ("/",) if path.startswith("/") else ()
    return root + tuple(step for step in path.split("/") if step not in ("", "."))


def _walks(wanted: Sequence[str], steps: Sequence[str]) -> bool:
    """Step by step, remembering every place in the pattern that could have been reached."""
    reached = _past_stars(wanted, {0})
    for step in steps:
        following = {at for at in reached if at < len(wanted) and wanted[at] == "**"}
        following |= {
            at + 1 for at in reached if at < len(wanted) and fnmatchcase(step, wanted[at])
        }
        reached = _past_stars(wanted, following)
    return len(wanted) in reached


def _past_stars(wanted: Sequence[str], reached: set[int]) -> set[int]:
    """A `**` may stand for nothing at all, so whoever reached it has reached what follows."""
    for at, step in enumerate(wanted):
        if step == "**" and at in reached:
            reached.add(at + 1)
    return reached


def read(text: str, name: str) -> tuple[Excuse, ...]:
    """The excuses of a TOML text with `[[deviation]]` tables; `name` is the file's name.

    Raises ValueError, one line, with the name and the number of the entry (from 1).
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{name}: not TOML: {error}") from None
    extra = sorted(content.keys() - {"deviation"})
    if extra:
        raise ValueError(f"{name}: unknown key {extra[0]!r}; entries are [[deviation]] tables")
    entries = content.get("deviation", [])
    if not isinstance(entries, list):
        raise ValueError(f"{name}: `deviation` must be a list: write [[deviation]]")
    return tuple(
        _read_entry(entry, f"{name}: deviation {number}")
        for number, entry in enumerate(entries, start=1)
    )


def _read_entry(entry: Any, where: str) -> Excuse:
    if not isinstance(entry, dict):
        raise ValueError(f"{where}: not a table")
    values = {key: _as_text(value) for key, value in entry.items()}
    for problem in _problems(values):
        raise ValueError(f"{where}: {problem}")
    return Excuse(**values)


def _as_text(value: Any) -> Any:
    """TOML has dates of its own; people write `since` either way."""
    return value.isoformat() if isinstance(value, datetime.date) else value


def _problems(values: dict[str, Any]) -> Iterable[str]:
    yield from (f"unknown key {key!r}" for key in sorted(values.keys() - _FIELDS))
    for key in ("rule", "reason", "link", "since"):
        if key not in values:
            yield f"`{key}` is missing"
    for key, value in values.items():
        if key == "flaky":
            if not isinstance(value, bool):
                yield "`flaky` must be true or false"
        elif not isinstance(value, str):
            yield f"`{key}` must be a string"
        elif not value.strip() and key != "link":
            yield f"`{key}` is empty"
    if not _DATE.fullmatch(str(values.get("since", "2000"))):
        yield "`since` must be a date such as 2025-06-30"
    if not values.keys() & set(_SELECTORS):
        yield "say where it holds: `source`, `target` or `scenario`"


def excuse_for(finding: Finding, place: Place, excuses: Iterable[Excuse]) -> Excuse | None:
    """The first excuse that speaks about this finding, or None."""
    return next((one for one in excuses if one.covers(place) and one.excuses(finding.rule)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """Which excuses streams have put to the test. Add those of several streams with `|`.

    Both sets hold excuses whose rule was asked (passed or broken, not skipped) at a place that
    they cover; `needed` those whose rule was broken there.
    """

    evaluated: frozenset[Excuse] = frozenset()
    needed: frozenset[Excuse] = frozenset()

    def __or__(self, other: Exercise) -> Exercise:
        return Exercise(
            evaluated=self.evaluated | other.evaluated, needed=self.needed | other.needed
        )


def exercise(excuses: Iterable[Excuse], place: Place, outcome: Outcome) -> Exercise:
    """Which excuses one stream has put to the test."""
    here = [one for one in excuses if one.covers(place)]
    needed = frozenset(one for one in here if any(map(one.excuses, outcome.broken)))
    idle = frozenset(one for one in here if any(map(one.excuses, outcome.passed)))
    return Exercise(evaluated=needed | idle, needed=needed)


def stale(excuses: Iterable[Excuse], tried: Exercise) -> tuple[Excuse, ...]:
    """Excuses that were put to the test and never needed; they fail the run."""
    return tuple(one for one in excuses if one in tried.evaluated - tried.needed and not one.flaky)


def unexercised(excuses: Iterable[Excuse], tried: Exercise) -> tuple[Excuse, ...]:
    """Excuses that nothing put to the test: listed, never a failure."""
    return tuple(one for one in excuses if one not in tried.evaluated)


def updated(
    excuses: Iterable[Excuse],
    tried: Exercise,
    accepted: Iterable[tuple[Place, Finding]],
    since: str,
) -> tuple[Excuse, ...]:
    """The excuses that hold now: those not stale, then new ones for the accepted findings.

    `accepted` are the unexcused findings that shall pass from now on; the door chooses them by
    level and gives `since`, an ISO date. One excuse per place and rule, in a fixed order.
    """
    old = tuple(excuses)
    needless = stale(old, tried)
    new: dict[tuple[str, ...], Excuse] = {}
    for place, finding in accepted:
        made = _accept(place, finding, since)
        key = (made.target or "", made.scenario or "", made.source or "", made.rule)
        new.setdefault(key, made)
    return tuple(one for one in old if one not in needless) + tuple(new[key] for key in sorted(new))


def _accept(place: Place, finding: Finding, since: str) -> Excuse:
    """A trial is known by its target and scenario, a recording by its path."""
    return Excuse(
        rule=finding.rule,
        reason=f"accepted on {since}: {finding.says}",
        link="",
        since=since,
        target=place.target,
        scenario=place.scenario,
        source=_pattern(place.source) if place.target is None else None,
    )


def _pattern(source: str) -> str:
    """A pattern that matches this source and no other.

    A lone surrogate stands for a byte of a file name that is not UTF-8; TOML cannot hold it, so
    `?` takes its place.
    """
    literal = re.sub(r"[*?\[]", r"[\g<0>]", source)
    legal = re.sub(r"[\ud800-\udfff]", "?", literal)
    return legal if legal.startswith(("/", "./")) else f"./{legal}"


_NEEDS_ESCAPE = re.compile(
    r'["\\\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff'
    r"\ud800-\udfff\U000e0000-\U000e0fff]"
)


def write(excuses: Iterable[Excuse]) -> str:
    """The TOML text of these excuses; `read` gives them back.

    Findings quote streams, so no character that could end a string or hide itself is written
    raw. A lone surrogate becomes U+FFFD, as TOML has no word for it.
    """
    return "\n".join(_write_entry(one) for one in excuses)


def _write_entry(excuse: Excuse) -> str:
    lines = ["[[deviation]]"]
    lines += [
        f"{key} = {_quote(value)}"
        for key, value in excuse.record().items()
        if isinstance(value, str)
    ]
    if excuse.flaky:
        lines.append("flaky = true")
    return "\n".join(lines) + "\n"


def _quote(text: str) -> str:
    return f'"{_NEEDS_ESCAPE.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    if char in '"\\':
        return f"\\{char}"
    code = ord(char)
    if 0xD800 <= code <= 0xDFFF:
        return "\\uFFFD"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
