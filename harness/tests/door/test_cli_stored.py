"""The commands for stored runs and recordings: where they hang, their help, their mistakes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result

Run = Callable[..., Result]

HELP = {
    "check": ["PATH…", "--vendor", "--deviations"],
    "report": ["render", "diff", "merge", "RUN is a run.jsonl"],
    "report render": ["RUN…", "--report-dir", "--format"],
    "report diff": ["A B", "Exit: 0 the same", "text|json|markdown"],
    "report merge": ["RUN…", "--out", "--force"],
    "convert": ["IN OUT", "--number", "OUT.request.json"],
}
MISTAKES = {
    "report render": "Missing argument 'RUN…'",
    "report diff a": "Missing argument 'B'",
    "report merge a b": "Missing option '-o'",
    "report melt": "No such command",
    "convert a": "Missing argument 'OUT'",
    "convert a b --number -1": "Invalid value for '--number'",
}


@pytest.mark.parametrize("command", HELP)
def test_help_says_what_there_is_and_fits_a_terminal(command: str, run: Run) -> None:
    done = run(*command.split(), "--help")
    assert done.exit_code == 0
    assert [words for words in HELP[command] if words not in done.output] == []
    assert max(map(len, done.output.splitlines())) <= 88


@pytest.mark.parametrize("command", MISTAKES)
def test_a_mistake_is_told_in_words_and_ends_with_2(command: str, run: Run) -> None:
    done = run(*command.split())
    assert done.exit_code == 2
    assert MISTAKES[command] in done.stderr
