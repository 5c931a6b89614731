"""One step of a reduction by itself: what it takes away, and what it must leave."""

from __future__ import annotations

import pytest

from streamgauge.shrink.draft import Draft
from streamgauge.shrink.members import drop_kinds_of_members, drop_members
from streamgauge.shrink.search import Budget, Search
from streamgauge.wire.framing import detect

# A body, what must stay in it, and what is left.
STEPS: dict[str, tuple[bytes, list[bytes], bytes]] = {
    "one member": (b'data: {"a":1,"b":2,"c":3}\n\n', [b"b"], b'data: {"b":2}\n\n'),
    "members far inside": (
        b'{"a": {"b": [{"c": 1, "d": 2}, {"e": 3}]}, "f": 4}',
        [b"e"],
        b'{"a": {"b": [{"e": 3}]}}',
    ),
    "in one event and not in another": (
        b'data: {"a":1,"b":2}\n\ndata: {"a":3,"b":4}\n\n',
        [b"1", b"4"],
        b'data: {"a":1}\n\ndata: {"b":4}\n\n',
    ),
    "the second of two equal keys": (b'{"a":1,"a":2}', [b"2"], b'{"a":2}'),
    "what is no JSON is left alone": (b'data: {"a":1,\n\n', [b"data"], b'data: {"a":1,\n\n'),
}


@pytest.mark.parametrize("name", STEPS)
def test_what_a_step_leaves(name: str) -> None:
    body, needed, left = STEPS[name]
    framing = detect(body)

    def shows(draft: Draft) -> bool:
        return all(one in draft.body for one in needed)

    search = Search(Draft(body), shows, framing, Budget(1000))
    drop_members(search)
    assert search.best.body == left


def test_a_member_goes_from_all_chunks_at_once() -> None:
    body = b"".join(b'data: {"id":"x","say":%d,"at":[{"no":1}]}\n\n' % n for n in range(100))
    budget = Budget(1000)

    def shows(draft: Draft) -> bool:
        return draft.body.count(b'"say"') == 100

    search = Search(Draft(body), shows, detect(body), budget)
    drop_kinds_of_members(search)
    assert search.best.body == b"".join(b'data: {"say":%d}\n\n' % n for n in range(100))
    assert budget.asked < 10
