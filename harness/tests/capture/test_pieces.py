"""A text that is spread over events is changed as one, and put back in its places."""

from __future__ import annotations

import pytest

from streamgauge.capture.pieces import over_pieces


def hide(text: bytes) -> bytes:
    return text.replace(b"hidden", b"XXXXXX")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"content":"a hid"}\n{"content":"den b"}', b'{"content":"a XXX"}\n{"content":"XXX b"}'),
        (b'"text": "h"\n"text": ""\n"text": "idden"', b'"text": "X"\n"text": ""\n"text": "XXXXX"'),
        (rb'"text":"\"h"' b"\n" rb'"text":"idden\n"', rb'"text":"\"X"' b"\n" rb'"text":"XXXXX\n"'),
        (b'"text":"hid" "content":"den"', b'"text":"hid" "content":"den"'),
        (b'"name":"hid" "name":"den"', b'"name":"hid" "name":"den"'),
        (b'"text":"hid" "text":"den', b'"text":"hid" "text":"den'),
        (b'"text":"hidden"', b'"text":"hidden"'),
        (b"", b""),
    ],
    ids=[
        "two pieces", "three pieces", "escapes", "two channels", "another member", "unended",
        "one piece is seen elsewhere", "empty",
    ],
)  # fmt: skip
def test_pieces_of_one_name_are_one_text(body: bytes, expected: bytes) -> None:
    assert over_pieces(body, hide) == expected
