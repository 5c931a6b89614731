"""What every dialect's messages are made of: stretches of text and thought, calls, counts.

Each dialect says in a `Tongue` which of it has words there. It must never know a wire format.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from streamgauge.delta import Kind
from streamgauge.dialects.called import called
from streamgauge.dialects.dialect import Voice, WireEvent
from streamgauge.message import ArgumentsState, Broken, Choice, Message, Part, UsageTotals
from streamgauge.strategies.arguments import spell, valued
from streamgauge.strategies.lots import Lots
from streamgauge.strategies.texts import name, text
from streamgauge.strategies.voicing import Speaker


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """What a dialect can say.

    `stops` are the neutral reasons to stop without a call. `choices` tells whether it has several
    answers, `mixes` whether text may follow a call, `cuts` whether a limit may cut a call in the
    middle of its arguments. `name` gives an answer its id, `dress` gives the parts of a choice what
    the dialect adds (ids, indexes, signatures, citations). `hosts` makes the parts of a tool that
    the vendor runs itself, in that place, for a dialect that can say them. `heard` is the message
    that a reader must get: what the vendor has no words for is gone, and what it always adds is
    there. It is worked out from the message said and the vendor's facts, never with the aggregator.
    """

    stops: tuple[str, ...]
    choices: bool
    mixes: bool
    cuts: bool
    name: Callable[[Speaker], str]
    dress: Callable[[Lots, tuple[Part, ...], Speaker, str], tuple[Part, ...]]
    heard: Callable[[Message, Voice], Message]
    hosts: Callable[[Lots, str], tuple[Part, ...]] | None = None
    offered: Mapping[str, object] = field(default_factory=dict)
    arrange: Callable[[Lots, Sequence[WireEvent], Message, Speaker], Sequence[WireEvent]] = (
        lambda _lots, events, _message, _speaker: events
    )


def compose(lots: Lots, tongue: Tongue, speaker: Speaker, *, thinks: bool = False) -> Message:
    """A message that the speaker may say, ids and counts included.

    One that `thinks` does so before it calls anything.
    """
    count = lots.among((1, 1, 1, 1, 1, 1, 2, 3)) if tongue.choices else 1
    model = str(speaker.facts.get("default-model") or "model-1")
    named = lots.among((model, "model-1"))
    choices = tuple(_choice(lots, tongue, speaker, at, thinks=thinks) for at in range(count))
    thought = any(part.kind is Kind.REASONING for one in choices for part in one.parts)
    return Message(
        id=tongue.name(speaker), model=named, choices=choices, usage=spent(lots, thinks=thought)
    )


def fresh(speaker: Speaker) -> str:
    """The id that the vendor gives its first answer."""
    return speaker.ids()("message")


def _choice(lots: Lots, tongue: Tongue, speaker: Speaker, index: int, *, thinks: bool) -> Choice:
    reason = lots.among(tongue.stops)
    kinds = _kinds(lots, tongue, closes=_CLOSED in speaker.rules)
    if thinks and "C" in kinds and kinds[0] != "R":
        kinds = ["R", *(kind for kind in kinds if kind != "R")]
    plain = told_apart([part for kind in kinds for part in _spoken(lots, kind, tongue)])
    if any(part.kind is Kind.TOOL_CALL for part in plain):
        cut = tongue.cuts and plain[-1].kind is Kind.TOOL_CALL and lots.rarely(6)
        plain, reason = (
            ([*plain[:-1], cut_off(lots, plain[-1])], "length") if cut else (plain, _CALL)
        )
    elif any(part.kind is Kind.REFUSAL for part in plain):
        reason = "stop"
    parts = tongue.dress(lots, tuple(plain), speaker, str(index))
    return Choice(index=index, role="assistant", parts=parts, finish_reason=reason)


def _kinds(lots: Lots, tongue: Tongue, *, closes: bool) -> list[str]:
    """Kinds of parts in a lawful order: thoughts come before what they lead to, and never last.

    Where thinking closes, it comes once, before everything else.
    """
    kinds = [lots.among("TTR") for _ in range(lots.below(4))]
    if lots.rarely(10):
        return _alternating([*kinds[:1], "F"])
    calls = ["C"] * lots.among((0, 0, 1, 1, 2, 3))
    hosted = ["S"] if tongue.hosts is not None and lots.rarely(6) else []
    order = [*hosted, *kinds, *calls]
    if tongue.mixes:
        turn = lots.below(len(order) + 1)
        order = order[turn:] + order[:turn]
    if closes:
        order.sort(key=lambda kind: kind != "R")
    if not order or order[-1] in "RS":
        order.append("T")
    return _alternating(order)


def _alternating(kinds: Sequence[str]) -> list[str]:
    """Without two stretches of one kind beside each other: no reader could tell them apart."""
    before = ("", *kinds)
    return [kind for last, kind in zip(before, kinds, strict=False) if kind != last or kind == "C"]


def _spoken(lots: Lots, kind: str, tongue: Tongue) -> tuple[Part, ...]:
    match kind:
        case "R":
            return (Part(kind=Kind.REASONING, content=text(lots)),)
        case "F":
            return (Part(kind=Kind.REFUSAL, content=text(lots, 2)),)
        case "C":
            said = name(lots)
            return (called(spell(lots, valued(lots)), name=said),)
        case "S" if tongue.hosts is not None:
            return tongue.hosts(lots, str(lots.below(2**16)))
        case _:
            return (Part(kind=Kind.TEXT, content=text(lots)),)


def told_apart(parts: Sequence[Part]) -> list[Part]:
    """Without a stretch that was said before: what is said twice is a finding (`reasoning/*`)."""
    seen: set[str] = set()
    told: list[Part] = []
    for at, part in enumerate(parts):
        known = part.kind in _RUNNING and part.content.strip() in seen
        told.append(replace(part, content=f"{part.content} {at}") if known else part)
        seen.add(told[-1].content.strip())
    thought, answer = (
        "".join(part.content for part in told if part.kind is kind).strip()
        for kind in (Kind.REASONING, Kind.TEXT)
    )
    if thought and thought == answer:
        told[-1] = replace(told[-1], content=f"{told[-1].content} so")
    return told


def cut_off(lots: Lots, call: Part) -> Part:
    """The call with arguments that end inside a string, and how far they are JSON.

    What was open is known from how the text is made: no scanner is asked.
    """
    keys = [f"k{lots.below(3)}" for _ in range(lots.between(1, 3))]
    begun = json.dumps(text(lots), ensure_ascii=False)[:-1]
    cut = "".join(f'{{"{key}":' for key in keys) + begun[: lots.between(1, len(begun))]
    broken = Broken(
        valid=len(cut),
        opened=(*("{" for _ in keys), '"'),
        path="".join(f"/{key}" for key in keys),
        says="the text ends inside a string",
    )
    state = ArgumentsState.PARTIAL
    return replace(call, arguments=None, arguments_json=cut, arguments_state=state, broken=broken)


def spent(lots: Lots, *, thinks: bool) -> UsageTotals:
    """Counts that add up: cached tokens are part of the input, reasoning of the output."""
    input, output = 3 + lots.below(200_000), 2 + lots.below(60_000)
    read = lots.below(input // 2 + 1)
    written = lots.below(input // 3 + 1)
    return UsageTotals(
        input_tokens=input,
        output_tokens=output,
        reasoning_tokens=lots.between(1, output - 1) if thinks else None,
        cache_read_tokens=lots.among((None, read, 0)),
        cache_write_tokens=lots.among((None, written, 0)),
    )


def joined(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Parts of one kind beside each other as one, where nothing on the wire keeps them apart."""
    out: list[Part] = []
    for part in parts:
        last = out[-1] if out else None
        if last is not None and last.kind is part.kind and part.kind in _RUNNING:
            logprobs = (*last.logprobs, *part.logprobs)
            content = last.content + part.content
            out[-1] = replace(last, content=content, logprobs=logprobs)
        else:
            out.append(part)
    return tuple(out)


_CALL = "tool_call"
_CLOSED = "reasoning/thinking-is-closed"
"""Asked of vendors alone that end their thinking before they answer."""

_RUNNING = (Kind.TEXT, Kind.REASONING, Kind.REFUSAL)


def read_call(part: Part, **members: object) -> Part:
    """A call as it reads from the text of its arguments; a cut one reads as far as it goes."""
    given: dict[str, object] = {"id": part.id, "name": part.name, "signature": part.signature}
    if part.broken is not None:
        return replace(part, **{**given, **members})  # type: ignore[arg-type]
    return called(part.arguments_json, **{**given, **members})
