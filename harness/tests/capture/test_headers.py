"""Header fields of any recording read alike."""

from __future__ import annotations

import pytest

from streamgauge.capture import headers
from streamgauge.exchange import Framing, Head


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"A": ["1", "2"], "B": "3"}, (("A", "1"), ("A", "2"), ("B", "3"))),
        ([{"name": "A", "value": "1"}, {"name": "B", "value": 2}], (("A", "1"), ("B", "2"))),
        ([["A", "1"], ["B", ["2", "3"]]], (("A", "1"), ("B", "2, 3"))),
        ({"A": [b"\xc3\xa9", b"\xe9"], "B": None}, (("A", "é"), ("A", "é"), ("B", ""))),
        (["x", {"name": "A"}, 7], ()),
        (None, ()),
        ("text", ()),
    ],
    ids=["lists", "name and value", "pairs", "bytes", "strange items", "none", "text"],
)
def test_fields_are_pairs_of_text(fields: object, expected: object) -> None:
    assert headers.from_mapping(fields) == expected


def test_lines_are_cut_at_the_first_colon() -> None:
    lines = [b"A: b:c\r", b"no colon", b": no name", b" D :e"]
    assert headers.from_lines(lines) == (("A", "b:c"), ("D", "e"))


@pytest.mark.parametrize(
    ("fields", "http1", "expected"),
    [
        ((("Transfer-Encoding", "gzip, Chunked"), ("Content-Length", "1")), True, Framing.CHUNKED),
        ((("content-length", "1"),), False, Framing.LENGTH),
        ((), True, Framing.UNTIL_CLOSE),
        ((), False, Framing.UNKNOWN),
    ],
)
def test_the_framing_is_what_the_headers_say(
    fields: headers.Headers, http1: bool, expected: Framing
) -> None:
    assert headers.framing(Head(headers=fields), http1=http1) is expected
