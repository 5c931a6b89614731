"""Lays the results out as a Markdown table with the goals beside them. It measures nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from benchmarks.measure import Result

GROWTH, MEMORY = 1.3, 10.0
"""Goals of ours for every case: cost per chunk, longest by shortest; peak by body."""

_GOALS: Mapping[tuple[str, str], float] = {
    ("streamgauge aggregate", "openai-chat"): 3.0,
    ("streamgauge aggregate", "anthropic-messages"): 5.0,
    ("streamgauge check", "openai-chat"): 8.0,
    ("streamgauge check", "anthropic-messages"): 14.0,
}


class Row(NamedTuple):
    """One peer on one case; `skipped` says why there is no result."""

    case: str
    dialect: str
    hard: bool
    peer: str
    result: Result | None
    skipped: str | None


def goal(row: Row) -> float | None:
    """How many times `orjson.loads` the peer may take, where a goal is set."""
    return None if row.hard else _GOALS.get((row.peer, row.dialect))


def times(result: Result, length: int) -> float | None:
    """How many times as long as `orjson.loads` of the same chunks."""
    if length not in result.seconds:
        return None
    return result.seconds[length] / result.baseline[length]


def per_chunk(result: Result, length: int) -> float | None:
    """Microseconds per chunk."""
    if length not in result.seconds:
        return None
    return result.seconds[length] / result.chunks[length] * 1e6


def growth(result: Result, lengths: tuple[int, ...]) -> float | None:
    """Cost per chunk at the longest by that at the shortest; 1 is linear."""
    short, long = per_chunk(result, lengths[0]), per_chunk(result, lengths[-1])
    return None if short is None or long is None or len(lengths) < 2 else long / short


def markdown(rows: Iterable[Row], lengths: tuple[int, ...], budget: float) -> str:
    """The whole table."""
    head = ["stream", "reader"]
    head += [f"µs/chunk, {_short(length)}" for length in lengths]
    head += [f"× orjson, {_short(length)}" for length in lengths]
    head += ["goal", "growth", "peak × body"]
    lines = [head, ["---", "---", *["---:"] * (len(head) - 2)]]
    lines += [_cells(row, lengths, budget) for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _cells(row: Row, lengths: tuple[int, ...], budget: float) -> list[str]:
    if row.result is None:
        empty = [""] * (2 * len(lengths) + 2)
        return [row.case, row.peer, f"skipped: {row.skipped}", *empty]
    result, most = row.result, goal(row)
    over = f"over {budget:g} s"
    late = [length for length in lengths if result.over is not None and length >= result.over]
    cells = [row.case, row.peer]
    cells += [over if n in late else _figure(per_chunk(result, n)) for n in lengths]
    cells += ["" if n in late else _figure(times(result, n)) for n in lengths]
    ours = row.peer.startswith("streamgauge")
    cells.append("" if most is None else _judged(times(result, lengths[-1]), most))
    grown = growth(result, lengths)
    cells.append(_figure(grown) + _missed(grown, GROWTH if ours else None))
    cells.append(_figure(result.peak) + _missed(result.peak, MEMORY if ours else None))
    return cells


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _judged(value: float | None, most: float) -> str:
    return f"≤ {most:g}{_missed(value, most)}"


def _missed(value: float | None, most: float | None) -> str:
    return " (missed)" if value is not None and most is not None and value > most else ""


def _short(length: int) -> str:
    return f"{length // 1000} k" if length % 1000 == 0 else str(length)
