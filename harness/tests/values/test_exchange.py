"""The head of an answer: headers by any case, the media type alone."""

from __future__ import annotations

import pytest

from streamgauge.exchange import Exchange, Head

HEAD = Head(headers=(("Content-Type", " Text/Event-Stream; charset=utf-8"), ("x", "1"), ("X", "2")))


@pytest.mark.parametrize("name", ["content-type", "CONTENT-TYPE"])
def test_a_header_is_found_in_any_case(name: str) -> None:
    assert HEAD.header(name) == " Text/Event-Stream; charset=utf-8"


def test_the_first_of_several_counts_and_none_is_none() -> None:
    assert (HEAD.header("x"), HEAD.header("y")) == ("1", None)


def test_the_media_type_has_no_parameters() -> None:
    assert HEAD.content_type == "text/event-stream"
    assert Head().content_type is None


def test_an_exchange_knows_nothing_by_itself() -> None:
    exchange = Exchange()
    assert (exchange.request, exchange.arrivals, exchange.head.status) == (None, None, None)
