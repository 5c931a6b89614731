"""The engine asks each rule or says why not, folds equal faults, and keeps what it keeps small."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from streamgauge.dialects.catalogue import named
from streamgauge.exchange import Close, Exchange, Head, Request, Seam
from streamgauge.prompt import Asked
from streamgauge.rules.case import Case, Evidence
from streamgauge.rules.engine import ask, contested
from streamgauge.rules.finding import Level, Outcome
from streamgauge.rules.rule import ALL, GEMINI, Authority, Need, Rule
from streamgauge.transcript.transcribe import transcribe
from streamgauge.vendors.profile import Narrowed, Ruled
from streamgauge.wire.framing import Framing, detect

BOOK = Authority(name="A book", url="https://book.example")
CHUNK = b'data: {"choices":[{"index":0,"delta":{%s},"finish_reason":%s}]%s}\n\n'


def chunk(delta: bytes = b"", reason: bytes = b"null", more: bytes = b"") -> bytes:
    return CHUNK % (delta, reason, more)


def rule_of(
    *found: Evidence, slug: str = "order/it", level: Level = Level.MUST, **more: Any
) -> Rule:
    def answer(_: Case) -> Iterator[Evidence]:
        yield from found

    given = {"needs": (), "dialects": ALL, **more}
    return Rule(slug=slug, level=level, authority=BOOK, ask=answer, **given)


def ask_of(
    *rules: Rule,
    body: bytes = b"",
    slug: str = "acme",
    ruled: dict[str, Ruled] | None = None,
    contested: frozenset[str] = frozenset(),
    asked: Asked | None = None,
    **exchange: Any,
) -> Outcome:
    grammar = named("openai-chat")
    given = Exchange(body=body, **exchange)
    transcript = transcribe(given, grammar, {}, detect(body), asked=asked)
    case = Case(transcript=transcript, facts={}, violations=lambda _: iter(()))
    profile = Narrowed(slug=slug, facts={}, rules=ruled or {}, overlays=())
    return ask(rules, case, profile, contested)


FAULT = Evidence("it fails", "this", "that", 0)


def test_a_rule_passes_is_broken_or_is_skipped() -> None:
    rules = [
        rule_of(),
        rule_of(FAULT, slug="order/b"),
        rule_of(slug="order/c", needs=(Need.CALLS,)),
    ]
    outcome = ask_of(*rules, body=chunk())
    assert (outcome.passed, outcome.broken) == (("order/it",), ("order/b",))
    assert [(one.rule, one.reason) for one in outcome.skipped] == [
        ("order/c", "no tool call in this answer")
    ]


SKIPS: dict[str, tuple[Rule, dict[str, Ruled], str | None]] = {
    "another dialect": (rule_of(dialects=frozenset({GEMINI})), {}, "not a question in openai-chat"),
    "turned off": (
        rule_of(),
        {"order/it": Ruled(level="off", source="their page")},
        "acme does otherwise: their page",
    ),
    "not demanded": (rule_of(demanded=True), {}, "no fact of acme demands it"),
    "demanded": (rule_of(demanded=True), {"order/it": Ruled(level="may")}, None),
    "asked": (rule_of(), {}, None),
}


@pytest.mark.parametrize("name", SKIPS)
def test_a_rule_that_is_not_asked_says_why(name: str) -> None:
    rule, ruled, reason = SKIPS[name]
    skipped = ask_of(rule, ruled=ruled).skipped
    assert [one.reason for one in skipped] == ([] if reason is None else [reason])


LEVELS: dict[str, tuple[Level, str, dict[str, Ruled], frozenset[str], Level]] = {
    "its own": (Level.MUST, "acme", {}, frozenset(), Level.MUST),
    "lowered": (Level.MUST, "acme", {"order/it": Ruled(level="may")}, frozenset(), Level.MAY),
    "raised": (Level.MAY, "acme", {"order/it": Ruled(level="must")}, frozenset(), Level.MUST),
    "contested": (Level.MUST, "unknown", {}, frozenset({"order/it"}), Level.SHOULD),
    "contested, but the vendor is known": (
        *(Level.MUST, "acme", {}, frozenset({"order/it"}), Level.MUST),
    ),
    "a contested may": (Level.MAY, "unknown", {}, frozenset({"order/it"}), Level.MAY),
    "another is contested": (Level.MUST, "unknown", {}, frozenset({"order/b"}), Level.MUST),
}


@pytest.mark.parametrize("name", LEVELS)
def test_the_profile_decides_the_level(name: str) -> None:
    level, slug, ruled, argued, expected = LEVELS[name]
    outcome = ask_of(rule_of(FAULT, level=level), slug=slug, ruled=ruled, contested=argued)
    assert [one.level for one in outcome.findings] == [expected]


def test_musts_that_a_known_vendor_lowers_are_contested() -> None:
    rules = [rule_of(slug=f"order/{name}") for name in "abc"]
    rules.append(rule_of(slug="order/should", level=Level.SHOULD))
    ruled = {
        "order/a": Ruled(level="off"),
        "order/b": Ruled(level="must"),
        "order/c": Ruled(level="should"),
        "order/should": Ruled(level="off"),
    }
    profile = Narrowed(slug="acme", facts={}, rules=ruled, overlays=())
    assert contested(rules, [profile]) == {"order/a", "order/c"}


def test_equal_faults_are_one_finding_at_the_first() -> None:
    faults = [FAULT._replace(event=at, got=str(at), times=at + 1) for at in range(3)]
    (finding,) = ask_of(rule_of(*faults)).findings
    assert (finding.event, finding.got, finding.times) == (0, "0", 6)


@pytest.mark.parametrize(
    "other", [{"says": "x"}, {"expected": "x"}, {"pointer": "/x"}, {"choice": 1}]
)
def test_faults_that_differ_are_kept_apart(other: dict[str, Any]) -> None:
    assert len(ask_of(rule_of(FAULT, FAULT._replace(**other))).findings) == 2


@pytest.mark.parametrize("faults", [24, 25, 26, 1000])
def test_many_faults_are_counted_in_the_last_one_kept(faults: int) -> None:
    found = ask_of(rule_of(*(FAULT._replace(pointer=f"/{n}") for n in range(faults)))).findings
    assert len(found) == min(faults, 25)
    assert sum(one.times for one in found) == faults


def test_findings_come_by_level_then_by_place() -> None:
    rules = [
        rule_of(FAULT, slug="order/may", level=Level.MAY),
        rule_of(FAULT._replace(event=5), slug="order/late"),
        rule_of(FAULT._replace(event=1), slug="order/a"),
        rule_of(FAULT, slug="order/zero"),
        rule_of(FAULT._replace(event=None), slug="order/nowhere"),
        rule_of(FAULT._replace(event=2), slug="order/early"),
    ]
    slugs = [one.rule for one in ask_of(*rules).findings]
    assert slugs == [
        "order/nowhere",
        "order/zero",
        "order/a",
        "order/early",
        "order/late",
        "order/may",
    ]


def test_a_finding_points_at_the_bytes_of_its_event_or_where_it_says() -> None:
    body = chunk() * 2
    (of_event,) = ask_of(rule_of(FAULT._replace(event=1)), body=body).findings
    assert of_event.span == (len(body) // 2, len(body))
    (of_span,) = ask_of(rule_of(FAULT._replace(span=(3, 4))), body=body).findings
    assert of_span.span == (3, 4)
    (nowhere,) = ask_of(rule_of(FAULT._replace(event=None)), body=body).findings
    assert nowhere.span is None


CALL = b'"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{}"}}]'
MET: dict[Need, tuple[dict[str, Any], dict[str, Any]]] = {
    # An exchange that meets the need, and one that does not.
    Need.STREAM: ({"body": chunk()}, {"body": b'{"choices":[]}'}),
    Need.REQUEST: ({"asked": Asked()}, {}),
    Need.HISTORY: (
        {"request": Request(body=b'{"messages":[{"role":"assistant","content":"a"}]}')},
        {"request": Request(body=b'{"messages":[{"role":"user","content":"a"}]}')},
    ),
    Need.HEAD: ({"head": Head(status=200)}, {}),
    Need.STATUS: ({"head": Head(status=200)}, {"head": Head(headers=(("a", "b"),))}),
    Need.HEADERS: ({"head": Head(headers=(("a", "b"),))}, {"head": Head(status=200)}),
    Need.CLOSE: ({"close": Close.CLEAN}, {}),
    Need.SSE: ({"body": chunk()}, {"body": b"[{}]"}),
    Need.ARRAY: ({"body": b"[{}]"}, {"body": chunk()}),
    Need.ARRIVALS: ({"arrivals": ((0, 1.0),)}, {"arrivals": ()}),
    Need.STAYED: ({"close": Close.CLEAN}, {"close": Close.CANCELLED}),
    Need.SEAM: ({"seam": Seam.SOCKET}, {"arrivals": ((0, 1.0),)}),
    Need.PRECISION: ({"own_error_ms": 125.0}, {"own_error_ms": 125.1}),
    Need.CHUNKS: ({"body": chunk()}, {"body": b": a\n\n"}),
    Need.CALLS: ({"body": chunk(CALL)}, {"body": chunk(b'"content":"a"')}),
    Need.REASONING: ({"body": chunk(b'"reasoning":"a"')}, {"body": chunk()}),
    Need.USAGE: ({"body": chunk(more=b',"usage":{}')}, {"body": chunk(more=b',"usage":null')}),
    Need.FAILURE: ({"body": b'data: {"error":"a"}\n\n'}, {"body": chunk()}),
    Need.REFUSED: (
        {"body": b"{}", "head": Head(status=400)},
        {"body": b"{}", "head": Head(status=200)},
    ),
    Need.END: ({"body": b"data: {\n\n" + chunk(b"", b'"stop"')}, {"body": chunk()}),
    Need.COMPLETE: (
        {"body": chunk(b"", b'"stop"')},
        {"body": b"data: {\n\n" + chunk(b"", b'"stop"')},
    ),
    Need.TEXT: ({"body": chunk(b'"content":"a"')}, {"body": chunk(b'"reasoning":"a"')}),
    Need.PARTS: ({"body": chunk(b'"reasoning":"a"')}, {"body": chunk()}),
    Need.STOP: ({"body": chunk(b"", b'"stop"')}, {"body": chunk()}),
    Need.USAGE_ASKED: ({"asked": Asked(include_usage=True)}, {"asked": Asked()}),
    Need.JSON_ASKED: ({"asked": Asked(json_output=True)}, {"asked": Asked(json_output=False)}),
    Need.STOP_SEQUENCES: ({"asked": Asked(stop_sequences=("a",))}, {"asked": Asked()}),
    Need.LOGPROBS: (
        {
            "body": chunk(b'"content":"a"').replace(
                b',"finish', b',"logprobs":{"content":[{}]},"finish'
            )
        },
        {"body": chunk(b'"content":"a"')},
    ),
}


def test_every_need_is_tried() -> None:
    assert set(MET) == set(Need)


@pytest.mark.parametrize("need", MET, ids=lambda need: need.name)
def test_a_need_is_met_or_is_the_reason(need: Need) -> None:
    met, unmet = MET[need]
    assert ask_of(rule_of(needs=(need,)), **met).skipped == ()
    assert [one.reason for one in ask_of(rule_of(needs=(need,)), **unmet).skipped] == [need.value]


def test_the_framing_here_is_what_the_bytes_say() -> None:
    assert detect(chunk()) is Framing.SSE
