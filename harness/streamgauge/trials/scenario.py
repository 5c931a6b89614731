"""A scenario: what is asked of a provider, in no vendor's words, and what must come of it.

Values, and how they are read from the TOML in `conformance/scenarios` (format:
`conformance/schemas/scenario.schema.json`, explained in docs/scenarios.md). A step is one request;
each continues the conversation of the one before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from streamgauge.prompt import Asked, Tool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request of a scenario.

    `user` is said next, `results` answers the calls of the step before (by tool name, `*` for any).
    `asked` holds the options; `members` go into the JSON as they are. `status` lists the HTTP
    statuses that are right here; none means any success. `breaks` names rules that this step
    breaks on purpose. `cancel_after` pieces the answer is let go.
    """

    asked: Asked
    user: str | None = None
    results: Mapping[str, str] = field(default_factory=dict)
    json_schema: object = None
    members: Mapping[str, object] = field(default_factory=dict)
    status: tuple[int, ...] = ()
    expect: Mapping[str, Any] | None = None
    breaks: tuple[str, ...] = ()
    wrong_key: bool = False
    wrong_model: bool = False
    cancel_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """A cache trial: how many cold and warm pairs, and how long the shared prefix is in words."""

    count: int
    prefix_words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """`needs` names abilities (`tools`, `reasoning`, `choices` …); without them it is skipped.

    `twin` asks every step once more without streaming and compares; `timed` wants the reader with
    the smallest error; `seen_as` names the rules that the scenario is about, for its page.
    """

    name: str
    title: str
    says: str
    steps: tuple[Step, ...]
    system: str | None = None
    needs: tuple[str, ...] = ()
    twin: bool = False
    timed: bool = False
    pairs: Pairs | None = None


def from_data(name: str, data: Mapping[str, Any]) -> Scenario:
    """A scenario from TOML that its schema accepts."""
    common = data.get("ask", {})
    pairs = data.get("pairs")
    return Scenario(
        name=name,
        title=data["title"],
        says=data["says"],
        system=data.get("system"),
        needs=tuple(data.get("needs", ())),
        twin=data.get("twin", False),
        timed=data.get("timed", False),
        pairs=None if pairs is None else Pairs(**pairs),
        steps=tuple(_step(one, common) for one in data["steps"]),
    )


def _step(data: Mapping[str, Any], common: Mapping[str, Any]) -> Step:
    ask = {**common, **data.get("ask", {})}
    results = data.get("results", {})
    return Step(
        asked=_asked(ask),
        user=data.get("user"),
        results={"*": results} if isinstance(results, str) else results,
        json_schema=ask.get("json_schema"),
        members=data.get("members", {}),
        status=tuple(data.get("status", ())),
        expect=data.get("expect"),
        breaks=tuple(data.get("breaks", ())),
        wrong_key=data.get("key") == "wrong",
        wrong_model=data.get("model") == "wrong",
        cancel_after=data.get("cancel_after"),
    )


def _asked(ask: Mapping[str, Any]) -> Asked:
    choice = ask.get("tool_choice")
    words = ("auto", "none", "required")
    return Asked(
        stream=True,
        tools=_tools(ask.get("tools", ())),
        tool_choice=choice,
        forced_tool=choice if choice is not None and choice not in words else None,
        parallel_tools=ask.get("parallel_tools"),
        choices=ask.get("choices"),
        max_tokens=ask.get("max_tokens"),
        stop_sequences=tuple(ask.get("stop", ())),
        include_usage=ask.get("usage", True),
        thinking=ask.get("thinking"),
        json_output=True if ask.get("json") or "json_schema" in ask else None,
    )


def _tools(tools: Sequence[Mapping[str, Any]]) -> tuple[Tool, ...]:
    return tuple(
        Tool(name=one["name"], description=one.get("says"), parameters=one["parameters"])
        for one in tools
    )
