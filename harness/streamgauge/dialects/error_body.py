"""The JSON of an error answer, as the fact `error-body` of a profile draws it.

The fact is the answer itself with fields in braces in place of values: `{message}`, `{type}`,
`{code}`, `{param}` and `{status}`. A field keeps the kind of what it stands for: null stays null.
It must never invent what a refusal does not say.
"""

from __future__ import annotations

from collections.abc import Mapping

from streamgauge.dialects.dialect import Facts, Refusal

_STANDARD: Mapping[str, object] = {
    "error": {"message": "{message}", "type": "{type}", "param": "{param}", "code": "{code}"}
}
"""The shape that OpenAI's APIs share."""


def error_body(refusal: Refusal, facts: Facts) -> object:
    """The error answer in the vendor's shape, else in the one that OpenAI's APIs share."""
    return drawn(refusal, facts.get("error-body", _STANDARD))


def drawn(refusal: Refusal, shape: object) -> object:
    """The shape with its fields put in."""
    fields: dict[str, object] = {
        "{message}": refusal.message,
        "{type}": refusal.type,
        "{code}": refusal.code,
        "{param}": refusal.param,
        "{status}": refusal.status,
    }
    return _filled(shape, fields)


def _filled(shape: object, fields: Mapping[str, object]) -> object:
    if isinstance(shape, Mapping):
        return {key: _filled(inner, fields) for key, inner in shape.items()}
    if isinstance(shape, list):
        return [_filled(inner, fields) for inner in shape]
    return fields.get(shape, shape) if isinstance(shape, str) else shape
