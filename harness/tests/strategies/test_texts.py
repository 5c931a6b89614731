"""Texts are sayable, and reach every script and every hostile fragment's kind."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from streamgauge.capture.redact import redact
from streamgauge.exchange import Exchange
from streamgauge.strategies.texts import HOSTILE, names, texts
from tests.strategies.drawing import reaches


@given(text=texts())
def test_a_text_can_be_sent_and_says_something(text: str) -> None:
    assert text.encode("utf-8").decode("utf-8") == text
    assert "\0" not in text
    assert "\ufffd" not in text
    assert text.strip()


@pytest.mark.parametrize(
    "sign",
    ["\u2028", "\u200d", "\u202e", "<", "\x1b", "ب", "日", "\n"],
    ids=lambda s: f"{ord(s):x}",
)
def test_hostile_signs_are_drawn(sign: str) -> None:
    assert sign in reaches(texts(), lambda text: sign in text)


def test_fragments_are_told_apart() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE)


@pytest.mark.parametrize(
    "fragment", HOSTILE, ids=lambda fragment: fragment.encode("unicode_escape")
)
def test_no_fragment_announces_a_credential(fragment: str) -> None:
    body = json.dumps({fragment: "a value", "b": f"{fragment}={'v' * 20}"}).encode()
    assert redact(Exchange(body=body)).body == body


@given(name=names())
def test_names_are_callable(name: str) -> None:
    assert name.isascii()
    assert name.isidentifier()
