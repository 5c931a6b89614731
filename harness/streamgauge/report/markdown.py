"""Markdown, for job summaries and pull-request comments.

A table of the streams that do not conform, then each one's findings with their bytes. Words of a
stream never become markup: a word that is not plainly a word stands in a code span, where
neither HTML, links, mentions nor issue numbers are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from streamgauge.report import evidence
from streamgauge.report.run import Record, Run
from streamgauge.report.safe_text import shortened, visible

_PER_RULE = 5
_SHOWN = ("fail", "warn", "unreadable")
_PLAIN_WORD = re.compile(
    r"""[("']*−?[^\W_]+(?:['’-][^\W_]+)*[)"']*[.,;:!?]?[)"']*|[–—·…-]|%[)]?[.,;]?"""
)
# GitHub links what looks like an issue (GH-12) or a commit (seven or more hex digits).
_LINKED_WORD = re.compile(r"(?i)\W*(gh-\d+|[0-9a-f]{7,40})\W*")


def render(run: Run) -> str:
    """The document."""
    shown = [one for verdict in _SHOWN for one in run.records if one["verdict"] == verdict]
    lines = ["# streamgauge", "", *_summary(run), ""]
    if shown:
        lines += [*_table(shown), ""]
    for record in shown:
        lines += [*_stream(record), ""]
    lines += [*_caches(run.records), *_matrix(run), *_skips(run.footer), *_deviations(run.footer)]
    return "\n".join(lines).rstrip("\n") + "\n"


def code(text: object) -> str:
    """A code span that holds exactly this text, whatever backticks are in it.

    >>> print(code("a `b`"))
    `` a `b` ``
    """
    inside = visible(text) or " "
    fence = "`" * (max(map(len, re.findall("`+", inside)), default=0) + 1)
    spaced = inside[0] == inside[-1] == " " and not inside.isspace()
    pad = " " if len(fence) > 1 or spaced else ""
    return f"{fence}{pad}{inside}{pad}{fence}"


def cell(text: object) -> str:
    """The same for a table cell, where a pipe ends a code span too."""
    inside = visible(text)
    if not re.search(r"[|\\`]", inside):
        return code(inside)
    spelled = re.sub(r"[^\w /.-]|_", lambda sign: f"&#{ord(sign.group())};", inside)
    return f"<code>{spelled}</code>"


def prose(text: str) -> str:
    """A sentence: plain words as they are, every other word in a code span.

    >>> print(prose("See www.evil.test or ask @all about finish_reason."))
    See `www.evil.test` or ask `@all` about `finish_reason.`
    """
    return " ".join(word if _is_plain(word) else code(word) for word in visible(text).split())


def _is_plain(word: str) -> bool:
    return bool(_PLAIN_WORD.fullmatch(word)) and not _LINKED_WORD.fullmatch(word)


def _summary(run: Run) -> Iterator[str]:
    if run.footer is None:
        yield f"**The run was cut short** after {evidence.plural(len(run.results), 'stream')}."
        return
    counts = run.footer["counts"]
    yield f"**{evidence.streams_line(counts)}**"
    yield ""
    yield evidence.findings_line(counts).capitalize()


def _table(records: list[Record]) -> Iterator[str]:
    yield "| verdict | stream | what it is | must | should | may |"
    yield "| --- | --- | --- | ---: | ---: | ---: |"
    for record in records:
        counts = [len(evidence.unexcused(record, level)) for level in evidence.LEVELS]
        numbers = " | ".join(map(str, counts))
        about = cell(evidence.about(record)) if evidence.about(record) else ""
        yield f"| {record['verdict']} | {cell(record['source'])} | {about} | {numbers} |"


def _stream(record: Record) -> Iterator[str]:
    yield f"## {record['verdict']}: {code(record['source'])}"
    yield ""
    if record.get("error"):
        yield f"- error: {prose(shortened(record['error'], 400))}"
    for name, line in (
        ("trial", evidence.trial_line(record)),
        ("times", evidence.times_line(record)),
    ):
        if line:
            yield f"- {name}: {prose(shortened(line, 400))}"
    for findings in evidence.by_rule(evidence.unexcused(record, "must", "should")).values():
        for finding in findings[:_PER_RULE]:
            yield from _finding(finding)
        if len(findings) > _PER_RULE:
            more = evidence.times(findings[_PER_RULE:])
            yield f"- … and {more} more of {code(findings[0]['rule'])}"
    for rule, findings in evidence.by_rule(evidence.excused(record)).items():
        yield f"- excused {code(rule)}: {prose(shortened(findings[0]['excused'], 400))}"
    yield from _folded(record)


def _finding(finding: Record) -> Iterator[str]:
    level, rule = finding["level"], finding["rule"]
    yield f"- **{level}** {code(rule)}: {prose(shortened(finding['says'], 400))}"
    yield f"  - expected {code(shortened(finding['expected']))}"
    yield f"  - got {code(shortened(finding['got']))}"
    if evidence.where(finding):
        yield f"  - at {code(shortened(evidence.where(finding), 300))}"


def _folded(record: Record) -> Iterator[str]:
    notes = evidence.by_rule(evidence.unexcused(record, "may"))
    if notes:
        yield "- may: " + ", ".join(
            f"{code(rule)} × {evidence.times(found)}" for rule, found in notes.items()
        )


def _caches(records: Iterable[Record]) -> Iterator[str]:
    """Every verdict over cold and warm pairs, whether its stream conforms or not."""
    found = [(one, line) for one in records if (line := evidence.cache_line(one))]
    if found:
        yield from ("## Caches", "")
    for record, line in found:
        yield f"- {code(record['source'])}: {prose(shortened(line, 400))}"
    if found:
        yield ""


def _matrix(run: Run) -> Iterator[str]:
    """Scenarios down, targets across: the worst verdict of each trial. Only for runs of trials."""
    cells = evidence.trials(run)
    if not cells:
        return
    targets = list(dict.fromkeys(target for target, _ in cells))
    yield from ("## Trials", "", "| | " + " | ".join(map(cell, targets)) + " |")
    yield "| --- |" + " --- |" * len(targets)
    for scenario in dict.fromkeys(scenario for _, scenario in cells):
        said = (cells.get((target, scenario), "") for target in targets)
        yield f"| {cell(scenario)} | {' | '.join(said)} |"
    yield ""


def _skips(footer: Record | None) -> Iterator[str]:
    by_reason = evidence.skipped(footer or {})
    if by_reason:
        yield from ("## Not tried", "")
    for reason, names in by_reason.items():
        shown = ", ".join(code(shortened(name, 100)) for name in names)
        yield f"- {prose(shortened(reason, 400))}: {shown}"
    if by_reason:
        yield ""


def _deviations(footer: Record | None) -> Iterator[str]:
    known = {} if footer is None else footer["deviations"]
    for name, title in (
        ("stale", "Stale deviations (remove them)"),
        ("unexercised", "Deviations that nothing tried"),
    ):
        if known.get(name):
            yield f"## {title}"
            yield ""
            for one in known[name]:
                rule, rest = evidence.excuse_line(one).split(" at ", 1)
                yield f"- {code(rule)} at {prose(shortened(rest, 400))}"
            yield ""
