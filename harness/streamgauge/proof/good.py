"""A good stream: an exchange in which no rule may find anything, and where it came from.

Values only. Whether a stream is good is not believed: the matrix judges it before it is spoiled.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from streamgauge.dialects import catalogue as dialects
from streamgauge.exchange import Exchange
from streamgauge.faults.fault import Setting
from streamgauge.pipeline import Options, profiles
from streamgauge.rules.finding import Level
from streamgauge.vendors.profile import UNKNOWN, find


class Kind(enum.Enum):
    """Where a good stream came from."""

    WRITTEN = "written"
    SIMULATED = "simulated"
    DRAWN = "drawn"
    CASSETTE = "cassette"
    OWN = "own"

    def vouches(self, level: Level) -> bool:
        """Whether the project says that no rule of this level bites.

        What is drawn is lawful, and a note may be made of it; a recording may break anything.
        """
        if self is Kind.DRAWN:
            return level is not Level.MAY
        return self not in (Kind.CASSETTE, Kind.OWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """One good stream. `name` begins with its kind and is unique: `written/wire/plain-stream`."""

    name: str
    kind: Kind
    dialect: str
    vendor: str
    exchange: Exchange

    @property
    def options(self) -> Options:
        """How it is judged, whole or spoiled: a spoiled one may hide what it was."""
        return Options(dialect=self.dialect, vendor=self.vendor)

    @property
    def setting(self) -> Setting:
        """What a fault is told of it."""
        profile = find(profiles(), self.vendor) or find(profiles(), UNKNOWN)
        facts = {} if profile is None else profile.narrowed(self.dialect).facts
        return Setting(dialect=dialects.named(self.dialect), facts=facts)
