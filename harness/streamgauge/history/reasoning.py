"""Duties about reasoning that must come back with the turn that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.delta import Kind
from streamgauge.history.duty import Duty, Unkept
from streamgauge.history.talk import Talk, calls
from streamgauge.prompt import Turn


def _with_calls(talk: Talk) -> Iterator[Unkept]:
    for place, turn in talk.calling():
        if talk.thinking and not talk.thought(turn):
            yield Unkept(place, _lack(turn), {})


def _on_every_turn(talk: Talk) -> Iterator[Unkept]:
    if not talk.thinking or talk.knob.get("keep") != "all":
        return
    for place, turn in talk.spoken():
        if not calls(turn) and not talk.thought(turn):
            yield Unkept(place, _lack(turn), {})


def _lack(turn: Turn) -> str:
    thoughts = [part for part in turn.parts if part.kind is Kind.REASONING]
    if not any(part.content for part in thoughts):
        return "empty reasoning" if thoughts else "no reasoning"
    return f"reasoning in {', '.join(sorted({str(part.field) for part in thoughts}))} alone"


WITH_CALLS = Duty(
    name="reasoning-with-calls",
    rule="history/reasoning-is-sent-back",
    says="an assistant turn with tool calls comes back without its reasoning",
    expected="the reasoning that came before the calls",
    check=_with_calls,
)
ON_EVERY_TURN = Duty(
    name="reasoning-on-every-turn",
    rule="history/reasoning-is-sent-back",
    says="an assistant turn comes back without its reasoning, and all of it is to be kept",
    expected="the reasoning of every assistant turn",
    check=_on_every_turn,
)
