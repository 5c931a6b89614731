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
    if not talk.thinking or not talk.keeps_all:
        return
    for place, turn in talk.spoken():
        if not calls(turn) and not talk.thought(turn):
            yield Unkept(place, _lack(turn), {})


def _comes_first(talk: Talk) -> Iterator[Unkept]:
    """The last answer of a tool loop begins with a thought, which its calls and results follow."""
    place = talk.last_spoken()
    if not talk.thinking or place is None or place < talk.current():
        return
    turn = talk.turns[place]
    if calls(turn) and turn.parts[0].kind is not Kind.REASONING:
        found = _BLOCKS.get(turn.parts[0].kind, turn.parts[0].kind.value)
        yield Unkept(place, f"{turn.parts[0].kind.value} first", {"found": found})


_BLOCKS = {Kind.TOOL_CALL: "tool_use", Kind.SERVER_TOOL_CALL: "server_tool_use"}
"""The words of the one dialect that has this duty, where they are not ours."""


def _is_followed(talk: Talk) -> Iterator[Unkept]:
    """A reasoning item that nothing of the assistant's follows, in dialects where it is an item."""
    for place, turn in talk.spoken():
        goes_on = talk.behind(place) > place + 1
        last = turn.parts[-1] if turn.parts else None
        if last is not None and last.kind is Kind.REASONING and not goes_on:
            id = last.id if last.id is not None else last.extra.get("item_id")
            yield Unkept(place, "a thought that nothing follows", {} if id is None else {"id": id})


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
COMES_FIRST = Duty(
    name="thinking-comes-first",
    rule="history/reasoning-is-sent-back",
    says="a tool loop goes on from an answer that does not begin with its thought",
    expected="the thought before the calls",
    check=_comes_first,
)
IS_FOLLOWED = Duty(
    name="reasoning-is-followed",
    rule="history/reasoning-is-sent-back",
    says="a thought comes back without what followed it",
    expected="the words or calls that the thought led to",
    check=_is_followed,
)
