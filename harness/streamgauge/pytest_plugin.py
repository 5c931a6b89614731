"""The pytest door: `pytest -m live` tries real providers, and one fixture lends our instruments.

The engine runs once for all chosen trials, concurrently and within the same bounds as on the
command line; each test item then asserts the verdict that it reached. Nothing heavy is imported
before a live test is collected or the fixture is used.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from streamgauge.capture.recorder import Recorder
    from streamgauge.door.attempt import Attempt
    from streamgauge.exchange import Exchange
    from streamgauge.pipeline import Judgement
    from streamgauge.replay.connection import Answer
    from streamgauge.replay.server import Server

_NOTHING_RAN = pytest.ExitCode.NO_TESTS_COLLECTED


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options, all with one prefix."""
    group = parser.getgroup("streamgauge", "streamgauge: conformance of LLM streams")
    for name, kind, says in _OPTIONS:
        group.addoption(f"--streamgauge-{name}", help=says, **kind)


_OPTIONS: tuple[tuple[str, dict[str, Any], str], ...] = (
    (
        "target",
        {"action": "append", "default": [], "metavar": "NAME"},
        "a configured target, a vendor or a URL; default: every vendor whose key is set",
    ),
    (
        "scenario",
        {"action": "append", "default": [], "metavar": "GLOB"},
        "only these scenarios",
    ),
    ("model", {"metavar": "NAME"}, "the model to ask for"),
    ("max-requests", {"type": int, "metavar": "N"}, "cap on requests"),
    (
        "report-dir",
        {"default": "reports/live", "metavar": "DIR"},
        "where the run and its HTML report go (default: reports/live)",
    ),
    ("resume", {"action": "store_true"}, "go on with the run in that folder"),
)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers", "live: asks real providers over the network; runs with -m live and a key"
    )


def is_live(expression: str) -> bool:
    """Whether a `-m` expression asks for live tests: it names `live` and does not negate it."""
    return re.search(r"(?<!not )\blive\b", expression) is not None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item for each target and scenario, where live tests were asked for."""
    if "live_trial" not in metafunc.fixturenames:
        return
    names = _live(metafunc.config).names if is_live(metafunc.config.option.markexpr) else ()
    metafunc.parametrize("live_trial", names, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without `-m live`, or with nothing to try, live items are not there at all."""
    wanted = is_live(config.option.markexpr) and bool(_live(config).names)
    gone = [item for item in items if item.get_closest_marker("live") and not wanted]
    if gone:
        config.hook.pytest_deselected(items=gone)
        items[:] = [item for item in items if item not in gone]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """`-m live` with nothing run is never green: skips alone are no answer."""
    if not is_live(session.config.option.markexpr) or hasattr(session.config, "workerinput"):
        return
    ran = session.config.stash.get(_RAN, 0)
    if exitstatus == pytest.ExitCode.OK and not ran:
        session.exitstatus = _NOTHING_RAN


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count what was really tried."""
    if report.when == "call" and not report.skipped and _CONFIG:
        stash = _CONFIG[-1].stash
        stash[_RAN] = stash.get(_RAN, 0) + 1


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what is missing where nothing could be tried, and where the report is."""
    if not is_live(config.option.markexpr):
        return
    live = _live(config)
    for line in live.advice:
        terminalreporter.write_line(f"streamgauge: {line}")
    if live.outcome is not None:
        terminalreporter.write_line(f"streamgauge: report: {live.outcome.page}")


_RAN = pytest.StashKey[int]()
_LIVE = pytest.StashKey["_Live"]()
_CONFIG: list[pytest.Config] = []


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the engine found: result records and skips by trial."""

    records: Mapping[str, Sequence[Mapping[str, Any]]]
    skips: Mapping[str, str]
    page: Path


class _Live:
    """The live part of a session: planned at collection, run when the first item is."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self.advice: list[str] = []
        self.outcome: _Outcome | None = None
        self._attempt = self._made()
        trials, skips = ((), ()) if self._attempt is None else self._attempt.planned()
        self._planned_skips = {f"{one.target}/{one.scenario}": one.reason for one in skips}
        self.names = sorted([*(trial.name for trial in trials), *self._planned_skips])

    def result(self, name: str) -> tuple[Sequence[Mapping[str, Any]], str | None]:
        """The records of a trial, and why it was skipped or not gone on with."""
        if self.outcome is None:
            self.outcome = self._run()
        return self.outcome.records.get(name, ()), self.outcome.skips.get(name)

    def _made(self) -> Attempt | None:
        from streamgauge.door.attempt import Attempt
        from streamgauge.door.configuration import configuration, with_defaults
        from streamgauge.door.trouble import UsageError

        configured = configuration(self._config.invocation_params.dir)
        option = self._config.option
        options = {
            **_DEFAULTS,
            "model": option.streamgauge_model,
            "scenario": tuple(option.streamgauge_scenario),
            "report_dir": option.streamgauge_report_dir,
            "resume": option.streamgauge_resume,
            "max_requests": option.streamgauge_max_requests,
        }
        given = {name for name in ("scenario", "max_requests") if options[name]}
        merged = with_defaults(options, configured, frozenset({*given, "report_dir"}))
        words = option.streamgauge_target or self._with_keys(configured)
        if not words:
            return None
        try:
            attempt = Attempt(words, merged, configured)
        except UsageError as error:
            raise pytest.UsageError(f"streamgauge: {error}") from None
        keyless = [one for one in attempt.targets if one.lacks_key]
        for target in keyless:
            self.advice.append(f"{target.name}: no key: set {' or '.join(target.key_env)}")
        attempt.targets = [one for one in attempt.targets if one not in keyless]
        return attempt if attempt.targets else None

    def _with_keys(self, configured: Mapping[str, Any]) -> list[str]:
        """Configured targets, and vendors that their profile can reach, whose key is set."""
        from streamgauge.door import providers

        found = [*configured.get("targets", {}), *providers.reachable(os.environ)]
        if not found:
            known = ", ".join(providers.key_names())
            self.advice.append(f"nothing to try: set a provider's key ({known})")
            self.advice.append("or name a target: --streamgauge-target, or streamgauge.toml")
        return found

    def _run(self) -> _Outcome:
        from streamgauge.door import outputs

        assert self._attempt is not None
        run = self._attempt.finish().run
        outputs.write_views(self._attempt.folder, ["html"])
        records: dict[str, list[Mapping[str, Any]]] = {}
        for record in run.records:
            records.setdefault(re.split(r"[#~]", record["source"])[0], []).append(record)
        skips = {f"{one['target']}/{one['scenario']}": one["reason"] for one in run.skips}
        return _Outcome(records, skips, self._attempt.folder / "report.html")


_DEFAULTS: Mapping[str, Any] = {
    "dialect": "auto",
    "vendor": "auto",
    "base_url": None,
    "api_key_env": None,
    "scenarios": None,
    "rule": (),
    "skip_rule": (),
    "drop_history": (),
    "max_tokens": None,
    "max_cost": None,
    "at_once": None,
    "per_minute": None,
    "replay_speed": 1.0,
    "report": "html",
    "fail_on": "must",
    "deviations": None,
    "quiet": True,
}


def _live(config: pytest.Config) -> _Live:
    if _LIVE not in config.stash:
        config.stash[_LIVE] = _Live(config)
        _CONFIG.append(config)
    return config.stash[_LIVE]


@dataclass(frozen=True, slots=True)
class TrialResult:
    """One trial of a live run, for a test to assert."""

    name: str
    records: Sequence[Mapping[str, Any]]
    skipped: str | None

    def demand(self) -> None:
        """Fail with the findings where the engine's verdict is fail; skip where nothing ran."""
        from streamgauge.report import terminal
        from streamgauge.report.run import Run

        bad = [one for one in self.records if one["verdict"] in ("fail", "unreadable")]
        if bad:
            lines = [{"kind": "result", "result": one, "body": None} for one in bad]
            shown = terminal.render(Run(header={}, results=tuple(lines)), closing=False)
            pytest.fail(shown, pytrace=False)
        if self.skipped is not None:
            pytest.skip(self.skipped)


@pytest.fixture(scope="session")
def live_result(live_trial: str, request: pytest.FixtureRequest) -> TrialResult:
    """The result of the trial that the item stands for; the first item runs them all."""
    records, skipped = _live(request.config).result(live_trial)
    return TrialResult(live_trial, records, skipped)


class Instruments:
    """What the fixture `streamgauge` lends."""

    def replay_server(self, answer: Exchange | Answer) -> Server:
        """A server on loopback that plays an exchange, or what a callable makes of a request.

        An async context manager with a `url`.
        """
        from streamgauge.exchange import Exchange
        from streamgauge.replay.server import Server

        if isinstance(answer, Exchange):
            played = answer
            return Server(lambda _: played)
        return Server(answer)

    def recorder(self, path: Path | str, secrets: Sequence[bytes] = ()) -> Recorder:
        """A recorder that seals a cassette at `path` when it is closed."""
        from streamgauge.capture.recorder import Recorder

        return Recorder(Path(path), secrets)

    def judge(self, body: bytes | Exchange, **known: Any) -> Judgement:
        """Judge a body or an exchange; `dialect`, `vendor` and `request` as `streamgauge.check`."""
        from streamgauge import check

        return check(body, **known)


@pytest.fixture(scope="session")
def streamgauge() -> Instruments:
    """Replay server, recorder and judge."""
    return Instruments()
