"""The options of `streamgauge clients`, as a user meets them."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from streamgauge.cli import main
from streamgauge.door import clients


def test_help_has_examples_and_exit_codes() -> None:
    shown = CliRunner().invoke(main, ["clients", "--help"])
    assert shown.exit_code == 0
    assert "streamgauge clients openai anthropic" in shown.stdout
    assert "Exit: 0" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--seconds", "0"], "0.1"),
        (["--jobs", "0"], "--jobs"),
        (["--nothing"], "No such option"),
    ],
    ids=["seconds", "jobs", "unknown"],
)
def test_options_that_cannot_be_are_told(arguments: list[str], says: str) -> None:
    done = CliRunner().invoke(main, ["clients", *arguments])
    assert done.exit_code == 2
    assert says in done.output


def test_what_is_said_reaches_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []

    def run(names: object, options: dict[str, object]) -> int:
        told.extend((names, options["case"], options["seconds"], options["list_"]))
        return 1

    monkeypatch.setattr(clients, "run", run)
    done = CliRunner().invoke(main, ["clients", "a", "b/*", "--case", "x", "--seconds", "2"])
    assert done.exit_code == 1
    assert told == [("a", "b/*"), ("x",), 2.0, False]
