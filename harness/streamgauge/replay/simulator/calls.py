"""Which tools the simulated model calls next, and with what.

It looks at what the user said last, at the tools on offer, and at the calls that were made since.
It must never call a tool that was not offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from streamgauge.delta import Kind
from streamgauge.prompt import Asked, Role, Tool, Turn
from streamgauge.replay.simulator import cues, texts
from streamgauge.replay.simulator.arguments import Hints, fit, takes_place

_AT_ONCE = 16
# Words of a tool's name that say nothing about what it is for.
_EMPTY_WORDS = frozenset({"get", "the", "set", "find", "look", "show", "make", "use", "and", "for"})


class Call(NamedTuple):
    """A call to be made: the tool's name and the value of its arguments."""

    name: str
    arguments: object


def next_calls(asked: Asked, turns: Sequence[Turn]) -> list[Call]:
    """The calls of the next answer; none where it is a text."""
    said = last_said(turns)
    steps = list(_steps(asked, said))
    made = _made(turns)
    if asked.forced_tool is None and asked.tool_choice != "required":
        steps = steps[made:]
    if cues.given(cues.THEN, said) or asked.parallel_tools is False:
        return steps[:1]
    # What was not called at once is not called later: the model has had its results.
    return [] if made and not _owes(asked) else steps[:_AT_ONCE]


def last_said(turns: Sequence[Turn]) -> str:
    """What the user said last, as text that any JSON can carry."""
    said = next((turn.text for turn in reversed(turns) if turn.role is Role.USER), "")
    return said.encode("utf-8", "replace").decode("utf-8")


def results(turns: Sequence[Turn]) -> list[Turn]:
    """The results of tools that came after everything else was said."""
    found: list[Turn] = []
    for turn in reversed(turns):
        if turn.role is not Role.TOOL:
            break
        found.insert(0, turn)
    return found


def _owes(asked: Asked) -> bool:
    return asked.forced_tool is not None or asked.tool_choice == "required"


def _made(turns: Sequence[Turn]) -> int:
    """How many calls were made since the user spoke last."""
    made = 0
    for turn in turns:
        if turn.role is Role.USER:
            made = 0
        elif turn.role is Role.ASSISTANT:
            made += sum(part.kind is Kind.TOOL_CALL for part in turn.parts)
    return made


def _steps(asked: Asked, said: str) -> Iterator[Call]:
    """Every call that the user's words ask for, in the order of the words."""
    for tool in _wanted(asked, said):
        named = cues.places(said) if takes_place(tool.parameters) else ()
        for place in named or (None,):
            yield Call(tool.name, fit(tool.parameters, _hints(said, place)))


def _hints(said: str, place: str | None) -> Hints:
    return Hints(
        said=said,
        topic=texts.topic(said),
        places=cues.places(said) if place is None else (place,),
        numbers=tuple(cues.numbers(said)),
    )


def _wanted(asked: Asked, said: str) -> list[Tool]:
    if asked.tool_choice == "none" or not asked.tools:
        return []
    if asked.forced_tool is not None:
        return [tool for tool in asked.tools if tool.name == asked.forced_tool][:1]
    named = sorted((at, n) for n, tool in enumerate(asked.tools) if (at := _named(tool, said)) >= 0)
    tools = [asked.tools[n] for _, n in named]
    if asked.tool_choice == "required":
        return tools or [asked.tools[0]]
    if cues.given(cues.NO_TOOL, said):
        return []
    return tools or ([asked.tools[0]] if cues.given(cues.ANY_TOOL, said) else [])


def _named(tool: Tool, said: str) -> int:
    """Where a text first names a tool, by its name or a word of it; -1 where it does not."""
    said = said.lower()
    words = [
        tool.name.lower(),
        *re.findall(r"[a-z]{3,}", re.sub(r"([A-Z])", r" \1", tool.name).lower()),
    ]
    found = [said.find(word) for word in words if word not in _EMPTY_WORDS]
    return min((at for at in found if at >= 0), default=-1)
