"""Tells whether a client gives back the tool uses that it was given: which id changed, and where.

It compares a request's turns with the ledger. It must never mend what it finds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streamgauge.delta import Kind
from streamgauge.message import Part
from streamgauge.prompt import Role, Turn
from streamgauge.translate.ledger import Ledger, Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference. `position` is the message of the request where it stands, or None."""

    position: int | None
    id: object
    was: object
    says: str


def verify_round_trip(
    ledger: Ledger, conversation: str, turns: Sequence[Turn]
) -> tuple[Change, ...]:
    """Every difference between the uses of a conversation and what a request says of them.

    Uses that the request leaves out are no difference as long as no result of theirs stays: clients
    may shorten a history. Calls of a conversation that nobody remembers are not judged.
    """
    uses = {use.id: use for use in ledger.uses(conversation)}
    if not uses:
        return ()
    called = {str(part.id) for turn in turns for part in turn.parts if part.kind is Kind.TOOL_CALL}
    missing = [use for id, use in uses.items() if id not in called]
    return tuple(_changes(turns, uses, missing, called))


def _changes(
    turns: Sequence[Turn], uses: dict[str, Use], missing: list[Use], called: set[str]
) -> Iterator[Change]:
    last = -1
    order = {id: number for number, id in enumerate(uses)}
    for turn in turns:
        for part in turn.parts:
            if part.kind is not Kind.TOOL_CALL:
                continue
            use = uses.get(part.id) if isinstance(part.id, str) else None
            if use is None:
                yield from _renamed(turn, part, missing)
                continue
            yield from _altered(turn, part, use)
            if order[use.id] < last:
                yield _change(turn, use.id, None, "stands after a later use")
            last = max(last, order[use.id])
        if turn.role is Role.TOOL and str(turn.call_id) not in called:
            yield _change(turn, turn.call_id, None, "is answered, but no call has this id")


def _renamed(turn: Turn, part: Part, missing: list[Use]) -> Iterator[Change]:
    """A call that nobody knows: another id for a use that is missing, or a call of its own."""
    for use in missing:
        if (use.name, _text(use.arguments)) == (part.name, _text(part.arguments)):
            missing.remove(use)
            says = f"the id of the use of {use.name} was {use.id}, and is {part.id} now"
            yield _change(turn, part.id, use.id, says)
            return
    yield _change(turn, part.id, None, "no use of this conversation has this id")


def _altered(turn: Turn, part: Part, use: Use) -> Iterator[Change]:
    if part.name != use.name:
        yield _change(turn, use.id, use.name, f"the name was {use.name}, and is {part.name} now")
    if _text(part.arguments) != _text(use.arguments):
        yield _change(turn, use.id, use.arguments, "the arguments are not those of the call")


def _change(turn: Turn, id: object, was: object, says: str) -> Change:
    return Change(position=turn.position, id=id, was=was, says=says)


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str)
