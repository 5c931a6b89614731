"""Whom a word means: vendors, URLs, configured targets, the simulator; the keys and gates."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from streamgauge.door import providers
from streamgauge.door.trouble import UsageError
from streamgauge.targets.target import Price, Target

pytestmark = pytest.mark.usefixtures("no_keys")

OPTIONS: dict[str, Any] = {"dialect": "auto", "vendor": "auto"}
KEY = "sk-planted-0123456789abcdef"
URL = "http://127.0.0.1:9/v1"


def one(word: str | None, configured: dict[str, Any] | None = None, **options: Any) -> Target:
    (target,) = providers.wanted(word, {**OPTIONS, **options}, configured or {})
    return target


def test_nobody_is_the_simulator_in_every_dialect() -> None:
    found = providers.wanted(None, OPTIONS, {})
    assert sorted(target.dialect.name for target in found) == [
        "anthropic-messages",
        "gemini",
        "openai-chat",
        "openai-responses",
    ]
    assert all(target.embedded and target.same_twice for target in found)
    assert len({target.name for target in found}) == 4
    assert list(providers.secrets(found)) == []


def test_the_simulator_plays_whom_it_is_told() -> None:
    kimi = one(None, vendor="moonshot")
    assert (kimi.name, kimi.dialect.name) == ("moonshot-simulated", "openai-chat")
    assert one(None, vendor="moonshot", dialect="anthropic-messages").dialect.name == (
        "anthropic-messages"
    )


def test_a_vendor_is_known_by_its_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    target = one("moonshot")
    assert target.base_url.startswith("https://api.moonshot")
    assert target.key_env == ("MOONSHOT_API_KEY", "KIMI_API_KEY")
    assert (target.lacks_key, target.streams) == (True, False)
    assert target.why_not_streamed == "KIMI_STREAM_ENABLED is not set to true"
    monkeypatch.setenv("KIMI_API_KEY", f" {KEY}\n")
    monkeypatch.setenv("KIMI_STREAM_ENABLED", "On")
    monkeypatch.setenv("KIMI_DEFAULT_READ_TIMEOUT_SECS", "7.5")
    target = one("moonshot", model="k")
    assert (target.key, target.streams, target.timeouts.read) == (KEY, True, 7.5)
    assert list(providers.secrets([target])) == [KEY.encode()]
    assert KEY not in repr(target)


@pytest.mark.parametrize(
    ("value", "streams"), [(None, True), ("1", True), ("no", False), ("", False)], ids=str
)
def test_an_open_gate_is_closed_by_another_word(
    value: str | None, streams: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if value is not None:
        monkeypatch.setenv("GLM_STREAM_ENABLED", value)
    assert one("zhipu").streams is streams


def test_gates_are_not_the_simulator_s() -> None:
    assert one(None, vendor="moonshot").streams


@pytest.mark.parametrize("seconds", ["x", "0", "-1", "inf", "nan"])
def test_a_timeout_that_is_none_is_refused(seconds: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIMI_DEFAULT_READ_TIMEOUT_SECS", seconds)
    with pytest.raises(UsageError, match="KIMI_DEFAULT_READ_TIMEOUT_SECS="):
        one("moonshot")


def test_a_url_has_habits_by_option_and_needs_no_key_of_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = one(URL, model="m", vendor="moonshot")
    assert (target.name, target.profile.slug) == ("127.0.0.1:9", "moonshot")
    assert (target.lacks_key, target.streams) == (False, True)
    assert one(URL, model="m", vendor="moonshot", api_key_env="MINE").lacks_key
    monkeypatch.setenv("MINE", KEY)
    assert one(URL, model="m", api_key_env="MINE").key == KEY
    assert one(URL, model="m").profile.slug == "unknown"


def test_a_url_of_a_vendor_is_that_vendor() -> None:
    target = one("https://api.moonshot.ai/v1")
    assert (target.profile.slug, target.lacks_key, target.streams) == ("moonshot", True, False)
    assert target.model == one("moonshot").model


def test_a_configured_target_has_what_its_table_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE", KEY)
    table = {
        "vendor": "moonshot",
        "base-url": URL,
        "key-env": "MINE",
        "at-once": 2,
        "per-minute": 30,
        "timeouts": {"read": 5},
        "price": {"input": 1.0},
        "members": {"temperature": 0},
        "headers": {"x-team": "streams"},
        "cannot": {"keys": "none here"},
    }
    target = one("kimi", {"kimi": table})
    assert (target.name, target.base_url, target.key) == ("kimi", URL, KEY)
    assert target.model == one("moonshot").model
    assert not target.streams
    assert (target.pace.at_once, target.pace.per_minute) == (2, 30)
    assert (target.timeouts.connect, target.timeouts.read) == (10.0, 5)
    assert target.price == Price(input=1.0)
    assert (target.members, target.headers) == ({"temperature": 0}, (("x-team", "streams"),))
    assert target.cannot == {"keys": "none here"}


def test_options_win_over_the_table() -> None:
    table = {"base-url": "http://other", "model": "m", "vendor": "vllm", "at-once": 2}
    target = one("a", {"a": table}, model="n", base_url=URL, vendor="sglang", at_once=9)
    assert (target.model, target.base_url, target.profile.slug) == ("n", URL, "sglang")
    assert target.pace.at_once == 9


def test_a_target_of_a_vendor_s_name_hides_the_vendor() -> None:
    assert one("zhipu", {"zhipu": {"base-url": URL, "model": "m"}}).base_url == URL


def test_what_is_wrong_with_a_table_names_the_target() -> None:
    with pytest.raises(UsageError, match=r"^target a: a base URL has no user, password, query"):
        one("a", {"a": {"base-url": f"http://h/?key={KEY}", "model": "m"}})
    with pytest.raises(UsageError, match=r"^target a: azure: its profile names no base URL"):
        one("a", {"a": {"vendor": "azure"}})
    with pytest.raises(UsageError, match=r"^target a: http://h: which model"):
        one("a", {"a": {"base-url": "http://h"}})


def test_who_is_reachable_is_told_by_keys() -> None:
    assert providers.reachable({}) == []
    assert providers.reachable({"MOONSHOT_API_KEY": KEY}) == ["moonshot"]
    assert "MOONSHOT_API_KEY" in providers.key_names()
    assert providers.key_names() == sorted(set(providers.key_names()))


def test_simulated_targets_get_a_server_of_their_own() -> None:
    async def played() -> list[Target]:
        targets = [one(None, vendor="zhipu"), one(URL, model="m")]
        async with AsyncExitStack() as stack:
            return await providers.played(targets, stack, 0.0)

    simulated, other = asyncio.run(played())
    assert simulated.base_url.startswith("http://127.0.0.1:")
    assert simulated.base_url.endswith("/api/paas/v4")
    assert other.base_url == URL
