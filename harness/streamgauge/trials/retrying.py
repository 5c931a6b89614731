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

_LOOKED_AT = 65_536
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
    said = exchange.body[:_LOOKED_AT].decode("utf-8", "replace")
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


def asked_wait(exchange: Exchange, facts: Mapping[str, object]) -> float | None:
    """Seconds that an error answer asks us to wait, in its head or in its own words.

    Some vendors say it in a detail of the error (fact `retry-info-type`), as a duration in
    protobuf's JSON: `"retryDelay": "3.5s"`.
    """
    named, kind = named_wait(exchange.head), facts.get("retry-info-type")
    if named is not None or kind is None:
        return named
    try:
        said: object = json.loads(exchange.body[:_LOOKED_AT])
    except (ValueError, RecursionError):
        return None
    delays = (one.get("retryDelay") for one in _details(said) if one.get("@type") == kind)
    texts = (one for one in delays if isinstance(one, str) and one.endswith("s"))
    seconds = (_number(one[:-1], 1.0) for one in texts)
    return next((one for one in seconds if one is not None and one >= 0), None)


def _details(said: object) -> Iterator[Mapping[str, object]]:
    """The details of an error, alone or as the one element of a streamed array."""
    said = said[0] if isinstance(said, list) and said else said
    error = said.get("error") if isinstance(said, dict) else None
    details = error.get("details") if isinstance(error, dict) else None
    for one in details if isinstance(details, list) else ():
        if isinstance(one, dict):
            yield one


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
