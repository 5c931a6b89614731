"""What every dialect's messages are made of: stretches of text and thought, calls, counts.

Each dialect says in a `Tongue` which of it has words there. It must never know a wire format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from streamgauge.delta import Kind
from streamgauge.dialects.called import called
from streamgauge.dialects.dialect import Voice
from streamgauge.message import Choice, Message, Part, UsageTotals
from streamgauge.strategies.arguments import objects, spelled
from streamgauge.strategies.texts import names, texts
from streamgauge.strategies.voicing import Speaker


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """What a dialect can say.

    `stops` are the neutral reasons to stop without a call. `choices` tells whether it has several
    answers, `mixes` whether text may follow a call. `name` gives an answer its id, `dress` gives
    the parts of a choice what the dialect adds (ids, indexes, signatures). `heard` is the message
    that a reader must get: what the vendor has no words for is gone, and what it always adds is
    there. It is worked out from the message said and the vendor's facts, never with the aggregator.
    """

    stops: tuple[str, ...]
    choices: bool
    mixes: bool
    name: Callable[[Speaker], str]
    dress: Callable[[st.DrawFn, tuple[Part, ...], Speaker, str], tuple[Part, ...]]
    heard: Callable[[Message, Voice], Message]


@st.composite
def composed(draw: st.DrawFn, tongue: Tongue, speaker: Speaker) -> Message:
    """A message that the speaker may say, ids and counts included."""
    count = draw(st.sampled_from((1, 1, 1, 1, 2, 3))) if tongue.choices else 1
    choices = tuple(_choice(draw, tongue, speaker, at) for at in range(count))
    model = speaker.facts.get("default-model")
    thinks = any(part.kind is Kind.REASONING for one in choices for part in one.parts)
    return Message(
        id=tongue.name(speaker),
        model=draw(st.sampled_from([str(model or "model-1"), "model-1"])),
        choices=choices,
        usage=draw(spendings(thinks=thinks)),
    )


def fresh(speaker: Speaker) -> str:
    """The id that the vendor gives its first answer."""
    return speaker.ids()("message")


def _choice(draw: st.DrawFn, tongue: Tongue, speaker: Speaker, index: int) -> Choice:
    plain = draw(_answers(mixes=tongue.mixes, closes=_CLOSED in speaker.rules))
    parts = tongue.dress(draw, plain, speaker, str(index))
    calls = any(part.kind is Kind.TOOL_CALL for part in parts)
    refuses = any(part.kind is Kind.REFUSAL for part in parts)
    reasons = ("tool_call",) if calls else ("stop",) if refuses else tongue.stops
    return Choice(
        index=index, role="assistant", parts=parts, finish_reason=draw(st.sampled_from(reasons))
    )


@st.composite
def _answers(draw: st.DrawFn, *, mixes: bool, closes: bool) -> tuple[Part, ...]:
    """Parts in a lawful order: thoughts come before what they lead to, and never last.

    Where thinking closes, it comes once, before everything else.
    """
    kinds = draw(st.lists(st.sampled_from("TTR"), max_size=3))
    if draw(st.integers(0, 9)) == 0:
        return tuple(_spoken(draw, kind) for kind in _alternating([*kinds[:1], "F"]))
    calls = ["C"] * draw(st.sampled_from((0, 0, 1, 1, 2, 3)))
    order = draw(st.permutations([*kinds, *calls])) if mixes else [*kinds, *calls]
    if closes:
        order = sorted(order, key=lambda kind: kind != "R")
    if not order or order[-1] == "R":
        order = [*order, "T"]
    return tuple(_spoken(draw, kind) for kind in _alternating(order))


def _alternating(kinds: Sequence[str]) -> Iterator[str]:
    """Without two stretches of one kind beside each other: no reader could tell them apart."""
    last = ""
    for kind in kinds:
        if kind != last or kind == "C":
            yield kind
        last = kind


def _spoken(draw: st.DrawFn, kind: str) -> Part:
    match kind:
        case "R":
            return Part(kind=Kind.REASONING, content=draw(texts()))
        case "F":
            return Part(kind=Kind.REFUSAL, content=draw(texts(max_pieces=2)))
        case "C":
            value = draw(objects())
            return called(draw(spelled(value)), name=draw(names()))
        case _:
            return Part(kind=Kind.TEXT, content=draw(texts()))


@st.composite
def spendings(draw: st.DrawFn, *, thinks: bool) -> UsageTotals:
    """Counts that add up: cached tokens are part of the input, reasoning of the output."""
    input, output = draw(st.integers(3, 200_000)), draw(st.integers(2, 60_000))
    read = draw(st.none() | st.integers(0, input // 2))
    return UsageTotals(
        input_tokens=input,
        output_tokens=output,
        reasoning_tokens=draw(st.integers(1, output - 1)) if thinks else None,
        cache_read_tokens=read,
        cache_write_tokens=draw(st.none() | st.integers(0, input // 3)),
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


_CLOSED = "reasoning/thinking-is-closed"
"""Asked of vendors alone that end their thinking before they answer."""

_RUNNING = (Kind.TEXT, Kind.REASONING, Kind.REFUSAL)


def read_call(part: Part, **members: object) -> Part:
    """A call as it reads from the text of its arguments."""
    given: dict[str, object] = {"id": part.id, "name": part.name, "signature": part.signature}
    return called(part.arguments_json, **{**given, **members})
