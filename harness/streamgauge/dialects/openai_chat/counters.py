"""Writes token counts as a vendor names them: the way back from `usage.totals`.

Where a vendor's counters stand is told by the facts `cache-counters`, `cache-miss-counter`,
`cache-write-counter` and `reasoning-counters`, as JSON pointers into the usage object.
"""

from __future__ import annotations

from streamgauge.dialects.dialect import Facts
from streamgauge.message import UsageTotals

Json = dict[str, object]

_CACHED = ("/prompt_tokens_details/cached_tokens",)
_REASONED = ("/completion_tokens_details/reasoning_tokens",)


def counted(totals: UsageTotals, facts: Facts) -> Json:
    """The members that count the tokens of a chunk or document: `usage`, and those that the fact
    `usage-hoisted` puts beside it."""
    usage = counters(totals, facts)
    hoisted = facts.get("usage-hoisted")
    names = [name for name in hoisted if name in usage] if isinstance(hoisted, list) else []
    return {"usage": usage, **{name: usage.pop(name) for name in names}}


def counters(totals: UsageTotals, facts: Facts) -> Json:
    """The usage object of those counts; counts that nobody made stay as they were sent."""
    if totals.input_tokens is None and totals.output_tokens is None:
        return dict(totals.raw)
    read, reasoned = totals.cache_read_tokens, totals.reasoning_tokens
    prompt, output = totals.input_tokens or 0, totals.output_tokens or 0
    beside = facts.get("reasoning-beside-output") is True
    completion = max(0, output - (reasoned or 0)) if beside else output
    usage: Json = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + output,
    }
    missed = facts.get("cache-miss-counter")
    for pointer, said in _pointers(facts, "cache-counters", _CACHED):
        if pointer == missed:
            _put(usage, pointer, prompt - (read or 0))
        elif said or read is not None:
            _put(usage, pointer, read or 0)
    for pointer, said in _pointers(facts, "reasoning-counters", _REASONED):
        if said or reasoned is not None:
            _put(usage, pointer, reasoned or 0)
    written = facts.get("cache-write-counter")
    if isinstance(written, str) and totals.cache_write_tokens is not None:
        _put(usage, written, totals.cache_write_tokens)
    return usage


def _pointers(facts: Facts, name: str, default: tuple[str, ...]) -> list[tuple[str, bool]]:
    """(pointer, whether the vendor promises it) of each counter."""
    named = facts.get(name)
    if isinstance(named, list):
        return [(pointer, True) for pointer in named if isinstance(pointer, str)]
    return [(pointer, False) for pointer in default]


def _put(usage: Json, pointer: str, count: int) -> None:
    *path, last = pointer.strip("/").split("/")
    here = usage
    for step in path:
        inner = here.setdefault(step, {})
        assert isinstance(inner, dict)
        here = inner
    here[last] = count
