"""The command: fuzzes targets in turn, keeps what it finds, and says how to reproduce it."""

from __future__ import annotations

import argparse
import faulthandler
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from fuzz import place
from fuzz.contract import bounded
from fuzz.ledger import Ledger
from fuzz.place import FuzzError
from fuzz.slices import HANGS, Slice, fuzz
from fuzz.targets import TARGETS
from fuzz.trouble import keep, smallest, tried

AGAIN = "python harness/fuzz/run.py --input {path} {target}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do as asked; 1 where something broke the contract, 2 where nothing can be fuzzed."""
    given = _parser().parse_args(arguments)
    try:
        if given.input is not None:
            return _reproduce(given.input, given.targets)
        if given.state:
            return _state(given.targets)
        return _fuzz(given)
    except FuzzError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; the same command goes on where it was", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="harness/fuzz/run.py", description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], metavar="TARGET")
    parser.add_argument(
        "--seconds", type=float, default=60, help="processor time for each target, in all slices"
    )
    parser.add_argument("--slice", type=float, default=120, help="seconds of a target at a time")
    parser.add_argument("--within", type=float, help="stop after this many seconds by the clock")
    parser.add_argument("--input", type=Path, metavar="FILE", help="try this one input instead")
    parser.add_argument("--state", action="store_true", help="print what was done so far")
    return parser


def _fuzz(given: argparse.Namespace) -> int:
    """Slice by slice, the target with the least time first."""
    if find_spec("atheris") is None:
        raise FuzzError("atheris is not installed (pip install -e '.[fuzz]', on Linux)")
    ledger = _ledger()
    names = given.targets or list(TARGETS)
    goal = {name: ledger.entry(name).seconds + given.seconds for name in names}
    end = time.monotonic() + (given.within or float("inf"))
    with _one_at_a_time():
        while (name := _next(ledger, goal)) and time.monotonic() < end:
            left = min(given.slice, goal[name] - ledger.entry(name).seconds, end - time.monotonic())
            done = fuzz(Slice(target=name, home=place.folder() / name, seconds=max(1, int(left))))
            entry = ledger.add(name, done)
            print(
                f"{name}: {entry.seconds:.0f} s, {entry.inputs} inputs, {entry.edges} edges, "
                f"{entry.corpus} kept",
                flush=True,
            )
    return _state(names)


def _next(ledger: Ledger, goal: dict[str, float]) -> str | None:
    wanting = [name for name in goal if ledger.entry(name).seconds < goal[name] - 1]
    return min(wanting, key=lambda name: ledger.entry(name).seconds, default=None)


def _ledger() -> Ledger:
    return Ledger(place.folder() / "ledger.json")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two runs would spoil each other's corpus and ledger."""
    import fcntl

    home = place.folder()
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FuzzError(f"another run is fuzzing into {home}") from None
        yield


def _state(names: Sequence[str]) -> int:
    """A line for each target; 1 where anything was found that still breaks."""
    ledger, broken = _ledger(), 0
    for name in names or TARGETS:
        entry = ledger.entry(name)
        print(f"{name:20} {entry.seconds:7.0f} s {entry.inputs:9} inputs {entry.edges:6} edges")
        broken += _tell_found(name)
    return 1 if broken else 0


def _tell_found(name: str) -> int:
    """Every input that still breaks, made as small as can be, with the way to reproduce it."""
    found, still = place.folder() / name / "found", 0
    for path in sorted(found.glob("*/input")):
        run = _bounded(name)
        trouble = tried(run, path.read_bytes())
        if trouble is None:
            print(f"  {path.parent.name}: mended")
            continue
        kept = keep(smallest(run, trouble), found)
        print(f"  {trouble.name}: {AGAIN.format(path=kept, target=name)}")
        still += 1
    for path in sorted(found.glob("timeout-*")) + sorted(found.glob("oom-*")):
        print(f"  hung or grew: {AGAIN.format(path=path, target=name)}")
        still += 1
    return still


def _bounded(name: str) -> Callable[[bytes], None]:
    return lambda data: bounded(TARGETS[name].run, data)


def _reproduce(path: Path, names: Sequence[str]) -> int:
    """Try one kept input on its targets, and show where it breaks or hangs."""
    broken = 0
    for name in names or TARGETS:
        faulthandler.dump_traceback_later(HANGS, exit=True, file=sys.__stderr__)
        trouble = tried(_bounded(name), path.read_bytes())
        faulthandler.cancel_dump_traceback_later()
        print(f"{name}: {'holds' if trouble is None else trouble.told}")
        broken += trouble is not None
    return 1 if broken else 0
