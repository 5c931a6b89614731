"""Markdown in which no stream writes markup."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from streamgauge.report import markdown
from streamgauge.report.run import Run
from tests.report.trial_runs import line, text, trials

SPANS = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")


def outside_code(text: str) -> str:
    """What a Markdown reader takes for text and markup: all but code spans and code elements."""
    without = re.sub(r"<code>[^<]*</code>", "CODE", text)
    return SPANS.sub("CODE", without)


def test_the_table_has_the_worst_first(sample_run: Run) -> None:
    rows = [line for line in markdown.render(sample_run).splitlines() if line.startswith("|")]
    assert rows == [
        "| verdict | stream | what it is | must | should | may |",
        "| --- | --- | --- | ---: | ---: | ---: |",
        "| fail | `recordings/kimi/cut-tool-call.sse` | `openai-chat · moonshot · truncated` "
        "| 6 | 1 | 1 |",
        "| warn | `recordings/quiet.sse` | `openai-chat · moonshot · complete` | 0 | 1 | 1 |",
        "| unreadable | `broken.har` |  | 0 | 0 | 0 |",
    ]


def test_a_finding_says_what_where_and_how_often(sample_run: Run) -> None:
    text = markdown.render(sample_run)
    assert (
        "- **must** `stop/every-choice-stops`: Every choice must end with a finish reason.\n"
        "  - expected `a finish_reason for choice 0`\n"
        "  - got `none before the body ended`\n"
        "  - at `bytes 812–954`\n"
    ) in text
    assert "- may: `framing/has-retry` × 1" in text
    assert "- error: not JSON: line 3, column 7" in text
    assert (
        "## Stale deviations (remove them)\n\n- `usage/*` at `a/*.sse:` sent no usage once" in text
    )
    assert "good.sse" not in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "`plain`"),
        ("", "` `"),
        ("a`b", "`` a`b ``"),
        ("``", "``` `` ```"),
        (" x ", "`  x  `"),
        ("a\nb", r"`a\nb`"),
    ],
)
def test_a_code_span_holds_any_text(text: str, expected: str) -> None:
    assert markdown.code(text) == expected


@pytest.mark.parametrize("text", ["a|b", "a\\|b", "`|`", "\\", "a_b|*c*", "<b>|</b>", "@x|#1"])
def test_a_cell_never_breaks_its_row(text: str) -> None:
    cell = markdown.cell(text)
    assert not re.search(r"[|\\`_*#@](?!\d+;)", cell.replace("&#", ""))
    assert html.unescape(cell).removeprefix("<code>").removesuffix("</code>") == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('It\'s fine, (really) "so": yes.', 'It\'s fine, (really) "so": yes.'),
        ("die Größe 漢字 – gut", "die Größe 漢字 – gut"),
        ("<b>bold</b>", "`<b>bold</b>`"),
        ("ask @all in #12", "ask `@all` in `#12`"),
        ("www.evil.test", "`www.evil.test`"),
        ("mail a@b.test", "mail `a@b.test`"),
        ("[a](b)", "`[a](b)`"),
        ("*x* _y_ ~z~", "`*x*` `_y_` `~z~`"),
        ("see GH-12", "see `GH-12`"),
        ("at deadbeef1 now", "at `deadbeef1` now"),
        ("a\nb", r"`a\nb`"),
        ("&amp;", "`&amp;`"),
        ("$x$ :smile:", "`$x$` `:smile:`"),
    ],
)
def test_only_plain_words_stand_outside_code(text: str, expected: str) -> None:
    assert markdown.prose(text) == expected


def test_hostile_text_writes_no_markup(hostile_run: Run) -> None:
    text = markdown.render(hostile_run)
    left = outside_code(text)
    assert not re.search(r"[<>\[\]@&`]|http|www|evil|everyone|#1", left)
    rows = [line for line in left.splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {7}
    assert all(char == "\n" or char.isprintable() for char in text)


def test_a_run_cut_short_says_so(sample_run: Run) -> None:
    text = markdown.render(replace(sample_run, footer=None))
    assert "**The run was cut short** after 6 streams." in text


def test_a_run_of_trials_has_a_matrix_its_caches_and_what_was_not_tried() -> None:
    good, bad = line("plain", text("a")), line("cut", text("a")[:-16], vendor="openai")
    good["result"]["metadata"]["cache"] = {"verdict": "hit", "says": "It was read."}
    bad["result"]["metadata"]["live"]["retries"] = [{"status": 429}]
    bad["result"]["metadata"]["live"]["attempts"] = 2
    skip = {"target": "glm", "scenario": "cut", "reason": "glm cannot | <b>"}
    told = markdown.render(trials([good, bad], skips=[skip]))
    assert "| | `kimi` | `glm` |\n| --- | --- | --- |\n| `plain` | pass |  |\n" in told
    assert "| `cut` | fail | not tried |\n" in told
    assert "## Caches\n\n- `kimi/plain`: hit: It was read.\n" in told
    assert "## Not tried\n\n- glm cannot `|` `<b>`: `glm/cut`\n" in told
    assert "- trial: HTTP 200 · 2 attempts (429)\n" in told


def test_a_run_of_recordings_has_none_of_that(sample_run: Run) -> None:
    told = markdown.render(sample_run)
    assert not any(title in told for title in ("## Trials", "## Caches", "## Not tried"))
