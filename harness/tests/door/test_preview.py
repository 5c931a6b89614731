"""What of an answer is shown while it comes: its words, and no key however it is cut."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.door.preview import Preview

KEY = "sk-planted-0123456789"


def body(*pieces: str, name: str | None = None, field: str = "content") -> bytes:
    deltas: list[dict[str, object]] = [{field: piece} for piece in pieces]
    if name is not None:
        call = {"index": 0, "id": "c", "function": {"name": name, "arguments": "{}"}}
        deltas.append({"tool_calls": [call]})
    chunks = ({"choices": [{"index": 0, "delta": delta}]} for delta in deltas)
    return "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks).encode()


SHOWN: dict[str, tuple[bytes, str]] = {
    "text": (body("Good ", "day"), "Good day"),
    "a piece of an event": (body("Good ", "day")[:-9], "Good "),
    "reasoning": (body("Hm.", field="reasoning_content"), "Hm."),
    "a tool": (body(name="get_weather"), "get_weather"),
    "nothing yet": (b"", ""),
    "a page": (b"<html>503</html>", ""),
    "a key": (body(f"Yours is {KEY}."), "Yours is [key]."),
    "a key in two pieces": (body("Yours is sk-pla", "nted-0123456789!"), "Yours is [key]!"),
    "half a key": (body("Yours is sk-pla"), "Yours is "),
    "two letters as in a key": (body("ask"), "ask"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown_of_a_beginning(name: str) -> None:
    data, said = SHOWN[name]
    assert Preview([KEY.encode()]).said(data, "openai-chat") == said


@given(st.lists(st.integers(0, len(KEY) + 12), max_size=4))
def test_a_key_shows_nowhere_wherever_it_is_cut(cuts: list[int]) -> None:
    text, preview = f"key: {KEY} said", Preview([KEY.encode()])
    bounds = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[a:b] for a, b in itertools.pairwise(bounds)]
    for count in range(len(pieces) + 1):
        said = preview.said(body(*pieces[:count]), "openai-chat")
        assert KEY[:3] not in said
    assert said == "key: [key] said"
