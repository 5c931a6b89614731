"""The JSON of an error answer, in the shape that the vendor's fact `error-body` draws.

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


def refuse(refusal: Refusal, facts: Facts) -> object:
    """The error answer, as the body of a response."""
    return _filled(facts.get("error-body", _STANDARD), _fields(refusal))


def refuse_midway(refusal: Refusal, facts: Facts) -> object:
    """The same error inside a stream, where some vendors draw it otherwise
    (`stream-error-body`)."""
    body = facts.get("stream-error-body", facts.get("error-body", _STANDARD))
    return _filled(body, _fields(refusal))


def _fields(refusal: Refusal) -> dict[str, object]:
    return {
        "{message}": refusal.message,
        "{type}": refusal.type,
        "{code}": refusal.code,
        "{param}": refusal.param,
        "{status}": refusal.status,
    }


def _filled(shape: object, fields: Mapping[str, object]) -> object:
    if isinstance(shape, Mapping):
        return {key: _filled(inner, fields) for key, inner in shape.items()}
    if isinstance(shape, list):
        return [_filled(inner, fields) for inner in shape]
    return fields.get(shape, shape) if isinstance(shape, str) else shape
