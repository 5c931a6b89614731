"""The command line: options and help texts only, so that `--help` imports nothing heavy.

Each command imports its door when it is called.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from streamgauge import __version__
from streamgauge.cli_clients import clients
from streamgauge.cli_stored import DIALECTS, FORMATS, check, convert, faults, report

_RULES_EPILOG = """\b
Examples:
  streamgauge rules
  streamgauge rules tools/arguments-are-json
  streamgauge rules 'ending/*' --vendor moonshot
"""

_SERVE_EPILOG = """\b
Examples:
  streamgauge serve fixtures
  streamgauge serve cassettes/ --port 0 --replay-speed 0
  streamgauge serve answer.sse --fault stall:after=0.3,ms=5000 --fault half-close
  streamgauge serve session.har --log sent.jsonl
  streamgauge serve --simulate moonshot --fault cut-arguments
  streamgauge serve --cases 'cut-*'
  streamgauge serve --translate anthropic-messages:gemini --upstream http://127.0.0.1:8021

\b
Exit: 0 when stopped · 2 usage, or nothing that can be served.
"""


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
    epilog="Try: streamgauge run",
)
@click.version_option(__version__, prog_name="streamgauge")
def main() -> None:
    """Gauge streams of LLM APIs: what a stream says, how it ended, every rule it breaks."""


@main.command(epilog=_RULES_EPILOG)
@click.argument("rule", required=False)
@click.option("--vendor", metavar="SLUG", help="Show the levels that this vendor's profile gives")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="markdown prints every page; docs/rules.md is made so",
)
def rules(rule: str | None, vendor: str | None, format_: str) -> None:
    """List the rules, or print the page of one."""
    from streamgauge.door.rules import run

    sys.exit(run(rule, vendor, format_))


_RUN_EPILOG = """\b
Examples:
  streamgauge run                          the embedded simulator, no key needed
  streamgauge run --vendor moonshot --drop-history reasoning
  streamgauge run moonshot --scenario 'tool-*' --plan
  streamgauge run moonshot --max-requests 50 --report html,junit
  streamgauge run http://127.0.0.1:8080/v1 --model tiny --vendor llama-cpp
  streamgauge run local                    a target of streamgauge.toml

\b
Keys come from the environment only (--api-key-env names another variable).
Options beat the environment (STREAMGAUGE_MAX_REQUESTS=50), that beats
streamgauge.toml, and that the vendor's profile.
Exit: 0 conforms · 1 findings that fail · 2 usage, no answer, interrupted, or nothing was judged.
"""


_ENVIRONMENT = {"auto_envvar_prefix": "STREAMGAUGE"}
"""An option may stand in the environment: STREAMGAUGE_REPORT_DIR is --report-dir."""

_NAMING = (
    click.option("--dialect", type=click.Choice(DIALECTS), default="auto", show_default=True),
    click.option(
        "--vendor",
        default="auto",
        show_default=True,
        metavar="SLUG",
        help="Whom the simulator plays, or whose habits a URL has",
    ),
    click.option(
        "--base-url", metavar="URL", help="Where the provider is, without the API's own path"
    ),
    click.option("--api-key-env", metavar="NAME", help="The variable that holds the key"),
    click.option("--model", metavar="NAME", help="The model to ask for"),
)
"""Who is asked."""

_TRYING = (
    click.option("--scenario", multiple=True, metavar="GLOB", help="Only these scenarios"),
    click.option("--scenarios", metavar="DIR", help="Scenarios of your own instead of ours"),
    click.option("--rule", "rule", multiple=True, metavar="GLOB", help="Only these rules"),
    click.option("--skip-rule", "skip_rule", multiple=True, metavar="GLOB", help="Not these rules"),
    click.option(
        "--drop-history",
        multiple=True,
        type=click.Choice(["reasoning", "signatures", "ids"]),
        help="Lose this of the history, as a bad client does",
    ),
    click.option("--plan", is_flag=True, help="Say what would be asked, and ask nothing"),
    click.option("--resume", is_flag=True, help="Go on with the run in --report-dir"),
    click.option("--max-requests", type=click.IntRange(min=1), metavar="N", help="Cap on requests"),
    click.option("--max-tokens", type=click.IntRange(min=1), metavar="N", help="Cap on tokens"),
    click.option("--max-cost", type=click.FloatRange(min=0), metavar="X", help="Cap on money"),
    click.option("--at-once", type=click.IntRange(min=1), metavar="N", help="Requests at once"),
    click.option(
        "--per-minute", type=click.FloatRange(min=0), metavar="N", help="Requests a minute"
    ),
    click.option(
        "--replay-speed",
        type=click.FloatRange(min=0),
        default=1.0,
        show_default=True,
        metavar="X",
        help="How fast the simulator plays; 0: at once",
    ),
    click.option(
        "--format",
        "format_",
        type=click.Choice(FORMATS),
        default="text",
        show_default=True,
        help="What is printed on standard output",
    ),
    click.option(
        "--report",
        default="html",
        show_default=True,
        metavar="LIST",
        help="html, json, junit, markdown (comma-separated)",
    ),
    click.option("--report-dir", default="reports/latest", show_default=True, metavar="DIR"),
    click.option(
        "--fail-on",
        type=click.Choice(["must", "should", "never"]),
        default="must",
        show_default=True,
        help="The lowest level that fails",
    ),
    click.option("--deviations", type=click.Path(), metavar="FILE", help="Known deviations (TOML)"),
    click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors"),
)
"""What `run` and `record` have in common."""


def _said() -> frozenset[str]:
    """The options that were given, here or in the environment; files and defaults yield to them."""
    context = click.get_current_context()
    given = (click.core.ParameterSource.COMMANDLINE, click.core.ParameterSource.ENVIRONMENT)
    return frozenset(n for n in context.params if context.get_parameter_source(n) in given)


def _naming(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_NAMING):
        command = option(command)
    return command


def _trying(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_TRYING):
        command = option(command)
    return _naming(command)


@main.command(epilog=_RUN_EPILOG, context_settings=_ENVIRONMENT)
@click.argument("targets", nargs=-1, metavar="[TARGET]…")
@_trying
def run(targets: tuple[str, ...], **options: object) -> None:
    """Try providers: TARGET is a configured name, a vendor or a URL; none is the simulator."""
    from streamgauge.door.run import run as try_targets

    sys.exit(try_targets(targets, options, _said()))


_PROBE_EPILOG = """\b
Examples:
  streamgauge probe                                 the simulator, as OpenAI
  streamgauge probe moonshot --prompt 'Think: 9.11 or 9.9?'
  streamgauge probe http://127.0.0.1:8080/v1 --model tiny

\b
Exit: 0 conforms · 1 findings that fail, or refused · 2 usage, no answer, interrupted,
or no LLM stream.
"""

_INIT_EPILOG = """\b
Examples:
  streamgauge init
  streamgauge init && streamgauge run local --plan
"""


@main.command(epilog=_PROBE_EPILOG, context_settings=_ENVIRONMENT)
@click.argument("target", required=False)
@_naming
@click.option(
    "--prompt", default="Say hello in one short sentence.", show_default=True, metavar="TEXT"
)
@click.option("--trace", default="reports/latest/probe.yaml", show_default=True, metavar="FILE",
              help="Keep the exchange here, as a cassette")  # fmt: skip
def probe(target: str | None, **options: object) -> None:
    """Ask one question and watch the stream: preview, counts, timings, findings."""
    from streamgauge.door.probe import run as probe_target

    sys.exit(probe_target(target, options))


@main.command(epilog=_INIT_EPILOG)
@click.option("--force", is_flag=True, help="Write over one that is there")
def init(force: bool) -> None:
    """Write a first streamgauge.toml with a target of your own."""
    from streamgauge.door.init import run as write_first

    sys.exit(write_first(force))


_RECORD_EPILOG = """\b
Examples:
  streamgauge record moonshot --scenario 'tool-*'
  streamgauge record http://127.0.0.1:8080/v1 --model tiny --vendor llama-cpp
  streamgauge record --vendor zhipu --cassettes /tmp/tapes    the simulator

\b
Each trial becomes DIR/<target>/<model>/<scenario>.yaml, which vcrpy replays and
streamgauge check judges. Keys are overwritten before anything is written.
"""


@main.command(epilog=_RECORD_EPILOG, context_settings=_ENVIRONMENT)
@click.argument("targets", nargs=-1, metavar="[TARGET]…")
@click.option("--cassettes", default="cassettes", show_default=True, metavar="DIR")
@_trying
def record(targets: tuple[str, ...], **options: object) -> None:
    """Run scenarios and keep every exchange as a cassette, with its boundaries and times."""
    from streamgauge.door.run import run as try_targets

    sys.exit(try_targets(targets, options, _said()))


@main.command(epilog=_SERVE_EPILOG)
@click.argument("paths", nargs=-1, metavar="PATH…")
@click.option("--simulate", metavar="VENDOR", help="Be this vendor instead; no recording needed")
@click.option("--cases", is_flag=False, flag_value="*", metavar="[GLOB]",
              help="Play the cases for client libraries; no recording needed")  # fmt: skip
@click.option("--translate", metavar="FROM:TO", help="Be a proxy between two dialects instead")
@click.option("--upstream", metavar="URL", help="Where translated requests go; the base URL")
@click.option("--upstream-model", metavar="NAME", help="The model to ask, whatever clients name")
@click.option("--upstream-vendor", default="auto", show_default=True, metavar="SLUG")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8021,
    show_default=True,
    help="0: any that is free",
)
@click.option(
    "--replay-speed",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    metavar="X",
    help="2: twice as fast; 0: all at once",
)
@click.option(
    "--fault",
    multiple=True,
    metavar="NAME[:k=v,…]",
    help="Spoil every answer so, several in their order; ? lists them",
)
@click.option("--log", type=click.Path(), metavar="FILE", help="Append what was sent as JSON lines")
def serve(paths: tuple[str, ...], **options: object) -> None:
    """Play recordings to clients over HTTP: the same bytes, segments, times and end.

    A request is answered by the recording that was made of it. A client that knows only a base URL
    can run every case below /case/ID/agent/NAME/, whatever path its API puts behind it; /cases
    lists the ids, /report?agent=NAME what was fetched. Bodies of unknown arrivals come event by
    event. The first line printed is the URL. Ends on SIGINT or SIGTERM.
    """
    from streamgauge.door.serve import run as serve_paths

    sys.exit(serve_paths(paths, options))


for command in (check, report, convert, faults, clients):
    main.add_command(command)


_SHRINK_EPILOG = """\b
Examples:
  streamgauge shrink answer.sse
  streamgauge shrink session.har --number 3 --rule 'tools/*'
  streamgauge shrink answer.sse --vendor moonshot -o fixtures/openai-chat/new-fault

\b
DIR becomes a fixture: stream.sse, fixture.toml, message.json, and request.json where
it is needed. Exit: 0 written · 2 usage, unreadable input, or nothing to keep.
"""


@main.command(epilog=_SHRINK_EPILOG)
@click.argument("source", metavar="FILE")
@click.option("-o", "--out", metavar="DIR", help="Where to write  [default: NAME.shrunk]")
@click.option("--number", type=click.IntRange(min=0), metavar="N", help="Only the Nth, from 0")
@click.option("--dialect", type=click.Choice(DIALECTS), default="auto", show_default=True)
@click.option("--vendor", default="auto", show_default=True, metavar="SLUG")
@click.option("--request", "request_file", type=click.Path(), metavar="FILE",
              help="The JSON that was sent, as in check")  # fmt: skip
@click.option("--rule", multiple=True, metavar="GLOB", help="Keep findings of these rules only")
@click.option("--any-ending", is_flag=True, help="It need not end as it did")
@click.option("--any-others", is_flag=True, help="Other findings may come")
@click.option("--seconds", type=click.FloatRange(min=0), default=30, show_default=True, metavar="S",
              help="Time to spend; Ctrl-C ends earlier, with the best so far")  # fmt: skip
@click.option("--judgements", type=click.IntRange(min=1), default=100_000, show_default=True,
              metavar="N", help="How often to judge at most")  # fmt: skip
@click.option("--force", is_flag=True, help="Write over what is there")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors")
def shrink(source: str, **options: object) -> None:
    """Reduce a recording to the fewest bytes that break the same rules, and keep it as a fixture.

    Kept are all findings of level must and should, or those that --rule names. None may come.
    What was whole (JSON, UTF-8, the end of the body) stays whole.
    """
    from streamgauge.door.shrink import run as shrink_file

    sys.exit(shrink_file(source, options))


_PROVE_EPILOG = """\b
Examples:
  streamgauge prove                                 every rule, every fault
  streamgauge prove --quick --seed 7
  streamgauge prove --fault 'cut-*' --rule 'ending/*'
  streamgauge prove --corpus recordings/ --full --jobs 8

\b
Exit: 0 every rule was bitten, and nothing else · 1 not so · 2 usage, or interrupted.
"""


@main.command(epilog=_PROVE_EPILOG)
@click.option("--quick", is_flag=True, help="A short form: few streams, two spoiled for each fault")
@click.option("--full", is_flag=True, help="A long form: every fault on every stream")
@click.option("--seed", type=int, default=1, show_default=True, metavar="N",
              help="What is drawn; the same seed gives the same files")  # fmt: skip
@click.option("--goods", "drawn", type=click.IntRange(min=0), metavar="N",
              help="Drawn exchanges of each dialect  [default: 60; quick 4, full 200]")  # fmt: skip
@click.option("--corpus", multiple=True, type=click.Path(), metavar="DIR",
              help="Recordings of your own to break as well, those that break no rule")  # fmt: skip
@click.option("--fault", multiple=True, metavar="GLOB", help="Only these faults")
@click.option("--rule", multiple=True, metavar="GLOB", help="Only these rules, and their faults")
@click.option("--good", multiple=True, metavar="GLOB", help="Only these streams, by name")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N",
              help="Processes  [default: one a core]")  # fmt: skip
@click.option("--report-dir", default="reports/latest", show_default=True, metavar="DIR",
              help="Where proof.json and proof.html go")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors")
def prove(**options: object) -> None:
    """Break good streams on purpose and show that every rule bites, and bites nothing else.

    Good streams are the fixtures, the simulator's answers, cassettes, and exchanges that
    hypothesis draws (the extra `proof`). The last line is the score.
    """
    from streamgauge.door.prove import run as prove_rules

    sys.exit(prove_rules(options))


if __name__ == "__main__":
    main()
