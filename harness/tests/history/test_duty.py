"""What a provider has said so far, as far as it must come back unchanged."""

from __future__ import annotations

from streamgauge.delta import Kind
from streamgauge.history import Issued
from streamgauge.message import Choice, Part


def test_what_was_issued_grows_by_each_answer() -> None:
    thought = Part(kind=Kind.REASONING, content="I look.", signature="s-1")
    call = Part(kind=Kind.TOOL_CALL, name="look", signature="s-2")
    bare = Part(kind=Kind.REASONING, content="I think.")
    first = Issued().plus([Choice(index=0, parts=(thought, bare))])
    both = first.plus([Choice(index=0, parts=(call,)), Choice(index=1)])
    assert first.signed == {"s-1": "I look."}
    assert both.signed == {"s-1": "I look.", "s-2": ""}


def test_a_signature_that_is_no_text_is_not_kept() -> None:
    odd = Part(kind=Kind.REASONING, signature=["s"])
    assert Issued().plus([Choice(index=0, parts=(odd,))]).signed == {}
