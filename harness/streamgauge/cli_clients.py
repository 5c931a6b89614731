"""The command for client libraries: options and help texts only. It hangs in `cli`'s tree."""

from __future__ import annotations

import sys

import click

_EPILOG = """\b
Examples:
  streamgauge clients --list
  streamgauge clients openai anthropic
  streamgauge clients 'openai/chat-*' --case 'cut-*'
  streamgauge clients openai --here          the version installed beside us
  streamgauge clients --resume

\b
Exit: 0 every must was kept · 1 a must was broken · 2 usage, interrupted,
or nothing was tried.
"""


@click.command(epilog=_EPILOG)
@click.argument("names", nargs=-1, metavar="[NAME]…")
@click.option("--list", "list_", is_flag=True, help="Only say which clients there are")
@click.option("--case", multiple=True, metavar="GLOB", help="Only these cases")
@click.option("--here", is_flag=True, help="Python clients as installed here, not as pinned")
@click.option("--resume", is_flag=True, help="Go on with the results that are there")
@click.option("--seconds", type=click.FloatRange(min=0.1), default=5.0, show_default=True,
              metavar="S", help="How long a client may take for a case")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True, metavar="N",
              help="Clients at work at once")  # fmt: skip
@click.option("--report-dir", default="reports/latest", show_default=True, metavar="DIR",
              help="Where clients.jsonl and clients.html go")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors")
def clients(names: tuple[str, ...], **options: object) -> None:
    """Put client libraries on trial: what do they make of streams that go wrong?

    Each is installed in an environment of its own, pinned, when it is first asked for. NAME is a
    client, or a glob over client/mode; none means all.
    """
    from streamgauge.door.clients import run as try_them

    sys.exit(try_them(names, options))
