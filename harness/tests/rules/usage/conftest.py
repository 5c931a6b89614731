"""Builds small chat streams and tells what a rule finds in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Found = list[tuple[int | None, str | None, int]]


@pytest.fixture
def found(court: Callable[..., Any]) -> Callable[..., Found | str]:
    """What a rule finds as (event, pointer, times), or the reason why it was not asked."""

    def ask(rule: Any, chunks: list[Any], dialect: str = "openai-chat", **known: Any) -> Any:
        body = b"".join(_event(chunk) for chunk in chunks)
        outcome = court(rule, body, dialect, content_type="text/event-stream", **known)
        for skipped in outcome.skipped:
            return skipped.reason
        return [(one.event, one.pointer, one.times) for one in outcome.findings]

    return ask


def _event(chunk: Any) -> bytes:
    text = chunk if isinstance(chunk, str) else json.dumps(chunk)
    return f"data: {text}\n\n".encode()
