"""The one place that strings the floors together: an exchange in, a judgement out.

No vendor, no file format, no output format is known here. The clock is not read; everything that
a judgement says follows from the bytes and the options.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from streamgauge import data, schema
from streamgauge.dialects import catalogue as dialects
from streamgauge.dialects.dialect import Dialect
from streamgauge.exchange import Exchange, Request
from streamgauge.message import Message
from streamgauge.prompt import Asked
from streamgauge.rules import catalogue
from streamgauge.rules.case import Case
from streamgauge.rules.engine import ask, contested
from streamgauge.rules.finding import Finding, Outcome
from streamgauge.rules.rule import ALL
from streamgauge.transcript.identify import Identity, identify
from streamgauge.transcript.transcribe import transcribe
from streamgauge.transcript.transcript import Transcript
from streamgauge.vendors.profile import Profile, find, from_data
from streamgauge.verdict.deviations import Excuse, Place
from streamgauge.verdict.judge import Ruling, Standing, judge
from streamgauge.verdict.record import record
from streamgauge.wire.event import DEFAULT_LIMITS, Limits
from streamgauge.wire.framing import Framing
from streamgauge.wire.payload import parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to judge. `auto` finds the dialect and the vendor; globs choose rules by slug.

    `exact` reads every event without templates; the answer is the same (law 9). `place` says
    where the exchange stands among trials; without it, it stands by its source alone.
    """

    dialect: str = "auto"
    vendor: str = "auto"
    rule: tuple[str, ...] = ()
    skip_rule: tuple[str, ...] = ()
    excuses: tuple[Excuse, ...] = ()
    limits: Limits = DEFAULT_LIMITS
    exact: bool = False
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What was found of one exchange.

    `record` is the result record (design: stable face); `transcript` is None where the input is
    not an LLM stream that we know.
    """

    exchange: Exchange
    identity: Identity
    transcript: Transcript | None
    outcome: Outcome
    ruling: Ruling
    place: Place

    @property
    def record(self) -> dict[str, Any]:
        """The result record, ready for JSON."""
        return record(self.exchange, self.identity, self.transcript, self.outcome, self.ruling)

    def with_findings(self, findings: Sequence[Finding], excuses: Iterable[Excuse]) -> Judgement:
        """The judgement with what only a trial can find, weighed like everything else."""
        if not findings:
            return self
        broken = (*self.outcome.broken, *dict.fromkeys(one.rule for one in findings))
        every = (*self.outcome.findings, *findings)
        outcome = replace(self.outcome, broken=broken, findings=every)
        return replace(self, outcome=outcome, ruling=judge(outcome, self.place, excuses))

    @property
    def message(self) -> Message | None:
        """What the stream says, or None where it was not understood."""
        return None if self.transcript is None else self.transcript.folded.message


_NOTHING = Outcome(passed=(), broken=(), skipped=(), findings=())


@cache
def profiles() -> tuple[Profile, ...]:
    """Every vendor's profile, the permissive one included."""
    return tuple(from_data(item) for item in data.profiles_data().values())


@cache
def _contested(dialect: str) -> frozenset[str]:
    narrowed = [p.narrowed(dialect) for p in profiles() if dialect in p.dialects]
    return contested(catalogue.rules(), [n for n in narrowed if n.slug != "unknown"])


def judge_exchange(exchange: Exchange, options: Options) -> Judgement:
    """Judge one exchange; any bytes give a judgement."""
    identity = identify(exchange, profiles(), dialect=options.dialect, vendor=options.vendor)
    place = options.place or Place(source=exchange.source)
    dialect, rules = identity.dialect, catalogue.chosen(options.rule, options.skip_rule)
    if dialect is None and _is_saved_void(exchange, identity):
        # Nothing tells what an empty file would have been: only what holds in every dialect is
        # asked, and the record names no dialect.
        dialect = dialects.DIALECTS[0]
        rules = tuple(rule for rule in rules if rule.dialects == ALL)
    if dialect is None:
        ruling = judge(_NOTHING, place, (), Standing.UNKNOWN)
        return Judgement(
            exchange=exchange, identity=identity, transcript=None, outcome=_NOTHING,
            ruling=ruling, place=place,
        )  # fmt: skip
    profile = identity.profile.narrowed(dialect.name)
    transcript = transcribe(
        exchange,
        dialect,
        profile.facts,
        identity.framing,
        asked=_asked(exchange.request, dialect),
        exact=options.exact,
        limits=options.limits,
    )
    case = Case(
        transcript=transcript,
        facts=profile.facts,
        violations=schema.chunk_check(dialect.name, profile.overlays),
    )
    outcome = ask(rules, case, profile, _contested(dialect.name))
    ruling = judge(outcome, place, options.excuses)
    return Judgement(
        exchange=exchange, identity=identity, transcript=transcript, outcome=outcome,
        ruling=ruling, place=place,
    )  # fmt: skip


def _is_saved_void(exchange: Exchange, identity: Identity) -> bool:
    """An empty body on its own: somebody saved a stream and nothing came.

    An empty answer inside a cassette or a HAR may be anything, and is left alone.
    """
    alone = exchange.request is None and exchange.head.status is None
    return alone and identity.framing is Framing.EMPTY


def _asked(request: Request | None, dialect: Dialect) -> Asked | None:
    """What the request wanted; in gemini the URL names the model and asks for a stream or none."""
    if request is None:
        return None
    payload = parse(request.body) if request.body.strip() else None
    if payload is None or not payload.readable:
        return None
    asked = dialect.request(payload.value)
    path = request.url.partition("?")[0]
    named = re.search(r"/models/([^/:]+):\w+$", path)
    if asked.model is None and named is not None:
        asked = replace(asked, model=named[1])
    if ":streamGenerateContent" in path or ":streamRawPredict" in path:
        return replace(asked, stream=True)
    if ":generateContent" in path:
        return replace(asked, stream=False)
    return asked


def check(
    body: bytes | Exchange,
    dialect: str = "auto",
    vendor: str = "auto",
    request: Mapping[str, Any] | None = None,
) -> Judgement:
    """Judge a body (or a whole exchange) against every rule.

    `request` is the JSON that was sent, where it is known. Raises ValueError for a dialect or
    vendor that there is none of; never for anything in the body.
    """
    _require_known(dialect, vendor)
    exchange = body if isinstance(body, Exchange) else Exchange(body=bytes(body))
    if request is not None:
        import json

        sent = Request(body=json.dumps(request).encode("utf-8"))
        if exchange.request is not None:
            sent = replace(exchange.request, body=sent.body)
        exchange = replace(exchange, request=sent)
    return judge_exchange(exchange, Options(dialect=dialect, vendor=vendor))


def aggregate(body: bytes, dialect: str = "auto", vendor: str = "auto") -> Message:
    """What a stream says: the reference aggregator's message, nothing repaired.

    Raises ValueError where the body is in no dialect that we know.
    """
    _require_known(dialect, vendor)
    exchange = Exchange(body=bytes(body))
    identity = identify(exchange, profiles(), dialect=dialect, vendor=vendor)
    if identity.dialect is None:
        raise ValueError(f"not an LLM stream that we know ({identity.framing.value})")
    facts = identity.profile.narrowed(identity.dialect.name).facts
    return transcribe(exchange, identity.dialect, facts, identity.framing).folded.message


def _require_known(dialect: str, vendor: str) -> None:
    names = [one.name for one in dialects.DIALECTS]
    if dialect != "auto" and dialect not in names:
        raise ValueError(f"no dialect {dialect!r}; known: auto, {', '.join(names)}")
    if vendor != "auto" and find(profiles(), vendor) is None:
        slugs = ", ".join(sorted(profile.slug for profile in profiles()))
        raise ValueError(f"no vendor {vendor!r}; known: auto, {slugs}")
