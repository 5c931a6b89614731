"""The short readers: what they answer is what the exact reader answers, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.wire import block
from streamgauge.wire.event import DEFAULT_LIMITS, Limits
from streamgauge.wire.plain import plain, usual

PLAIN = {
    "data": b"data: {}\n\n",
    "name and data": b"event: a.b\ndata: {}\n\n",
    "data beyond ASCII": "data: …\n\n".encode(),
    "data that begins with a space": b"data:  a\n\n",
}
USUAL = {
    "CRLF": b"data: {}\r\n\r\n",
    "name and CRLF": b"event: a\r\ndata: {}\r\n\r\n",
    "no space": b"data:{}\n\n",
    "no space and CRLF": b"data:{}\r\n\r\n",
    "name, no space, CRLF": b"event: a\r\ndata:{}\r\n\r\n",
}
NEITHER = {
    "not closed": b"data: {}\n",
    "closed by nothing": b"data: {}",
    "empty data": b"data: \n\n",
    "empty data, CRLF": b"data: \r\n\r\n",
    "empty data without space": b"data:\n\n",
    "CR inside": b"data: a\rb\n\n",
    "mixed endings": b"data: a\r\n\n",
    "mixed endings after the name": b"event: a\ndata: a\r\n\r\n",
    "CR inside the name": b"event: a\rb\ndata: a\n\n",
    "a name with a space before it": b"event:  a\ndata: a\n\n",
    "an empty name": b"event: \ndata: a\n\n",
    "not UTF-8": b"data: \xff\n\n",
    "not UTF-8 and no space": b"data:\xff\n\n",
    "two data lines": b"data: a\ndata: b\n\n",
    "a comment": b": a\n\n",
    "a blank line before": b"\ndata: a\n\n",
    "a mark before": b"\xef\xbb\xbfdata: a\n\n",
    "farther than is looked": b"data: " + b"x" * 20_000 + b"\n\n",
}


@pytest.mark.parametrize("raw", PLAIN.values(), ids=PLAIN)
def test_plain_events_are_read_as_the_exact_reader_reads_them(raw: bytes) -> None:
    body = b"data: x\n\n" + raw + b"data"
    exact = block.read(raw, 110, 4, DEFAULT_LIMITS, closed=True)
    assert plain(body, 9, 4, DEFAULT_LIMITS, 101) == exact
    assert exact.oddities == ()


@pytest.mark.parametrize("raw", USUAL.values(), ids=USUAL)
def test_usual_events_are_read_as_the_exact_reader_reads_them(raw: bytes) -> None:
    body = b"data: x\n\n" + raw + b"data"
    exact = block.read(raw, 110, 4, DEFAULT_LIMITS, closed=True)
    assert plain(body, 9, 4, DEFAULT_LIMITS, 101) is None
    assert usual(body, 9, 4, DEFAULT_LIMITS, 101) == exact


@pytest.mark.parametrize("raw", NEITHER.values(), ids=NEITHER)
def test_everything_else_is_left_to_the_exact_reader(raw: bytes) -> None:
    assert plain(raw, 0, 0, DEFAULT_LIMITS, 0) is None
    assert usual(raw, 0, 0, DEFAULT_LIMITS, 0) is None


@pytest.mark.parametrize("limits", [Limits(line=7), Limits(event=9), Limits(stream=9)])
@pytest.mark.parametrize("raw", [b"data: {}\n\n", b"data:{}\r\n\r\n"])
def test_past_a_limit_they_do_not_answer(raw: bytes, limits: Limits) -> None:
    assert plain(raw, 0, 0, limits, 0) is None
    assert usual(raw, 0, 0, limits, 0) is None


@pytest.mark.parametrize("limits", [Limits(line=8), Limits(event=10), Limits(stream=20)])
def test_at_a_limit_they_answer(limits: Limits) -> None:
    body = b"data: {}\n\n" * 2
    assert plain(body, 10, 1, limits, 0) == plain(body, 10, 1, DEFAULT_LIMITS, 0) is not None


lines = st.sampled_from(
    [b"event: ", b"data: ", b"data:", b"a", b" ", b"\r", b"\n", b"\r\n", b"\xff"]
)


@given(st.lists(lines, max_size=10).map(b"".join))
def test_what_they_answer_is_exact(body: bytes) -> None:
    for read in (plain, usual):
        event = read(body, 0, 0, DEFAULT_LIMITS, 0)
        if event is not None:
            assert event == block.read(body[: event.end], 0, 0, DEFAULT_LIMITS, closed=True)


class Copied(bytes):
    """A body that counts the bytes copied out of it."""

    total = 0

    def __getitem__(self, key: object) -> bytes:  # type: ignore[override]
        piece: bytes = bytes.__getitem__(self, key)  # type: ignore[call-overload]
        Copied.total += len(piece)
        return piece


@pytest.mark.parametrize("raw", [b"data: x\r\r", b"event: a\rdata: x\r\r", b"data:x\r\r"])
def test_a_body_without_lf_is_not_copied_once_per_event(
    raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Copied, "total", 0)
    body = Copied(raw * 10_000)
    for read in (plain, usual):
        assert read(body, 0, 0, DEFAULT_LIMITS, 0) is None
    assert Copied.total < 100
