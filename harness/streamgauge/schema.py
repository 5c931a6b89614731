"""Checks values against JSON Schemas: jsonschema-rs where speed is needed, jsonschema to explain.

The published schema files are the artefact; overlays replace named definitions of a base. Both
libraries must give the same verdicts, which a test proves; jsonschema is the reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from streamgauge import data
from streamgauge.rules.case import Violation

Check = Callable[[object], Iterator[Violation]]


@cache
def chunk_check(dialect: str, overlays: tuple[str, ...]) -> Check:
    """A check for the chunks of one dialect with a vendor's overlays.

    Overlays of other dialects are left out: an overlay's name begins with its dialect's short word.
    """
    import jsonschema_rs

    schema = composed(dialect, overlays)
    validator = jsonschema_rs.validator_for(schema)

    def check(value: object) -> Iterator[Violation]:
        for error in _errors(validator, value):
            pointer = "".join(f"/{_escaped(step)}" for step in error.instance_path)
            yield Violation(pointer, _keyword(error), _one_line(error.message))

    return check


def _errors(validator: Any, value: object) -> list[Any]:
    try:
        return [] if validator.is_valid(value) else list(validator.iter_errors(value))
    except UnicodeEncodeError:
        return list(validator.iter_errors(_encodable(value)))


def _encodable(value: object) -> object:
    """The value with U+FFFD for each half of a surrogate pair, which no UTF-8 can hold."""
    match value:
        case str():
            return re.sub("[\ud800-\udfff]", "\ufffd", value)
        case list():
            return [_encodable(inner) for inner in value]
        case dict():
            return {_encodable(key): _encodable(inner) for key, inner in value.items()}
        case _:
            return value


def problems(name: str, value: object) -> Iterator[tuple[str, str]]:
    """What is wrong with a value by a published schema: (JSON pointer, what, in one line)."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match
    from referencing import Registry, Resource

    every = [Resource.from_contents(data.schema(one)) for one in data.schema_names()]
    registry: Any = Registry().with_resources((one.id() or "", one) for one in every)
    validator = Draft202012Validator(data.schema(name), registry=registry)
    for error in validator.iter_errors(value):
        deepest = best_match([error]) or error
        path = "".join(f"/{_escaped(step)}" for step in deepest.absolute_path)
        yield path, _one_line(deepest.message)


def composed(dialect: str, overlays: tuple[str, ...]) -> dict[str, Any]:
    """The base schema of a dialect with the `$defs` of the overlays put in; later ones win."""
    schema = data.schema(f"{dialect}.chunk")
    for name in overlays:
        if name.startswith(_SHORT[dialect]):
            schema["$defs"].update(data.schema(f"overlays/{name}")["$defs"])
    return schema


_SHORT = {
    "openai-chat": "chat-",
    "openai-responses": "responses-",
    "anthropic-messages": "messages-",
    "gemini": "gemini-",
}


def _escaped(step: object) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")


def _keyword(error: Any) -> str:
    words = [step for step in error.schema_path if isinstance(step, str)]
    return words[-1] if words else "schema"


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 200 else text[:199] + "…"
