"""A key that is spread over the pieces of a stream is never shown, however the body is cut."""

from __future__ import annotations

import itertools
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.capture.piecewise_redact import PiecewiseRedaction
from streamgauge.capture.redact import redact
from streamgauge.capture.secret_forms import forms_of
from streamgauge.exchange import Exchange

KEY = "hunter2-Hunter3/x"
SHAPED = "sk-A1b2C3d4E5f6G7h8"
FORMS = forms_of([KEY.encode()])


def events(*texts: str, name: str = "content") -> list[bytes]:
    return [b"data: " + json.dumps({name: text}).encode() + b"\n\n" for text in texts]


def fed(*segments: bytes) -> list[bytes]:
    body = PiecewiseRedaction(FORMS)
    return [*(body.feed(segment) for segment in segments), body.rest()]


def text_of(body: bytes) -> str:
    return "".join(re.findall(r'"(?:content|delta)": "([^"]*)"', body.decode()))


def test_a_text_that_begins_no_key_does_not_wait() -> None:
    segments = events("Hello,", " world!", " On.")
    assert fed(*segments) == [*segments, b""]


def test_a_piece_waits_while_its_letters_may_begin_a_key() -> None:
    first, second, third = events("see hunter2", "-Hun", "ger!")
    shown = fed(first, second, third)
    known = first.index(b"hunter2")
    assert shown == [first[:known], b"", first[known:] + second + third, b""]


@pytest.mark.parametrize("key", [KEY, SHAPED])
@pytest.mark.parametrize("size", [1, 2, 5, 30])
def test_a_key_over_many_events_is_overwritten(key: str, size: int) -> None:
    said = f"my key is {key}, keep it"
    segments = events(*(said[at : at + size] for at in range(0, len(said), size)))
    for shown in itertools.accumulate(fed(*segments)):
        assert key[:10] not in text_of(shown)
    assert text_of(shown) == f"my key is {'X' * len(key)}, keep it"


def test_a_member_over_many_events_is_overwritten() -> None:
    parts = ['{\\"api_', 'key\\":\\"a', 'b\\"}']
    segments = [b'{"partial_json":"%s"}' % part.encode() for part in parts]
    assert b"".join(fed(*segments)) == (
        b'{"partial_json":"{\\"api_"}{"partial_json":"key\\":\\"X"}{"partial_json":"X\\"}"}'
    )


def test_two_texts_at_once_are_kept_apart() -> None:
    segments = [*events("hunter2"), *events("hello", name="delta"), *events("-Hunter3/x")]
    assert text_of(b"".join(fed(*segments))) == "XXXXXXXhelloXXXXXXXXXX"


def test_a_text_that_is_not_continued_waits_only_so_long() -> None:
    body = PiecewiseRedaction(FORMS)
    body.feed(events("see hunter2")[0])
    shown = sum(len(body.feed(b"data: 1\n\n")) for _ in range(10_000))
    assert shown > 10_000
    assert len(body.rest()) <= 64 * 1024


FRAGMENTS = st.sampled_from(
    [
        *(b'"content":"', b'"delta": "', b'"}', b'"', b"\n", b"\\", b" ", b"hello ", b"data: {"),
        *(b"hunter2", b"-Hunter3", b"/x", KEY.encode(), b"sk-", b"A1b2C3d4E5f6G7h8", b"\xff"),
        *(b'\\"api_key\\":\\"', b'"api_key":"', b"?token=", b"Bearer ", b"s", b"AK", b"&"),
    ]
)


@given(st.lists(FRAGMENTS, max_size=20).map(b"".join), st.lists(st.integers(0, 250), max_size=8))
def test_law_no_secrets_in_a_body_that_comes_in_segments(body: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    shown = b"".join(fed(*(body[a:b] for a, b in itertools.pairwise(edges))))
    whole = redact(Exchange(body=body), [KEY.encode()]).body
    assert len(shown) == len(body)
    for was, clean, now in zip(body, whole, shown, strict=True):
        assert now == clean or now == ord("X") or was == ord(" ")
