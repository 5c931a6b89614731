"""When a request may be tried again: before its first byte only, for what passes by itself.

The waiting is stamina's. What counts as passing is in the vendor's facts: a 429 for an empty
account never passes (docs/vendors.md, `errors`).
"""

from __future__ import annotations

import email.utils
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from streamgauge.exchange import Exchange, Head

TRANSIENT = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""Statuses that official clients try again (openai 3.54.0 and anthropic 2.12.0, `_base_client`:
408, 409, 429 and every 5xx; 425 by RFC 8470)."""

LONGEST_WAIT = 60.0
"""Seconds; who asks for more is not asked again, since sooner is not what was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """At most `attempts` requests for one answer; where the provider names no time, between
    `first` and `most` seconds of waiting before the next."""

    attempts: int = 3
    first: float = 0.5
    most: float = 20.0


def passes(exchange: Exchange, facts: Mapping[str, object]) -> bool:
    """Whether the answer is an error that may be gone when the request is sent again."""
    status = exchange.head.status
    if status not in TRANSIENT:
        return False
    said = exchange.body[:65536].decode("utf-8", "replace")
    return not any(_is(one, status, said) for one in _lasting(facts))


def named_wait(head: Head, now: datetime | None = None) -> float | None:
    """Seconds that the provider asks us to wait: `retry-after-ms`, then `retry-after`.

    Seconds or an HTTP date (RFC 9110, section 10.2.3); None where it names none.

    >>> named_wait(Head(headers=(("Retry-After", "7"),)))
    7.0
    """
    text = head.header("retry-after-ms")
    seconds = None if text is None else _number(text, 0.001)
    if seconds is None:
        seconds = _seconds(head.header("retry-after"), now)
    return seconds if seconds is not None and seconds >= 0 else None


def _seconds(text: str | None, now: datetime | None) -> float | None:
    if text is None:
        return None
    seconds = _number(text, 1.0)
    if seconds is not None:
        return seconds
    try:
        when = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if when.tzinfo is None:  # "-0000": UTC, of no known place (RFC 5322, section 3.3)
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - (now or datetime.now(UTC))).total_seconds())


def _number(text: str, unit: float) -> float | None:
    try:
        return float(text) * unit
    except ValueError:
        return None


def _lasting(facts: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    errors = facts.get("errors")
    for one in errors.values() if isinstance(errors, Mapping) else ():
        if isinstance(one, Mapping) and one.get("transient") is False:
            yield one


def _is(error: Mapping[str, object], status: int, body: str) -> bool:
    """Whether the body names this error: by its type or code, else by its words."""
    if error.get("status") not in (None, status):
        return False
    marks = [error.get(name) for name in ("type", "code")]
    return any(isinstance(mark, str) and json.dumps(mark) in body for mark in marks)
