"""The shapes of keys bite on keys, and only there."""

from __future__ import annotations

import pytest

from streamgauge.capture.credentials import SHAPES, starts_a_word

TAIL = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R"
KEYS = [
    f"sk-{TAIL}", f"sk-ant-api03-{TAIL}-_AA", f"sk-or-v1-{TAIL}", f"sk-proj-{TAIL}", f"csk-{TAIL}",
    f"AIza{TAIL}", f"ya29.{TAIL}", f"GOCSPX-{TAIL}", f"gsk_{TAIL}", f"xai-{TAIL}", f"hf_{TAIL}",
    f"r8_{TAIL}", f"pplx-{TAIL}", f"nvapi-{TAIL}", f"tvly-{TAIL}", f"ghp_{TAIL}",
    f"github_pat_{TAIL}", f"xoxb-{TAIL}", "AKIAABCDEFGH01234567", "ASIAABCDEFGH01234567",
    f"eyJ{TAIL}.eyJ{TAIL}.{TAIL}", f"Bearer {TAIL}", f"bearer  {TAIL}",
    f"-----BEGIN RSA PRIVATE KEY-----\\n{TAIL}\\n",
]  # fmt: skip
HARMLESS = [
    "sk-learn-is-a-library-for-everyone", "sk-short1", "xai-responses-v1", "call_a1B2c3D4e5F6g7H8",
    "chatcmpl-a1B2c3D4e5F6g7H8i9J0k1L2m3", "toolu_01A09q90qw90lq917835lq9", "gAAAAABo" + TAIL * 9,
    "msg_01A09q90qw90lq917835lq9", "the bearer of this long-lasting-friendship-and-more",
    "eyJhbGciOiJub25lIn0", "AIzaShort", "AKIAabcdefgh01234567", "gsk_", "AIza" + TAIL + "more",
    "-----BEGIN CERTIFICATE-----", "resp_68af4030baa48193b0b43b4c2a176a1a0e6967589f081e78",
]  # fmt: skip


def matches(text: str) -> list[str]:
    data = text.encode()
    return [
        found[0].decode()
        for mark, shape in SHAPES
        if mark in data
        for found in shape.finditer(data)
        if starts_a_word(data, found.start())
    ]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_known_by_its_shape(key: str) -> None:
    for text in (key, f'"{key}"', f"use {key} please", f"?key={key}&a=b", f"\\n{key}", f"%20{key}"):
        assert key in matches(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_key_has_no_such_shape(text: str) -> None:
    assert matches(f'{{"id":"{text}"}}') == []


@pytest.mark.parametrize("key", [key for key in KEYS if "-----" not in key])
def test_a_key_does_not_start_within_a_word(key: str) -> None:
    assert key not in matches(f"ri{key}") or key.startswith("sk-")
    assert key not in matches(f"a_{key}")


@pytest.mark.parametrize("unit", ["eyJ", "sk-", "Bearer ", "AIza", "eyJaaaaaaaa.", "xoxb-", "sk-a"])
def test_no_text_makes_the_search_slow(unit: str) -> None:
    matches(unit * (200_000 // len(unit)))
