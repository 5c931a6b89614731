"""Do the schemas hold on what real providers sent? Base and overlays: no violation unexplained.

The streams are test data beside the project (`STREAMGAUGE_CORPUS`); without them this skips.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any, NamedTuple

import pytest

pytestmark = pytest.mark.corpus

ABSENT = "chat-finish-reason-absent"
PERMISSIVE = {
    "openai-chat": "chat-permissive",
    "openai-responses": "responses-permissive",
    "anthropic-messages": "messages-permissive",
    "gemini": "gemini-permissive",
}

# What the vendors of the corpus need beside the base of openai-chat. A vendor that is not here,
# and every vendor of the other three dialects, is held to the base alone.
OVERLAYS: dict[str, tuple[str, ...]] = {
    "alibaba": (ABSENT,),
    "azure": (
        "chat-content-filter-chunks",
        ABSENT,
        "chat-null-delta-members",
        "chat-usage-null-details",
    ),
    "cerebras": (ABSENT,),
    "cloudflare": (ABSENT,),
    "databricks": ("chat-usage-null-counts",),
    "google": ("chat-id-absent", ABSENT, "chat-tool-index-absent"),
    "groq": ("chat-service-tier-any",),
    "huggingface": (ABSENT, "chat-service-tier-any", "chat-usage-null-details"),
    "mistral": ("chat-content-parts", "chat-tool-index-absent"),
    "ollama": ("chat-tool-index-absent",),
    "openrouter": ("chat-null-tool-members",),
    "perplexity": (ABSENT, "chat-object-completion-words"),
    "snowflake": (ABSENT, "chat-null-delta-members", "chat-service-tier-any"),
    "writer": ("chat-null-delta-members", "chat-usage-null-details"),
    "xai": (ABSENT,),
    "zai": ("chat-object-absent", ABSENT, "chat-tool-index-negative"),
}

# Streams with a true fault: what is wrong, the violations, whether the permissive overlay, too,
# must report them. An error inside a stream has a shape of its own and is none of these.
FAULTS: dict[str, tuple[str, set[tuple[str, str]], bool]] = {
    "openrouter-qwen-qwen3-next-80b-a3b-thinking-92ae876ce7": (
        "one choice has a bare number as logprobs",
        {("/choices/0/logprobs", "type")},
        True,
    ),
    "openai-gpt-4o-2024-08-06-bbcf552663": (
        "recorded before OpenAI numbered its events",
        {("", "required")},
        False,
    ),
    "openai-gpt-4o-2024-08-06-c701039ae1": (
        "recorded before OpenAI numbered its events",
        {("", "required")},
        False,
    ),
}


class Stream(NamedTuple):
    """One line of the manifest, and the bytes."""

    id: str
    dialect: str
    vendor: str
    real: bool
    framing: str
    body: bytes

    @property
    def schema(self) -> str:
        return f"{self.dialect}.chunk"

    @property
    def overlays(self) -> tuple[str, ...]:
        return OVERLAYS.get(self.vendor, ()) if self.dialect == "openai-chat" else ()


def _payloads(stream):
    text = stream.body.decode("utf-8", "replace")
    if stream.framing == "json-lines":
        return text.split("\n")
    events = (re.split(r"\r?\n", event) for event in re.split(r"(?:\r?\n){2,}", text))
    lines = ([line[5:].removeprefix(" ") for line in one if line[:5] == "data:"] for one in events)
    return ["\n".join(data) for data in lines]


def _chunks(stream) -> list[Any]:
    data = (one.strip() for one in _payloads(stream))
    return [json.loads(one) for one in data if one not in ("", "[DONE]")]


@pytest.fixture(scope="module")
def streams(corpus):
    @cache
    def read(dialect: str) -> list[Stream]:
        lines = (corpus / "manifest.jsonl").read_text("utf-8").splitlines()
        return [
            Stream(
                id=one["id"],
                dialect=dialect,
                vendor=one["vendor"],
                real=one["recording"] == "http" and not one["suspect_synthetic"],
                framing=one["framing"],
                body=(corpus / one["file"]).read_bytes(),
            )
            for one in map(json.loads, lines)
            if one["dialect"] == dialect
        ]

    return read


@pytest.mark.parametrize("dialect", PERMISSIVE)
def test_recorded_streams_break_the_base_only_by_true_faults(streams, fast_violations, dialect):
    real = [stream for stream in streams(dialect) if stream.real]
    found = {
        one.id: set().union(*(fast_violations(one.schema, c, one.overlays) for c in _chunks(one)))
        for one in real
    }
    expected = {one.id: FAULTS[one.id][1] for one in real if one.id in FAULTS}
    assert len(real) >= 50
    assert {name: violations for name, violations in found.items() if violations} == expected


@pytest.mark.parametrize("dialect", PERMISSIVE)
def test_no_vendor_breaks_the_permissive_overlay(streams, fast_violations, dialect):
    overlays = (PERMISSIVE[dialect],)
    known = streams(dialect)
    found = {
        one.id: set().union(*(fast_violations(one.schema, c, overlays) for c in _chunks(one)))
        for one in known
    }
    expected = {one.id: FAULTS[one.id][1] for one in known if FAULTS.get(one.id, ("", (), 0))[2]}
    assert {name: violations for name, violations in found.items() if violations} == expected


def test_every_fault_that_is_listed_belongs_to_a_stream(streams):
    known = {stream.id for dialect in PERMISSIVE for stream in streams(dialect)}
    assert FAULTS.keys() <= known


@pytest.mark.parametrize("vendor", OVERLAYS)
def test_no_vendor_is_given_an_overlay_that_it_does_not_need(streams, fast_violations, vendor):
    chunks = [c for one in streams("openai-chat") if one.vendor == vendor for c in _chunks(one)]
    for needless in OVERLAYS[vendor]:
        rest = tuple(name for name in OVERLAYS[vendor] if name != needless)
        assert any(fast_violations("openai-chat.chunk", chunk, rest) for chunk in chunks), needless


@pytest.mark.parametrize("dialect", PERMISSIVE)
def test_both_validators_agree_on_recorded_chunks(streams, violations, dialect):
    """About a hundred a dialect, spread over its vendors, judged by the base alone."""
    by_vendor: dict[str, list[Stream]] = {}
    for stream in streams(dialect):
        by_vendor.setdefault(stream.vendor, []).append(stream)
    share = max(1, 100 // (3 * len(by_vendor)))
    chosen = [one for some in by_vendor.values() for one in some[:: -(-len(some) // share)]]
    sample = [c for one in chosen for c in _chunks(one)[:: max(1, len(_chunks(one)) // 3)]]
    assert len(sample) >= 60
    for chunk in sample:
        violations(f"{dialect}.chunk", chunk)
