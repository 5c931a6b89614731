"""One step of a reduction by itself: what it takes away, and what it must leave."""

from __future__ import annotations

import json

import pytest

from streamgauge.shrink.draft import Draft
from streamgauge.shrink.scalars import blank_paths, plain_scalars
from streamgauge.shrink.search import Budget, Search
from streamgauge.wire.framing import detect

# A body, what must stay in it, and what is left.
STEPS: dict[str, tuple[bytes, list[bytes], bytes]] = {
    "all that can": (b'{"a":"text","b":17,"c":-2.5e3}', [b"a"], b'{"a":"","b":0,"c":0}'),
    "words stay": (b'[true,null,"x"]', [b"true"], b'[true,null,""]'),
    "a part of a text": (b'{"a":"one two three"}', [b"two"], b'{"a":"two"}'),
    "a text over two chunks": (
        b'data: {"a":"one tw"}\n\ndata: {"a":"o three"}\n\n',
        [b"e t", b"o th"],
        b'data: {"a":"e t"}\n\ndata: {"a":"o th"}\n\n',
    ),
    "digits": (b"[120,1700]", [b"7"], b"[0,7]"),
    "a number that must not be zero": (b'["",5555]', [b"5"], b'["",5]'),
    "an escape is one character": (b'["\\n\\u0041\\""]', [b"\\u0041"], b'["\\u0041"]'),
    "wide characters become a letter": (
        b'["\xc3\xa4b\xe6\xbd\xae"]',
        [b"b", b"\xe6"],
        b'["b\xe6\xbd\xae"]',
    ),
}


@pytest.mark.parametrize("name", STEPS)
def test_what_a_step_leaves(name: str) -> None:
    body, needed, left = STEPS[name]
    framing = detect(body)

    def shows(draft: Draft) -> bool:
        return all(one in draft.body for one in needed)

    search = Search(Draft(body), shows, framing, Budget(1000))
    plain_scalars(search)
    assert search.best.body == left


@pytest.mark.parametrize(("needed", "left"), [("", ""), ("l_x", "l_x"), ("7", "7")])
def test_an_id_stays_one_id_wherever_it_stands(needed: str, left: str) -> None:
    body = b'{"a":"call_x7","b":{"c":"call_x7"}}'

    def shows(draft: Draft) -> bool:
        value = json.loads(draft.body)
        return value["a"] == value["b"]["c"] and needed in value["a"]

    search = Search(Draft(body), shows, detect(body), Budget(1000))
    plain_scalars(search)
    assert json.loads(search.best.body) == {"a": left, "b": {"c": left}}


def test_a_text_and_its_repetition_are_blanked_together() -> None:
    pieces = b"".join(b'data: {"type":"t","say":"word %d ","n":7}\n\n' % n for n in range(20))
    whole = "".join(f"word {number} " for number in range(20))
    body = pieces + b'data: {"type":"d","done":{"text":"%s"}}\n\n' % whole.encode()

    def shows(draft: Draft) -> bool:
        chunks = [json.loads(line[6:]) for line in draft.body.split(b"\n\n") if line]
        said = "".join(one.get("say", "") for one in chunks)
        return {one["type"] for one in chunks} == {"t", "d"} and said == chunks[-1]["done"]["text"]

    budget = Budget(1000)
    search = Search(Draft(body), shows, detect(body), budget)
    blank_paths(search)
    left = b'data: {"type":"t","say":"","n":0}\n\n' * 20
    assert search.best.body == left + b'data: {"type":"d","done":{"text":""}}\n\n'
    assert budget.asked < 10
