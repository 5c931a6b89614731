"""A target as a value: its key never shows, and it knows whether it needs one."""

from __future__ import annotations

import pytest

from streamgauge.dialects import catalogue
from streamgauge.pipeline import profiles
from streamgauge.targets.target import Target
from streamgauge.vendors.profile import find


def target(vendor: str, key: str | None, key_env: tuple[str, ...]) -> Target:
    profile = find(profiles(), vendor)
    assert profile is not None
    return Target(
        name="t",
        profile=profile,
        dialect=catalogue.named("openai-chat"),
        base_url="http://127.0.0.1/v1",
        model="m",
        key=key,
        key_env=key_env,
        headers=(("x-secret", "sk-planted-in-header"),),
    )


def test_a_key_does_not_show_in_a_representation() -> None:
    shown = repr(target("openai", "sk-planted-1", ("OPENAI_API_KEY",)))
    assert "sk-planted" not in shown


@pytest.mark.parametrize(
    ("vendor", "key", "env", "lacks"),
    [
        ("openai", None, ("OPENAI_API_KEY",), True),
        ("openai", "k", ("OPENAI_API_KEY",), False),
        ("openai", None, (), False),
        ("vllm", None, ("VLLM_API_KEY",), False),
    ],
    ids=["not set", "set", "none is asked for", "optional"],
)
def test_a_target_knows_whether_it_lacks_its_key(
    vendor: str, key: str | None, env: tuple[str, ...], lacks: bool
) -> None:
    assert target(vendor, key, env).lacks_key is lacks


def test_facts_are_those_of_its_dialect() -> None:
    assert target("moonshot", None, ()).narrowed.facts["cache-key-place"] == {
        "body": "prompt_cache_key"
    }
