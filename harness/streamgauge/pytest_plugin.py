"""The pytest door: `pytest -m live` tries real providers, and one fixture lends our instruments.

The engine runs once for all chosen trials, concurrently and within the same bounds as on the
command line; each test item then asserts the verdict that it reached. Nothing heavy is imported
before a live test is collected or the fixture is used.
"""

from __future__ import annotations

import os
import re
import traceback
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
    """Make the marker known; with `-m live` find out what can be tried, before anything runs."""
    config.addinivalue_line(
        "markers", "live: asks real providers over the network; runs with -m live and a key"
    )
    if is_live(config.option.markexpr):
        config.pluginmanager.register(_Live(config), _NAME)


def is_live(expression: str) -> bool:
    """Whether a `-m` expression asks for live tests: it names `live` and does not negate it."""
    return re.search(r"(?<!not )\blive\b", expression) is not None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item for each target and scenario, where live tests were asked for."""
    if "live_trial" in metafunc.fixturenames:
        live = _live(metafunc.config)
        metafunc.parametrize("live_trial", () if live is None else live.names, scope="session")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Items of ours that have nothing to try are not there at all.

    Where nobody wrote a test of trials and no path was named, the plugin's own items stand in.
    """
    live = _live(config)
    ours = [item for item in items if "live_trial" in getattr(item, "fixturenames", ())]
    if live is None or not live.names:
        if ours:
            config.hook.pytest_deselected(items=ours)
            items[:] = [item for item in items if item not in ours]
    elif not ours and live.stands_in:
        items += [_item(session, name) for name in live.names]


def _item(session: pytest.Session, name: str) -> pytest.Item:
    made: pytest.Item = _TrialItem.from_parent(session, name=name, nodeid=f"{_NAME}::{name}")
    made.add_marker("live")
    return made


class _TrialItem(pytest.Item):
    """One trial, in a folder where no test function asks for `live_result`."""

    def runtest(self) -> None:
        """Assert the engine's verdict."""
        live = _live(self.config)
        assert live is not None
        live.result(self.name).demand()

    def reportinfo(self) -> tuple[Path, None, str]:
        """How the item is called in reports; it stands in no file."""
        return self.path, None, f"streamgauge: {self.name}"


_NAME = "streamgauge-live"


def _live(config: pytest.Config) -> _Live | None:
    found = config.pluginmanager.get_plugin(_NAME)
    return found if isinstance(found, _Live) else None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the engine found: results and skips by trial, where keys leaked, and which verdicts
    fail an item."""

    records: Mapping[str, Sequence[Mapping[str, Any]]]
    skips: Mapping[str, str]
    leaks: Sequence[str]
    failing: frozenset[str]


class _Live:
    """The live part of a session: planned when pytest starts, run when the first item is.

    Under xdist every process plans, and the one that has the items runs: they count as one file,
    and stay together (`--dist loadfile`).
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._outcome: _Outcome | None = None
        self._fault: str | None = None
        self._ran = 0
        self._advice: list[str] = []
        self._attempt = self._made()
        trials, skips = ((), ()) if self._attempt is None else self._attempt.planned()
        self._trial_of = {source: trial.name for trial in trials for source in trial.sources()}
        planned = [trial.name for trial in trials]
        self.names = sorted([*planned, *(f"{one.target}/{one.scenario}" for one in skips)])
        named_paths = config.args_source is pytest.Config.ArgsSource.ARGS
        worker = getattr(config, "workerinput", {})
        self.stands_in = bool(worker.get(_NAME, not named_paths))
        _keep_together(config)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of xdist what it cannot know."""
        node.workerinput[_NAME] = self.stands_in

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what was really tried."""
        self._ran += report.when == "call" and not report.skipped

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """`-m live` with nothing run is never green: skips alone are no answer."""
        is_worker = hasattr(session.config, "workerinput")
        if exitstatus == pytest.ExitCode.OK and not self._ran and not is_worker:
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what is missing where nothing could be tried, and where the report is."""
        for line in self._advice:
            terminalreporter.write_line(f"streamgauge: {line}")
        if self._ran and self._attempt is not None:
            terminalreporter.write_line(f"streamgauge: report: {self._page}")

    def result(self, name: str) -> TrialResult:
        """What became of a trial; the first that is asked for runs them all."""
        if self._fault is None and self._outcome is None:
            self._try()
        if self._outcome is None:
            pytest.fail(self._fault or "nothing was run", pytrace=False)
        out, skip = self._outcome, self._outcome.skips.get(name)
        return TrialResult(name, out.records.get(name, ()), skip, out.leaks, out.failing)

    def _try(self) -> None:
        """Run once. What breaks is told as text: pytest would show locals, and keys among them."""
        from streamgauge.door.trouble import UsageError

        try:
            self._outcome = self._run()
        except UsageError as error:
            self._fault = f"streamgauge: {error}"
        except Exception as error:
            self._fault = "".join(traceback.format_exception(error))

    @property
    def _page(self) -> Path:
        assert self._attempt is not None
        return self._attempt.folder / "report.html"

    def _made(self) -> Attempt | None:
        from streamgauge.data import DataError
        from streamgauge.door.trouble import UsageError

        try:
            return self._attempted()
        except (UsageError, DataError) as error:
            raise pytest.UsageError(f"streamgauge: {error}") from None

    def _attempted(self) -> Attempt | None:
        from streamgauge.door.attempt import Attempt
        from streamgauge.door.configuration import configuration, with_defaults

        configured = configuration(self._config.invocation_params.dir)
        options, said = _options(self._config.option)
        words = self._config.option.streamgauge_target or self._with_keys(configured)
        if not words:
            return None
        attempt = Attempt(words, with_defaults(options, configured, said), configured)
        keyless = [one for one in attempt.targets if one.lacks_key]
        for target in keyless:
            self._advice.append(f"{target.name}: no key: set {' or '.join(target.key_env)}")
        attempt.targets = [one for one in attempt.targets if one not in keyless]
        for target in attempt.targets:
            if not target.streams:
                why = target.why_not_streamed
                self._advice.append(f"{target.name}: asked without streaming: {why}")
        return attempt if attempt.targets else None

    def _with_keys(self, configured: Mapping[str, Any]) -> list[str]:
        """Configured targets, and vendors that their profile can reach, whose key is set."""
        from streamgauge.door import providers

        targets = configured.get("targets", {})
        # Who configured a target of a vendor means that one, not the vendor's own address as well.
        meant = {table.get("vendor") for table in targets.values()}
        vendors = [slug for slug in providers.reachable(os.environ) if slug not in meant]
        found = [*targets, *vendors]
        if not found:
            known = ", ".join(providers.key_names())
            self._advice.append(f"nothing to try: set a provider's key ({known})")
            self._advice.append("or name a target: --streamgauge-target, or streamgauge.toml")
        return found

    def _run(self) -> _Outcome:
        from streamgauge.door import outputs

        assert self._attempt is not None
        run = self._attempt.finish().run
        outputs.write_views(self._attempt.folder, self._attempt.views)
        records: dict[str, list[Mapping[str, Any]]] = {}
        for record in run.records:
            records.setdefault(self._trial_of[record["source"]], []).append(record)
        skips = {f"{one['target']}/{one['scenario']}": one["reason"] for one in run.skips}
        failing = frozenset({"unreadable", *_FAILING[self._attempt.fail_on]})
        return _Outcome(records, skips, self._attempt.leaked(), failing)


def _keep_together(config: pytest.Config) -> None:
    """All items of a file go to one process: two engines would share one report folder."""
    if getattr(config.option, "dist", "no") in ("load", "worksteal"):
        config.option.dist = "loadfile"


def _options(given: Any) -> tuple[dict[str, Any], frozenset[str]]:
    """The options of a run, and which of them a configuration must not change."""
    own = {
        "model": given.streamgauge_model,
        "scenario": tuple(given.streamgauge_scenario),
        "report_dir": given.streamgauge_report_dir,
        "resume": given.streamgauge_resume,
        "max_requests": given.streamgauge_max_requests,
    }
    said = {name for name in ("scenario", "max_requests") if own[name]}
    return {**_DEFAULTS, **own}, frozenset({*said, "report_dir"})


_FAILING = {"must": ("fail",), "should": ("fail", "warn"), "never": ()}
"""The verdicts that fail an item, by the lowest level that fails (`fail-on`)."""

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


@dataclass(frozen=True, slots=True)
class TrialResult:
    """One trial of a live run, for a test to assert."""

    name: str
    records: Sequence[Mapping[str, Any]]
    skipped: str | None
    leaks: Sequence[str] = ()
    failing: frozenset[str] = frozenset({"fail", "unreadable"})

    def demand(self) -> None:
        """Fail with the findings where the engine's verdict is fail; skip where nothing ran.

        Every trial fails of a run that left a live key in what it wrote.
        """
        from streamgauge.report import terminal
        from streamgauge.report.run import Run

        for place in self.leaks:
            pytest.fail(f"a live key stands in {place}; delete it", pytrace=False)
        bad = [one for one in self.records if one["verdict"] in self.failing]
        if bad:
            lines = [{"kind": "result", "result": one, "body": None} for one in bad]
            shown = terminal.render(Run(header={}, results=tuple(lines)), closing=False)
            pytest.fail(shown, pytrace=False)
        if self.skipped is not None:
            pytest.skip(self.skipped)
        if not self.records:
            pytest.fail("the run holds no result of this trial", pytrace=False)


@pytest.fixture(scope="session")
def live_result(live_trial: str, request: pytest.FixtureRequest) -> TrialResult:
    """The result of the trial that the item stands for; the first item runs them all."""
    live = _live(request.config)
    assert live is not None
    return live.result(live_trial)


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
