"""Who is tried: targets from a configured name, a vendor, a URL, or the embedded simulator.

The only place that reads keys and gates from the environment; floors below are handed values.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any
from urllib.parse import SplitResult, urlsplit

from streamgauge.dialects import catalogue
from streamgauge.dialects.dialect import Dialect
from streamgauge.door.trouble import UsageError
from streamgauge.exchange import Headers
from streamgauge.pipeline import profiles
from streamgauge.report.safe_text import shortened, visible
from streamgauge.targets.target import Pace, Price, Target, Timeouts
from streamgauge.vendors.profile import Narrowed, Profile, by_host, find

_YES = ("1", "true", "yes", "on")
_SIMULATED_KEY = "sk-simulated"
_FIELD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e]*")
"""What HTTP allows in a field (RFC 9110, section 5), ASCII only."""


def wanted(
    word: str | None, options: Mapping[str, Any], configured: Mapping[str, Any]
) -> list[Target]:
    """The targets that a word on the command line means; simulated ones have no URL yet.

    Raises UsageError, one line, for a word or an option that means nothing.
    """
    if options.get("base_url") is not None and word is not None and "://" in word:
        raise UsageError("a URL and --base-url: one of them is enough")
    if word is None and options.get("base_url") is None:
        return _simulated(options)
    if word is not None and word in configured:
        return _configured(word, configured[word], options)
    if word is None or "://" in word:
        return [_at(options.get("base_url") or word or "", options)]
    profile = find(profiles(), word)
    if profile is None:
        known = ", ".join(sorted([*configured, *(one.slug for one in profiles())]))
        raise UsageError(f"{shortened(word)}: no target, vendor or URL; known: {known}")
    if options["vendor"] not in ("auto", profile.slug):
        raise UsageError(f"{word} is a vendor already; --vendor {options['vendor']} contradicts it")
    return [_real(profile, dialect, options) for dialect in _dialects(profile, options)]


def _simulated(options: Mapping[str, Any]) -> list[Target]:
    vendor = options["vendor"]
    if vendor == "auto":
        chosen = [one for one in _definers() if options["dialect"] in ("auto", one[1].name)]
    else:
        profile = _profile(vendor)
        chosen = [(profile, dialect) for dialect in _dialects(profile, options)]
    return [
        Target(
            name=_name(profile, dialect, chosen),
            profile=profile,
            dialect=dialect,
            base_url="",
            model=options.get("model") or _model(profile.narrowed(dialect.name)) or "simulated",
            key=_SIMULATED_KEY,
            pace=_pace(options, Pace(at_once=16)),
            same_twice=True,
            embedded=True,
        )
        for profile, dialect in chosen
    ]


def _definers() -> Iterator[tuple[Profile, Dialect]]:
    """For each dialect the vendor that defines it: what is played where nobody is named."""
    for dialect in catalogue.DIALECTS:
        for profile in profiles():
            if profile.narrowed(dialect.name).facts.get("defines-dialect") is True:
                yield profile, dialect


def _name(profile: Profile, dialect: Dialect, chosen: list[tuple[Profile, Dialect]]) -> str:
    """The vendor's slug; with the dialect where one vendor stands for several."""
    alone = sum(one.slug == profile.slug for one, _ in chosen) == 1
    if alone:
        return f"{profile.slug}-simulated"
    whose = "" if dialect.name.startswith(profile.slug) else f"{profile.slug}-"
    return f"{whose}{dialect.name}-simulated"


def _profile(slug: str) -> Profile:
    profile = find(profiles(), slug)
    if profile is None:
        known = ", ".join(sorted(one.slug for one in profiles()))
        raise UsageError(f"--vendor {slug}: no such vendor; known: auto, {known}")
    return profile


def _dialects(profile: Profile, options: Mapping[str, Any]) -> list[Dialect]:
    spoken = profile.dialects or tuple(one.name for one in catalogue.DIALECTS)
    if options["dialect"] == "auto":
        # A vendor's main dialect is the first that its profile names.
        return [catalogue.named(spoken[0])]
    if options["dialect"] not in spoken:
        raise UsageError(
            f"--dialect {options['dialect']}: {profile.slug} speaks {', '.join(spoken)}"
        )
    return [catalogue.named(options["dialect"])]


def _real(profile: Profile, dialect: Dialect, options: Mapping[str, Any]) -> Target:
    facts = profile.narrowed(dialect.name)
    base = options.get("base_url") or facts.facts.get("base-url")
    if not isinstance(base, str):
        raise UsageError(f"{profile.slug}: its profile names no base URL; give one with --base-url")
    _address(base)
    model = options.get("model") or _model(facts)
    if model is None:
        raise UsageError(f"{profile.slug}: its profile names no model; give one with --model")
    return _with_gate(
        _target(profile.slug, (profile, dialect), options, base=base, model=model), facts
    )


def _at(url: str, options: Mapping[str, Any]) -> Target:
    """A server by its URL. Only where its host is a vendor's own, the vendor's gate and its
    demand for a key are this server's too; `--vendor` says no more than whose habits it has."""
    address = _address(url)
    host = by_host(profiles(), address.hostname or "")
    profile = host or _profile("unknown")
    if options["vendor"] != "auto":
        profile = _profile(options["vendor"])
    model = options.get("model") or (_model(_main(host, options)) if host else None)
    if model is None:
        raise UsageError(f"{url}: which model? give one with --model")
    dialect = _dialects(profile, options)[0]
    made = _target(address.netloc, (profile, dialect), options, base=url, model=model)
    if host is profile:
        return _with_gate(made, made.narrowed)
    named = options.get("api_key_env") is not None
    return made if made.key or named else replace(made, key_env=())


def _main(profile: Profile, options: Mapping[str, Any]) -> Narrowed:
    return profile.narrowed(_dialects(profile, options)[0].name)


def _address(url: str) -> SplitResult:
    """The parts of a base URL. What it may not have is not shown: it might be a key."""
    try:
        address = urlsplit(url)
        is_sound = address.scheme in ("http", "https") and address.port != 0
    except ValueError as error:
        raise UsageError(f"{shortened(url)}: not a URL: {error}") from None
    if "@" in address.netloc or address.query or address.fragment:
        raise UsageError("a base URL has no user, password, query or fragment; keys come from "
                         "the environment")  # fmt: skip
    if not is_sound or not address.hostname or visible(url) != url or " " in url:
        raise UsageError(f"{shortened(url)}: not an http or https URL")
    return address


def _configured(name: str, table: Mapping[str, Any], options: Mapping[str, Any]) -> list[Target]:
    """A target of `streamgauge.toml`; options of the command line win over its table."""
    merged = {**options}
    for key in ("dialect", "vendor"):
        if options[key] == "auto":
            merged[key] = table.get(key, "auto")
    for key, own in (("base_url", "base-url"), ("model", "model"), ("api_key_env", "key-env")):
        merged[key] = options.get(key) or table.get(own)
    try:
        made = _of_table(merged)
    except UsageError as error:
        raise UsageError(f"target {name}: {error}") from None
    return [_dressed(replace(made, name=name), table, options)]


def _of_table(merged: Mapping[str, Any]) -> Target:
    if merged["vendor"] == "auto":
        return _at(merged["base_url"], merged)
    profile = _profile(merged["vendor"])
    return _real(profile, _dialects(profile, merged)[0], merged)


def _dressed(target: Target, table: Mapping[str, Any], options: Mapping[str, Any]) -> Target:
    timeouts, price = table.get("timeouts", {}), table.get("price", {})
    pace = Pace(
        at_once=table.get("at-once", target.pace.at_once),
        per_minute=table.get("per-minute", target.pace.per_minute),
    )
    return replace(
        target,
        timeouts=replace(target.timeouts, **timeouts),
        price=Price(input=price.get("input"), output=price.get("output")),
        pace=_pace(options, pace),
        members=table.get("members", {}),
        headers=_headers(table.get("headers", {}), target.name),
        cannot=table.get("cannot", {}),
        same_twice=table.get("same-twice", False),
    )


def _target(
    name: str, of: tuple[Profile, Dialect], options: Mapping[str, Any], *, base: str, model: str
) -> Target:
    profile, dialect = of
    facts = profile.narrowed(dialect.name)
    named = options.get("api_key_env")
    env = (named,) if named else _names(facts.facts.get("key-env"))
    return Target(
        name=name,
        profile=profile,
        dialect=dialect,
        base_url=base,
        model=model,
        key=_key(env),
        key_env=env,
        timeouts=_timeouts(facts),
        pace=_pace(options, Pace()),
    )


def _key(env: tuple[str, ...]) -> str | None:
    """The first key that is set; a line end that came along from a file does not belong to it."""
    for name in env:
        key = os.environ.get(name, "").strip()
        if not all("!" <= letter <= "~" for letter in key):
            raise UsageError(f"{name}: this key has characters that no header can carry")
        if key:
            return key
    return None


def _headers(table: Mapping[str, str], name: str) -> Headers:
    for field, value in table.items():
        if not _FIELD.fullmatch(field) or not _VALUE.fullmatch(value):
            raise UsageError(f"target {name}: headers: {shortened(field)} is no header field")
    return tuple(table.items())


def _with_gate(target: Target, facts: Narrowed) -> Target:
    """A closed gate: everything is asked non-streamed, and says why."""
    gate = facts.facts.get("stream-gate")
    if not isinstance(gate, Mapping):
        return target
    name = str(gate.get("env", ""))
    value = os.environ.get(name)
    is_open = gate.get("open") is True if value is None else value.strip().lower() in _YES
    if is_open:
        return target
    return replace(target, streams=False, why_not_streamed=f"{name} is not set to true")


def _timeouts(facts: Narrowed) -> Timeouts:
    name = facts.facts.get("read-timeout-env")
    text = os.environ.get(name, "") if isinstance(name, str) else ""
    if not text:
        return Timeouts()
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 86_400:
        raise UsageError(f"{name}={text}: not a number of seconds")
    return Timeouts(read=seconds)


def _pace(options: Mapping[str, Any], own: Pace) -> Pace:
    return Pace(
        at_once=options.get("at_once") or own.at_once,
        per_minute=options.get("per_minute") or own.per_minute,
    )


def _model(facts: Narrowed) -> str | None:
    model = facts.facts.get("default-model")
    return model if isinstance(model, str) else None


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(map(str, value)) if isinstance(value, (list, tuple)) else ()


def reachable(environ: Mapping[str, str]) -> list[str]:
    """The vendors whose key is set, and of whom the profile knows where they are and a model."""
    return [
        profile.slug
        for profile, facts in _knowable()
        if any(environ.get(name) for name in _names(facts.facts.get("key-env")))
    ]


def key_names() -> list[str]:
    """The variables that would make a vendor reachable."""
    names = (name for _, facts in _knowable() for name in _names(facts.facts.get("key-env")))
    return sorted(set(names))


def _knowable() -> Iterator[tuple[Profile, Narrowed]]:
    for profile in profiles():
        facts = profile.narrowed(profile.dialects[0]) if profile.dialects else None
        if facts and isinstance(facts.facts.get("base-url"), str) and _model(facts):
            yield profile, facts


async def played(targets: list[Target], stack: AsyncExitStack, speed: float) -> list[Target]:
    """The targets, simulated ones with a server of their own each."""
    return [await _play(target, stack, speed) if target.embedded else target for target in targets]


async def _play(target: Target, stack: AsyncExitStack, speed: float) -> Target:
    from streamgauge.door.simulating import answers
    from streamgauge.replay.server import Server
    from streamgauge.replay.simulator import Settings

    # A quick provider, so that a first try of everything takes seconds.
    brisk = Settings(first_ms=60.0, tokens_per_second=300.0, prefill_tokens_per_second=20_000.0)
    server = await stack.enter_async_context(Server(answers(target.profile, brisk), speed=speed))
    return replace(target, base_url=server.url + _prefix(target))


def _prefix(target: Target) -> str:
    """The path that the vendor's own base URL has, so that the simulator is asked the same."""
    base = target.narrowed.facts.get("base-url")
    return urlsplit(base).path.rstrip("/") if isinstance(base, str) else ""


def secrets(targets: list[Target]) -> Iterator[bytes]:
    """The keys that must show nowhere."""
    for target in targets:
        if target.key and target.key != _SIMULATED_KEY:
            yield target.key.encode("utf-8")
