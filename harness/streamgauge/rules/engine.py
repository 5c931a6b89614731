"""Asks every rule about one exchange and gathers the answers; it weighs and prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from streamgauge.delta import Kind
from streamgauge.exchange import Close, Seam
from streamgauge.message import Ending
from streamgauge.prompt import Role
from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.finding import Finding, Level, Outcome, Skipped
from streamgauge.rules.rule import CHAT, Need, Rule
from streamgauge.transcript.transcript import Transcript
from streamgauge.vendors.profile import UNKNOWN, Narrowed, Ruled
from streamgauge.wire.framing import Framing

_COARSEST = 125.0
"""Milliseconds of own error up to which bursts are told from steady streams."""
_MOST = 25
"""Findings of one rule that are kept for one stream; the last of them says how many more."""


def ask(
    rules: Sequence[Rule], case: Case, profile: Narrowed, contested: frozenset[str] = frozenset()
) -> Outcome:
    """Every rule's answer. `contested` are rules on which known vendors differ."""
    passed: list[str] = []
    broken: list[str] = []
    skipped: list[Skipped] = []
    findings: list[Finding] = []
    met = _Met(case.transcript)
    for rule in rules:
        reason = _not_asked(rule, case, profile, met)
        if reason is not None:
            skipped.append(Skipped(rule=rule.slug, reason=reason))
            continue
        level = _level(rule, profile, contested)
        found = list(_findings(rule, level, case))
        findings += found
        (broken if found else passed).append(rule.slug)
    findings.sort(key=lambda one: (_ORDER[one.level], one.event or 0, one.rule))
    return Outcome(
        passed=tuple(passed), broken=tuple(broken), skipped=tuple(skipped), findings=tuple(findings)
    )


_ORDER = {Level.MUST: 0, Level.SHOULD: 1, Level.MAY: 2}


def _not_asked(rule: Rule, case: Case, profile: Narrowed, met: _Met) -> str | None:
    dialect = case.transcript.dialect.name
    if dialect not in rule.dialects:
        return f"not a question in {dialect}"
    ruled = profile.rules.get(rule.slug)
    if ruled is not None and ruled.level == "off":
        return f"{profile.slug} does otherwise: {ruled.source}"
    if ruled is None and rule.demanded:
        return f"no fact of {profile.slug} demands it"
    return next((need.value for need in rule.needs if not met[need]), None)


def _level(rule: Rule, profile: Narrowed, contested: frozenset[str]) -> Level:
    ruled: Ruled | None = profile.rules.get(rule.slug)
    if ruled is not None:
        return Level(ruled.level)
    if profile.slug == UNKNOWN and rule.level is Level.MUST and rule.slug in contested:
        return Level.SHOULD
    return rule.level


def contested(rules: Iterable[Rule], profiles: Iterable[Narrowed]) -> frozenset[str]:
    """The musts that some known vendor's profile lowers or turns off."""
    musts = {rule.slug for rule in rules if rule.level is Level.MUST}
    return frozenset(
        slug
        for profile in profiles
        for slug, ruled in profile.rules.items()
        if slug in musts and ruled.level != "must"
    )


def _findings(rule: Rule, level: Level, case: Case) -> Iterable[Finding]:
    grouped: dict[tuple[object, ...], Evidence] = {}
    for one in rule.ask(case):
        key: tuple[object, ...] = (one.says, one.expected, one.pointer, one.choice)
        if key not in grouped and len(grouped) >= _MOST - 1:
            key = ()
        before = grouped.get(key)
        grouped[key] = one if before is None else before._replace(times=before.times + one.times)
    return [_finding(rule, level, case, one) for one in grouped.values()]


def _finding(rule: Rule, level: Level, case: Case, one: Evidence) -> Finding:
    span = one.span
    if span is None and one.event is not None:
        span = case.transcript.evidence_span(one.event, one.pointer)
    return Finding(
        rule=rule.slug,
        level=level,
        says=one.says,
        expected=one.expected,
        got=one.got,
        choice=one.choice,
        event=one.event,
        span=span,
        pointer=one.pointer,
        times=one.times,
    )


class _Met:
    """Which needs a transcript meets; each is worked out once, when first asked."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._known: dict[Need, bool] = {}

    def __getitem__(self, need: Need) -> bool:
        found = self._known.get(need)
        if found is None:
            found = self._known[need] = _MEETS[need](self._transcript)
        return found


_SAID = (Role.ASSISTANT, Role.TOOL)


def _has(*kinds: Kind) -> Callable[[Transcript], bool]:
    return lambda transcript: any(True for _ in transcript.parts(*kinds))


_MEETS: Mapping[Need, Callable[[Transcript], bool]] = {
    Need.STREAM: lambda t: t.streamed,
    Need.REQUEST: lambda t: t.asked is not None,
    Need.HISTORY: lambda t: any(turn.role in _SAID for turn in t.turns),
    Need.HEAD: lambda t: t.exchange.head.status is not None or bool(t.exchange.head.headers),
    Need.STATUS: lambda t: t.exchange.head.status is not None,
    Need.HEADERS: lambda t: bool(t.exchange.head.headers),
    Need.CLOSE: lambda t: t.exchange.close is not Close.UNKNOWN,
    Need.STAYED: lambda t: t.exchange.close is not Close.CANCELLED,
    Need.SSE: lambda t: t.framing is Framing.SSE,
    Need.ARRAY: lambda t: t.framing is Framing.JSON_ARRAY,
    Need.ARRIVALS: lambda t: bool(t.exchange.arrivals),
    Need.SEAM: lambda t: t.exchange.seam is not Seam.UNKNOWN,
    # Beyond that, a reader that was late for once looks like a buffer in between.
    Need.PRECISION: lambda t: (t.exchange.own_error_ms or 0.0) <= _COARSEST,
    Need.CHUNKS: lambda t: bool(t.chunks),
    Need.CALLS: _has(Kind.TOOL_CALL),
    Need.REASONING: _has(Kind.REASONING),
    Need.USAGE: lambda t: bool(t.folded.usages),
    Need.FAILURE: lambda t: bool(t.folded.failures),
    Need.REFUSED: lambda t: not t.streamed and (t.exchange.head.status or 0) >= 400,
    Need.END: lambda t: t.ending in (Ending.COMPLETE, Ending.MALFORMED),
    Need.COMPLETE: lambda t: t.ending is Ending.COMPLETE,
    Need.TEXT: _has(Kind.TEXT),
    Need.PARTS: _has(),
    Need.STOP: lambda t: bool(t.folded.stops),
    # Only the chat dialect sends usage on demand.
    Need.USAGE_ASKED: lambda t: (
        t.dialect.name != CHAT or (t.asked is not None and t.asked.include_usage is True)
    ),
    Need.JSON_ASKED: lambda t: t.asked is not None and t.asked.json_output is True,
    Need.STOP_SEQUENCES: lambda t: t.asked is not None and bool(t.asked.stop_sequences),
    Need.LOGPROBS: lambda t: any(part.logprobs for _, _, part, _ in t.parts()),
}
