"""The net below redaction: a key in a file is found in every form, and never repeated."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.door import leaks
from streamgauge.report.plain_json import dumps
from streamgauge.report.run import pack_body

KEY = "sk/planted+key=0123456789"

FORMS: dict[str, Callable[[str], str]] = {
    "plain": lambda key: f'{{"authorization": "Bearer {key}"}}',
    "in a URL": lambda key: f"https://x/?key={quote(key, safe='')}",
    "in a URL, small letters": lambda key: f"?key={quote(key, safe='').lower()}",
    "in JSON": lambda key: '"' + key.replace("/", "\\/") + '"',
    "in base64 behind a user": lambda key: base64.b64encode(f"me:{key}".encode()).decode(),
    "in a packed body": lambda key: dumps({"body": pack_body(key.encode() * 3, [])}),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_planted_key_is_found_with_its_line(form: str, tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text(f"nothing\n{FORMS[form](KEY)}\nnothing\n")
    places = leaks.found([path], [KEY.encode()])
    assert places == [f"{path}:2"]
    assert KEY not in "".join(places)


def test_a_packed_body_that_is_damaged_is_no_trouble(tmp_path: Path) -> None:
    line = dumps({"body": pack_body(KEY.encode(), [])})
    data = re.sub('"data":"....', '"data":"AAAA', line)
    path = tmp_path / "run.jsonl"
    path.write_text('{"zlib+base64": 1}\n{"zlib+base64"\n' + data + "\n")
    assert leaks.found([path], [KEY.encode()]) == []


def test_nothing_is_looked_for_without_a_key_worth_the_name(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("EMPTY")
    assert leaks.found([path], []) == []
    assert leaks.found([path], [b"EMPTY"]) == []


@given(
    key=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=12, max_size=40),
    before=st.binary(max_size=9),
    packed=st.booleans(),
)
def test_no_key_goes_unseen(
    key: str, before: bytes, packed: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    planted = base64.b64encode(before + key.encode()) if len(before) % 2 else before + key.encode()
    line = dumps({"body": pack_body(planted, [])}).encode() if packed else planted
    path = tmp_path_factory.mktemp("leak") / "file"
    path.write_bytes(line)
    assert leaks.found([path], [key.encode()])


def test_a_key_that_folding_joined_is_masked_and_named() -> None:
    mask = leaks.Mask([KEY.encode()])
    clean = {"source": "a", "list": [1, None, "text"]}
    assert mask.clean(clean) is clean
    dirty = {"source": "b", "deep": [{"text": f"is {KEY}."}, 2.5], KEY: True}
    stars = "*" * len(KEY)
    assert mask.clean(dirty) == {
        "source": "b",
        "deep": [{"text": f"is {stars}."}, 2.5],
        stars: True,
    }
    assert mask.seen == ["b"]
