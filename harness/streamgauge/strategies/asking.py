"""Requests that lead to an answer: options that fit it, tools it calls, and turns before it.

Histories keep every duty that the vendor is known to have: what an assistant said before goes back
as `history.next_turn` says it must.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from streamgauge.delta import Kind
from streamgauge.history import next_turn
from streamgauge.message import Choice, Message, Part
from streamgauge.prompt import Asked, Prompt, Role, Tool, Turn
from streamgauge.strategies.composing import Tongue, compose
from streamgauge.strategies.lots import Lots
from streamgauge.strategies.texts import name, text
from streamgauge.strategies.voicing import Speaker

_STOP = "\u241ehalt\u241e"
"""A stop sequence that no drawn text holds."""

_LEAST_LIMIT = 2048
"""Above the smallest budget for thinking, which the limit must exceed."""


def ask(lots: Lots, message: Message, tongue: Tongue, speaker: Speaker) -> Prompt:
    """A prompt to which the message is a lawful answer."""
    rounds = lots.among((0, 0, 0, 0, 0, 1, 1, 2))
    asked = Asked(stream=True, model=message.model, thinking=_thinking(lots, message))
    turns = [Turn(role=Role.SYSTEM, text=text(lots))] if lots.rarely(2) else []
    for at in range(rounds):
        turns += _round(lots.apart(96), tongue, speaker, asked, at)
    # Another question follows, unless the answers of tools are what is to be talked about.
    if not turns or turns[-1].role is not Role.TOOL or lots.rarely(2):
        turns.append(Turn(role=Role.USER, text=text(lots)))
    return Prompt(asked=_asked(lots, asked, message, turns, speaker), turns=tuple(turns))


def _thinking(lots: Lots, message: Message) -> bool | None:
    thinks = any(part.kind is Kind.REASONING for part in _parts(message.choices))
    return lots.among((None, True)) if thinks else None


def _parts(choices: tuple[Choice, ...]) -> Iterator[Part]:
    return (part for choice in choices for part in choice.parts)


def _round(lots: Lots, tongue: Tongue, speaker: Speaker, asked: Asked, at: int) -> Iterator[Turn]:
    """A question, its answer as it goes back, and what the tools said."""
    earlier = replace(speaker, seed=f"{speaker.seed}-{at}")
    yield Turn(role=Role.USER, text=text(lots, 2))
    answer = compose(lots, replace(tongue, cuts=False), earlier, thinks=asked.thinking is True)
    heard = tongue.heard(answer, earlier.voice(asked))
    turn = next_turn(heard.choices[0], speaker.facts, asked)
    yield turn
    for part in turn.parts:
        if part.kind is Kind.TOOL_CALL:
            yield Turn(role=Role.TOOL, text=text(lots, 1), call_id=part.id, name=part.name)


def _asked(
    lots: Lots, asked: Asked, message: Message, turns: list[Turn], speaker: Speaker
) -> Asked:
    called = {str(p.name) for p in _parts(message.choices) if p.kind is Kind.TOOL_CALL}
    before = {str(p.name) for t in turns for p in t.parts if p.kind is Kind.TOOL_CALL}
    others = {name(lots) for _ in range(lots.below(3))}
    tools = tuple(
        Tool(name=name, parameters={"type": "object"}) for name in sorted(called | before | others)
    )
    choice = lots.among(_tool_choices(message, called)) if tools else None
    stops = any(one.finish_reason == "stop_sequence" for one in message.choices)
    return replace(
        asked,
        tools=tools,
        tool_choice=choice,
        forced_tool=choice if choice in called else None,
        parallel_tools=lots.among(_parallel(message)) if tools else None,
        choices=len(message.choices) if len(message.choices) > 1 else None,
        max_tokens=_limit(lots, message),
        stop_sequences=(_STOP,) if stops or lots.rarely(3) else (),
        include_usage=lots.among((True, None, True, False)),
        logprobs=None if speaker.scores is None else True,
        top_logprobs=speaker.scores,
    )


def _limit(lots: Lots, message: Message) -> int | None:
    output = message.usage.output_tokens or 0 if message.usage is not None else 0
    return output + _LEAST_LIMIT + lots.below(999) if lots.rarely(2) else None


def _tool_choices(message: Message, called: set[str]) -> list[str | None]:
    """Ways to ask for tools that the answer obeys."""
    by_choice = [_calls(choice) for choice in message.choices]
    if not any(by_choice):
        return [None, "auto", "none"]
    if not all(by_choice):
        return [None, "auto"]
    return [None, "auto", "required", *(called if len(called) == 1 else ())]


def _parallel(message: Message) -> list[bool | None]:
    several = any(len(_calls(choice)) > 1 for choice in message.choices)
    return [None, True] if several else [None, True, False]


def _calls(choice: Choice) -> list[Part]:
    return [part for part in choice.parts if part.kind is Kind.TOOL_CALL]
