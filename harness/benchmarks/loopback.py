"""`python harness/benchmarks/loopback.py`: how exactly the replay server keeps time.

Beside it, in the same run: an asyncio writer that does nothing else, read by the same asyncio
reader; then httpx and, where installed, aiohttp as readers of the replay server. `--soak` plays a
thousand streams for half a minute instead, checks every byte and watches the server's memory; with
`--simulated` they are the simulator's, each another answer.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # The folder of this file would hide packages of the same names as its modules.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.loopback_roles import Work, read, serve_bare, serve_ours, serve_simulated, soak
from streamgauge.exchange import Framing

PAIRS = (("bare", "raw"), ("ours", "raw"), ("ours", "httpx"), ("ours", "aiohttp"))
ALLOWED = 2.0
"""The p99 error that the server may have, by that of the bare pair."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where the server is less exact than allowed, or a byte was wrong."""
    given = _parser().parse_args(arguments)
    if given.role:
        asyncio.run(_play_role(given))
        return 0
    return _soaked(given) if given.soak else _measured(given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="harness/benchmarks/loopback.py", description=__doc__)
    parser.add_argument(
        "--streams", default=None, metavar="N,N", help="default: 1,100 (soak: 1000)"
    )
    parser.add_argument("--chunks", type=int, metavar="N", help="default: 100 (soak: 1500)")
    parser.add_argument("--gap", type=float, default=20.0, help="milliseconds between two pieces")
    parser.add_argument("--rounds", type=int, default=5, help="rounds; the median counts")
    parser.add_argument("--soak", action="store_true", help="a thousand streams, every byte")
    parser.add_argument("--simulated", action="store_true", help="soak with simulated answers")
    parser.add_argument("--role", nargs="+", help=argparse.SUPPRESS)
    return parser


async def _play_role(given: argparse.Namespace) -> None:
    work = Work(streams=int(given.streams), chunks=given.chunks, gap=given.gap)
    match given.role:
        case ["ours", framing]:
            await serve_ours(work, Framing(framing))
        case ["bare", _]:
            await serve_bare(work)
        case ["simulated", _]:
            await serve_simulated(work)
        case ["soak", url]:
            await soak(url, work)
        case ["soak-simulated", url]:
            await soak(url, work, simulated=True)
        case [reader, url]:
            await read(reader, url, work)


def _measured(given: argparse.Namespace) -> int:
    bad = 0
    print("| streams | server | reader | p50 ms | p99 ms | max ms | reader's CPU s |")
    print("| ---: | --- | --- | ---: | ---: | ---: | ---: |")
    for streams in map(int, (given.streams or "1,100").split(",")):
        work = Work(streams=streams, chunks=given.chunks or 100, gap=given.gap)
        pairs = [pair for pair in PAIRS if pair[1] == "raw" or importlib.util.find_spec(pair[1])]
        rounds = [{pair: _once(*pair, work) for pair in pairs} for _ in range(given.rounds)]
        for server, reader in pairs:
            _print_row(streams, server, reader, [one[server, reader] for one in rounds])
        bare, ours = (_p99([one[name, "raw"] for one in rounds]) for name in ("bare", "ours"))
        bad += ours > ALLOWED * bare or not all(r["whole"] for one in rounds for r in one.values())
        print(f"{streams} streams: {ours / bare:.2f} × bare at p99", file=sys.stderr, flush=True)
    return int(bad > 0)


def _p99(rounds: list[dict[str, Any]]) -> float:
    return statistics.median(one["p99"] for one in rounds)


def _print_row(streams: int, server: str, reader: str, rounds: list[dict[str, Any]]) -> None:
    shown = [statistics.median(one[name] for one in rounds) for name in ("p50", "p99", "max")]
    cpu = statistics.median(one["cpu"] for one in rounds)
    figures = " | ".join(f"{value:.2f}" for value in (*shown, cpu))
    print(f"| {streams} | {server} | {reader} | {figures} |", flush=True)


def _once(server: str, reader: str, work: Work) -> dict[str, Any]:
    with _server(server, "chunked", work) as (url, _):
        return _client(reader, url, work)


def _soaked(given: argparse.Namespace) -> int:
    work = Work(streams=int(given.streams or 1000), chunks=given.chunks or 1500, gap=given.gap)
    roles = ("simulated", "soak-simulated") if given.simulated else ("ours", "soak")
    with _server(roles[0], "until-close", work) as (url, server):
        client = subprocess.Popen(_command(roles[1], url, work), stdout=subprocess.PIPE, text=True)
        resident = _watched(client, server.pid)
        out, _ = client.communicate()
        cpu = _cpu(server.pid)
    result = json.loads(out)
    wanted = work.chunks * work.gap / 1000
    # Simulated answers are made first, one after the other; when they play, all bodies are there.
    playing = result["seconds"] - wanted if given.simulated else result["seconds"] / 3
    third, two_thirds = (
        _at(resident, playing + (result["seconds"] - playing) * share) for share in (0.2, 0.8)
    )
    most = max(megabytes for _, megabytes in resident)
    rate = work.streams * work.chunks / result["seconds"]
    print(f"streams {work.streams}, pieces {work.streams * work.chunks}, wrong {result['wrong']}")
    print(f"{result['seconds']:.1f} s for {wanted:g} s of stream, {rate:.0f} pieces a second")
    print(f"server's CPU: {1e6 * cpu / work.streams / work.chunks:.0f} µs a piece")
    print(f"server's memory: {third:.0f} MB early while all play, {two_thirds:.0f} late, "
          f"{most:.0f} at most")  # fmt: skip
    return int(result["wrong"] > 0)


def _watched(client: subprocess.Popen[str], pid: int) -> list[tuple[float, float]]:
    """(seconds, megabytes) of the server while the client runs."""
    begun, found = time.monotonic(), []
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            client.wait(0.5)
            return found or [(0.0, _resident(pid))]
        found.append((time.monotonic() - begun, _resident(pid)))


def _at(resident: list[tuple[float, float]], seconds: float) -> float:
    """The memory at a time: of the first sample from then on, or of the last."""
    return next((megabytes for at, megabytes in resident if at >= seconds), resident[-1][1])


def _cpu(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split()[13:15]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


@contextlib.contextmanager
def _server(role: str, framing: str, work: Work) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    pipe = subprocess.PIPE
    with subprocess.Popen(_command(role, framing, work), stdin=pipe, stdout=pipe, text=True) as one:
        assert one.stdin is not None
        assert one.stdout is not None
        yield one.stdout.readline().strip(), one
        one.stdin.close()


def _client(role: str, url: str, work: Work) -> dict[str, Any]:
    done = subprocess.run(
        _command(role, url, work), stdout=subprocess.PIPE, text=True, check=True, timeout=300
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _command(role: str, word: str, work: Work) -> list[str]:
    numbers = ["--streams", str(work.streams), "--chunks", str(work.chunks)]
    return [sys.executable, __file__, *numbers, "--gap", str(work.gap), "--role", role, word]


if __name__ == "__main__":
    sys.exit(main())
