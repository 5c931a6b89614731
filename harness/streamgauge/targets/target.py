"""A provider on trial: where it is, who it is, and what it may be asked.

Values only. A door makes a target from a configured name, a vendor's profile or a URL; nothing
here reads an environment, and a key never shows in a representation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from streamgauge.dialects.dialect import Dialect
from streamgauge.exchange import Headers
from streamgauge.vendors.profile import Narrowed, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds: to connect, and of silence while an answer is awaited or read."""

    connect: float = 10.0
    read: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a million tokens cost, in any one currency; None where nobody said."""

    input: float | None = None
    output: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How hard a target may be pressed: requests at once, and a minute (None: no limit)."""

    at_once: int = 4
    per_minute: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One provider, one dialect, one model.

    `base_url` has no path of the dialect (`https://api.openai.com/v1`, not `…/chat/completions`).
    `streams` is False where the vendor's gate is closed: then everything is asked non-streamed.
    `cannot` names what scenarios need and this target has not (`reasoning`, `choices` …), each
    with the reason. `members` are merged into every request's JSON, `headers` into its head.
    """

    name: str
    profile: Profile
    dialect: Dialect
    base_url: str
    model: str
    key: str | None = field(default=None, repr=False)
    key_env: tuple[str, ...] = ()
    streams: bool = True
    why_not_streamed: str = ""
    cannot: Mapping[str, str] = field(default_factory=dict)
    headers: Headers = field(default=(), repr=False)
    members: Mapping[str, object] = field(default_factory=dict)
    timeouts: Timeouts = Timeouts()
    pace: Pace = Pace()
    price: Price = Price()
    same_twice: bool = False
    """Whether equal requests get equal answers, so that twins may be compared word for word."""
    embedded: bool = False
    """Whether the simulator plays it, in this process; until it listens there is no base URL."""

    @property
    def lacks_key(self) -> bool:
        """Whether it has no key and will answer nothing without one (fact `key`)."""
        optional = self.narrowed.facts.get("key") == "optional"
        return self.key is None and bool(self.key_env) and not optional

    @property
    def narrowed(self) -> Narrowed:
        """The profile's facts in this target's dialect."""
        return self.profile.narrowed(self.dialect.name)
