"""What the log holds of a request: both sides of it, and no key."""

from __future__ import annotations

import json

from streamgauge.proxy.handled import MOST, Handled, Tape, log_line

KEY = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789"


def tape(data: bytes) -> Tape:
    one = Tape()
    one.add(data)
    return one


def handled(**members: object) -> Handled:
    one = Handled(conversation="c", request_index=2, path="/v1/messages", status=200)
    for name, value in members.items():
        setattr(one, name, value)
    return one


def test_both_sides_stand_side_by_side() -> None:
    one = handled(
        asked=tape(b"a"), sent=tape(b"b"), heard=tape(b"c"), said=tape(b"d"), first_ms=1.5,
        total_ms=3.0, ended="complete", warnings=("w",),
    )  # fmt: skip
    assert json.loads(log_line(one)) == {
        "conversation": "c",
        "request_index": 2,
        "path": "/v1/messages",
        "status": 200,
        "ended": "complete",
        "latency_ms": {"first": 1.5, "total": 3.0},
        **{"asked": "a", "sent": "b", "heard": "c", "said": "d"},
        "bytes": {"asked": 1, "sent": 1, "heard": 1, "said": 1},
        "warnings": ["w"],
    }


def test_no_key_reaches_the_log() -> None:
    body = json.dumps({"api_key": KEY, "text": f"use {KEY}", "secret": "word"}).encode()
    line = log_line(
        handled(asked=tape(body), conversation=KEY, path=f"/{KEY}", warnings=(f"saw {KEY}",)),
        [b"my own key"],
    )
    assert KEY not in line
    assert "my own key" not in log_line(handled(said=tape(b"my own key")), [b"my own key"])


def test_a_huge_body_is_kept_in_part_and_counted_whole() -> None:
    one = tape(b"x" * (MOST + 5))
    one.add(b"y")
    assert (len(one.kept), one.size) == (MOST, MOST + 6)


def test_any_bytes_make_a_line() -> None:
    assert json.loads(log_line(handled(heard=tape(b"\xff\x00"))))["heard"]
