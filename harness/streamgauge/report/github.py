"""GitHub annotations: workflow commands that mark the failing files of a run.

One annotation per stream and rule, so that the few which GitHub shows are not all of one kind;
findings that only inform are left to the other reports. Every value is escaped as GitHub's
toolkit does (https://github.com/actions/toolkit, packages/core/src/command.ts), so no stream
content can end a command or begin one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from streamgauge.report import evidence
from streamgauge.report.run import Record, Run
from streamgauge.report.safe_text import shortened, visible

_COMMANDS = {"must": "error", "should": "warning"}


def render(run: Run) -> str:
    """The annotations, then a line that sums up."""
    lines = [line for one in run.records for line in commands(one)]
    return "\n".join([*lines, *closing(run.footer)]) + "\n"


def commands(record: Mapping[str, Any]) -> Iterator[str]:
    """The annotations of one stream; none where it conforms."""
    source = record["source"]
    if record["verdict"] == "unreadable":
        why = shortened(record.get("error") or "not readable", 400)
        yield _command("error", source, "unreadable", why)
    for rule, findings in evidence.by_rule(evidence.unexcused(record, "must", "should")).items():
        first = findings[0]
        yield _command(
            _COMMANDS[first["level"]], source, rule, _message(first, evidence.times(findings[1:]))
        )


def closing(footer: Mapping[str, Any] | None) -> Iterator[str]:
    """Stale deviations as errors, what was not tried as notices, then the counts."""
    if footer is None:
        yield _command("error", "-", "the run was cut short", "The run file has no footer.")
        return
    for one in footer["deviations"]["stale"]:
        yield _command("error", "-", "stale deviation", shortened(evidence.excuse_line(one), 400))
    for reason, names in evidence.skipped(footer).items():
        says = f"{shortened(reason, 200)}: {shortened(', '.join(names), 400)}"
        yield _command("notice", "-", "not tried", says)
    counts = footer["counts"]
    yield f"{evidence.streams_line(counts)}; {evidence.findings_line(counts)}"


def _message(finding: Record, further: int) -> str:
    more = f"\n{further} more of this rule in this stream." if further else ""
    lines = [
        shortened(finding["says"], 400),
        f"expected: {shortened(finding['expected'])}",
        f"got: {shortened(finding['got'])}",
        shortened(evidence.where(finding), 300),
    ]
    return "\n".join(line for line in lines if line) + more


def _command(name: str, source: str, title: str, message: str) -> str:
    file = re.sub(r"#\d+\Z", "", source)
    values = [] if file == "-" else [f"file={_property(visible(file))}"]
    values.append(f"title={_property(visible(title))}")
    return f"::{name} {','.join(values)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
