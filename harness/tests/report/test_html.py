"""What the HTML page is made of: the summary, the blocks, the bodies and the policy."""

from __future__ import annotations

import base64
import json
import re
import zlib
from pathlib import Path

import pytest

from streamgauge.report import html
from tests.report.page_run import (
    ARGUMENTS,
    CUT,
    CUT_LINE,
    SMALL,
    Record,
    a_run,
    cut_message,
    finding,
    line,
    many,
    text_part,
)


def embedded(page: str, name: str) -> str:
    found = re.search(rf'<script [^>]*id="{name}"[^>]*>([^<]*)</script>', page)
    assert found, name
    return found[1]


def test_the_same_run_gives_the_same_page() -> None:
    assert html.render(SMALL) == html.render(SMALL)


def test_the_summary_has_one_row_a_stream_and_one_word_a_family() -> None:
    summary = html.summarise(SMALL)
    cells = dict(zip(summary["families"], summary["streams"][2][8].split(" "), strict=True))
    assert cells == {
        **dict.fromkeys(html.FAMILIES, "p"),
        "schema": "m1",
        "tools": "m1",
        "stop": "m1",
        "usage": "s1",
        "framing": "x1",
        "timing": "n",
    }
    assert set(summary["streams"][4][8].split(" ")) == {"n"}


def test_a_rule_that_only_a_finding_names_still_has_a_place() -> None:
    summary = html.summarise(a_run(line("a", CUT, finding("new/thing"), verdict="fail")))
    assert summary["families"][-1] == "new"
    assert summary["rules"][-1]["slug"] == "new/thing"
    assert summary["streams"][0][8].split(" ")[-1] == "m1"


def test_rules_count_the_streams_that_break_them_by_level() -> None:
    again = line("b", CUT, ARGUMENTS, ARGUMENTS, {**ARGUMENTS, "excused": "known"}, verdict="fail")
    rules = {rule["slug"]: rule for rule in html.summarise(a_run(CUT_LINE, again))["rules"]}
    assert rules["tools/arguments-are-json"]["streams"] == {
        "must": 2,
        "should": 0,
        "may": 0,
        "excused": 1,
    }


def test_records_travel_in_blocks_that_unpack_to_what_went_in() -> None:
    run = many(html.BLOCK + 3)
    packed = embedded(html.render(run), "block-1")
    records = json.loads(zlib.decompress(base64.b64decode(packed)))
    assert records == [item["result"] for item in run.results[html.BLOCK :]]


def test_the_policy_admits_nothing_but_the_page_itself() -> None:
    page = html.render(SMALL)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert policy[1].startswith("default-src &#39;none&#39;; style-src &#39;sha256-")
    assert "unsafe" not in policy[1]
    assert not re.search(r"<(?:link|script|img|iframe)[^>]*(?:src|href)=\"(?!data:,)", page)


@pytest.mark.parametrize(
    "harm",
    [
        {"data": "</script><script>alert(1)</script>"},
        {"bounds": '"><script>alert(1)</script>'},
        {"data": "AA\nAA"},
        {"data": None},
        {"bytes": "many"},
    ],
    ids=["data that ends the script", "bounds that end the tag", "not base64", "none", "no size"],
)
def test_a_body_that_is_not_what_it_claims_is_left_out(harm: Record) -> None:
    broken = {**CUT_LINE, "body": {**CUT_LINE["body"], **harm}}
    page = html.render(a_run(broken))
    assert 'id="body-0"' not in page
    assert "alert(1)" not in page


def test_scripts_and_style_cannot_end_their_own_element() -> None:
    page = html.render(SMALL)
    assert page.count("<script") == page.count("</script>")
    assert page.count("<style") == page.count("</style>") == 1


@pytest.mark.corpus
def test_two_thousand_recorded_streams_stay_under_ten_megabytes(corpus: Path) -> None:
    bodies = [path.read_bytes() for path in sorted(corpus.glob("streams/*/*/*"))]
    lines = []
    for number in range(2000):
        body = bodies[number % len(bodies)] if number < len(bodies) else b""
        text = b"".join(re.findall(rb'"(?:content|text)": ?"([^"]*)"', body)).decode(
            "utf-8", "replace"
        )
        message = cut_message()
        message["choices"][0]["parts"] = [text_part(text)]
        skipped = [
            {"rule": f"timing/rule-{n}", "reason": "arrival unknown: the recording keeps no times"}
            for n in range(60)
        ]
        one = line(f"streams/{number}.sse", [body], ARGUMENTS, message=message, verdict="fail")
        one["result"]["rules"]["skipped"] = skipped
        lines.append(one)
    assert sum(map(len, bodies)) > 25_000_000
    assert len(html.render(a_run(*lines)).encode()) < 10_000_000
