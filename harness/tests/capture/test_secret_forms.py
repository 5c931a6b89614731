"""A known key is found in every form in which it travels."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.capture.secret_forms import SHORTEST, forms_of

SECRET = 'p@ss/w"rd+é\n9'


@pytest.mark.parametrize(
    "carrier",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        "p%40ss%2fw%22rd%2b%c3%a9%0a9",
        urlencode({"key": SECRET}),
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
        json.dumps(SECRET).replace("/", "\\/"),
        json.dumps(json.dumps({"key": SECRET})),
        json.dumps(json.dumps({"key": SECRET}, ensure_ascii=False)),
    ],
)
def test_each_form_is_known(carrier: str) -> None:
    assert any(form in carrier.encode() for form in forms_of([SECRET.encode()]))


@given(st.binary(min_size=SHORTEST, max_size=40), st.binary(max_size=9), st.binary(max_size=5))
def test_a_key_is_found_inside_base64(secret: bytes, before: bytes, after: bytes) -> None:
    secret = secret.strip().ljust(SHORTEST, b"k")
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        encoded = encode(before + secret + after)
        assert any(form in encoded for form in forms_of([secret]))


@pytest.mark.parametrize("secret", [b"", b"EMPTY", b"dummy", b"  test   "])
def test_placeholders_are_no_secrets(secret: bytes) -> None:
    assert forms_of([secret]) == ()


def test_the_longest_form_comes_first() -> None:
    lengths = [len(form) for form in forms_of([SECRET.encode(), b"another-secret"])]
    assert lengths == sorted(lengths, reverse=True)
