"""Duties about what must not be sent: members of other vendors, and text that says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from streamgauge.delta import Kind
from streamgauge.history.duty import Duty, Unkept
from streamgauge.history.talk import Talk


def _no_foreign_members(talk: Talk) -> Iterator[Unkept]:
    refused = talk.facts.get("refused-members")
    names = refused if isinstance(refused, list) else []
    for place, turn in talk.spoken():
        for part in turn.parts:
            if part.kind is Kind.REASONING and part.field in names:
                yield Unkept(place, f"the member {part.field}", {"member": part.field})


def _no_empty_texts(talk: Talk) -> Iterator[Unkept]:
    for place, turn in talk.spoken():
        for at, part in enumerate(turn.parts):
            if part.kind is Kind.TEXT and not part.content:
                yield Unkept(place, "a text without a character", {"part": at})


NO_FOREIGN_MEMBERS = Duty(
    name="no-foreign-members",
    rule="history/no-foreign-members",
    says="an assistant turn has a member that the vendor refuses",
    expected="members that the vendor knows",
    check=_no_foreign_members,
)
NO_EMPTY_TEXTS = Duty(
    name="no-empty-texts",
    rule="history/texts-are-not-empty",
    says="an assistant turn holds an empty text",
    expected="texts that say something, or none",
    check=_no_empty_texts,
)
