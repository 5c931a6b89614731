"""The simulator as a server's answer: it has the time, and faults where they are wanted."""

from __future__ import annotations

import json

import pytest

from streamgauge.door.simulating import answers
from streamgauge.exchange import Close, Request
from streamgauge.faults.catalogue import chosen
from streamgauge.pipeline import profiles
from streamgauge.replay.simulator import Settings
from streamgauge.vendors.profile import Profile, find


@pytest.fixture
def kimi() -> Profile:
    found = find(profiles(), "moonshot")
    assert found is not None
    return found


def asked(path: str = "/v1/chat/completions", key: str = "k") -> Request:
    said = {"model": "kimi-k2.5", "stream": True, "messages": [{"role": "user", "content": "Hi"}]}
    headers = (("authorization", f"Bearer {key}"), ("content-type", "application/json"))
    return Request(method="POST", url=path, headers=headers, body=json.dumps(said).encode())


def test_it_answers_as_the_vendor(kimi: Profile) -> None:
    exchange = answers(kimi, Settings())(asked())
    assert exchange.head.status == 200
    assert exchange.body.endswith(b"data: [DONE]\n\n")
    assert answers(kimi, Settings(keys=("other",)))(asked()).head.status == 401


def test_a_fault_spoils_what_a_dialect_answers_and_nothing_else(kimi: Profile) -> None:
    spoiling = [chosen("half-close")]
    answer = answers(kimi, Settings(), spoiling)
    assert answer(asked()).close is Close.EOF
    assert answer(asked("/nowhere")).head.status == 404
