"""The door behind `streamgauge prove`: good streams in, a score, a page and an exit code out.

The clock is not read: the same streams give the same files. They are written when everything is
known, each at once, so that nothing half written is left behind.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, TypeVar

from streamgauge import __version__
from streamgauge.door.goods import Wanted, gather
from streamgauge.door.outputs import make_folder
from streamgauge.door.trouble import UsageError, spared
from streamgauge.faults.catalogue import faults
from streamgauge.faults.fault import Breaks, Fault
from streamgauge.proof.crew import each
from streamgauge.proof.forms import FULL, QUICK, USUAL, Form
from streamgauge.proof.good import Good
from streamgauge.proof.matrix import bares, cells, sound, tasks
from streamgauge.proof.score import Inquiry, Proof, lines, score
from streamgauge.report import proof_html
from streamgauge.report.plain_json import dumps
from streamgauge.report.safe_text import shortened, visible
from streamgauge.rules import catalogue
from streamgauge.rules.rule import Rule

_SHARE = 4
"""Faults that are tried as one task."""
_BATCH = 64
"""Streams that are judged as they are in one task."""
_SHOWN = 12
"""Wrong things that a terminal is told of; the files have them all."""

Task = TypeVar("Task")
Answer = TypeVar("Answer")


def run(options: Mapping[str, Any]) -> int:
    """Prove the rules; 0 where everything is as it must be, 1 where not, 2 where nobody can say."""
    return spared(lambda: _run(options), interrupted="interrupted; nothing was written")


def _run(options: Mapping[str, Any]) -> int:
    if options["quick"] and options["full"]:
        raise UsageError("--quick and --full: one of them")
    form = FULL if options["full"] else QUICK if options["quick"] else USUAL
    inquiry = _inquiry(options, form)
    rules, chosen = _rules(options), _faults(options)
    goods = gather(
        Wanted(
            form=form,
            drawn=inquiry.drawn,
            seed=inquiry.seed,
            corpus=tuple(options["corpus"]),
            names=inquiry.goods,
        )
    )
    folder = Path(options["report_dir"])
    make_folder(folder, UsageError)
    crew = _Crew(jobs=options["jobs"] or os.cpu_count() or 1, shows=_shows(options))
    result = score(prove(inquiry, rules, chosen, goods, crew))
    _write(folder, result)
    if not options["quiet"]:
        print("\n".join(_told(result, folder)))
    return 0 if result["conforms"] else 1


def _inquiry(options: Mapping[str, Any], form: Form) -> Inquiry:
    drawn = form.drawn if options["drawn"] is None else options["drawn"]
    words = [] if form is USUAL else [f"--{form.name}"]
    words += ["--seed", str(options["seed"]), "--goods", str(drawn)]
    for path in options["corpus"]:
        words += ["--corpus", shlex.quote(visible(path))]
    return Inquiry(
        version=__version__,
        form=form,
        seed=options["seed"],
        drawn=drawn,
        words=" ".join(words),
        faults=tuple(options["fault"]),
        rules=tuple(options["rule"]),
        goods=tuple(options["good"]),
    )


def _rules(options: Mapping[str, Any]) -> tuple[Rule, ...]:
    for glob in options["rule"]:
        if not catalogue.chosen((glob,)):
            raise UsageError(f"--rule {glob}: no rule has such a name; try: streamgauge rules")
    return catalogue.chosen(options["rule"])


def _faults(options: Mapping[str, Any]) -> list[Fault]:
    """The faults of the globs, of those the ones that may break a rule that is asked for."""
    globs = options["fault"]
    for glob in globs:
        if not any(fnmatchcase(one.name, glob) for one in faults()):
            known = ", ".join(one.name for one in faults())
            raise UsageError(f"--fault {glob}: no fault has such a name; known: {known}")
    slugs = {rule.slug for rule in _rules(options)}
    return [
        one
        for one in faults()
        if (not globs or any(fnmatchcase(one.name, glob) for glob in globs))
        and (not options["rule"] or slugs.intersection(_names(one)))
    ]


def _names(fault: Fault) -> Iterator[str]:
    for said in fault.declared.values():
        if isinstance(said, Breaks):
            yield from (*said.rules, *said.perhaps)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crew:
    """How many work, and whether somebody watches."""

    jobs: int
    shows: bool

    def each(
        self, says: str, work: Callable[[Task], Answer], tasks: Sequence[Task]
    ) -> Iterator[Answer]:
        """The answers in order, with a bar on standard error where somebody watches."""
        answers = each(work, tasks, self.jobs)
        if not self.shows:
            return answers
        from rich.console import Console
        from rich.progress import track

        console = Console(stderr=True)
        return iter(track(answers, says, total=len(tasks), console=console, transient=True))


def _shows(options: Mapping[str, Any]) -> bool:
    return not options["quiet"] and sys.stderr.isatty()


def prove(
    inquiry: Inquiry,
    rules: Sequence[Rule],
    chosen: Sequence[Fault],
    goods: Sequence[Good],
    crew: _Crew,
) -> Proof:
    """Judge every stream as it is, then every fault on those of which no rule finds anything."""
    batches = [tuple(goods[at : at + _BATCH]) for at in range(0, len(goods), _BATCH)]
    judged = [one for found in crew.each("Judging", bares, batches) for one in found]
    work = tasks(sound(goods, judged), chosen, inquiry.form.reach, _SHARE)
    tried = [cell for found in crew.each("Breaking", cells, work) for cell in found]
    return Proof(
        inquiry=inquiry, rules=rules, faults=chosen, goods=goods, bares=judged, cells=tried
    )


def _write(folder: Path, result: Mapping[str, Any]) -> None:
    texts = {
        "proof.json": dumps(result, indent=1) + "\n",
        "proof.html": proof_html.render(result),
    }
    for name, text in texts.items():
        new = folder / f".{name}.{os.getpid()}"
        try:
            new.write_text(text, encoding="utf-8", newline="\n")
            new.replace(folder / name)
        finally:
            new.unlink(missing_ok=True)


def _told(result: Mapping[str, Any], folder: Path) -> Iterator[str]:
    wrong = result["wrong"]
    for one in wrong[:_SHOWN]:
        about = [one["fault"], one["dialect"] and f"[{one['dialect']}]", one["rule"]]
        where = " ".join(part for part in about if part)
        times = f" ({one['count']} streams)" if one["count"] > 1 else ""
        yield f"{one['kind']}  {where}: {shortened(one['says'])}{times}"
        yield f"  {visible(one['reproduce'])}"
    if len(wrong) > _SHOWN:
        yield f"… and {len(wrong) - _SHOWN} more"
    yield f"report: {folder / 'proof.json'}, {folder / 'proof.html'}"
    yield from lines(result)
