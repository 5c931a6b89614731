"""The shipped profiles: valid, sourced, without doubles, and never naming a wrong vendor."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
import pytest
import referencing

from streamgauge import data
from streamgauge.exchange import Exchange
from streamgauge.transcript.identify import identify
from streamgauge.vendors.profile import Profile, find, from_data

DATA = data.profiles_data()
PROFILES = tuple(from_data(item) for item in DATA.values())
SHORT = {
    "openai-chat": "chat", "openai-responses": "responses",
    "anthropic-messages": "messages", "gemini": "gemini",
}  # fmt: skip
PLACES = frozenset({
    "comment", "chunk-key", "choice-key", "delta-key", "usage-key", "id", "model",
    "fingerprint", "provider", "object", "event", "header",
})  # fmt: skip
PROMISED = (
    "openai", "azure", "moonshot", "zhipu", "deepseek", "qwen", "minimax", "mistral", "groq",
    "xai", "openrouter", "vllm", "sglang", "llama-cpp", "ollama", "litellm", "anthropic", "google",
)  # fmt: skip


def levels(profile: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(rule, what is said of it) in all parts of a profile."""
    for part in (profile, *profile.get("dialect", {}).values()):
        yield from part.get("rules", {}).items()


def claims(profile: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(name, what is said of it) for facts and rules in all parts of a profile."""
    for part in (profile, *profile.get("dialect", {}).values()):
        yield from part.get("facts", {}).items()
    yield from levels(profile)


@pytest.fixture(scope="module")
def judge() -> jsonschema.Draft202012Validator:
    """The profile schema with the schemas that it refers to."""
    schemas = (data.schema(name) for name in data.schema_names())
    known = [
        (one["$id"], referencing.Resource.from_contents(one)) for one in schemas if "$id" in one
    ]
    registry: Any = referencing.Registry().with_resources(known)
    return jsonschema.Draft202012Validator(data.schema("profile"), registry=registry)


@pytest.mark.parametrize("slug", PROMISED)
def test_a_promised_vendor_is_there(slug: str) -> None:
    assert slug in DATA


@pytest.mark.parametrize("slug", DATA)
def test_a_profile_fits_its_schema(slug: str, judge: jsonschema.Draft202012Validator) -> None:
    assert [f"{one.json_path}: {one.message}" for one in judge.iter_errors(DATA[slug])] == []
    assert DATA[slug]["slug"] == slug


@pytest.mark.parametrize("slug", DATA)
def test_every_claim_has_a_source_or_says_that_it_is_unknown(slug: str) -> None:
    bare = [
        name
        for name, claim in claims(DATA[slug])
        if claim["confidence"] != "unknown" and not claim.get("source", "").strip()
    ]
    assert bare == []


@pytest.mark.parametrize("slug", DATA)
def test_a_must_stands_on_a_document(slug: str) -> None:
    weak = [
        name
        for name, claim in levels(DATA[slug])
        if claim["level"] == "must"
        and (claim["confidence"] != "documented" or "authority" not in claim)
    ]
    assert weak == []


@pytest.mark.parametrize("slug", DATA)
def test_only_known_rules_are_named(slug: str, slugs: frozenset[str]) -> None:
    assert sorted({name for name, _ in levels(DATA[slug])} - slugs) == []


@pytest.mark.parametrize("slug", DATA)
def test_overlays_exist_and_belong_to_the_dialect(slug: str) -> None:
    known = set(data.schema_names())
    wrong = [
        overlay
        for dialect, part in DATA[slug].get("dialect", {}).items()
        for overlay in part.get("schema-overlays", ())
        if f"overlays/{overlay}" not in known or not overlay.startswith(SHORT[dialect] + "-")
    ]
    assert wrong == []


@pytest.mark.parametrize("slug", DATA)
def test_facts_stand_under_dialects_that_the_vendor_serves(slug: str) -> None:
    assert set(DATA[slug].get("dialect", {})) <= set(DATA[slug]["dialects"])


@pytest.mark.parametrize("slug", DATA)
def test_fingerprints_look_in_places_that_are_searched(slug: str) -> None:
    assert {mark["where"] for mark in DATA[slug].get("fingerprints", ())} <= PLACES


@pytest.mark.parametrize("names", ["aliases", "hosts"])
def test_no_name_stands_for_two_vendors(names: str) -> None:
    held = Counter(name for item in DATA.values() for name in item.get(names, ()))
    held.update(list(DATA) if names == "aliases" else ())
    assert [name for name, times in held.items() if times > 1] == []


def test_the_permissive_profile_changes_no_rule_and_allows_every_variant() -> None:
    unknown = DATA["unknown"]
    assert list(levels(unknown)) == []
    assert set(unknown["dialects"]) == set(SHORT)
    overlays = {d: part["schema-overlays"] for d, part in unknown["dialect"].items()}
    assert overlays == {dialect: [f"{short}-permissive"] for dialect, short in SHORT.items()}


# The numbers that describe a stream and that the wire facts know the text of; P0.5 is about what
# a request may ask for.
NUMBERS = (
    *(f"P0.{n}" for n in (1, 2, 3, 4, *range(8, 19))),
    *(f"P1.{n}" for n in (1, 2, 3, *range(5, 12), *range(13, 18))),
    *(f"P2.{n}" for n in (1, 2, 3)),
)


@pytest.mark.parametrize("number", NUMBERS)
def test_each_numbered_kimi_rule_has_a_rule(number: str) -> None:
    authorities = [str(claim.get("authority", "")) for _, claim in levels(DATA["moonshot"])]
    assert [one for one in authorities if "Kimi" in one and number in re.findall(r"P[\d.]+", one)]


LOCAL = re.compile(r"http://localhost:\d+")


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.slug)
def test_a_vendor_that_can_be_reached_can_be_asked(profile: Profile) -> None:
    """Whoever sets the key needs to name no model; a server of one's own has any."""
    facts = {dialect: profile.narrowed(dialect).facts for dialect in profile.dialects}
    bare = [
        dialect
        for dialect, known in facts.items()
        if isinstance(url := known.get("base-url"), str) and not LOCAL.match(url)
        if "default-model" not in known
    ]
    assert bare == []


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.slug)
def test_a_key_has_somewhere_to_go(profile: Profile) -> None:
    # Every customer of Azure has another host.
    reached = any("base-url" in part.facts for part in profile.by_dialect.values())
    assert reached or "key-env" not in profile.facts or profile.slug == "azure"


def test_every_recorded_vendor_has_a_profile(recorded: list[dict[str, Any]]) -> None:
    seen = {(entry["vendor"], entry["dialect"]) for entry in recorded}
    missing = [
        f"{vendor} ({dialect})"
        for vendor, dialect in sorted(seen)
        if not serves(find(PROFILES, vendor), dialect)
    ]
    assert missing == []


def serves(profile: Profile | None, dialect: str) -> bool:
    """Whether there is such a profile, and its vendor serves the dialect if it is one of ours."""
    return profile is not None and (dialect not in SHORT or dialect in profile.dialects)


# What the fingerprints find in recorded streams, without a host: (streams, named). The rest is
# `unknown`, and no stream is named after another vendor. Vendors that are not here have no sign.
FOUND = {
    "azure": (70, 43),
    "cloudflare": (5, 5),
    "deepseek": (24, 22),
    "google": (182, 163),
    "llama-cpp": (6, 6),
    "ollama": (20, 20),
    "openrouter": (246, 241),
    "perplexity": (4, 4),
    "vercel-gateway": (32, 32),
    "vllm": (2, 1),
    "writer": (2, 2),
    "xai": (85, 49),
    "zhipu": (46, 46),
}


def test_fingerprints_never_name_a_wrong_vendor(recorded: list[dict[str, Any]]) -> None:
    streams: Counter[str] = Counter()
    named: Counter[str] = Counter()
    wrong = []
    for entry in recorded:
        vendor = find(PROFILES, entry["vendor"])
        if entry["dialect"] not in SHORT or vendor is None:
            continue
        found = identify(Exchange(body=entry["path"].read_bytes()), PROFILES)
        streams[vendor.slug] += 1
        if found.vendor_from == "fingerprint":
            named[found.profile.slug] += 1
            if found.profile.slug != vendor.slug:
                wrong.append(f"{entry['id']} is said to be of {found.profile.slug}")
    assert wrong == []
    assert {slug: (streams[slug], times) for slug, times in sorted(named.items())} == FOUND
