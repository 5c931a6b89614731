"""A refusal → the JSON of an error answer, in the shape that the fact `error-body` draws.

The fact is the answer itself with `{message}`, `{type}`, `{code}`, `{param}` and `{status}` in
place of values; without it the shape is that of the API's own vendor (openai-responses wire facts,
section 6). Before the stream only: inside it a message with an error is spoken. It must never
invent what a refusal does not say.
"""

from __future__ import annotations

from collections.abc import Mapping

from streamgauge.dialects.dialect import Facts, Refusal

_STANDARD: Mapping[str, object] = {
    "error": {"message": "{message}", "type": "{type}", "param": "{param}", "code": "{code}"}
}


def refuse(refusal: Refusal, facts: Facts) -> object:
    """The error answer."""
    values: dict[str, object] = {
        "{message}": refusal.message,
        "{type}": refusal.type,
        "{code}": refusal.code,
        "{param}": refusal.param,
        "{status}": refusal.status,
    }
    return _filled(facts.get("error-body", _STANDARD), values)


def _filled(shape: object, values: Mapping[str, object]) -> object:
    if isinstance(shape, Mapping):
        return {name: _filled(inner, values) for name, inner in shape.items()}
    if isinstance(shape, list):
        return [_filled(inner, values) for inner in shape]
    return values.get(shape, shape) if isinstance(shape, str) else shape
