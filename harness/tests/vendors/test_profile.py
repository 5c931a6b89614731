"""A profile keeps its facts apart by dialect, and a host or a sign names at most its own vendor."""

from __future__ import annotations

import re
from typing import Any

import pytest

from streamgauge.vendors.profile import by_fingerprint, by_host, find, from_data

SAID = {"confidence": "documented", "source": "a page", "date": "2026-11"}

DATA: dict[str, Any] = {
    "slug": "acme",
    "name": "Acme",
    "aliases": ["road-runner"],
    "hosts": ["api.acme.example"],
    "dialects": ["openai-chat", "gemini"],
    "fingerprints": [{"where": "chunk-key", "pattern": "^x_acme$", "source": "a page"}],
    "schema-overlays": ["chat-one"],
    "facts": {
        "keepalive": {"value": "none", **SAID},
        "end-marker": {"value": "[DONE]", **SAID},
        "usage-places": {"confidence": "unknown"},
    },
    "rules": {"order/role-once": {"level": "off", **SAID}},
    "dialect": {
        "gemini": {
            "schema-overlays": ["gemini-one"],
            "facts": {"end-marker": {"value": "none", **SAID}},
            "rules": {"order/role-once": {"level": "may", "authority": "Acme rule 1", **SAID}},
        }
    },
}
ACME = from_data(DATA)
OTHER = from_data(
    {"slug": "other", "name": "Other", "dialects": ["gemini"], "hosts": ["acme.example"]}
)


@pytest.mark.parametrize(
    ("dialect", "end", "level", "overlays"),
    [
        pytest.param("openai-chat", "[DONE]", "off", ("chat-one",), id="general"),
        pytest.param("gemini", "none", "may", ("chat-one", "gemini-one"), id="of the dialect"),
    ],
)
def test_what_holds_in_a_dialect_wins_over_the_general(
    dialect: str, end: str, level: str, overlays: tuple[str, ...]
) -> None:
    narrowed = ACME.narrowed(dialect)
    assert narrowed.facts == {"keepalive": "none", "end-marker": end}
    assert narrowed.rules["order/role-once"].level == level
    assert narrowed.overlays == overlays


def test_an_unknown_fact_is_kept_and_handed_to_nobody() -> None:
    assert ACME.facts["usage-places"].confidence == "unknown"
    assert "usage-places" not in ACME.narrowed("openai-chat").facts


def test_an_authority_is_kept() -> None:
    assert ACME.narrowed("gemini").rules["order/role-once"].authority == "Acme rule 1"


@pytest.mark.parametrize(
    ("word", "found"), [("acme", "acme"), ("road-runner", "acme"), ("coyote", None)]
)
def test_a_profile_is_found_by_slug_or_alias(word: str, found: str | None) -> None:
    profile = find([OTHER, ACME], word)
    assert (profile.slug if profile else None) == found


@pytest.mark.parametrize(
    ("host", "found"),
    [
        pytest.param("api.acme.example", "acme", id="exact"),
        pytest.param("EU.API.acme.example.", "acme", id="below, in capitals, with a final dot"),
        pytest.param("www.acme.example", "other", id="shorter suffix"),
        pytest.param("evilacme.example", None, id="no boundary"),
        pytest.param("", None, id="empty"),
    ],
)
def test_the_longest_suffix_names_the_host(host: str, found: str | None) -> None:
    profile = by_host([OTHER, ACME], host)
    assert (profile.slug if profile else None) == found


@pytest.mark.parametrize(
    ("where", "text", "found"),
    [
        pytest.param("chunk-key", "x_acme", ["acme"], id="there"),
        pytest.param("chunk-key", "x_acme_too", [], id="another word"),
        pytest.param("delta-key", "x_acme", [], id="another place"),
    ],
)
def test_a_sign_counts_only_in_its_place(where: str, text: str, found: list[str]) -> None:
    profiles = by_fingerprint([ACME, OTHER], {where: frozenset({text})})
    assert [profile.slug for profile in profiles] == found


@pytest.mark.parametrize(
    ("change", "error"),
    [
        pytest.param({"fingerprints": [{"where": "id", "pattern": "("}]}, re.error, id="pattern"),
        pytest.param({"facts": {"keepalive": {"value": "none"}}}, KeyError, id="no confidence"),
        pytest.param({"rules": {"order/role-once": SAID}}, KeyError, id="no level"),
    ],
)
def test_what_the_schema_refuses_is_no_profile(
    change: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        from_data({**DATA, **change})
