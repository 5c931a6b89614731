"""Requests and streams with something wrong in them: an answer or an error, never a traceback."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.dialects.catalogue import named
from streamgauge.prompt import Prompt, Role, Turn
from tests.dialects.voices import ASKED, MESSAGES, TURNS
from tests.translate.talking import PAIRS, handed_on, translator, upstream_says

LONG = "STREAMGAUGE_LONG" in os.environ
STRANGE: tuple[Any, ...] = (
    *("\ud83d", None, True, 0, -1, "", "x", 10**30),
    *([], {}, [{}], {"a": 1}, ["a"]),
)
SAID = MESSAGES["reasoning, text, call"]
HISTORY = (
    *TURNS,
    Turn(role=Role.ASSISTANT, parts=SAID.choices[0].parts),
    Turn(role=Role.TOOL, text="ok", call_id="c"),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything inside a value."""
    inner = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    for key, one in inner:
        yield (*path, key)
        yield from places(one, (*path, key))


@st.composite
def spoiled(draw: st.DrawFn, value: Any) -> Any:
    """The value with one thing inside it taken away, or something strange in its place."""
    value = json.loads(json.dumps(value))
    path = draw(st.sampled_from([*places(value)] or [()]))
    here = value
    for step in path[:-1]:
        here = here[step]
    if path and draw(st.booleans()):
        del here[path[-1]]
    elif path:
        here[path[-1]] = draw(st.sampled_from(STRANGE))
    return value


@settings(max_examples=3000 if LONG else 80)
@given(st.data())
def test_nonsense_raises_nothing(data: st.DataObject) -> None:
    source, target = data.draw(st.sampled_from(PAIRS))
    between = translator(source, target)
    prompt = Prompt(asked=ASKED, turns=HISTORY)
    good = named(source).build(prompt, {})
    asking = between.ask(good, named(source).path(prompt), conversation="one")
    events = upstream_says(target, asking, SAID).decode().split("\n\n")[:-1]
    at = data.draw(st.integers(0, len(events) - 1))
    name, mark, text = events[at].partition("data: ")
    if text != "[DONE]":
        events[at] = name + mark + json.dumps(data.draw(spoiled(json.loads(text))))
    body = "".join(f"{event}\n\n" for event in events).encode()
    handed_on(between.answer(asking), body)
    between.answer(asking).document(text.encode())
    bad = data.draw(spoiled(good))
    json.dumps(between.ask(bad, named(source).path(prompt), conversation="one").value)
