"""Authorities: each has a name and a link that leads somewhere public."""

from __future__ import annotations

import pytest

from streamgauge.rules.rule import Authority
from streamgauge.rules.tools import sources


def test_a_reported_thread_is_named_after_its_repository() -> None:
    found = sources.reported("https://github.com/rust-lang/rust/issues/1")
    assert found == Authority(
        name="rust-lang/rust#1", url="https://github.com/rust-lang/rust/issues/1"
    )


@pytest.mark.parametrize(
    "authority", [value for value in vars(sources).values() if isinstance(value, Authority)]
)
def test_every_authority_has_a_link(authority: Authority) -> None:
    assert authority.name
    assert authority.url.startswith("https://")
