"""A vendor's facts as values: what differs by vendor, with its source, never code.

A profile is made from the TOML beside this module (the doors read it, this module does not). Facts
that hold in one dialect only stand under that dialect and win over the vendor's general ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

UNKNOWN = "unknown"
"""The slug of the permissive profile that stands for every vendor we do not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing known of a vendor. `confidence` is documented, code, recorded, reported,
    measured or unknown; `date` is when that was so (ISO, a year or month will do)."""

    value: object
    source: str = ""
    confidence: str = UNKNOWN
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """What a vendor's documents or habits make of a rule: its level there, and why."""

    level: str
    source: str = ""
    confidence: str = UNKNOWN
    date: str = ""
    authority: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """A sign in the bytes that only this vendor leaves.

    `where` names what is searched: comment, chunk-key, choice-key, delta-key, usage-key, id,
    model, fingerprint (system_fingerprint), provider, object, event or header.
    """

    where: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """A profile narrowed to one dialect: what rules and readers are handed."""

    slug: str
    facts: Mapping[str, object]
    rules: Mapping[str, Ruled]
    overlays: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One vendor."""

    slug: str
    name: str
    aliases: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    dialects: tuple[str, ...] = ()
    fingerprints: tuple[Fingerprint, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    rules: Mapping[str, Ruled] = field(default_factory=dict)
    overlays: tuple[str, ...] = ()
    by_dialect: Mapping[str, Profile] = field(default_factory=dict)

    def narrowed(self, dialect: str) -> Narrowed:
        """The facts, rule levels and overlays that hold in one dialect; unknown facts left out."""
        inner = self.by_dialect.get(dialect)
        facts = {**self.facts, **(inner.facts if inner else {})}
        return Narrowed(
            slug=self.slug,
            facts={n: f.value for n, f in facts.items() if f.confidence != UNKNOWN},
            rules={**self.rules, **(inner.rules if inner else {})},
            overlays=(*self.overlays, *(inner.overlays if inner else ())),
        )


def from_data(data: Mapping[str, Any]) -> Profile:
    """A profile from parsed TOML that its schema accepts; KeyError or re.error for any other."""
    return Profile(
        slug=data["slug"],
        name=data["name"],
        aliases=tuple(data.get("aliases", ())),
        hosts=tuple(data.get("hosts", ())),
        dialects=tuple(data.get("dialects", ())),
        fingerprints=tuple(
            Fingerprint(where=item["where"], pattern=re.compile(item["pattern"]))
            for item in data.get("fingerprints", ())
        ),
        by_dialect={
            name: Profile(slug=data["slug"], name=data["name"], **_claims(inner))
            for name, inner in data.get("dialect", {}).items()
        },
        **_claims(data),
    )


def _claims(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "facts": {n: _fact(f) for n, f in data.get("facts", {}).items()},
        "rules": {slug: _ruled(r) for slug, r in data.get("rules", {}).items()},
        "overlays": tuple(data.get("schema-overlays", ())),
    }


def _fact(data: Mapping[str, Any]) -> Fact:
    return Fact(
        value=data.get("value"),
        source=data.get("source", ""),
        confidence=data["confidence"],
        date=str(data.get("date", "")),
    )


def _ruled(data: Mapping[str, Any]) -> Ruled:
    return Ruled(
        level=data["level"],
        source=data.get("source", ""),
        confidence=data["confidence"],
        date=str(data.get("date", "")),
        authority=data.get("authority"),
    )


def find(profiles: Iterable[Profile], word: str) -> Profile | None:
    """The profile with that slug or alias."""
    return next((p for p in profiles if word == p.slug or word in p.aliases), None)


def by_host(profiles: Iterable[Profile], host: str) -> Profile | None:
    """The profile that serves a host, by the longest matching suffix."""
    host = host.lower().rstrip(".")
    matches = [
        (len(suffix), profile)
        for profile in profiles
        for suffix in profile.hosts
        if host == suffix or host.endswith("." + suffix)
    ]
    return max(matches, key=lambda match: match[0])[1] if matches else None


def by_fingerprint(
    profiles: Sequence[Profile], signs: Mapping[str, frozenset[str]]
) -> list[Profile]:
    """The profiles with a fingerprint among `signs` (what was seen, by `where`)."""
    return [
        profile
        for profile in profiles
        if any(
            mark.pattern.search(text)
            for mark in profile.fingerprints
            for text in signs.get(mark.where, ())
        )
    ]
