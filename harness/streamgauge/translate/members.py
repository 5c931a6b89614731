"""Members of a request that the neutral prompt has no words for, and more than one dialect has.

A table: what is set, and where each dialect keeps it. What stands in no place of the table and is
not read by the dialect itself is told of, never dropped in silence. It must never convert a value.
"""

from __future__ import annotations

from collections.abc import Mapping

Json = dict[str, object]
Path = tuple[str, ...]

_PLACES: Mapping[str, Mapping[str, Path]] = {
    "temperature": {
        "anthropic-messages": ("temperature",),
        "openai-chat": ("temperature",),
        "openai-responses": ("temperature",),
        "gemini": ("generationConfig", "temperature"),
    },
    "top_p": {
        "anthropic-messages": ("top_p",),
        "openai-chat": ("top_p",),
        "openai-responses": ("top_p",),
        "gemini": ("generationConfig", "topP"),
    },
    "top_k": {"anthropic-messages": ("top_k",), "gemini": ("generationConfig", "topK")},
    "presence_penalty": {
        "openai-chat": ("presence_penalty",),
        "gemini": ("generationConfig", "presencePenalty"),
    },
    "frequency_penalty": {
        "openai-chat": ("frequency_penalty",),
        "gemini": ("generationConfig", "frequencyPenalty"),
    },
    "thinking budget": {
        "anthropic-messages": ("thinking", "budget_tokens"),
        "gemini": ("generationConfig", "thinkingConfig", "thinkingBudget"),
    },
    "user": {"anthropic-messages": ("metadata", "user_id"), "openai-chat": ("user",)},
    "seed": {"openai-chat": ("seed",), "gemini": ("generationConfig", "seed")},
    "json schema": {
        "anthropic-messages": ("output_config", "format", "schema"),
        "openai-chat": ("response_format", "json_schema", "schema"),
        "gemini": ("generationConfig", "responseJsonSchema"),
    },
}

_READ: Mapping[str, frozenset[str]] = {
    "anthropic-messages": frozenset(
        (
            *("model", "max_tokens", "messages", "system", "tools", "tool_choice", "stream"),
            *("stop_sequences", "thinking", "output_config", "output_format"),
        )
    ),
    "openai-chat": frozenset(
        (
            *("model", "messages", "tools", "tool_choice", "parallel_tool_calls", "stream"),
            *("stream_options", "n", "max_tokens", "max_completion_tokens", "stop"),
            *("logprobs", "top_logprobs", "response_format"),
        )
    ),
    "gemini": frozenset(
        (
            *("contents", "systemInstruction", "system_instruction", "tools", "toolConfig"),
            *("tool_config", "generationConfig", "generation_config"),
        )
    ),
}
"""Top-level members that the dialect reads into the prompt."""

_BUILT_ELSEWHERE = ("json schema", "seed")
"""The prompt has members for these; `build` knows their place."""


def carried(value: Mapping[str, object], source: str, target: str) -> Json:
    """The members of a request that the other dialect keeps too, in its places."""
    members: Json = {}
    for what, places in _PLACES.items():
        found = None if what in _BUILT_ELSEWHERE else _at(value, places.get(source))
        if found is not None and target in places:
            _put(members, places[target], found)
    return members


def stated(value: Mapping[str, object], what: str, source: str) -> object:
    """What a request says of one line of the table; None where it says nothing."""
    return _at(value, _PLACES[what].get(source))


def left_out(value: Mapping[str, object], source: str, target: str) -> tuple[str, ...]:
    """What the other dialect has no place for, or nobody here knows: one line each."""
    known = _READ.get(source, frozenset())
    placed = {places[source][0] for places in _PLACES.values() if source in places}
    strange = [name for name in value if name not in known and name not in placed]
    homeless = [
        "/".join(places[source])
        for places in _PLACES.values()
        if source in places and target not in places and _at(value, places[source]) is not None
    ]
    return tuple(f"{name} of the request has no words in {target}" for name in strange + homeless)


def _at(value: object, path: Path | None) -> object:
    if path is None:
        return None
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _put(members: Json, path: Path, value: object) -> None:
    here = members
    for step in path[:-1]:
        inner = here.setdefault(step, {})
        assert isinstance(inner, dict)
        here = inner
    here[path[-1]] = value
