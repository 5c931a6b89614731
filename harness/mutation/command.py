"""The command: judge what is not judged yet, judge survivors again, show them, write the page."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mutation import page, results, session, trial
from mutation.mutants import mutant
from mutation.places import Place
from mutation.sampling import FLOORS

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when all that was asked is done, 2 when the tests are not green."""
    asked = _parser().parse_args(arguments)
    if asked.page:
        page.refresh(ROOT / "docs/mutation.md")
    elif asked.survivors:
        _show(_floors(asked), asked.results)
    else:
        return _judge(asked)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mutation", description=__doc__)
    parser.add_argument("--floors", default=",".join(FLOORS), help="separated by commas")
    parser.add_argument("--sample", type=int, default=page.SIZE, help="mutants of each floor")
    parser.add_argument("--seed", type=int, default=page.SEED)
    parser.add_argument("--again", nargs="*", metavar="ID", help="these, or all that survive")
    parser.add_argument("--tree", type=Path, default=ROOT, help="whose code and tests")
    parser.add_argument("--results", type=Path, default=results.FOLDER, help="folder of results")
    parser.add_argument("--survivors", action="store_true", help="show those without a reason")
    parser.add_argument("--page", action="store_true", help="write docs/mutation.md anew")
    return parser


def _show(floors: Sequence[str], folder: Path) -> None:
    excused = results.equivalent()
    for floor in floors:
        for one in results.read(floor, folder).values():
            if one.outcome == "survived" and one.id not in excused:
                print(f"{one.id} {one.module} {one.function}\n  - {one.before}\n  + {one.after}")


def _judge(asked: argparse.Namespace) -> int:
    trial.warm()
    with tempfile.TemporaryDirectory() as scratch:
        bench = session.Bench(session.copied(asked.tree, Path(scratch) / "tree"))
        try:
            _judge_new(bench, asked) if asked.again is None else _judge_again(bench, asked)
        except session.NotGreenError as error:
            print(f"without a mutant already: {error}", file=sys.stderr)
            return 2
    return 0


def _judge_new(bench: session.Bench, asked: argparse.Namespace) -> None:
    """Judge what is not judged yet, then forget what is no longer of the sample."""
    texts, floors = session.Texts(bench.tree), _floors(asked)
    seen: dict[str, set[str]] = {floor: set() for floor in floors}
    for place in session.sampled(texts, floors, asked.sample, asked.seed, asked.results):
        floor = place.module.partition(".")[0]
        seen[floor].add(place.id)
        if place.id not in results.read(floor, asked.results):
            _judge_one(bench, texts, place, asked)
    for floor, ids in seen.items():
        session.keep_only(floor, ids, asked.results)


def _judge_again(bench: session.Bench, asked: argparse.Namespace) -> None:
    texts = session.Texts(bench.tree)
    for place in session.once_more(texts, _floors(asked), asked.again, asked.results):
        _judge_one(bench, texts, place, asked)


def _floors(asked: argparse.Namespace) -> list[str]:
    return [floor for floor in FLOORS if floor in asked.floors.split(",")]


def _judge_one(
    bench: session.Bench, texts: session.Texts, place: Place, asked: argparse.Namespace
) -> None:
    one = mutant(place, texts[place.module], asked.seed)
    if one is not None:
        floor = place.module.partition(".")[0]
        old = results.read(floor, asked.results).get(place.id)
        said = bench.judged(one)
        made = session.after(old, one, said)
        session.keep(floor, made, asked.results)
        print(f"{made.outcome} {made.id} {made.module} {said.seconds:.1f} s", flush=True)
