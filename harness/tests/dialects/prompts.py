"""What the tests of asking share: prompts of every kind, and any JSON that is no request."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from streamgauge.dialects.called import called
from streamgauge.dialects.catalogue import named
from streamgauge.message import Part
from streamgauge.prompt import Asked, Prompt, Role, Tool, Turn

WORDS = st.text(min_size=1, max_size=12)
NAMES = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | WORDS
VALUES = st.dictionaries(WORDS, LEAVES | st.lists(LEAVES, max_size=2), max_size=3)
SIGNATURES = st.none() | st.binary(max_size=9).map(lambda noise: f"sig+/{noise.hex()}==")

_SCHEMAS = st.fixed_dictionaries({"type": st.just("object"), "properties": st.just({})})
TOOLS = st.lists(
    st.builds(Tool, name=NAMES, description=st.none() | WORDS, parameters=_SCHEMAS),
    min_size=1,
    max_size=3,
).map(tuple)


@st.composite
def conversations(draw: Any, thoughts: Callable[..., Part], texts: Callable[..., Part]) -> Any:
    """Turns as a client keeps them: the system first, then questions, answers and results."""
    turns = [Turn(role=Role.SYSTEM, text=said) for said in draw(st.lists(WORDS, max_size=2))]
    for number in range(draw(st.integers(1, 3))):
        turns.append(Turn(role=Role.USER, text=draw(WORDS)))
        parts: list[Part] = []
        if draw(st.booleans()):
            parts.append(thoughts(draw(WORDS), draw(SIGNATURES), number))
        if draw(st.booleans()):
            parts.append(texts(draw(WORDS), number))
        names = draw(st.lists(NAMES, min_size=0 if parts else 1, max_size=2))
        ids = [f"call_{number}_{at}" for at in range(len(names))]
        pairs = list(zip(ids, names, strict=True))
        parts += [called(draw(VALUES), id=id, name=name) for id, name in pairs]
        turns.append(Turn(role=Role.ASSISTANT, parts=tuple(parts)))
        turns += [
            Turn(role=Role.TOOL, text=draw(st.text(max_size=8)), call_id=id, name=name)
            for id, name in pairs
        ]
    return tuple(turns)


@st.composite
def wishes(draw: Any) -> Asked:
    """What a request may ask for in every dialect."""
    tools = draw(TOOLS)
    forced = draw(st.none() | st.sampled_from([tool.name for tool in tools]))
    choice = forced or draw(st.sampled_from(["auto", "required", "none"]))
    return Asked(
        stream=draw(st.booleans()),
        model=draw(NAMES),
        tools=tools,
        tool_choice=choice,
        forced_tool=forced,
        parallel_tools=draw(st.booleans()) if choice != "none" else None,
        choices=draw(st.none() | st.integers(1, 4)),
        max_tokens=draw(st.integers(2000, 3000)),
        stop_sequences=tuple(draw(st.lists(WORDS, max_size=2))),
        thinking=draw(st.none() | st.booleans()),
        json_output=draw(st.none() | st.just(True)),
    )


def sent(dialect: str, prompt: Prompt, facts: Any = None) -> Any:
    """The JSON of a request, as it comes out of the wire."""
    return json.loads(json.dumps(named(dialect).build(prompt, facts or {})))


def bare(turns: Sequence[Turn], *, names: bool = False) -> list[Turn]:
    """Turns without what a request numbers, and without the spelling of arguments."""
    return [
        replace(
            turn,
            position=None,
            name=turn.name if names else None,
            parts=tuple(replace(part, index=None, arguments_json="") for part in turn.parts),
        )
        for turn in turns
    ]


def members(*vocabulary: str) -> Any:
    """Any JSON, made of the words that a reader looks for."""
    keys = st.sampled_from(vocabulary)
    leaves = LEAVES | st.sampled_from(vocabulary)
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=20,
    )
