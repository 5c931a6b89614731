"""One slice of fuzzing, in a process of its own: `explore.py TARGET FOUND [libFuzzer options]`.

Coverage of the package guides libFuzzer (through atheris). An input that breaks the contract is
kept and the search goes on; only what hangs or eats the memory ends the process.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# The folder of this file would hide packages of the same names as its modules.
sys.path[0] = str(Path(__file__).resolve().parents[1])


def explore(name: str, found: Path, options: Sequence[str]) -> None:
    """Fuzz until the options say stop; libFuzzer ends the process itself."""
    import atheris

    with atheris.instrument_imports(include=["streamgauge"]):
        from fuzz.contract import bounded
        from fuzz.mutate import mutate
        from fuzz.seeds import seeds
        from fuzz.targets import TARGETS
        from fuzz.trouble import keep, tried

        target = TARGETS[name]
        # What is imported when it is first used is to be instrumented as well.
        for seed in seeds(name):
            tried(target.run, seed)

    known: dict[str, int] = {}

    def attempt(data: bytes) -> None:
        trouble = tried(lambda given: bounded(target.run, given), data)
        if trouble is not None and len(data) < known.get(trouble.name, len(data) + 1):
            known[trouble.name] = len(data)
            keep(trouble, found)

    def change(data: bytes, limit: int, seed: int) -> bytes:
        """Half of the changes are such as happen to streams, half are libFuzzer's own."""
        if seed % 2:
            return mutate(data, seed)[:limit]
        return bytes(atheris.Mutate(data, limit))

    fuzz: Any = atheris
    fuzz.Setup([sys.argv[0], *options], attempt, custom_mutator=change)
    fuzz.Fuzz()


if __name__ == "__main__":
    explore(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
