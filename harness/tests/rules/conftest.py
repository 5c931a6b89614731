"""Puts one rule before one body, through the pieces that the pipeline is made of."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Exchange, Head, Request, Seam
from streamgauge.rules import engine
from streamgauge.rules.case import Case
from streamgauge.rules.finding import Outcome
from streamgauge.rules.rule import Rule
from streamgauge.transcript.transcribe import transcribe
from streamgauge.vendors.profile import Narrowed, Ruled
from streamgauge.wire.event import DEFAULT_LIMITS, Limits
from streamgauge.wire.framing import detect


class Court:
    """Calls as `court(rule, body, …)`; the outcome holds the findings, or why none was asked for.

    `head` is a status, a content type or both; anything else goes into the exchange, and arrivals
    were observed by the client unless told otherwise. The profile
    has the given facts and turns the rule on, so demanded rules are asked too.
    """

    def __call__(
        self,
        rule: Rule,
        body: bytes,
        dialect: str = "openai-chat",
        *,
        facts: Mapping[str, object] | None = None,
        request: Mapping[str, object] | None = None,
        status: int | None = None,
        content_type: str | None = None,
        limits: Limits = DEFAULT_LIMITS,
        exact: bool = False,
        **more: Any,
    ) -> Outcome:
        headers = () if content_type is None else (("Content-Type", content_type),)
        if "arrivals" in more:
            more.setdefault("seam", Seam.CLIENT)
        sent = None if request is None else Request(body=json.dumps(request).encode())
        head = Head(status=status, headers=headers)
        exchange = Exchange(body=body, head=head, request=sent, **more)
        grammar = named(dialect)
        known = dict(facts or {})
        transcript = transcribe(
            exchange,
            grammar,
            known,
            detect(body, head.content_type),
            asked=None if request is None else grammar.request(dict(request)),
            limits=limits,
            exact=exact,
        )
        case = Case(transcript=transcript, facts=known, violations=lambda _: iter(()))
        level = {rule.slug: Ruled(level=rule.level.value)}
        profile = Narrowed(slug="somebody", facts=known, rules=level, overlays=())
        return engine.ask([rule], case, profile)


@pytest.fixture
def court() -> Court:
    return Court()


Found = list[tuple[int | None, str | None, int]]


@pytest.fixture
def found(court: Court) -> Callable[..., Found | str]:
    """What a rule finds in chunks as (event, pointer, times), or why it was not asked."""

    def ask(rule: Rule, chunks: list[Any], dialect: str = "openai-chat", **known: Any) -> Any:
        body = b"".join(_event(chunk) for chunk in chunks)
        outcome = court(rule, body, dialect, content_type="text/event-stream", **known)
        for skipped in outcome.skipped:
            return skipped.reason
        return [(one.event, one.pointer, one.times) for one in outcome.findings]

    return ask


def _event(chunk: Any) -> bytes:
    text = chunk if isinstance(chunk, str) else json.dumps(chunk)
    return f"data: {text}\n\n".encode()
