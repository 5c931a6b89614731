"""What a small exchange must still show: the findings that somebody asked for, and the ending.

Other findings may go, and none may come: a reduction never swaps one fault for another. Dialect
and vendor stay those that were found in the recording, for the bytes that told them may be gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from streamgauge.message import Ending
from streamgauge.pipeline import Judgement, Options
from streamgauge.rules.finding import Finding, Level
from streamgauge.wire.framing import Framing

Broken = tuple[str, Level]
_WEIGHTY = (Level.MUST, Level.SHOULD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """`needed` must be found, and of level must and should nothing beside `allowed`.

    `allowed` and `ending` are None where any will do.
    """

    needed: frozenset[Broken]
    allowed: frozenset[Broken] | None
    ending: Ending | None
    framing: Framing

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that `needed` names; to ask them alone is cheaper than to ask all."""
        return tuple(sorted({rule for rule, _ in self.needed}))

    def holds(self, judgement: Judgement) -> bool:
        """Whether a judgement still shows it, and nothing that it may not."""
        if not self.is_needed_of(judgement):
            return False
        return self.allowed is None or _weighty(judgement.outcome.findings) <= self.allowed

    def is_needed_of(self, judgement: Judgement) -> bool:
        """Whether a judgement, be it of `rules` alone, still shows what is needed."""
        if judgement.transcript is None or judgement.identity.framing is not self.framing:
            return False
        if self.ending not in (None, judgement.transcript.ending):
            return False
        return self.needed <= _broken(judgement.outcome.findings)


def interest(
    judgement: Judgement,
    globs: Sequence[str] = (),
    *,
    any_ending: bool = False,
    any_others: bool = False,
) -> Interest:
    """What is to be kept of a judgement: findings of rules that match a glob, of any level.

    Without globs it is every finding of level must and should. `needed` is empty where there is
    none. `any_others` lets findings come that were not there before.
    """
    findings = judgement.outcome.findings
    chosen = [one for one in findings if any(fnmatchcase(one.rule, glob) for glob in globs)]
    ending = None if judgement.transcript is None else judgement.transcript.ending
    return Interest(
        needed=_broken(chosen) if globs else _weighty(findings),
        allowed=None if any_others else _weighty(findings),
        ending=None if any_ending else ending,
        framing=judgement.identity.framing,
    )


def pinned(judgement: Judgement) -> Options:
    """The options that judge a smaller exchange as this one was judged."""
    dialect = judgement.identity.dialect
    name = "auto" if dialect is None else dialect.name
    return Options(dialect=name, vendor=judgement.identity.profile.slug)


def _broken(findings: Iterable[Finding]) -> frozenset[Broken]:
    return frozenset((one.rule, one.level) for one in findings)


def _weighty(findings: Iterable[Finding]) -> frozenset[Broken]:
    return _broken(one for one in findings if one.level in _WEIGHTY)
