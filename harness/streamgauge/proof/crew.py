"""Work done one task after the other, or by several processes, with the answers in order."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Task = TypeVar("Task")
Answer = TypeVar("Answer")


def each(work: Callable[[Task], Answer], tasks: Sequence[Task], jobs: int) -> Iterator[Answer]:
    """The answer to every task, in the order of the tasks.

    Interrupted, it waits for what is under way and begins nothing more.
    """
    if jobs == 1 or len(tasks) < 2:
        yield from map(work, tasks)
        return
    with ProcessPoolExecutor(min(jobs, len(tasks)), initializer=_undisturbed) as pool:
        waiting = [pool.submit(work, task) for task in tasks]
        try:
            for future in waiting:
                yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _undisturbed() -> None:
    """Ctrl-C reaches every process of a terminal; only the first of them is to say so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
