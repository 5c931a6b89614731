"""Inputs that break alike have one name, and the smallest of them is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuzz.contract import BrokenContractError, require
from fuzz.trouble import Trouble, keep, smallest, tried


def picky(data: bytes) -> None:
    require(b"!" not in data or b"?" not in data, "both signs")
    if b"#" in data:
        raise KeyError("#")


def found(data: bytes) -> Trouble:
    trouble = tried(picky, data)
    assert trouble is not None
    return trouble


def test_an_input_that_holds_is_no_trouble() -> None:
    assert tried(picky, b"!!!") is None


def test_inputs_that_break_alike_have_one_name() -> None:
    assert found(b"!?").name == found(b"many more ?!").name
    assert found(b"!?").name != found(b"#").name
    assert found(b"#").name.startswith("KeyError-picky-")
    assert "both signs" in found(b"!?").told


@pytest.mark.parametrize("data", [b"?!", b"a" * 999 + b"!" + b"b" * 500 + b"?", b"?!" * 300])
def test_the_smallest_input_is_two_bytes(data: bytes) -> None:
    assert sorted(smallest(picky, found(data)).data) == sorted(b"?!")


def test_shrinking_never_becomes_another_trouble() -> None:
    trouble = smallest(picky, found(b"aa#aa!aa"))
    assert trouble.data == b"#"
    assert trouble.name == found(b"#").name


def test_tries_are_counted() -> None:
    calls = 0

    def counting(data: bytes) -> None:
        nonlocal calls
        calls += 1
        picky(data)

    trouble = tried(counting, b"a" * 2000 + b"#")
    assert trouble is not None
    smallest(counting, trouble, tries=25)
    assert calls <= 26


def test_the_smaller_input_is_kept(tmp_path: Path) -> None:
    for data, kept in ((b"aa!?", b"aa!?"), (b"aaaa!?", b"aa!?"), (b"!?", b"!?")):
        assert keep(found(data), tmp_path).read_bytes() == kept
    (home,) = tmp_path.iterdir()
    assert BrokenContractError.__name__ in (home / "told.txt").read_text()
