"""One step of a reduction by itself: what it takes away, and what it must leave."""

from __future__ import annotations

import pytest

from streamgauge.shrink.draft import Draft
from streamgauge.shrink.lines import plain_lines
from streamgauge.shrink.search import Budget, Search
from streamgauge.wire.framing import detect

# A body, what must stay in it, and what is left.
STEPS: dict[str, tuple[bytes, list[bytes], bytes]] = {
    "comments and blank lines": (b"\n\n: idle\n\ndata: {}\n\n\n", [b"{}"], b"data: {}\n\n"),
    "line ends": (b"data: {}\r\n\r\n", [b"{}"], b"data: {}\n\n"),
    "a line end that is needed": (
        b"id: 1\r\ndata: {}\r\n\r\n",
        [b"{}", b"\r\n"],
        b"data: {}\r\n\n",
    ),
    "a mark at the beginning": (b"\xef\xbb\xbfdata: {}\n\n", [b"{}"], b"data: {}\n\n"),
    "blanks in JSON": (b'data: { "a b" : [ 1 ] }\n\n', [b"a"], b'data: {"a b":[1]}\n\n'),
    "JSON over two lines": (b"data: {\ndata: }\n\n", [b"data"], b"data: {}\n\n"),
    "JSON over two lines that are needed": (
        b"data: {\ndata: }\n\n",
        [b"{\n"],
        b"data: {\ndata: }\n\n",
    ),
    "a name": (
        b"event: message_start\ndata: {}\n\n",
        [b"{}", b"event", b"sta"],
        b"event: sta\ndata: {}\n\n",
    ),
    "a comment": (b": still here\n\n", [b"here"], b": here"),
    "a name that JSON has not": (
        b"data: {}\n\nnonsense\ndata: 1\n\n",
        [b"non", b"{}"],
        b"data: {}\nnon\n\n",
    ),
    "an open end needs no line end": (b"data: {}\n", [b"{}"], b"data: {}"),
    "the end stays closed": (b"data: {}\n\n", [b"data"], b"data: {}\n\n"),
}


@pytest.mark.parametrize("name", STEPS)
def test_what_a_step_leaves(name: str) -> None:
    body, needed, left = STEPS[name]
    framing = detect(body)

    def shows(draft: Draft) -> bool:
        return all(one in draft.body for one in needed)

    search = Search(Draft(body), shows, framing, Budget(1000))
    plain_lines(search)
    assert search.best.body == left
