"""Who plays what: which tiny model shows each scenario, and what an engine cannot do at all.

A model of random weights shows one shape well. So every scenario has a model that shows it, and
what none can show is a need that the target lacks, with the reason of the skip.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engines import build_llama_cpp, build_transformers, llama_cpp, transformers_serve
from engines.serving import Launch
from streamgauge import data

OWN = Path(__file__).with_name("scenarios")
"""Scenarios that only engines are asked: what no provider would let us provoke."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """One engine on stage.

    `shows` names the model of a scenario; those that it does not name are shown by `usual`.
    `cannot` is, by need, why a target of this engine is never asked for it; `leaves_out` the
    same by scenario. `unkept` are scenarios that need no cassette: others show the same, or they
    are long. `same_twice` says whether equal requests get equal answers.
    """

    engine: str
    launch: Callable[[str], Launch]
    dialects: tuple[str, ...]
    shows: Mapping[str, str]
    usual: str = "words"
    cannot: Mapping[str, str] = field(default_factory=dict)
    leaves_out: Mapping[str, str] = field(default_factory=dict)
    unkept: frozenset[str] = frozenset()
    same_twice: bool = True

    def target(self, dialect: str) -> str:
        """How the target of a dialect is called, in results, deviations and cassettes."""
        return f"{self.engine}.{dialect}"

    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """The scenarios of each model, every scenario once but for those that are left out."""
        names: dict[str, list[str]] = {}
        for name in scenario_names():
            if name in self.leaves_out:
                continue
            names.setdefault(self.shows.get(name, self.usual), []).append(name)
        return {model: tuple(found) for model, found in names.items()}


def scenario_names() -> tuple[str, ...]:
    """The neutral scenarios, then the engines' own."""
    return (*data.scenarios_data(), *data.toml_folder(OWN))


_NOBODY_REFUSES = "a model of random weights refuses nothing"
_CALLS_BY_HEART = "this engine has no grammar, and the model knows one whole call by heart"
_LONG = frozenset(
    {
        "agent-loop",
        "cache-pair",
        "follow-up",
        "forced-tool",
        "long-text",
        "required-tool",
        "usage",
    }
)

CASTS: Mapping[str, Cast] = {
    build_llama_cpp.NAME: Cast(
        engine=build_llama_cpp.NAME,
        launch=llama_cpp.launch,
        dialects=("openai-chat", "openai-responses", "anthropic-messages"),
        shows={
            "agent-loop": "caller",
            "broken-call": "fumbler",
            "cache-counters": "endless",
            "cache-pair": "endless",
            "cancel": "endless",
            "cut-arguments": "caller",
            "cut-reasoning": "thinker",
            "cut-text": "endless",
            "empty-arguments": "caller",
            "forced-tool": "caller",
            "json-output": "quoter",
            "json-schema": "quoter",
            "nested-arguments": "caller",
            "one-tool": "caller",
            "parallel-tools": "caller",
            "reasoning": "thinker",
            "reasoning-then-tool": "thinking-caller",
            "required-tool": "caller",
            "stop-sequence": "polyglot",
            "tool-result": "caller",
            "unicode": "polyglot",
        },
        cannot={"refusal": _NOBODY_REFUSES},
        unkept=_LONG | {"nested-arguments", "parallel-tools", "tool-result"},
    ),
    build_transformers.NAME: Cast(
        engine=build_transformers.NAME,
        launch=transformers_serve.launch,
        dialects=("openai-chat", "openai-responses"),
        shows={
            "agent-loop": "caller",
            "cache-counters": "endless",
            "cache-pair": "endless",
            "cancel": "endless",
            "cut-reasoning": "thinker",
            "forced-tool": "caller",
            "required-tool": "caller",
            "cut-text": "endless",
            "one-tool": "caller",
            "reasoning": "thinker",
            "reasoning-then-tool": "thinking-caller",
            "stop-sequence": "polyglot",
            "tool-result": "caller",
            "unicode": "polyglot",
        },
        cannot={
            "refusal": _NOBODY_REFUSES,
            "keys": "this server asks for no key",
            "cache": "this server keeps no prefix between requests",
        },
        leaves_out={
            "broken-call": _CALLS_BY_HEART,
            "cut-arguments": _CALLS_BY_HEART,
            "empty-arguments": _CALLS_BY_HEART,
            "nested-arguments": _CALLS_BY_HEART,
            "parallel-tools": _CALLS_BY_HEART,
        },
        unkept=_LONG | {"json-schema", "tool-result"},
        same_twice=False,
    ),
}
"""By engine."""
