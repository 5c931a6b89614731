"""A message spoken as each vendor speaks: no rule of that vendor's finds a must or should in it."""

from __future__ import annotations

import json

import pytest

from streamgauge.dialects.openai_chat import DIALECT
from streamgauge.dialects.openai_chat.build import build
from streamgauge.dialects.openai_chat.counters import counters
from streamgauge.dialects.openai_chat.speak import speak
from streamgauge.exchange import Close, Exchange, Head, Request
from streamgauge.pipeline import Judgement, Options, judge_exchange, profiles
from streamgauge.prompt import Asked, Prompt
from streamgauge.rules.finding import Level
from streamgauge.rules.usage.places import count
from tests.dialects.openai_chat.spoken import MESSAGES, TOOLS, body, facts_of, voice

VENDORS = sorted(profile.slug for profile in profiles() if DIALECT.name in profile.dialects)


def asked(name: str, *, usage: bool) -> Asked:
    choices = len(MESSAGES[name].choices)
    return Asked(
        stream=True,
        model="m-1",
        tools=TOOLS,
        include_usage=usage,
        choices=choices if choices > 1 else None,
    )


def counts(vendor: str, name: str) -> list[tuple[str, str]]:
    """The headers that repeat the usage where the vendor sends such."""
    facts, spent = facts_of(vendor), MESSAGES[name].usage
    headers = facts.get("usage-headers", {})
    assert spent is not None
    assert isinstance(headers, dict)
    usage = counters(spent, facts)
    return [(header, str(count(usage, pointer))) for header, pointer in headers.items()]


def judged(vendor: str, name: str, wanted: Asked) -> Judgement:
    said = list(speak(MESSAGES[name], voice(vendor, wanted)))
    sent = build(Prompt(asked=wanted, turns=()), facts_of(vendor))
    exchange = Exchange(
        request=Request(body=json.dumps(sent).encode()),
        head=Head(
            status=200, headers=(("content-type", "text/event-stream"), *counts(vendor, name))
        ),
        body=body(said),
        close=Close.CLEAN,
    )
    return judge_exchange(exchange, Options(dialect=DIALECT.name, vendor=vendor))


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("vendor", VENDORS)
def test_what_is_spoken_breaks_no_must_and_no_should(vendor: str, name: str) -> None:
    for usage in (False, True):
        found = judged(vendor, name, asked(name, usage=usage)).outcome.findings
        grave = [one for one in found if one.level is not Level.MAY]
        assert [(one.rule, one.says, one.got) for one in grave] == []
