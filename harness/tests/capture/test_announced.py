"""A request tells which keys it carries; an answer that repeats one is redacted."""

from __future__ import annotations

import pytest

from streamgauge.capture.announced import keys_in
from streamgauge.capture.recorder import Recorder
from streamgauge.exchange import Close, Head, Headers, Request

KEY = "0123456789abcdef.secretPart"


@pytest.mark.parametrize(
    "request_",
    [
        Request(headers=(("authorization", f"Bearer {KEY}"),)),
        Request(headers=(("Authorization", KEY),)),
        Request(headers=(("X-Api-Key", KEY),)),
        Request(url=f"https://h/v1?alt=sse&api_key={KEY}"),
    ],
    ids=["a bearer", "a bare key", "a header of its own", "in the address"],
)
def test_a_key_is_found(request_: Request) -> None:
    assert keys_in(request_) == (KEY.encode(),)


@pytest.mark.parametrize(
    "fields",
    [
        (("authorization", "Bearer EMPTY"),),
        (("authorization", "Bearer no-key-required"),),
        (("authorization", ""),),
        (("idempotency-key", KEY),),
        (("x-request-id", KEY),),
    ],
)
def test_what_is_no_key_is_passed_over(fields: Headers) -> None:
    assert keys_in(Request(headers=fields)) == ()


def test_a_broken_address_has_none() -> None:
    assert keys_in(Request(url=f"https://[?key={KEY}")) == ()


def test_an_answer_that_repeats_the_key_of_its_request_is_redacted() -> None:
    request = Request(headers=(("authorization", f"Bearer {KEY}"),), body=KEY.encode())
    taking = Recorder(None).begin(request)
    taking.head(Head(status=401, headers=(("x-echo", KEY),)))
    taking.segment(f"bad key {KEY[:9]}".encode(), 1.0)
    taking.segment(f"{KEY[9:]}!".encode(), 2.0)
    exchange = taking.end(Close.CLEAN)
    crossed_out = "X" * len(KEY)
    assert exchange.body == f"bad key {crossed_out}!".encode()
    assert exchange.head.header("x-echo") == crossed_out
    assert exchange.request is not None
    assert exchange.request.body == crossed_out.encode()
