"""An error answer has the shape of its vendor, before a stream and inside one."""

from __future__ import annotations

from typing import Any

import pytest

from streamgauge.dialects.dialect import Refusal
from streamgauge.dialects.openai_chat import DIALECT
from streamgauge.dialects.openai_chat.failure import read_failure
from streamgauge.dialects.openai_chat.refuse import refuse, refuse_midway
from streamgauge.pipeline import profiles
from tests.dialects.openai_chat.spoken import facts_of

SAID = Refusal(status=429, type="limit", message="slow down", code="1302")
SHAPES: list[tuple[str, Any]] = [
    (
        "openai",
        {"error": {"message": "slow down", "type": "limit", "param": None, "code": "1302"}},
    ),
    ("moonshot", {"error": {"message": "slow down", "type": "limit"}}),
    ("zhipu", {"error": {"code": "1302", "message": "slow down"}}),
    (
        "mistral",
        {
            "object": "error",
            "message": "slow down",
            "type": "limit",
            "param": None,
            "code": "1302",
        },
    ),
    ("xai", {"code": "1302", "error": "slow down"}),
    ("openrouter", {"error": {"code": 429, "message": "slow down"}}),
    (
        "vllm",
        {"error": {"message": "slow down", "type": "limit", "param": None, "code": 429}},
    ),
]


@pytest.mark.parametrize(("vendor", "body"), SHAPES, ids=[vendor for vendor, _ in SHAPES])
def test_a_refusal_has_the_shape_of_its_vendor(vendor: str, body: object) -> None:
    assert refuse(SAID, facts_of(vendor)) == body


def test_an_error_in_a_stream_may_have_another_shape_than_before_it() -> None:
    facts = facts_of("sglang")
    before, midway = refuse(SAID, facts), refuse_midway(SAID, facts)
    assert midway == {"error": before}


def test_a_list_is_filled_as_well() -> None:
    body = [{"error": {"code": "{status}", "param": "{param}", "own": 1}}]
    assert refuse(SAID, {"error-body": body}) == [{"error": {"code": 429, "param": None, "own": 1}}]


VENDORS = sorted(profile.slug for profile in profiles() if DIALECT.name in profile.dialects)


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_reader_of_errors_knows_every_shape(vendor: str) -> None:
    for body in (refuse(SAID, facts_of(vendor)), refuse_midway(SAID, facts_of(vendor))):
        inner = body[0] if isinstance(body, list) else body
        assert isinstance(inner, dict)
        failure = read_failure(None, inner)
        assert failure is not None
        assert failure.message == "slow down"
