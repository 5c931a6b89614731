"""No miss: good streams that are broken on purpose are noticed by the fitting rule.

In CI a seeded sample of the places is tried; `STREAMGAUGE_LONG=1` tries all of them.
"""

from __future__ import annotations

import os
import random
import zlib
from pathlib import Path

import pytest

from streamgauge import data
from streamgauge.pipeline import Judgement, profiles
from streamgauge.rules.catalogue import chosen
from streamgauge.vendors.profile import find
from streamgauge.verdict.judge import Verdict
from tests.breakage import recorded
from tests.breakage.breakage import Breakage, Broken
from tests.breakage.breakages import BREAKAGES
from tests.breakage.good import written
from tests.breakage.streams import DIALECTS, Stream, split
from tests.breakage.table import page
from tests.breakage.trial import Result, Trial, judged, tried

LONG = os.environ.get("STREAMGAUGE_LONG") == "1"
PLACES = 10_000 if LONG else 8
"""Places tried of one breakage in one dialect, over all streams."""
STREAMS = (*recorded.fixtures(data.fixtures_root()), *written())
PAIRS = [(one, dialect) for one in BREAKAGES for dialect in DIALECTS if one.concerns(dialect)]
IDS = [f"{one.name} [{dialect}]" for one, dialect in PAIRS]
PAGE = Path(__file__).parents[3] / "docs" / "no-miss.md"


_GOOD: dict[tuple[str, str], Judgement] = {}


def good(stream: Stream, vendor: str) -> Judgement:
    """The judgement of a good stream, worked out once."""
    key = stream.name, vendor
    if key not in _GOOD:
        _GOOD[key] = judged(stream, vendor)
    return _GOOD[key]


def sampled(streams: list[Stream], breakage: Breakage) -> list[tuple[Stream, Broken]]:
    """Every place of every stream where something can be broken, or a seeded choice of them."""
    found = [(stream, broken) for stream in streams for broken in breakage.make(stream)]
    chance = random.Random(zlib.crc32(breakage.name.encode()))
    return found if len(found) <= PLACES else chance.sample(found, PLACES)


def missed(trials: list[Trial]) -> list[str]:
    return [
        f"{trial.stream} as {trial.vendor}, {trial.place}: {list(trial.broken) or 'nothing'}"
        for trial in trials
        if trial.result is Result.MISSED
    ]


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
def test_a_good_stream_passes(stream: Stream) -> None:
    assert good(stream, stream.vendor).ruling.verdict is Verdict.PASS


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
def test_events_joined_are_the_stream(stream: Stream) -> None:
    assert split(stream.body) == stream.events


@pytest.mark.parametrize(("breakage", "dialect"), PAIRS, ids=IDS)
def test_what_is_broken_is_noticed(breakage: Breakage, dialect: str) -> None:
    streams = [stream for stream in STREAMS if stream.dialect == dialect]
    places = sampled(streams, breakage)
    trials = [tried(breakage, broken, good(s, s.vendor), s.vendor) for s, broken in places]
    assert trials, "no stream in which to break this"
    assert missed(trials) == []


@pytest.mark.corpus
def test_what_is_broken_in_recordings_is_noticed(corpus: Path) -> None:
    trials = []
    chance = random.Random(2)
    for stream in recorded.sample(corpus, seed=1, each=2 if LONG else 1):
        known = find(profiles(), stream.vendor) is not None
        pairs = [(b, v) for b in BREAKAGES for v in ("auto", stream.vendor)[: 1 + known]]
        for breakage, vendor in pairs if LONG else chance.sample(pairs, 20):
            base = good(stream, vendor)
            places = list(breakage.make(stream)) if breakage.concerns(stream.dialect) else []
            if base.ruling.verdict is Verdict.PASS:
                some = chance.sample(places, min(len(places), 2 if LONG else 1))
                trials += [tried(breakage, broken, base, vendor) for broken in some]
    assert missed(trials) == []


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda breakage: breakage.name)
def test_the_rules_that_must_notice_exist(breakage: Breakage) -> None:
    globs = {glob for slugs in breakage.rules.values() for glob in slugs}
    assert [glob for glob in sorted(globs) if not chosen((glob,))] == []


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == "\n".join(page()) + "\n"
