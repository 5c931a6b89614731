"""Faults of usage as numbers: totals that are off, counts that fall, are zero, or contradict."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

from streamgauge.delta import Append, Kind, Stop, Usage
from streamgauge.exchange import Exchange
from streamgauge.faults.events import Said, inserted
from streamgauge.faults.fault import Breaks, Setting, fault
from streamgauge.faults.members import Path, with_members
from streamgauge.faults.spoken import each, path_at, speaks

_OUTPUT = {"openai-chat": "completion_tokens", "gemini": "candidatesTokenCount"}
_TOTAL = {"openai-chat": "total_tokens", "openai-responses": "total_tokens",
          "gemini": "totalTokenCount"}  # fmt: skip
_DETAILS = {"openai-chat": "completion_tokens_details", "openai-responses": "output_tokens_details"}


class Counts(NamedTuple):
    """One usage object: its event, its path, and itself."""

    event: Said
    path: Path
    raw: dict[str, Any]


def counts(exchange: Exchange, setting: Setting) -> list[Counts]:
    """Every usage object, in order; timings that count are none."""
    return [
        Counts(event, path_at(event.json, usage.pointer), usage.raw)
        for event, usage in each(exchange, setting, Usage)
        if usage.pointer.endswith(("/usage", "/usageMetadata"))
    ]


def _with_counts(exchange: Exchange, new: Iterable[tuple[Counts, dict[str, Any]]]) -> Exchange:
    return with_members(exchange, {(one.event.index, one.path): raw for one, raw in new})


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_OFF = ("usage/total-adds-up",)


@fault(chat=Breaks((), perhaps=_OFF), responses=Breaks(_OFF), gemini=Breaks(_OFF))
def spoil_total(exchange: Exchange, setting: Setting, *, by: int = 1) -> Exchange:
    """Every total is more than the sum of its counts, by `by` tokens."""
    total = _TOTAL.get(setting.dialect.name, "")
    found = [one for one in counts(exchange, setting) if _is_count(one.raw.get(total))]
    return _with_counts(exchange, ((one, {**one.raw, total: one.raw[total] + by}) for one in found))


_LENGTH = "stop/length-fits-limit"
_ZERO = ("usage/not-zero", _LENGTH)
_FALLS = ("usage/counts-do-not-fall",)


@fault(chat=Breaks(_FALLS), messages=Breaks(_FALLS), gemini=Breaks((), perhaps=_FALLS))
def lower_counts(exchange: Exchange, setting: Setting) -> Exchange:
    """The first of the running counts of output tokens is higher than the last."""
    found = _running(exchange, setting)
    if not found:
        return exchange
    name = _output(setting)
    more = found[-1].raw[name] + 1
    return _with_counts(exchange, [(found[0], _with_output(found[0].raw, more, setting))])


@fault(
    chat=Breaks((), perhaps=(*_FALLS, *_ZERO, "usage/reasoning-within-output")),
    messages=Breaks((), perhaps=(*_FALLS, *_ZERO, _LENGTH)),
    gemini=Breaks((), perhaps=(*_FALLS, *_ZERO)),
)
def sum_usage(exchange: Exchange, setting: Setting) -> Exchange:
    """Running counts of output tokens are sent as increments: their sum tells what was spent."""
    name = _output(setting)
    pairs = pairwise(_running(exchange, setting))
    return _with_counts(
        exchange,
        (
            (two, _with_output(two.raw, max(0, two.raw[name] - one.raw[name]), setting))
            for one, two in pairs
        ),
    )


def _running(exchange: Exchange, setting: Setting) -> list[Counts]:
    """Usage objects that count output, several of them, the first before the finish."""
    end = min((event.index for event, _ in each(exchange, setting, Stop)), default=0)
    found = [
        one
        for one in counts(exchange, setting)
        if _is_count(one.raw.get(_output(setting))) and one.path[0] != "choices"
    ]
    return found if len(found) > 1 and found[0].event.index < end else []


def _output(setting: Setting) -> str:
    return _OUTPUT.get(setting.dialect.name, "output_tokens")


def _with_output(raw: dict[str, Any], number: int, setting: Setting) -> dict[str, Any]:
    """Usage with another count of output tokens, and a total that goes with it."""
    name, total = _output(setting), _TOTAL.get(setting.dialect.name, "")
    new = {**raw, name: number}
    if _is_count(raw.get(total)):
        new[total] = raw[total] + number - raw[name]
    return new


_THOUGHT = ("usage/reasoning-is-counted",)


@fault(
    chat=Breaks((), perhaps=(*_ZERO, *_THOUGHT, "usage/headers-agree")),
    responses=Breaks((), perhaps=(*_ZERO[:1], *_THOUGHT)),
    messages=Breaks((), perhaps=_ZERO),
    gemini=Breaks((), perhaps=(*_ZERO, *_THOUGHT, "cache/counts-agree")),
)
def zero_usage(exchange: Exchange, setting: Setting) -> Exchange:
    """All counts are zero."""
    found = counts(exchange, setting)
    return _with_counts(exchange, ((one, _zeros(one.raw)) for one in found))


def _zeros(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _zeros(one) for name, one in value.items()}
    return 0 if _is_count(value) else value


@fault(chat=Breaks(("usage/copies-agree",)))
def contradict_usage(exchange: Exchange, setting: Setting) -> Exchange:
    """The chunk that holds usage and no choices comes twice, first with other counts."""
    for one in counts(exchange, setting):
        if one.event.json.get("choices") == [] and one.path == ("usage",):
            other = dict(one.raw)
            for name in ("prompt_tokens", "total_tokens"):
                if _is_count(other.get(name)):
                    other[name] += 1
            value = {**one.event.json, "usage": other}
            return inserted(exchange, one.event.index, one.event.name, value)
    return exchange


@fault(
    chat=Breaks((), perhaps=("usage/reasoning-within-output",)),
    responses=Breaks(("usage/reasoning-within-output",)),
)
def swell_reasoning(exchange: Exchange, setting: Setting) -> Exchange:
    """More tokens are counted for the reasoning than for the whole output.

    Only where some are counted already, and not where a vendor counts the two beside each other.
    """
    output, details = _output(setting), _DETAILS.get(setting.dialect.name, "")
    found = [
        one
        for one in _with_details(exchange, setting)
        if _is_count(one.raw.get(output)) and one.raw[details].get("reasoning_tokens")
    ]
    return _with_reasoning(exchange, setting, found, lambda raw: int(raw[output]) + 1)


_UNCOUNTED = Breaks((), perhaps=_THOUGHT)


@fault(chat=_UNCOUNTED, responses=_UNCOUNTED)
def uncount_reasoning(exchange: Exchange, setting: Setting) -> Exchange:
    """Reasoning is sent, and no token is counted for it."""
    thinks = any(one.kind is Kind.REASONING for _, one in each(exchange, setting, Append))
    found = _with_details(exchange, setting) if thinks else []
    return _with_reasoning(exchange, setting, found, lambda _: 0)


def _with_details(exchange: Exchange, setting: Setting) -> list[Counts]:
    """Usage that counts its reasoning apart and, as far as is known, within the output."""
    if setting.facts.get("reasoning-beside-output") is True:
        return []
    name = _DETAILS.get(setting.dialect.name, "")
    return [one for one in counts(exchange, setting) if isinstance(one.raw.get(name), dict)]


def _with_reasoning(
    exchange: Exchange,
    setting: Setting,
    found: Iterable[Counts],
    number: Callable[[dict[str, Any]], int],
) -> Exchange:
    name = _DETAILS.get(setting.dialect.name, "")
    return _with_counts(
        exchange,
        (
            (one, {**one.raw, name: {**one.raw[name], "reasoning_tokens": number(one.raw)}})
            for one in found
        ),
    )


@fault(
    chat=Breaks(
        (),
        perhaps=(
            "usage/details-are-counted",
            "usage/reasoning-is-counted",
            "cache/counters-are-sent",
        ),
    )
)
def lose_details(exchange: Exchange, setting: Setting) -> Exchange:
    """Usage comes without its details."""
    if not speaks(setting, "chat") or setting.facts.get("reasoning-beside-output") is True:
        return exchange
    return _with_counts(
        exchange,
        (
            (one, {name: value for name, value in one.raw.items() if not isinstance(value, dict)})
            for one in counts(exchange, setting)
        ),
    )


@fault(chat=Breaks(("usage/headers-agree",)))
def spoil_usage_headers(exchange: Exchange, setting: Setting) -> Exchange:
    """The headers that count tokens count one more than the usage, where a vendor sends such."""
    known = setting.facts.get("usage-headers")
    names = {str(name).lower() for name in known} if isinstance(known, dict) else set()
    headers = tuple(
        (name, str(int(value) + 1)) if name.lower() in names and value.strip().isdecimal()
        else (name, value)
        for name, value in exchange.head.headers
    )  # fmt: skip
    return replace(exchange, head=replace(exchange.head, headers=headers))
