"""A text that comes in pieces is redacted at least as far as one that lies there whole."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.capture.redact import redact
from streamgauge.capture.secret_forms import forms_of
from streamgauge.capture.streaming_redact import StreamingRedaction
from streamgauge.exchange import Exchange

KEY = b"hunter2-Hunter3/x"
FORMS = forms_of([KEY])
PEM = rb"-----BEGIN RSA PRIVATE KEY-----\nABC+/=\n"
JWT = b"eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln"


def fed(*pieces: bytes) -> list[bytes]:
    """What is shown after each piece, and at the end."""
    text = StreamingRedaction(FORMS)
    return [*(text.feed(piece) for piece in pieces), text.rest()]


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        ([b"data: 1\n\n"], [b"data: 1\n\n", b""]),
        ([b"a hunt", b"ing"], [b"a ", b"hunting", b""]),
        ([b"a hunter2", b"-Hunter3/x!"], [b"a ", b"X" * 17 + b"!", b""]),
        ([b"a hunter2"], [b"a ", b"hunter2"]),
        ([b"a s", b"ong"], [b"a ", b"song", b""]),
        ([b"as", b"ong"], [b"as", b"ong", b""]),
        ([b"a sk-A1", b"b2C3d4E5f6G7h8 !"], [b"a ", b"X" * 19 + b" !", b""]),
        ([b"Bearer ", b"A1b2C3d4E5f6G7h8;"], [b"", b"X" * 23 + b";", b""]),
        ([b"?token=abc", b"defghijklmnopq&"], [b"?token=", b"X" * 17 + b"&", b""]),
        ([b"?token=abc", b"&!"], [b"?token=", b"abc&!", b""]),
        ([b'{"api_', b'key": "!', b'b"}'], [b'{"api_', b'key": "X', b'X"}', b""]),
        ([b'{"api_key":', b"\n", b' "ab"}'], [b'{"api_key":', b"\n", b' "XX"}', b""]),
        ([b'{\\"api_key\\":\\"!', b'\\"b"'], [b'{\\"api_key\\":\\"X', b'\\"b"', b""]),
    ],
)
def test_what_may_begin_a_key_waits(pieces: list[bytes], shown: list[bytes]) -> None:
    assert fed(*pieces) == shown


@pytest.mark.parametrize(
    "text",
    [
        b"say " + KEY + b"!",
        b"say hunter2-Hunter3%2Fx!",
        b"a sk-A1b2C3d4E5f6G7h8 b",
        b"a AIza" + b"B" * 35 + b" b",
        b"a " + JWT + b" b",
        b"a " + PEM + b'"',
        b'{"access_token": "a\\"b"}',
        b"?access_token=abcdefghijklmnop&a",
    ],
)
def test_wherever_it_is_cut_nothing_else_is_shown(text: bytes) -> None:
    whole = redact(Exchange(body=text), [KEY]).body
    assert whole != text
    for cut in range(len(text)):
        assert b"".join(fed(text[:cut], text[cut:])) == whole
    assert b"".join(fed(*(text[at : at + 1] for at in range(len(text))))) == whole


FRAGMENTS = st.sampled_from(
    [
        *(b"sk-", b"A1b2C3d4E5f6G7h8", b'"api_key":"', b'\\"api_key\\":\\"', b'"', b"\n", b"\\"),
        *(b"key=", b"?token=", b" ", b"Bearer ", b"hunter2", b"-Hunter3", b"/x", KEY, b"%2Fx"),
        *(b"AIza" + b"B" * 35, b"s", b"AK", b"hello ", b"&", PEM, JWT, b'{"', b'","', b"\xff"),
    ]
)


@given(st.lists(FRAGMENTS, max_size=14).map(b"".join), st.lists(st.integers(0, 200), max_size=8))
def test_law_no_secrets_in_a_text_that_comes_in_pieces(text: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    shown = b"".join(fed(*(text[a:b] for a, b in itertools.pairwise(edges))))
    whole = redact(Exchange(body=text), [KEY]).body
    assert len(shown) == len(text)
    for was, clean, now in zip(text, whole, shown, strict=True):
        # A space belongs to the mark of a bearer's key, and tells nobody anything.
        assert now == clean or now == ord("X") or was == ord(" ")


def test_what_waits_is_bounded() -> None:
    text = StreamingRedaction(FORMS)
    for _ in range(100):
        text.feed(b"sk-" + b"a" * 1000)
    assert len(text.rest()) < 20_000
