"""The command: builds the engines, or says where they are."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from engines import build_llama_cpp, build_transformers, llama_cpp, transformers_serve
from engines.place import EngineError, folder
from engines.questions import QUESTIONS
from engines.serving import Launch, running


def main(arguments: Sequence[str] | None = None) -> int:
    """Do as asked; 2 with one line on stderr where that cannot be done here."""
    given = _parser().parse_args(arguments)
    try:
        given.run(given)
    except EngineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


BUILDS: dict[str, Callable[[int], Path]] = {
    build_llama_cpp.NAME: lambda jobs: build_llama_cpp.build(jobs).home,
    build_transformers.NAME: lambda _: build_transformers.build().home,
}

LAUNCHES: dict[str, Callable[[str], Launch]] = {
    build_llama_cpp.NAME: llama_cpp.launch,
    build_transformers.NAME: transformers_serve.launch,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="harness/engines/run.py", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="fetch and build engines; again is at once")
    build.add_argument("engines", nargs="*", choices=[*BUILDS, []], metavar="ENGINE")
    build.add_argument("-j", "--jobs", type=int, default=max(1, (os.cpu_count() or 2) // 2))
    build.set_defaults(run=_build)
    record = commands.add_parser("record", help="ask engines, and keep cassettes of the answers")
    record.add_argument("into", type=Path, metavar="FOLDER")
    record.add_argument("engines", nargs="*", choices=[*LAUNCHES, []], metavar="ENGINE")
    record.set_defaults(run=lambda given: asyncio.run(_record(given)))
    where = commands.add_parser("where", help="print the folder that they are kept in")
    where.set_defaults(run=lambda _: print(folder()))
    return parser


def _build(given: argparse.Namespace) -> None:
    for name in given.engines or BUILDS:
        print(f"{name}: {BUILDS[name](given.jobs)}")


async def _record(given: argparse.Namespace) -> None:
    """One server for each model, one after the other: two cores are enough."""
    # What records is only needed here; a build needs nothing but Python.
    from engines.record import record_all

    for name in given.engines or LAUNCHES:
        for model in dict.fromkeys(question.model for question in QUESTIONS[name]):
            questions = [one for one in QUESTIONS[name] if one.model == model]
            async with running(LAUNCHES[name](model)) as engine:
                async for path, problem in record_all(engine, questions, given.into):
                    print(f"{path}: {problem or 'kept'}")
