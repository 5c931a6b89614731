"""Values of JSON where they have the type that is asked for, and nothing where they have not.

For readers that are total over any JSON and note nothing: what has another type counts as not said.
It must never convert a value.
"""

from __future__ import annotations

from collections.abc import Mapping


def as_object(value: object) -> Mapping[str, object]:
    """An object; empty where it is none."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """An array; empty where it is none."""
    return value if isinstance(value, list) else []


def as_objects(value: object) -> list[Mapping[str, object]]:
    """The objects of an array, others left out."""
    return [item for item in as_list(value) if isinstance(item, dict)]


def as_texts(value: object) -> tuple[str, ...]:
    """The strings of an array, others left out."""
    return tuple(item for item in as_list(value) if isinstance(item, str))


def as_text(value: object) -> str | None:
    """A string."""
    return value if isinstance(value, str) else None


def as_flag(value: object) -> bool | None:
    """True or false; a number is neither."""
    return value if isinstance(value, bool) else None


def as_count(value: object) -> int | None:
    """A whole number; true and false are none.

    >>> as_count(3), as_count(3.0), as_count(True)
    (3, None, None)
    """
    return value if isinstance(value, int) and not isinstance(value, bool) else None
