"""The order of events: what is legal, what is not, and what was recorded."""

from __future__ import annotations

import json
import os
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.dialects.dialect import Symbol
from streamgauge.dialects.openai_responses.grammar import MACHINES, likeness, symbols

LIFE = {"created", "queued", "in_progress", "completed", "incomplete", "failed", "done"}


def events(script: str) -> Iterator[dict[str, Any]]:
    """`type` or `type@output` or `type@output.inner`, one a word; every inner index is set."""
    for word in script.split():
        type, _, place = word.partition("@")
        at, _, inner = place.partition(".")
        number = int(inner or 0)
        indexes = {"content_index": number, "summary_index": number, "command_index": number}
        full = type if type == "error" or ":" in type else f"response.{type}"
        yield {"type": full} | ({"output_index": int(at)} | indexes if at else {})


def walk(stream: Iterator[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """(scope, state, symbol) of each violation; `end` for a machine left where it may not end."""
    machines = {machine.scope: machine for machine in MACHINES}
    states: dict[tuple[str, Hashable], str] = {}
    wrong = []
    for event in stream:
        for step in symbols(None, event):
            at = (step.scope, step.key)
            state = states.get(at, machines[step.scope].start)
            after = machines[step.scope].edges.get((state, step.symbol))
            if after is None:
                wrong.append((step.scope, state, step.symbol))
            states[at] = after or state
    return wrong + [
        (scope, state, "end")
        for (scope, _), state in states.items()
        if state not in machines[scope].accepts
    ]


TEXT = (
    "output_item.added@0 content_part.added@0.0 output_text.delta@0.0 output_text.delta@0.0 "
    "output_text.annotation.added@0.0 output_text.done@0.0 content_part.done@0.0 "
    "output_item.done@0"
)

LEGAL = {
    "an answer in words": f"created in_progress {TEXT} completed",
    "queued first": "created queued in_progress completed",
    "cut by length": "created in_progress output_item.added@0 output_item.done@0 incomplete",
    "an end in the word of a proxy": "created in_progress done",
    "failed": "created in_progress error failed",
    "failed without an error event": "created in_progress failed",
    "failed before it began": "error failed",
    "a summary": (
        "created in_progress output_item.added@0 reasoning_summary_part.added@0.0 "
        "reasoning_summary_text.delta@0.0 reasoning_summary_text.done@0.0 "
        "reasoning_summary_part.done@0.0 output_item.done@0 completed"
    ),
    "raw reasoning": (
        "created in_progress output_item.added@0 content_part.added@0.0 reasoning_text.delta@0.0 "
        "reasoning_text.done@0.0 content_part.done@0.0 output_item.done@0 completed"
    ),
    "arguments in pieces": (
        "created in_progress output_item.added@0 function_call_arguments.delta@0 "
        "function_call_arguments.done@0 output_item.done@0 completed"
    ),
    "arguments in one": (
        "created in_progress output_item.added@0 function_call_arguments.done@0 "
        "output_item.done@0 completed"
    ),
    "a search": (
        "created in_progress output_item.added@0 web_search_call.in_progress@0 "
        "web_search_call.searching@0 web_search_call.completed@0 output_item.done@0 completed"
    ),
    "two commands": (
        "created in_progress output_item.added@0 shell_call_command.added@0.0 "
        "shell_call_command.delta@0.0 shell_call_command.done@0.0 shell_call_command.added@0.1 "
        "shell_call_command.done@0.1 output_item.done@0 completed"
    ),
    "items that overlap": (
        "created in_progress output_item.added@0 output_item.added@1 output_item.done@1 "
        "output_item.done@0 completed"
    ),
    "an event of somebody's own": "created in_progress slug:note completed",
}

ILLEGAL = {
    "no created": ("in_progress completed", ("stream", "start", "in_progress")),
    "no in_progress": (f"created {TEXT} completed", ("stream", "created", "item")),
    "created twice": ("created created in_progress completed", ("stream", "created", "created")),
    "no terminal": ("created in_progress", ("stream", "running", "end")),
    "two terminals": ("created in_progress completed completed", ("stream", "ended", "terminal")),
    "an item after the end": (f"created in_progress completed {TEXT}", ("stream", "ended", "item")),
    "anything after the end": (
        "created in_progress completed slug:note",
        ("stream", "ended", "other"),
    ),
    "a body before its item": (
        "created in_progress function_call_arguments.done@0 completed",
        ("item", "start", "body"),
    ),
    "an item added twice": (
        "created in_progress output_item.added@0 output_item.added@0 output_item.done@0 completed",
        ("item", "open", "added"),
    ),
    "an item never done": (
        "created in_progress output_item.added@0 completed",
        ("item", "open", "end"),
    ),
    "text before its part": (
        "created in_progress output_item.added@0 output_text.delta@0.0 completed",
        ("part", "start", "delta"),
    ),
    "text after it was said": (
        f"created in_progress {TEXT.replace('content_part.done', 'output_text.delta')} completed",
        ("part", "said", "delta"),
    ),
    "a part that ends unsaid": (
        f"created in_progress {TEXT.replace('output_text.done@0.0 ', '')} completed",
        ("part", "open", "done"),
    ),
    "arguments after they were done": (
        "created in_progress output_item.added@0 function_call_arguments.done@0 "
        "function_call_arguments.delta@0 output_item.done@0 completed",
        ("arguments", "done", "delta"),
    ),
    "progress after the end of a call": (
        "created in_progress output_item.added@0 web_search_call.in_progress@0 "
        "web_search_call.completed@0 web_search_call.searching@0 output_item.done@0 completed",
        ("work", "done", "step"),
    ),
}


@pytest.mark.parametrize("script", LEGAL.values(), ids=LEGAL.keys())
def test_a_legal_order_breaks_nothing(script: str) -> None:
    assert walk(events(script)) == []


@pytest.mark.parametrize(("script", "violation"), ILLEGAL.values(), ids=ILLEGAL.keys())
def test_an_illegal_order_is_seen(script: str, violation: tuple[str, str, str]) -> None:
    assert violation in walk(events(script))


def test_a_look_alike_takes_the_same_step() -> None:
    first, second = (
        {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": d}
        for d in "ab"
    )
    assert symbols(None, first) == symbols(None, second)
    assert symbols(None, first)[-1] == Symbol("part", (0, 0), "delta")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["type", "output_index", "content_index"]), inner)
    ),
)
TYPES = st.sampled_from(["response.output_text.delta", "response.created", "error"])


@given(name=st.none() | TYPES, value=JSON | st.fixed_dictionaries({"type": TYPES | JSON}))
def test_steps_and_likeness_are_total(name: str | None, value: object) -> None:
    assert all(
        step.scope in {machine.scope for machine in MACHINES} for step in symbols(name, value)
    )
    assert likeness(name, value) in range(4)


LIKENESS = {
    "an event of the dialect": (None, {"type": "response.created"}, 3),
    "one by its name": ("response.created", {}, 3),
    "one of somebody's own": (None, {"type": "response.reasoning.search_queries"}, 2),
    "an error that counts events": (None, {"type": "error", "sequence_number": 2}, 2),
    "an error that anybody may send": (None, {"type": "error", "error": {}}, 1),
    "a chat chunk": (None, {"object": "chat.completion.chunk", "choices": []}, 0),
    "an event of another dialect": ("message_start", {"type": "message_start"}, 0),
    "a list": (None, [], 0),
}


@pytest.mark.parametrize(("name", "value", "much"), LIKENESS.values(), ids=LIKENESS.keys())
def test_likeness_tells_the_dialect(name: str | None, value: object, much: int) -> None:
    assert likeness(name, value) == much


CORPUS = Path(os.environ.get("STREAMGAUGE_CORPUS", "../shared/corpus"))
ODD = {
    "azure-gpt-5.1-codex-max-5ae23af050": "four answers joined in one file",
    "openai-gpt-5.1-2025-11-13-9216665db8": "two answers joined in one file",
    "openai-gpt-4.1-2025-04-14-16eb69ae2b": "two lists of MCP tools are added and never done",
    "openai-gpt-4o-2024-08-06-0c4bdabf89": "resumed with starting_after, so without created",
    "openai-gpt-5.2-codex-047553c80d": "written by hand: custom input without its done",
}


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here (STREAMGAUGE_CORPUS)")
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.stem)
        for path in sorted(CORPUS.glob("streams/openai-responses/*/*"))
    ],
)
def test_recorded_streams_keep_the_order(path: Path) -> None:
    lines = (
        line.removeprefix("data: ")
        for line in path.read_bytes().decode().splitlines()
        if line.startswith(("{", "data: {"))
    )
    broken = walk(json.loads(line) for line in lines)
    assert bool(broken) == (path.stem in ODD), broken
