"""Whatever stops a command is told in one line and exits as trouble."""

from __future__ import annotations

import errno
from collections.abc import Callable

import pytest

from streamgauge.capture.limits import Unreadable
from streamgauge.data import DataError
from streamgauge.door.trouble import TROUBLE, UsageError, spared


def raising(error: BaseException) -> Callable[[], int]:
    def work() -> int:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "line"),
    [
        pytest.param(UsageError("no such thing"), "no such thing", id="usage"),
        pytest.param(Unreadable("not YAML"), "not YAML", id="unreadable"),
        pytest.param(DataError("schemas are missing"), "schemas are missing", id="data"),
        pytest.param(KeyboardInterrupt(), "stopped here", id="interrupted"),
        pytest.param(
            OSError(errno.ENOSPC, "No space left", "run.jsonl"),
            "run.jsonl: No space left",
            id="disk",
        ),
        pytest.param(OSError(), "output: OSError", id="unnamed"),
    ],
)
def test_what_stops_a_command_is_one_line(
    error: BaseException, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert spared(raising(error), interrupted="stopped here") == TROUBLE
    assert capsys.readouterr() == ("", f"streamgauge: {line}\n")


def test_a_verdict_is_handed_on() -> None:
    assert spared(lambda: 1, interrupted="") == 1


def test_a_fault_of_ours_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        spared(lambda: 1 // 0, interrupted="")
