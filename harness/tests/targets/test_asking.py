"""The request that goes over the wire: the same bytes for the same prompt, and a name for them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from streamgauge.dialects import catalogue
from streamgauge.pipeline import profiles
from streamgauge.prompt import Asked, Prompt, Role, Turn
from streamgauge.targets.asking import request_hash, wire_request
from streamgauge.targets.target import Target
from streamgauge.vendors.profile import find


def target(vendor: str, dialect: str, base: str = "https://api.example/v1") -> Target:
    profile = find(profiles(), vendor)
    assert profile is not None
    return Target(
        name=vendor, profile=profile, dialect=catalogue.named(dialect), base_url=base, model="m-1"
    )


def prompt(*, stream: bool = True, text: str = "Grüße 👋") -> Prompt:
    turns = (Turn(role=Role.USER, text=text),)
    return Prompt(asked=Asked(stream=stream, model="m-1", max_tokens=16), turns=turns)


@pytest.mark.parametrize(
    ("vendor", "dialect", "url", "key"),
    [
        ("openai", "openai-chat", "/chat/completions", ("authorization", "Bearer k")),
        ("openai", "openai-responses", "/responses", ("authorization", "Bearer k")),
        ("anthropic", "anthropic-messages", "/v1/messages", ("x-api-key", "k")),
        ("google", "gemini", "/v1beta/models/m-1:streamGenerateContent?alt=sse",
         ("x-goog-api-key", "k")),
    ],
)  # fmt: skip
def test_each_dialect_is_asked_where_and_as_it_wants(
    vendor: str, dialect: str, url: str, key: tuple[str, str]
) -> None:
    asked = wire_request(target(vendor, dialect), prompt(), key="k")
    assert (asked.method, asked.url) == ("POST", "https://api.example/v1" + url)
    assert key in asked.headers
    assert dict(asked.headers)["content-length"] == str(len(asked.body))
    assert dict(asked.headers)["accept"] == "text/event-stream"
    assert "Grüße 👋".encode() in asked.body


def test_a_base_url_may_end_in_a_slash() -> None:
    asked = wire_request(target("openai", "openai-chat", "http://[::1]:8/v1/"), prompt(), key=None)
    assert asked.url == "http://[::1]:8/v1/chat/completions"
    assert dict(asked.headers)["host"] == "[::1]:8"


def test_without_a_key_there_is_no_header_for_one() -> None:
    asked = wire_request(target("openai", "openai-chat"), prompt(), key=None)
    assert not {"authorization", "x-api-key"} & dict(asked.headers).keys()


def test_what_vendors_want_in_every_head_is_there() -> None:
    asked = wire_request(target("anthropic", "anthropic-messages"), prompt(), key="k")
    assert "anthropic-version" in dict(asked.headers)


def test_a_target_may_add_members_and_headers() -> None:
    own = replace(
        target("openai", "openai-chat"), members={"user": "u"}, headers=(("x-team", "a"),)
    )
    asked = wire_request(own, prompt(), key=None, extra=(("x-more", "b"),))
    assert json.loads(asked.body)["user"] == "u"
    assert {("x-team", "a"), ("x-more", "b")} <= set(asked.headers)


def test_a_document_is_asked_for_where_nothing_is_streamed() -> None:
    asked = wire_request(target("openai", "openai-chat"), prompt(stream=False), key=None)
    assert dict(asked.headers)["accept"] == "application/json"


def test_the_hash_names_what_is_asked_and_never_the_key() -> None:
    own = target("openai", "openai-chat")
    one = wire_request(own, prompt(), key="one")
    assert request_hash(one, own) == request_hash(wire_request(own, prompt(), key="two"), own)
    assert request_hash(one, own) != request_hash(
        wire_request(own, prompt(text="x"), key="one"), own
    )
    assert request_hash(one, own) != request_hash(
        wire_request(own, prompt(stream=False), key="one"), own
    )


@pytest.mark.parametrize("embedded", [True, False])
def test_only_the_simulator_may_be_somewhere_else_the_next_time(embedded: bool) -> None:
    here, there = (
        replace(target("openai", "openai-chat", f"http://127.0.0.1:{port}/v1"), embedded=embedded)
        for port in (1, 2)
    )
    hashes = [request_hash(wire_request(one, prompt(), key=None), one) for one in (here, there)]
    assert (hashes[0] == hashes[1]) is embedded
