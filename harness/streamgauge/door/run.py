"""The door behind `streamgauge run` and `record`: targets and scenarios in, reports out."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from streamgauge.door import outputs
from streamgauge.door.attempt import Attempt, Finished
from streamgauge.door.configuration import configuration, with_defaults
from streamgauge.door.trouble import UsageError, spared
from streamgauge.targets.target import Price, Target
from streamgauge.trials.budget import Estimate, ceiling
from streamgauge.trials.trial import Trial

_FEW = 5


def run(words: Sequence[str], options: Mapping[str, Any], said: frozenset[str]) -> int:
    """Try everything that was named; the exit code. `said` names options that were given."""
    return spared(
        lambda: _run(words, options, said),
        interrupted="interrupted; the same command with --resume goes on",
    )


def _run(words: Sequence[str], options: Mapping[str, Any], said: frozenset[str]) -> int:
    configured = configuration(Path.cwd())
    merged = with_defaults(options, configured, said)
    attempt = Attempt(words, merged, configured)
    if merged["plan"]:
        return _show_plan(attempt)
    _require_keys(attempt.targets)
    if not merged["quiet"]:
        _tell_gates(attempt.targets)
    finished = attempt.finish()
    _print(finished, merged)
    written = outputs.write_views(attempt.folder, attempt.views)
    if written and not merged["quiet"]:
        print(f"report: {', '.join(written)}", file=sys.stderr)
    return _code(attempt, finished)


def _require_keys(targets: Sequence[Target]) -> None:
    """A real vendor without its key answers nothing but 401; that is said before, not after."""
    for target in targets:
        if target.lacks_key:
            names = " or ".join(target.key_env)
            raise UsageError(f"{target.name}: no key: set {names} in the environment")


def _tell_gates(targets: Sequence[Target]) -> None:
    for target in targets:
        if not target.streams:
            why = target.why_not_streamed
            print(f"{target.name}: asked without streaming: {why}", file=sys.stderr)


def _code(attempt: Attempt, finished: Finished) -> int:
    leaks = attempt.leaked()
    for place in leaks:
        print(f"streamgauge: a live key stands in {place}; delete it", file=sys.stderr)
    return 2 if leaks else finished.code


def _print(finished: Finished, options: Mapping[str, Any]) -> None:
    run = finished.run
    printer = outputs.printer({**options, "notes": False}, few=len(run.records) <= _FEW)
    for record in run.records:
        printer.result(record)
    printer.close(run.footer or {}, finished.text)


def _show_plan(attempt: Attempt) -> int:
    trials, skips = attempt.planned()
    ceilings = [ceiling(trial) for trial in trials]
    for trial, most in zip(trials, ceilings, strict=True):
        print(f"{trial.name}: {_requests(trial.requests)}, at most {_tokens([most])}")
    for skip in skips:
        print(f"{skip.target}/{skip.scenario}: skipped, {skip.reason}")
    _tell_gates(attempt.targets)
    total = sum(trial.requests for trial in trials)
    print(f"{_requests(total)} in {len(trials)} trials, {len(skips)} skipped")
    print(f"at most {_tokens(ceilings)}{_cost(trials, ceilings)}")
    return 0


def _cost(trials: Sequence[Trial], ceilings: Sequence[Estimate]) -> str:
    """The ceiling in money, and whose cost is not in it."""
    cost = sum(most.money(one.target.price) for one, most in zip(trials, ceilings, strict=True))
    real = {one.target.name: one.target.price for one in trials if not one.target.embedded}
    unknown = [name for name, price in real.items() if price == Price()]
    priced = [f", at most {cost:.4g} in money"] if cost else []
    if unknown:
        priced.append(f"; cost unknown for {', '.join(unknown)}: no price is configured")
    return "".join(priced)


def _requests(number: int) -> str:
    return f"{number} request{'' if number == 1 else 's'}"


def _tokens(ceilings: Sequence[Estimate]) -> str:
    put, got = sum(one.input for one in ceilings), sum(one.output for one in ceilings)
    return f"{put:,} tokens in and {got:,} out"
