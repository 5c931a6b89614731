"""The next turn: what goes back to a vendor, and what a careless client loses."""

from __future__ import annotations

import pytest

from streamgauge.delta import Kind
from streamgauge.history import next_turn, without
from streamgauge.message import Choice, Part
from streamgauge.prompt import Asked, Role, Turn

THOUGHT = Part(kind=Kind.REASONING, content="I look.", field="reasoning_content", signature="s-1")
EMPTY = Part(kind=Kind.REASONING, field="reasoning_content")
FILLER = Part(kind=Kind.REASONING, content=" ", field="reasoning_content")
WORDS = Part(kind=Kind.TEXT, content="One moment.")
VOID = Part(kind=Kind.TEXT)
SIGNED_VOID = Part(kind=Kind.TEXT, signature="s-2")
CALL = Part(kind=Kind.TOOL_CALL, id="look_0", name="look", arguments={}, extra={"caller": "x"})

OWES = {
    "reasoning-replay": "with-calls",
    "thinks-unasked": True,
    "reasoning-fields": ["reasoning_content"],
}
REFUSES = {"refused-members": ["reasoning_content"]}


@pytest.mark.parametrize(
    ("facts", "asked", "said", "sent"),
    [
        pytest.param({}, None, [THOUGHT, WORDS, CALL], [THOUGHT, WORDS, CALL], id="all of it"),
        pytest.param({}, None, [THOUGHT, VOID, CALL], [THOUGHT, CALL], id="empty text is left out"),
        pytest.param({}, None, [SIGNED_VOID], [SIGNED_VOID], id="empty text that is signed"),
        pytest.param(REFUSES, None, [THOUGHT, WORDS], [WORDS], id="a member that is refused"),
        pytest.param({}, None, [CALL], [CALL], id="no thought, and none owed"),
        pytest.param(OWES, None, [CALL], [FILLER, CALL], id="no thought, and one owed"),
        pytest.param(OWES, None, [EMPTY, CALL], [FILLER, CALL], id="an empty thought is filled"),
        pytest.param(OWES, None, [THOUGHT, CALL], [THOUGHT, CALL], id="a thought is not filled"),
        pytest.param(OWES, None, [WORDS], [WORDS], id="owed with calls alone"),
        pytest.param(OWES, Asked(thinking=False), [CALL], [CALL], id="thinking was switched off"),
        pytest.param(
            {**OWES, "reasoning-replay": "every-turn"}, None, [WORDS], [FILLER, WORDS],
            id="owed on every turn",
        ),
        pytest.param(
            {**OWES, "keeps-all-unasked": "^k3"}, Asked(model="k3"), [WORDS], [FILLER, WORDS],
            id="owed on every turn by a model that keeps all",
        ),
        pytest.param(
            {**OWES, "keeps-all-unasked": "^k3"}, Asked(model="k2"), [WORDS], [WORDS],
            id="another model keeps less",
        ),
    ],
)  # fmt: skip
def test_the_next_turn_carries(
    facts: dict[str, object], asked: Asked | None, said: list[Part], sent: list[Part]
) -> None:
    turn = next_turn(Choice(index=0, parts=tuple(said)), facts, asked)
    assert turn == Turn(role=Role.ASSISTANT, parts=tuple(sent))


@pytest.mark.parametrize(
    ("what", "left"),
    [
        pytest.param((), [THOUGHT, CALL], id="nothing"),
        pytest.param(("reasoning",), [CALL], id="reasoning"),
        pytest.param(
            ("signatures",),
            [Part(kind=Kind.REASONING, content="I look.", field="reasoning_content"),
             Part(kind=Kind.TOOL_CALL, id="look_0", name="look", arguments={})],
            id="signatures and opaque members",
        ),
        pytest.param(
            ("reasoning", "ids"),
            [Part(kind=Kind.TOOL_CALL, name="look", arguments={}, extra={"caller": "x"})],
            id="several",
        ),
    ],
)  # fmt: skip
def test_a_careless_client_loses(what: tuple[str, ...], left: list[Part]) -> None:
    turn = Turn(role=Role.ASSISTANT, parts=(THOUGHT, CALL), position=3)
    assert without(turn, frozenset(what)).parts == tuple(left)
    assert without(turn, frozenset(what)).position == 3


def test_a_result_loses_the_id_that_it_answers() -> None:
    result = Turn(role=Role.TOOL, text="42", call_id="look_0")
    assert without(result, frozenset({"ids"})).call_id is None
    assert without(result, frozenset({"reasoning"})) == result


def test_other_losses_are_refused() -> None:
    with pytest.raises(ValueError, match="nothing to drop called names; known: ids"):
        without(Turn(role=Role.USER), frozenset({"names"}))
