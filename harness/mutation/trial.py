"""One mutant before its judges: a process of its own, in whose memory alone the mutant lives.

The parent never imports the package; it only has loaded what the tests import from elsewhere, so
that a trial costs the package's own start and the tests. A trial may take so much processor time
and memory; a process that takes more is ended by the system, and counts as a timeout.
"""

from __future__ import annotations

import gc
import importlib
import math
import os
import resource
import signal
import sys
from collections.abc import Sequence
from enum import Enum
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple
from warnings import catch_warnings

WARM = (  # noqa: SIM905 - shorter to read
    "click h11 httpx hypothesis hypothesis.strategies jinja2 jsonschema jsonschema_rs orjson"
    " pytest pytest_asyncio.plugin referencing rich.console stamina yaml"
).split()

ARGUMENTS = [
    *("-x", "-q", "--no-header", "--import-mode=importlib"),
    *("-p", "no:cacheprovider", "-p", "pytest_asyncio.plugin", "-o", "addopts="),
    # What is lost in the collector's hands is not waited for: that costs more than most tests.
    *("-p", "no:unraisableexception", "-p", "no:threadexception"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
]

# The fast profile: so many examples of a property, always the same ones.
EXAMPLES = 25

MEMORY = 3 * 2**30
# A process that waits and does nothing is ended after so many seconds.
ASLEEP = 600


class Outcome(Enum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMEOUT = "timeout"
    SURVIVED = "survived"


class Trial(NamedTuple):
    """An outcome, the first test that failed if one did, and the seconds of processor time."""

    outcome: Outcome
    by: str
    seconds: float


class Substitute(NamedTuple):
    """A module's dotted name, the file that it has, and the text that takes the file's place."""

    name: str
    file: Path
    source: str


def warm() -> None:
    """Load, once for all trials, what tests import from elsewhere."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in WARM:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def tried(tree: Path, command: Sequence[str], instead: Substitute | None, limit: float) -> Trial:
    """Run one command's tests in a new process, with the substitute in its module's place."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _run(tree, command, instead, limit, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    _, status, used = os.wait4(child, 0)
    return Trial(_outcome(status), said, used.ru_utime + used.ru_stime)


def _outcome(status: int) -> Outcome:
    if os.WIFSIGNALED(status):
        ended = os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL, signal.SIGALRM)
        return Outcome.TIMEOUT if ended else Outcome.KILLED
    return Outcome.KILLED if os.WEXITSTATUS(status) else Outcome.SURVIVED


def _run(
    tree: Path, command: Sequence[str], instead: Substitute | None, limit: float, pipe: int
) -> None:
    """What the process does; it does not come back."""
    code = 1
    try:
        _confine(limit)
        os.chdir(tree)
        # The byte code of the copy is kept from trial to trial, except the mutant's.
        sys.dont_write_bytecode = False
        sys.path[0] = str(tree / "harness")
        if instead is not None:
            sys.meta_path.insert(0, Finder(instead))
        code = _pytest(command, pipe)
    finally:
        os._exit(code)


def _confine(limit: float) -> None:
    seconds = math.ceil(limit)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.alarm(ASLEEP)
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)


def _pytest(command: Sequence[str], pipe: int) -> int:
    import pytest

    code = pytest.main([*ARGUMENTS, *command], plugins=[_Teller(pipe)])
    package = sys.modules.get("streamgauge")
    if package is not None and not str(package.__file__).startswith(os.getcwd()):
        os.write(pipe, b"the package was read from elsewhere")
        return 70
    return int(code)


class _Teller:
    """A plugin of pytest: the fast profile, and which test failed first."""

    def __init__(self, pipe: int) -> None:
        self.pipe = pipe
        self.told = False

    def pytest_collection(self) -> None:
        from hypothesis import settings

        settings.register_profile("fast", settings(), max_examples=EXAMPLES)
        settings.load_profile("fast")

    def pytest_runtest_logreport(self, report: Any) -> None:
        self._tell(report)

    def pytest_collectreport(self, report: Any) -> None:
        self._tell(report)

    def _tell(self, report: Any) -> None:
        if report.failed and not self.told:
            self.told = True
            os.write(self.pipe, (report.nodeid or "collection").encode())


class Finder:
    """An import hook that gives one module another text; every other is found as ever."""

    def __init__(self, instead: Substitute) -> None:
        self.instead = instead

    def find_spec(self, name: str, *_where: object) -> ModuleSpec | None:
        """The spec of the module that is substituted, and None for any other."""
        if name != self.instead.name:
            return None
        file = self.instead.file
        inside = [str(file.parent)] if file.name == "__init__.py" else None
        loader = _Loader(name, str(file), self.instead.source)
        return spec_from_file_location(name, file, loader=loader, submodule_search_locations=inside)


class _Loader(SourceFileLoader):
    """Loads the substitute's text under the file's name; it writes no byte code."""

    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self.source = source

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        """The code of the substitute.

        What the compiler only warns of (`x is 1`) is for the tests to notice: they treat
        warnings as errors, and no mutant shall be killed for its looks.
        """
        with catch_warnings(action="ignore"):
            return compile(self.source, self.path, "exec", dont_inherit=True)
