"""Setting one member of a part, by the words of a delta."""

from __future__ import annotations

import pytest

from streamgauge.delta import Kind
from streamgauge.transcript.assigning import assign_to
from streamgauge.transcript.building import Building, Piece

ROWS: dict[str, tuple[list[tuple[str, object]], dict[str, object]]] = {
    "arguments": ([("arguments", None)], {"value": None, "has_value": True}),
    "a citation adds": ([("citation", 1), ("citation", 2)], {"citations": [1, 2]}),
    "probabilities add": ([("logprobs", [1]), ("logprobs", 2)], {"logprobs": [1, 2]}),
    "a member": ([("response", {"a": 1})], {"response": {"a": 1}}),
    "the last member counts": ([("signature", "s"), ("signature", "t")], {"signature": "t"}),
    "an extra": ([("extra:phase", 1)], {"extra": {"phase": 1}}),
    "a word that nobody knows": ([("mood", 1)], {"extra": {"mood": 1}}),
    "a blob in pieces": (
        [("blob", ("image/png", "aa")), ("blob", (None, "bb"))],
        {"blob": ["aa", "bb"], "mime_type": "image/png"},
    ),
    "a blob of no text": ([("blob", ("image/png", 7)), ("blob", "xy")], {"blob": []}),
    "encrypted and nothing else": (
        [("encrypted", "e")],
        {"redacted": True, "extra": {"encrypted": "e"}},
    ),
    "a whole text is the answer's business": ([("content", "a")], {"pieces": [], "extra": {}}),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_word_sets_its_member(name: str) -> None:
    words, members = ROWS[name]
    part = Building(kind=Kind.TEXT)
    for what, value in words:
        assign_to(part, what, value)
    assert {member: getattr(part, member) for member in members} == members


def test_text_that_is_also_encrypted_is_not_redacted() -> None:
    part = Building(kind=Kind.REASONING, pieces=[Piece(0, "a", None, "")])
    assign_to(part, "encrypted", "e")
    assert not part.redacted
