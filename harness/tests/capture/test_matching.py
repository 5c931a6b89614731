"""A request finds the answer to what it asks, however it is spelled and whatever runs beside it."""

from __future__ import annotations

import itertools
import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.capture.cassette_text import cassette_text
from streamgauge.capture.matching import VOLATILE, Answers, canonical, recorded_in
from streamgauge.exchange import Exchange, Head, Request

URL = "https://api.example/v1/chat?alt=sse&v=2"


def asked(prompt: str = "hi", url: str = URL, **more: object) -> Request:
    return Request(url=url, body=json.dumps({"model": "m", "prompt": prompt, **more}).encode())


def exchange(request: Request, answer: str) -> Exchange:
    return Exchange(request=request, head=Head(status=200), body=answer.encode())


def answer_of(answers: Answers, request: Request) -> str | None:
    found = answers.answer(request)
    return None if found is None else found.body.decode()


@pytest.mark.parametrize(
    "other",
    [
        Request(url=URL, body=b'{"prompt":"hi",  "model":"m"}'),
        Request(url=URL, body=b'{"prompt":"h\\u0069", "model":"m"}'),
        Request(url=URL, method="post", body=asked().body),
        asked(url="https://API.example/v1/chat?v=2&alt=sse&api_key=abc"),
        asked(url="https://me:pass@api.example/v1/chat?alt=sse&v=2&key="),
        asked(user="u", metadata={"a": 1}, prompt_cache_key="k"),
    ],
    ids=["order", "escapes", "method", "key in the address", "user in the address", "volatile"],
)
def test_the_same_request_in_other_words(other: Request) -> None:
    assert canonical(other) == canonical(asked())


@pytest.mark.parametrize(
    "other",
    [
        asked("ho"),
        asked(url="https://other.example/v1/chat?alt=sse&v=2"),
        asked(url="https://api.example/v1/other?alt=sse&v=2"),
        asked(url="https://api.example/v1/chat?v=2"),
        asked(temperature=0.5),
        asked(nested={"user": "u"}),
        Request(url=URL, method="GET", body=asked().body),
        Request(url=URL, body=b"no JSON"),
        Request(url=URL, body=b"[" * 9999),
    ],
)
def test_another_request(other: Request) -> None:
    assert canonical(other) != canonical(asked())


def test_a_number_may_be_spelled_differently() -> None:
    bodies = [b'{"t": 1}', b'{"t": 1.0}', b'{"t": 1e0}']
    assert len({canonical(Request(body=body)) for body in bodies}) == 1
    assert canonical(Request(body=b'{"t": 1.5}')) != canonical(Request(body=b'{"t": 1}'))


@pytest.mark.parametrize("url", ["", "https://[", "not a url", "https://h:99999/"])
def test_any_address_is_taken(url: str) -> None:
    assert canonical(Request(url=url)) == canonical(Request(url=url))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.dictionaries(st.text(), JSON, max_size=4), st.sampled_from(sorted(VOLATILE)))
def test_the_order_of_members_never_matters(body: dict[str, Any], volatile: str) -> None:
    backwards = dict(reversed([*body.items(), (volatile, 1)]))
    first = canonical(Request(body=json.dumps(body | {volatile: 2}).encode()))
    assert first == canonical(Request(body=json.dumps(backwards, ensure_ascii=False).encode()))


def test_answers_come_in_their_order_and_begin_again() -> None:
    answers = Answers([exchange(asked(), "1"), exchange(asked("ho"), "x"), exchange(asked(), "2")])
    got = [answer_of(answers, asked()) for _ in range(3)]
    assert got == ["1", "2", "1"]
    assert answer_of(answers, asked("ho")) == "x"


def test_what_nobody_recorded_has_no_answer() -> None:
    answers = Answers([exchange(asked(), "1"), Exchange(body=b"without a request")])
    assert answer_of(answers, asked("ho")) is None


def test_a_host_has_answers_of_its_own() -> None:
    hosts = ["https://one/v1", "https://two/v1"]
    answers = Answers([exchange(asked(url=url), url) for url in hosts])
    for url in reversed(hosts):
        assert answer_of(answers, asked(url=url)) == url
    elsewhere = asked(url="http://127.0.0.1:8080/v1")
    assert [answer_of(answers, elsewhere) for _ in range(2)] == hosts


def test_a_key_that_was_overwritten_in_the_recording_matches() -> None:
    recorded = exchange(asked("XXXXXXXXXXXXXXX"), "1")
    answers = Answers([recorded], secrets=[b"hunter2-hunter2"])
    assert answer_of(answers, asked("hunter2-hunter2")) == "1"
    assert answer_of(answers, asked("hunter2-hunter3")) is None


def test_requests_at_once_never_swap_answers() -> None:
    names = [f"n{number}" for number in range(50)]
    answers = Answers([exchange(asked(name), f"{name}/{turn}") for name in names for turn in "ab"])
    wrong: list[str | None] = []

    def ask(name: str) -> None:
        for turn in "ab":
            got = answer_of(answers, asked(name))
            if got != f"{name}/{turn}":
                wrong.append(got)

    threads = [threading.Thread(target=ask, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def calls_of(work: Callable[[], object]) -> int:
    """How many function calls something takes."""
    count = itertools.count()
    sys.setprofile(lambda *_: next(count))
    try:
        work()
    finally:
        sys.setprofile(None)
    return next(count)


def test_an_answer_costs_as_much_among_ten_thousand_as_alone() -> None:
    """100 cassettes with 100 interactions: nothing is searched."""

    def cassettes(files: int, interactions: int) -> Answers:
        return Answers(
            exchange(asked(f"p{number}"), f"{number}") for number in range(files * interactions)
        )

    alone, many = cassettes(1, 1), cassettes(100, 100)
    work = calls_of(lambda: alone.answer(asked("p0")))
    for number in (0, 5_000, 9_999):
        request = asked(f"p{number}")
        assert calls_of(lambda request=request: many.answer(request)) <= work + 5  # type: ignore[misc]
        assert answer_of(many, asked("p5000")) == "5000"


def test_all_recordings_of_a_folder_are_taken_together(tmp_path: Path) -> None:
    for name in ("b/two.yaml", "a/one.yaml", "one.sse"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(cassette_text([exchange(asked(name), name)]))
    (tmp_path / "notes.md").write_text("not a recording")
    (tmp_path / "one.sse").write_text("data: 1\n\n")
    answers = Answers(recorded_in(tmp_path))
    for name in ("a/one.yaml", "b/two.yaml"):
        assert answer_of(answers, asked(name)) == name
