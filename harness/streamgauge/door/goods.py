"""Gathers the good streams of a proof: files are opened here, so that the proof must not.

Streams that the project ships must be readable; a recording of one's own that is not is passed
over where a folder holds it, and `check` says why.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from streamgauge import data
from streamgauge.capture.limits import Unreadable
from streamgauge.door import inputs
from streamgauge.door.inputs import Input
from streamgauge.door.trouble import UsageError
from streamgauge.exchange import Exchange
from streamgauge.faults.fault import DIALECTS
from streamgauge.pipeline import profiles
from streamgauge.proof.forms import Form
from streamgauge.proof.good import Good, Kind
from streamgauge.proof.simulated import simulated
from streamgauge.report.safe_text import visible
from streamgauge.transcript.identify import identify
from streamgauge.vendors.profile import UNKNOWN, Profile, find

_LARGEST = 200_000
"""Bytes of a recording of one's own up to which it is spoiled, over and over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which streams a proof is to stand on. `names` are globs, none means all."""

    form: Form
    drawn: int
    seed: int
    corpus: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def may_be(self, kind: Kind) -> bool:
        """Whether a stream of this kind can have one of the names."""
        heads = (glob.partition("/")[0] for glob in self.names)
        return not self.names or any(fnmatchcase(kind.value, head) for head in heads)

    def has(self, good: Good) -> bool:
        """Whether a stream is wanted."""
        return not self.names or any(fnmatchcase(good.name, glob) for glob in self.names)


def gather(wanted: Wanted) -> list[Good]:
    """Every stream that is wanted. Raises UsageError where there is none."""
    # What is drawn depends on the modules that are loaded: it comes first.
    every = itertools.chain(
        _drawn(wanted) if wanted.may_be(Kind.DRAWN) else (),
        written() if wanted.may_be(Kind.WRITTEN) else (),
        _simulated(wanted) if wanted.may_be(Kind.SIMULATED) else (),
        _cassettes(wanted) if wanted.may_be(Kind.CASSETTE) else (),
        own(wanted.corpus),
    )
    found = [good for good in every if wanted.has(good)]
    if not found:
        raise UsageError(f"--good {' '.join(wanted.names)}: no good stream has such a name")
    return found


def _drawn(wanted: Wanted) -> Sequence[Good]:
    if wanted.drawn == 0:
        return ()
    try:
        from streamgauge.proof.drawn import drawn
    except ModuleNotFoundError as error:
        raise UsageError(
            f"{error.name} is missing, and draws streams: "
            "pip install 'streamgauge[proof]', or go without by --goods 0"
        ) from None
    return list(drawn(tuple(DIALECTS.values()), wanted.drawn, wanted.seed))


def _simulated(wanted: Wanted) -> Iterator[Good]:
    speakers: dict[str, list[Profile]] = {}
    for profile in profiles():
        for dialect in profile.dialects:
            if not wanted.form.definers_only or _defines(profile, dialect):
                speakers.setdefault(dialect, []).append(profile)
    scenarios = data.scenarios_data()
    for dialect, speaking in sorted(speakers.items()):
        yield from simulated(dialect, speaking, scenarios)


def _defines(profile: Profile, dialect: str) -> bool:
    return profile.narrowed(dialect).facts.get("defines-dialect") is True


def written() -> Iterator[Good]:
    """The fixtures that say that they break nothing."""
    root = data.fixtures_root()
    for one in inputs.find((str(root),)).inputs:
        said = inputs.description(one) or {}
        if said.get("breaks") or one.path is None:
            continue
        for exchange in inputs.read(one, (), None):
            yield Good(
                name=f"{Kind.WRITTEN.value}/{one.path.parent.relative_to(root).as_posix()}",
                kind=Kind.WRITTEN,
                dialect=str(said["dialect"]),
                vendor=str(said["vendor"]),
                exchange=exchange,
            )


def _cassettes(wanted: Wanted) -> Iterator[Good]:
    every = sorted(_cassette_root().rglob("*.yaml"))
    return itertools.chain.from_iterable(map(cassette, every[:: wanted.form.cassettes]))


def _cassette_root() -> Path:
    """Where a clone keeps its cassettes; a wheel has none."""
    return data.conformance_root().parent / "cassettes"


def cassette(path: Path) -> Iterator[Good]:
    """The streams of `<engine>.<dialect>/<model>/<scenario>.yaml`."""
    name = path.relative_to(_cassette_root()).as_posix()
    engine, _, dialect = name.partition("/")[0].partition(".")
    vendor = engine if find(profiles(), engine) else UNKNOWN
    source = Input(source=str(path), path=path, named=True)
    yield from _named(Kind.CASSETTE, name, inputs.read(source, (), None), dialect, vendor)


def own(folders: tuple[str, ...]) -> Iterator[Good]:
    """Recordings below these folders. Raises UsageError where there are none."""
    found = inputs.find(folders)
    if found.errors:
        raise UsageError(f"--corpus {found.errors[0]}")
    for one in found.inputs:
        try:
            said = inputs.description(one) or {}
            exchanges = inputs.read(one, inputs.secrets(), None)
        except Unreadable as error:
            if one.named:
                raise UsageError(f"--corpus {one.source}: {error}") from None
            continue
        short = [exchange for exchange in exchanges if len(exchange.body) <= _LARGEST]
        dialect, vendor = str(said.get("dialect", "auto")), str(said.get("vendor", "auto"))
        yield from _named(Kind.OWN, visible(one.source), short, dialect, vendor)


def _named(
    kind: Kind, name: str, exchanges: Sequence[Exchange], dialect: str, vendor: str
) -> Iterator[Good]:
    """The streams of one file, numbered; what is none that we know is left out."""
    for number, exchange in enumerate(exchanges):
        identity = identify(exchange, profiles(), dialect=dialect, vendor=vendor)
        if identity.dialect is not None:
            yield Good(
                name=f"{kind.value}/{name}" + (f"#{number}" if len(exchanges) > 1 else ""),
                kind=kind,
                dialect=identity.dialect.name,
                vendor=identity.profile.slug,
                exchange=exchange,
            )
