"""What the tests of the duties share: a conversation in few words, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from streamgauge import pipeline
from streamgauge.history import Duty, Issued
from streamgauge.history.talk import Talk
from streamgauge.message import Part
from streamgauge.prompt import Asked, Role, Turn
from streamgauge.vendors.profile import find

Said = str | tuple[Part, ...] | Turn


@pytest.fixture
def turns() -> Callable[..., tuple[Turn, ...]]:
    """Words are the user's, parts the assistant's; positions count from 0."""

    def build(*said: Said) -> tuple[Turn, ...]:
        return tuple(_turn(one, position) for position, one in enumerate(said))

    return build


def _turn(said: Said, position: int) -> Turn:
    if isinstance(said, str):
        return Turn(role=Role.USER, text=said, position=position)
    if isinstance(said, tuple):
        return Turn(role=Role.ASSISTANT, parts=said, position=position)
    return said


@pytest.fixture
def unkept() -> Callable[..., list[tuple[int, str]]]:
    """What one duty finds as (place, what it got), with the words of the first left out."""

    def ask(
        duty: Duty,
        turns: tuple[Turn, ...],
        asked: Asked | None = None,
        facts: Mapping[str, object] | None = None,
        issued: Issued | None = None,
    ) -> list[tuple[int, str]]:
        signed = None if issued is None else issued.signed
        talk = Talk(turns=turns, asked=asked or Asked(), facts=facts or {}, signed=signed)
        return [(place, got) for place, got, _ in duty.check(talk)]

    return ask


@pytest.fixture
def facts_of() -> Callable[..., Mapping[str, object]]:
    """The facts of a shipped profile."""

    def find_facts(vendor: str, dialect: str = "openai-chat") -> Mapping[str, object]:
        profile = find(pipeline.profiles(), vendor)
        assert profile is not None
        return profile.narrowed(dialect).facts

    return find_facts
