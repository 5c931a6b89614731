"""How a command ends that cannot go on: one line on standard error, exit code 2, no traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from streamgauge.capture.limits import Unreadable
from streamgauge.data import DataError

TROUBLE = 2
"""The exit code of everything that is no verdict."""


class UsageError(Exception):
    """Something that the user can mend; one line."""


def spared(work: Callable[[], int], *, interrupted: str) -> int:
    """The exit code of a command; `interrupted` is what a user is told after Ctrl-C."""
    try:
        return work()
    except (UsageError, Unreadable, DataError) as error:
        _say(str(error))
    except KeyboardInterrupt:
        _say(interrupted)
    except BrokenPipeError:
        # The reader of our output went away, as `| head` does; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        _say(f"{error.filename or 'output'}: {error.strerror or type(error).__name__}")
    return TROUBLE


def _say(line: str) -> None:
    print(f"streamgauge: {line}", file=sys.stderr)
