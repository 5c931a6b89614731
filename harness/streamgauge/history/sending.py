"""What the next request carries of an answer, and what a careless client would lose of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from streamgauge.delta import Kind
from streamgauge.dialects.dialect import Facts
from streamgauge.history.talk import Talk
from streamgauge.message import Choice, Part
from streamgauge.prompt import Asked, Role, Turn

_FILLER = " "
"""What stands for reasoning that a vendor asks for and the model did not have: no vendor known to
ask for it refuses one space (several refuse an empty text)."""

_BY_CALLS = ("with-calls", "every-turn")


def next_turn(choice: Choice, facts: Facts, asked: Asked | None = None) -> Turn:
    """The assistant's turn as the vendor wants it back.

    Reasoning, signatures and opaque members stay where they were, but for members that the vendor
    refuses (fact `refused-members`) and empty text, which some refuse. Where reasoning must stand
    beside calls, or in every turn, and the model had none, one space stands for it, unless `asked`
    switched it off.
    """
    parts = tuple(_sent_back(choice.parts, facts))
    if _is_owed(parts, facts, asked):
        kept = (part for part in parts if part.kind is not Kind.REASONING)
        parts = (_filler(facts), *kept)
    return Turn(role=Role.ASSISTANT, parts=parts)


def _sent_back(parts: tuple[Part, ...], facts: Facts) -> Iterator[Part]:
    refused = facts.get("refused-members")
    names = refused if isinstance(refused, list) else []
    for part in parts:
        foreign = part.kind is Kind.REASONING and part.field in names
        bare = part.signature is None and not part.extra
        void = part.kind is Kind.TEXT and not part.content and bare
        if not foreign and not void:
            yield part


def _is_owed(parts: tuple[Part, ...], facts: Facts, asked: Asked | None) -> bool:
    policy = facts.get("reasoning-replay")
    talk = Talk(turns=(), asked=asked or Asked(), facts=facts)
    if policy not in _BY_CALLS or not talk.thinking:
        return False
    thought = any(part.kind is Kind.REASONING and part.content for part in parts)
    called = any(part.kind is Kind.TOOL_CALL for part in parts)
    return not thought and (called or policy == "every-turn" or talk.keeps_all)


def _filler(facts: Facts) -> Part:
    names = facts.get("reasoning-fields")
    name = names[0] if isinstance(names, list) and names and isinstance(names[0], str) else None
    return Part(kind=Kind.REASONING, content=_FILLER, field=name)


def without(turn: Turn, what: frozenset[str]) -> Turn:
    """The turn as a careless client sends it: `what` holds reasoning, signatures, ids, or several.

    Raises ValueError for any other word.
    """
    if strange := sorted(what - _LOSSES):
        raise ValueError(f"nothing to drop called {', '.join(strange)}; known: {_KNOWN}")
    parts = turn.parts
    if "reasoning" in what:
        parts = tuple(part for part in parts if part.kind is not Kind.REASONING)
    if "signatures" in what:
        parts = tuple(replace(part, signature=None, extra={}) for part in parts)
    if "ids" in what:
        parts = tuple(replace(part, id=None) for part in parts)
        turn = replace(turn, call_id=None)
    return replace(turn, parts=parts)


_LOSSES = frozenset({"reasoning", "signatures", "ids"})
_KNOWN = ", ".join(sorted(_LOSSES))
