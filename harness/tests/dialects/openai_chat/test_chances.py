"""Log probabilities are shaped as they were asked for."""

from __future__ import annotations

from streamgauge.dialects.openai_chat.chances import entries
from streamgauge.prompt import Asked


def test_unasked_there_are_none() -> None:
    assert entries(["a"], Asked(), "content") is None
    assert entries(["a"], Asked(logprobs=False, top_logprobs=2), "content") is None


def test_each_piece_has_its_bytes_and_as_many_alternatives_as_asked() -> None:
    said = entries(["é", "", "b"], Asked(logprobs=True, top_logprobs=2), "content")
    assert said is not None
    assert said["refusal"] is None
    content = said["content"]
    assert isinstance(content, list)
    assert [entry["token"] for entry in content] == ["é", "b"]
    assert content[0]["bytes"] == [0xC3, 0xA9]
    assert [len(entry["top_logprobs"]) for entry in content] == [2, 2]
    assert content[0]["top_logprobs"][0]["token"] == "é"


def test_a_refusal_has_entries_of_its_own() -> None:
    said = entries(["no"], Asked(logprobs=True), "refusal")
    assert said is not None
    assert said["content"] is None
    assert said["refusal"]
