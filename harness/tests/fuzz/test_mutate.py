"""Changes are repeatable, keep most JSON readable, and reach every kind of change."""

from __future__ import annotations

import json

import pytest

from fuzz import mutate as module
from fuzz.mutate import mutate

STREAM = b"\x07" + b"".join(b'data: {"n":%d,"a":[{"b":"c"}]}\n\n' % n for n in range(5))


def test_the_same_seed_makes_the_same_change() -> None:
    assert [mutate(STREAM, seed) for seed in range(50)] == [
        mutate(STREAM, seed) for seed in range(50)
    ]


def test_seeds_make_many_different_changes() -> None:
    assert len({mutate(STREAM, seed) for seed in range(300)}) > 200


def readable(body: bytes) -> bool:
    payloads = [line[5:] for line in body.splitlines() if line.startswith(b"data:")]
    try:
        return bool([json.loads(payload) for payload in payloads])
    except (ValueError, RecursionError):
        return False


def test_many_changed_streams_are_still_readable() -> None:
    kept = sum(readable(mutate(STREAM, seed)[1:]) for seed in range(300))
    assert 100 < kept < 300


@pytest.mark.parametrize("change", {one.__name__: one for one in module._CHANGES}.values())
@pytest.mark.parametrize(
    "body", [b"", b"data: {}", b"\n\n", b"[", b"[" * 900 + b"]" * 900, STREAM], ids=len
)
def test_every_change_takes_any_bytes(change: module._Change, body: bytes) -> None:
    dice = module.random.Random(1)
    changed = {change(body, dice) for _ in range(20)}
    assert all(isinstance(one, bytes) for one in changed)


def test_nothing_is_changed_into_something() -> None:
    assert mutate(b"", 1)
