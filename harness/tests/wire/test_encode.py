"""The SSE writer: what it writes, the decoder reads back."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.wire import sse
from streamgauge.wire.encode import PLAIN, Style, encode
from streamgauge.wire.event import DEFAULT_LIMITS, Event, Oddity

WRITTEN = {
    "data": (encode(None, "{}"), b"data: {}\n\n"),
    "name and data": (encode("e", "{}"), b"event: e\ndata: {}\n\n"),
    "empty data": (encode(None, ""), b"data: \n\n"),
    "no data": (encode("e", None), b"event: e\n\n"),
    "two lines": (encode(None, "a\nb"), b"data: a\ndata: b\n\n"),
    "everything": (
        encode("e", "a", id="7", retry=9, comment="c"),
        b": c\nevent: e\ndata: a\nid: 7\nretry: 9\n\n",
    ),
    "a comment of two lines": (encode(None, None, comment="a\r\nb"), b": a\n: b\n\n"),
    "CRLF": (encode("e", "a", style=Style(newline="\r\n")), b"event: e\r\ndata: a\r\n\r\n"),
    "no space": (encode("e", "a", style=Style(space=False)), b"event:e\ndata:a\n\n"),
    "a space that counts": (encode(None, " a", style=Style(space=False)), b"data:  a\n\n"),
}


@pytest.mark.parametrize(("written", "expected"), WRITTEN.values(), ids=WRITTEN)
def test_bytes(written: bytes, expected: bytes) -> None:
    assert written == expected


def test_a_style_and_the_limits_of_all_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        PLAIN.space = False  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        DEFAULT_LIMITS.line = 1  # type: ignore[misc]


@pytest.mark.parametrize("bad", [{"name": "a\nb"}, {"id": "a\rb"}, {"id": "a\0b"}])
def test_what_no_event_can_carry_is_refused(bad: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        encode(bad.get("name"), "x", id=bad.get("id"))


texts = st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]))
words = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]))
styles = st.builds(Style, newline=st.sampled_from(["\n", "\r\n", "\r"]), space=st.booleans())


@given(st.none() | words, texts, st.none() | words, st.integers(0, 10**9), styles)
def test_what_is_written_is_read_back(
    name: str | None, data: str, id: str | None, retry: int, style: Style
) -> None:
    written = encode(name, data, id=id, retry=retry, style=style)
    (event,) = sse.events(written)
    assert event.dispatched
    assert (event.name, event.data, event.id, event.retry) == (name, data.encode(), id, retry)
    assert Oddity.UNKNOWN_FIELD not in dict(event.oddities)


@given(texts, styles)
def test_a_comment_says_nothing(comment: str, style: Style) -> None:
    (event,) = sse.events(encode("e", "a", comment=comment, style=style))
    assert (event.name, event.data) == ("e", b"a")
    assert Oddity.COMMENT in dict(event.oddities)
    assert Oddity.UNKNOWN_FIELD not in dict(event.oddities)


@given(st.lists(texts, max_size=5), styles)
def test_events_written_one_after_the_other_stay_apart(data: list[str], style: Style) -> None:
    body = b"".join(encode(None, one, style=style) for one in data)
    events: list[Event] = list(sse.events(body))
    assert [event.data for event in events] == [one.encode() for one in data]
