"""What the tests of this family share: an answer in one word, and a history before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from streamgauge.rules.rule import Rule

BODY = b'data: {"choices":[{"index":0,"delta":{"content":"Yes."},"finish_reason":"stop"}]}\n\n'


@pytest.fixture
def judged(court: Any) -> Callable[..., list[tuple[str | None, str]] | str]:
    """What a rule finds in messages as (pointer, got), or why it was not asked."""

    def ask(rule: Rule, messages: Any, **known: Any) -> Any:
        sent = {"model": "m-1", "messages": messages, **known.pop("members", {})}
        outcome = court(rule, BODY, request=sent, content_type="text/event-stream", **known)
        for skipped in outcome.skipped:
            return skipped.reason
        return [(one.pointer, one.got) for one in outcome.findings]

    return ask
