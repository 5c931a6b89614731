"""A value of JSON is handed on where it has the type that is asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from streamgauge.dialects.typed import (
    as_count,
    as_flag,
    as_list,
    as_object,
    as_objects,
    as_text,
    as_texts,
)

VALUES: tuple[object, ...] = (None, True, 0, 1.5, "a", ["a", 1, {"b": 2}], {"b": 2})
CASES: dict[Callable[[object], object], tuple[object, ...]] = {
    as_object: ({}, {}, {}, {}, {}, {}, {"b": 2}),
    as_list: ([], [], [], [], [], ["a", 1, {"b": 2}], []),
    as_objects: ([], [], [], [], [], [{"b": 2}], []),
    as_texts: ((), (), (), (), (), ("a",), ()),
    as_text: (None, None, None, None, "a", None, None),
    as_flag: (None, True, None, None, None, None, None),
    as_count: (None, None, 0, None, None, None, None),
}


@pytest.mark.parametrize(("read", "told"), CASES.items(), ids=[read.__name__ for read in CASES])
def test_another_type_counts_as_not_said(
    read: Callable[[object], object], told: tuple[object, ...]
) -> None:
    assert tuple(map(read, VALUES)) == told
