"""The HTML report: one self-contained page, a view of a run.

It turns a run into one file that works offline: a small summary in plain JSON, the records in
compressed blocks, each body once and compressed, and the page's own style and scripts inlined
under a content policy that admits nothing else. Chunks, hex and text are derived in the page.

It must never judge, never read a clock or the network, and never trust a byte: whatever comes
from a stream enters the page as escaped JSON or as base64, and becomes text only there.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from streamgauge.report.evidence import VERDICTS, live, trials
from streamgauge.report.plain_json import dumps
from streamgauge.report.run import Run

FAMILIES = (
    "framing",
    "ending",
    "order",
    "schema",
    "content",
    "tools",
    "reasoning",
    "stop",
    "usage",
    "errors",
    "timing",
    "cache",
)
BLOCK = 50
"""Records in one compressed block: their lists of skipped rules repeat, so they share a window."""

_SCRIPTS = (
    "decode",
    "show",
    "json",
    "chunk",
    "bytes",
    "message",
    "matrix",
    "trials",
    "summary",
    "rules",
    "plot",
    "timeline",
    "cache",
    "stream",
    "evidence",
    "routes",
)
_MARKS = (("must", "m"), ("should", "s"), ("may", "i"), ("excused", "x"))
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}", re.ASCII)
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def render(run: Run) -> str:
    """One run as one HTML page. The same run gives the same text.

    A run without a footer is rendered too, and the page says that it was cut short.
    """
    style = _page("page.css")
    script = _script()
    template = jinja2.Environment(autoescape=True, trim_blocks=True).from_string(_page("page.html"))
    return template.render(
        policy=_policy(style, script),
        style=Markup(style),
        script=Markup(script),
        truncated=run.footer is None,
        streams=len(run.results),
        verdicts=_verdict_counts(run),
        summary=Markup(_json(summarise(run))),
        blocks=[Markup(block) for block in _blocks(run)],
        bodies=list(_bodies(run)),
    )


def summarise(run: Run) -> dict[str, Any]:
    """What the page shows before anything is asked for: facts of the run, rules and the matrix.

    One row a stream, in the order of the run; rules, families and repeated words are named once
    and referred to by position.
    """
    rules = _Rules.of(run)
    words = _Words()
    rows = [_row(line, rules, words) for line in run.results]
    header = run.header
    footer = run.footer or {}
    return {
        "tool": header.get("tool"),
        "version": header.get("version"),
        "created": header.get("created"),
        "rules_digest": header.get("rules_digest"),
        "options": header.get("options") or {},
        "truncated": run.footer is None,
        "exit": footer.get("exit"),
        "deviations": footer.get("deviations") or {},
        "skips": list(run.skips),
        "trials": _trials(run),
        "families": rules.families,
        "rules": rules.described(run),
        "words": words.listed,
        "block": BLOCK,
        "streams": rows,
    }


def _trials(run: Run) -> list[list[Any]]:
    """Target, scenario, worst verdict and the number of its stream; empty for recordings."""
    worst = {at: verdict for at, verdict in trials(run).items() if verdict in VERDICTS}
    found: dict[tuple[str, str], int] = {}
    for number, record in enumerate(run.records):
        at = str(live(record).get("target")), str(live(record).get("scenario"))
        if worst.get(at) == record["verdict"]:
            found.setdefault(at, number)
    return [[*at, worst[at], number] for at, number in found.items()]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """The rules of a run, in the order of families; what they say is in the header."""

    slugs: tuple[str, ...]
    families: tuple[str, ...]
    known: Mapping[str, Mapping[str, Any]]
    by_family: Mapping[str, frozenset[str]]
    position: Mapping[str, int]

    @classmethod
    def of(cls, run: Run) -> _Rules:
        """The rules of the header, and those that only findings name."""
        known = run.header.get("rules") or {}
        named = {finding["rule"] for line in run.results for finding in _findings(line)}
        family_of = {slug: _family(slug, known) for slug in {*known, *named}}
        others = sorted(set(family_of.values()) - set(FAMILIES))
        families = (*FAMILIES, *others)
        slugs = sorted(family_of, key=lambda slug: (families.index(family_of[slug]), slug))
        return cls(
            slugs=tuple(slugs),
            families=families,
            known=known,
            by_family={
                family: frozenset(slug for slug in known if family_of[slug] == family)
                for family in families
            },
            position={slug: index for index, slug in enumerate(slugs)},
        )

    def family(self, slug: str) -> str:
        """The family of a rule."""
        return _family(slug, self.known)

    def described(self, run: Run) -> list[dict[str, Any]]:
        """Every rule with its words and with how often it was broken, by mark."""
        streams: Counter[tuple[str, str]] = Counter()
        for line in run.results:
            streams.update({(finding["rule"], _mark(finding)) for finding in _findings(line)})
        return [
            {
                "slug": slug,
                "family": self.families.index(self.family(slug)),
                **{key: self.known.get(slug, {}).get(key) for key in _RULE_WORDS},
                "streams": {name: streams[slug, mark] for name, mark in _MARKS},
            }
            for slug in self.slugs
        ]


_RULE_WORDS = ("level", "title", "says", "authority")


def _family(slug: str, known: Mapping[str, Mapping[str, Any]]) -> str:
    return str(known.get(slug, {}).get("family") or slug.partition("/")[0])


class _Words:
    """Words that repeat from stream to stream, each kept once in order of first use."""

    def __init__(self) -> None:
        self.listed: list[str] = []
        self._position: dict[str, int] = {}

    def place(self, word: object) -> int:
        """The position of a word; -1 for none."""
        if word is None:
            return -1
        text = str(word)
        if text not in self._position:
            self._position[text] = len(self.listed)
            self.listed.append(text)
        return self._position[text]


def _row(line: Mapping[str, Any], rules: _Rules, words: _Words) -> list[Any]:
    result = line["result"]
    metadata = result.get("metadata") or {}
    message = result.get("message") or {}
    findings = _findings(line)
    return [
        result.get("source"),
        words.place(result.get("dialect")),
        words.place(result.get("vendor")),
        words.place(message.get("model")),
        words.place(result.get("ending")),
        words.place(result.get("verdict")),
        metadata.get("bytes"),
        metadata.get("events"),
        " ".join(_cells(result, findings, rules)),
        sorted({rules.position[finding["rule"]] for finding in findings}),
    ]


def _cells(
    result: Mapping[str, Any], findings: Sequence[Mapping[str, Any]], rules: _Rules
) -> Iterator[str]:
    """One word per family: marks with counts, worst first; else p (passed) or n (not asked)."""
    counts: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        counts[rules.family(finding["rule"]), _mark(finding)] += 1
    tally = result.get("rules") or {}
    skipped = {skip["rule"] for skip in tally.get("skipped") or ()}
    for family in rules.families:
        marks = "".join(
            f"{mark}{counts[family, mark]}" for _, mark in _MARKS if counts[family, mark]
        )
        passed = tally.get("passed") and rules.by_family[family] - skipped
        yield marks or ("p" if passed else "n")


def _mark(finding: Mapping[str, Any]) -> str:
    level = "excused" if finding.get("excused") is not None else finding.get("level")
    return dict(_MARKS).get(str(level), "i")


def _findings(line: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return line["result"].get("findings") or ()


def _verdict_counts(run: Run) -> list[tuple[str, int]]:
    """Counted from the facts, not from the footer, so that a cut run is counted rightly too."""
    counts = Counter(line["result"].get("verdict") for line in run.results)
    return [(verdict, counts[verdict]) for verdict in VERDICTS]


def _blocks(run: Run) -> Iterator[str]:
    """The records, `BLOCK` at a time, as base64 of zlib of a JSON array."""
    for start in range(0, len(run.results), BLOCK):
        records = [line["result"] for line in run.results[start : start + BLOCK]]
        packed = zlib.compress(_json(records).encode("ascii"), 9)
        yield base64.b64encode(packed).decode("ascii")


def _bodies(run: Run) -> Iterator[tuple[int, int, Markup, Markup]]:
    """Stream number, size, bounds and data of every body that was kept and is what it claims."""
    for number, line in enumerate(run.results):
        match line.get("body"):
            case {"bytes": int(size), "bounds": str(bounds), "data": str(data)} if (
                # Base64 and no more: only then may the two texts stand in the page as they are.
                _BASE64.fullmatch(bounds) and _BASE64.fullmatch(data)
            ):
                yield number, size, Markup(bounds), Markup(data)


def _json(value: object) -> str:
    """JSON in ASCII that cannot end a script element."""
    return dumps(value).translate(_ESCAPES)


def _policy(style: str, script: str) -> str:
    """The page's content policy: its own style and script, known by their digests, and no more."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _script() -> str:
    pieces = (_page(f"js/{name}.js") for name in _SCRIPTS)
    return '"use strict";\n(() => {\n' + "\n".join(pieces) + "\n})();\n"


def _page(name: str) -> str:
    place = files("streamgauge.report").joinpath("page", *name.split("/"))
    return place.read_text(encoding="utf-8")
