"""Puts a broken stream before the rules and says whether the fitting one noticed."""

from __future__ import annotations

import enum
import json
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from streamgauge.exchange import Exchange, Head, Request
from streamgauge.pipeline import Judgement, Options, judge_exchange
from streamgauge.report.plain_json import dumps
from tests.breakage.breakage import Breakage, Broken
from tests.breakage.streams import CHAT, GEMINI, MESSAGES, RESPONSES, Stream


class Result(enum.Enum):
    """What came of one broken stream."""

    NOTICED = "noticed"
    INVISIBLE = "invisible: legal, and says something else"
    HARMLESS = "harmless: says the same"
    VENDOR = "a habit of some vendor; noticed under the profile of the dialect's own"
    BEFORE = "the good stream does it already"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One broken stream judged: the rules newly broken, and whether the message is the same."""

    breakage: str
    stream: str
    dialect: str
    vendor: str
    place: str
    result: Result
    broken: tuple[str, ...]
    same_message: bool


def judged(stream: Stream, vendor: str) -> Judgement:
    """The stream's judgement; the dialect is given, for a broken stream may hide it."""
    headers = () if stream.content_type is None else (("content-type", stream.content_type),)
    head = Head(status=200, headers=headers) if headers else Head()
    url = "https://host.invalid/models/m:streamGenerateContent" if stream.dialect == GEMINI else ""
    sent = None
    if stream.request is not None:
        sent = Request(url=url, body=json.dumps(stream.request).encode())
    exchange = Exchange(body=stream.body, head=head, request=sent)
    return judge_exchange(exchange, Options(dialect=stream.dialect, vendor=vendor))


def message_of(judgement: Judgement) -> str:
    """What the stream says, as one comparable text; how arguments are spaced says nothing."""
    message = judgement.record["message"]
    for choice in message["choices"] if message else ():
        for part in choice["parts"]:
            if part.get("arguments") is not None:
                part.pop("arguments_json", None)
    return dumps(message)


def tried(breakage: Breakage, broken: Broken, base: Judgement, vendor: str) -> Trial:
    """The outcome of one broken stream beside the judgement of the good one."""
    stream = broken.stream
    judgement = judged(stream, vendor)
    same = message_of(judgement) == message_of(base)
    new = tuple(sorted(set(judgement.outcome.broken) - set(base.outcome.broken)))
    return Trial(
        breakage=breakage.name,
        stream=stream.name,
        dialect=stream.dialect,
        vendor=vendor,
        place=broken.place,
        result=_result(breakage, stream, base, new, same=same),
        broken=new,
        same_message=same,
    )


_OWNERS = {CHAT: "openai", RESPONSES: "openai", MESSAGES: "anthropic", GEMINI: "google"}
"""The vendor whose profile allows no variant of the dialect."""


def _result(
    breakage: Breakage, stream: Stream, base: Judgement, new: tuple[str, ...], *, same: bool
) -> Result:
    globs = breakage.rules.get(stream.dialect, ())
    if _any(new, globs):
        return Result.NOTICED
    if not same and stream.dialect in breakage.invisible:
        return Result.INVISIBLE
    if same and stream.dialect in breakage.harmless:
        return Result.HARMLESS
    if _any(base.outcome.broken, globs):
        return Result.BEFORE
    strict = judged(stream, _OWNERS[stream.dialect])
    before = set(judged_again(base, _OWNERS[stream.dialect]).outcome.broken)
    if _any(before, globs):
        return Result.BEFORE
    if _any(set(strict.outcome.broken) - before, globs):
        return Result.VENDOR
    return Result.MISSED


def judged_again(judgement: Judgement, vendor: str) -> Judgement:
    """The same exchange under another profile."""
    assert judgement.identity.dialect is not None
    options = Options(dialect=judgement.identity.dialect.name, vendor=vendor)
    return judge_exchange(judgement.exchange, options)


def _any(slugs: Iterable[str], globs: Iterable[str]) -> bool:
    wanted = tuple(globs)
    return any(fnmatchcase(slug, glob) for slug in slugs for glob in wanted)
