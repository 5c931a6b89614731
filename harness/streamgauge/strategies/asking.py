"""Requests that lead to an answer: options that fit it, tools it calls, and turns before it.

Histories keep every duty that the vendor is known to have: what an assistant said before goes back
as `history.next_turn` says it must.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import strategies as st

from streamgauge.delta import Kind
from streamgauge.history import next_turn
from streamgauge.message import Choice, Message, Part
from streamgauge.prompt import Asked, Prompt, Role, Tool, Turn
from streamgauge.strategies.composing import Tongue, composed
from streamgauge.strategies.texts import names, texts
from streamgauge.strategies.voicing import Speaker

_STOP = "\u241ehalt\u241e"
"""A stop sequence that no drawn text holds."""

_LEAST_LIMIT = 2048
"""Above the smallest budget for thinking, which the limit must exceed."""


@st.composite
def asking_for(draw: st.DrawFn, message: Message, tongue: Tongue, speaker: Speaker) -> Prompt:
    """A prompt to which the message is a lawful answer."""
    rounds = draw(st.sampled_from((0, 0, 0, 0, 1, 2)))
    asked = Asked(stream=True, model=message.model, thinking=draw(_thinking(message)))
    turns = [turn for at in range(rounds) for turn in _round(draw, tongue, speaker, asked, at)]
    if draw(st.booleans()):
        turns.insert(0, Turn(role=Role.SYSTEM, text=draw(texts())))
    # Another question follows, unless the answers of tools are what is to be talked about.
    if not turns or turns[-1].role is not Role.TOOL or draw(st.booleans()):
        turns.append(Turn(role=Role.USER, text=draw(texts())))
    return Prompt(asked=draw(_asked(asked, message, turns)), turns=tuple(turns))


def _thinking(message: Message) -> st.SearchStrategy[bool | None]:
    thinks = any(part.kind is Kind.REASONING for part in _parts(message.choices))
    return st.sampled_from([None, True]) if thinks else st.none()


def _parts(choices: tuple[Choice, ...]) -> Iterator[Part]:
    return (part for choice in choices for part in choice.parts)


def _round(
    draw: st.DrawFn, tongue: Tongue, speaker: Speaker, asked: Asked, at: int
) -> Iterator[Turn]:
    """A question, its answer as it goes back, and what the tools said."""
    earlier = replace(speaker, seed=f"{speaker.seed}-{at}")
    answer = draw(composed(tongue, earlier))
    heard = tongue.heard(answer, earlier.voice(asked))
    turn = next_turn(heard.choices[0], speaker.facts, asked)
    yield Turn(role=Role.USER, text=draw(texts()))
    yield turn
    for part in turn.parts:
        if part.kind is Kind.TOOL_CALL:
            yield Turn(role=Role.TOOL, text=draw(texts()), call_id=part.id, name=part.name)


@st.composite
def _asked(draw: st.DrawFn, asked: Asked, message: Message, turns: list[Turn]) -> Asked:
    called = {str(p.name) for p in _parts(message.choices) if p.kind is Kind.TOOL_CALL}
    before = {str(p.name) for t in turns for p in t.parts if p.kind is Kind.TOOL_CALL}
    others = set(draw(st.lists(names(), max_size=2)))
    tools = tuple(
        Tool(name=name, parameters={"type": "object"}) for name in sorted(called | before | others)
    )
    choice = draw(st.sampled_from(_tool_choices(message, called))) if tools else None
    stops = any(one.finish_reason == "stop_sequence" for one in message.choices)
    output = message.usage.output_tokens or 0 if message.usage is not None else 0
    return replace(
        asked,
        tools=tools,
        tool_choice=choice,
        forced_tool=choice if choice in called else None,
        parallel_tools=draw(st.sampled_from(_parallel(message))) if tools else None,
        choices=len(message.choices) if len(message.choices) > 1 else None,
        max_tokens=draw(st.none() | st.integers(0, 999).map(lambda n: output + _LEAST_LIMIT + n)),
        stop_sequences=(_STOP,) if stops or draw(st.booleans()) else (),
        include_usage=draw(st.sampled_from([None, True, True, False])),
    )


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
