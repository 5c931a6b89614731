"""The time of a run: told by SOURCE_DATE_EPOCH where that is a time, else by the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from streamgauge.door.moment import now


@pytest.mark.parametrize(
    ("epoch", "text"),
    [("0", "1970-01-01T00:00:00Z"), ("1700000000", "2023-11-14T22:13:20Z")],
)
def test_a_given_time_is_taken(epoch: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert now() == text


@pytest.mark.parametrize("epoch", [None, "", "soon", "-1", "²", "9" * 30])
def test_what_is_no_time_is_passed_over(epoch: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    if epoch is not None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    told = datetime.fromisoformat(now())
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=5)
