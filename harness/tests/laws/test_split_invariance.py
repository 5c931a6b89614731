"""Law 2, split invariance: how the bytes were cut changes nothing but what is said of time."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streamgauge import check
from streamgauge.exchange import Exchange, Seam
from streamgauge.wire import sse
from streamgauge.wire.event import Event


def pieces_of(data: st.DataObject, body: bytes) -> list[bytes]:
    """The body cut anywhere, empty pieces included."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=12)))
    return [body[start:end] for start, end in pairwise([0, *cuts, len(body)])]


def decoded(pieces: list[bytes]) -> list[Event]:
    decoder = sse.Decoder()
    found = [event for piece in pieces for event in decoder.feed(piece)]
    return found + decoder.close()


@given(data=st.data())
def test_any_cutting_gives_the_events_of_the_whole(
    data: st.DataObject,
    nasty: st.SearchStrategy[bytes],
    spoiled: st.SearchStrategy[bytes],
) -> None:
    body = data.draw(nasty | spoiled)
    assert decoded(pieces_of(data, body)) == list(sse.events(body))


@given(data=st.data())
def test_byte_by_byte_gives_the_events_of_the_whole(
    data: st.DataObject, nasty: st.SearchStrategy[bytes]
) -> None:
    body = data.draw(nasty)
    assert decoded([body[at : at + 1] for at in range(len(body))]) == list(sse.events(body))


def arrivals_of(data: st.DataObject, pieces: list[bytes]) -> tuple[tuple[int, float], ...]:
    out, at, now = [], 0, 0.0
    for piece in pieces:
        now += data.draw(st.sampled_from([0.0, 0.5, 20.0, 400.0, 30_000.0]))
        if piece:
            out.append((at, now))
            at += len(piece)
    return tuple(out)


def timeless(record: dict[str, Any]) -> dict[str, Any]:
    """A record without what follows from the arrivals; the rest must not know them."""

    def speaks_of_time(rule: str) -> bool:
        return rule.startswith("timing/")

    rules = record["rules"]
    kept = [one for one in rules["skipped"] if not speaks_of_time(one["rule"])]
    findings = [one for one in record["findings"] if not speaks_of_time(one["rule"])]
    metadata = {**record["metadata"], "timings": None}
    return {
        **{key: value for key, value in record.items() if key not in ("verdict", "rules")},
        "metadata": metadata,
        "skipped": kept,
        "findings": findings,
        "broken": sorted({one["rule"] for one in findings}),
    }


@given(data=st.data())
def test_arrivals_change_nothing_but_what_is_said_of_time(
    data: st.DataObject, spoiled: st.SearchStrategy[bytes]
) -> None:
    body = data.draw(spoiled)
    arrivals = arrivals_of(data, pieces_of(data, body))
    timed = check(Exchange(body=body, arrivals=arrivals, seam=Seam.CLIENT))
    assert timeless(timed.record) == timeless(check(body).record)


def test_arrivals_are_heard_at_all() -> None:
    """Otherwise the law above would hold because nobody looks at them."""
    body = b'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'
    timed = check(Exchange(body=body * 2, arrivals=((0, 5.0), (len(body), 9.0))))
    assert timed.record["metadata"]["timings"] == {
        "first_ms": {"any": 5.0, "reasoning": None, "content": 5.0, "tool": None},
        "total_ms": 9.0,
        "max_gap_ms": 4.0,
        "own_error_ms": None,
        "timeline": [[5.0, 5.0, len(body), 1, "content"], [9.0, 9.0, 2 * len(body), 1, "content"]],
    }
