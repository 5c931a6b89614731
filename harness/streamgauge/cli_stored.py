"""Commands for what is there already, recordings, runs and faults: options and help texts only.

They hang in `cli`'s tree of commands. Each imports its door when it is called.
"""

from __future__ import annotations

import sys

import click

DIALECTS = ["auto", "openai-chat", "openai-responses", "anthropic-messages", "gemini"]
FORMATS = ["text", "json", "jsonl", "github"]

_CHECK_EPILOG = """\b
Examples:
  streamgauge check answer.sse
  curl -isN … | streamgauge check -
  streamgauge check recordings/ --vendor moonshot --report html
  streamgauge check session.har --rule 'tools/*' --format jsonl
  streamgauge check tests/cassettes --deviations known.toml --fail-on should

\b
Exit: 0 conforms · 1 findings that fail, or a stale deviation · 2 usage, unreadable
input, interrupted, or nothing was judged.
"""


@click.command(epilog=_CHECK_EPILOG)
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--dialect", type=click.Choice(DIALECTS), default="auto", show_default=True)
@click.option(
    "--vendor",
    default="auto",
    show_default=True,
    metavar="SLUG",
    help="Whose habits apply: openai, moonshot, zhipu … (auto: host, then fingerprints)",
)
@click.option(
    "--request",
    "request_file",
    type=click.Path(),
    metavar="FILE",
    help="The JSON that was sent; default: <name>.request.json beside each file",
)
@click.option("--rule", "rule", multiple=True, metavar="GLOB", help="Only these rules")
@click.option("--skip-rule", "skip_rule", multiple=True, metavar="GLOB", help="Not these rules")
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="What is printed on standard output",
)
@click.option(
    "--report",
    default="",
    metavar="LIST",
    help="Also write html, json, junit, markdown (comma-separated)",
)
@click.option("--report-dir", default="reports/latest", show_default=True, metavar="DIR")
@click.option(
    "--report-bytes",
    type=click.Choice(["all", "broken", "none"]),
    default="all",
    show_default=True,
    help="Whose bytes the reports keep",
)
@click.option(
    "--fail-on",
    type=click.Choice(["must", "should", "never"]),
    default="must",
    show_default=True,
    help="The lowest level that fails",
)
@click.option("--deviations", type=click.Path(), metavar="FILE", help="Known deviations (TOML)")
@click.option(
    "--update-deviations",
    type=click.Path(),
    metavar="FILE",
    help="Write what is broken now as known deviations",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes  [default: one for few inputs, else one a core]",
)
@click.option("--notes", is_flag=True, help="Print findings of level may too")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors")
def check(paths: tuple[str, ...], **options: object) -> None:
    """Judge recordings: files, folders, or - for standard input.

    Reads raw bodies and curl -i / -v logs (.sse .txt), JSON lines, JSON documents, VCR cassettes
    (.yaml .yml) and HAR files, each also gzipped (.gz). A folder is searched for these endings.
    """
    from streamgauge.door.check import run

    sys.exit(run(paths, options))


_REPORT_EPILOG = """\b
Examples:
  streamgauge report render reports/latest --report html,markdown
  streamgauge report diff reports/moonshot reports/zhipu
  streamgauge report merge reports/a reports/b -o all.jsonl.gz

\b
RUN is a run.jsonl (also .gz), or the folder that --report-dir named.
"""


@click.group(epilog=_REPORT_EPILOG)
def report() -> None:
    """Show stored runs, compare two, or make one of several."""


@report.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN…")
@click.option("--report", default="", metavar="LIST", help="Write html, json, junit, markdown")
@click.option("--report-dir", default="reports/latest", show_default=True, metavar="DIR")
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="Print this on standard output  [default: text, if no --report]",
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors and --format")
def render(runs: tuple[str, ...], **options: object) -> None:
    """Show a stored run again; several are shown as one."""
    from streamgauge.door.report import render as show

    sys.exit(show(runs, options))


@report.command()
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors")
def diff(a: str, b: str, **options: object) -> None:
    """Say what differs between two runs: framing, endings, usage, errors, findings …

    Exit: 0 the same · 1 different · 2 they cannot be compared. Times are told and do not count.
    """
    from streamgauge.door.report import diff as compare

    sys.exit(compare(a, b, options))


@report.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN…")
@click.option("-o", "--out", required=True, type=click.Path(), metavar="OUT")
@click.option("--force", is_flag=True, help="Write over what is there")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors")
def merge(runs: tuple[str, ...], out: str, **options: object) -> None:
    """Write one run of several: its rules, targets, results, skips and counts are theirs."""
    from streamgauge.door.report import merge as unite

    sys.exit(unite(runs, out, options))


_CONVERT_EPILOG = """\b
Examples:
  streamgauge convert session.har session.yaml
  streamgauge convert answer.log answer.yaml        of curl -iN or curl -vN
  streamgauge convert session.yaml answer.sse --number 2

\b
OUT is a cassette (.yaml .yml) or the body of one exchange (.sse .txt .json .jsonl),
with its request beside it as OUT.request.json where it is known. Keys are overwritten
on the way.
"""


@click.command(epilog=_CONVERT_EPILOG)
@click.argument("source", metavar="IN")
@click.argument("out", metavar="OUT")
@click.option("--number", type=click.IntRange(min=0), metavar="N", help="Only the Nth, from 0")
@click.option("--force", is_flag=True, help="Write over what is there")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors")
def convert(source: str, out: str, **options: object) -> None:
    """Turn a HAR, a curl log, a body or a cassette into a cassette or a body.

    Boundaries and times are kept where they are known; where they are not, none are made up.
    """
    from streamgauge.door.convert import run as convert_file

    sys.exit(convert_file(source, out, options))


_FAULTS_EPILOG = """\b
Examples:
  streamgauge faults
  streamgauge faults error-in-stream
  streamgauge faults '*-sentinel'
  streamgauge serve answer.sse --fault stall:after=0.3+crlf
"""


@click.command(epilog=_FAULTS_EPILOG)
@click.argument("name", required=False)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="markdown prints every page; docs/faults.md is made so",
)
def faults(name: str | None, format_: str) -> None:
    """List the faults that can be put into a good exchange, or print the page of one."""
    from streamgauge.door.faults import run

    sys.exit(run(name, format_))
