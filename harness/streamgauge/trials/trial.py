"""The plan of a run: which scenario is tried on which target, and what is left out and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from streamgauge.prompt import Asked, Prompt, Role, Turn
from streamgauge.targets.target import Target
from streamgauge.trials.scenario import Scenario, Step
from streamgauge.verdict.cache import CacheFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One scenario on one target."""

    target: Target
    scenario: Scenario

    @property
    def name(self) -> str:
        """How results are named: `kimi/one-tool`."""
        return f"{self.target.name}/{self.scenario.name}"

    def source(self, step: int, *, whole: bool) -> str:
        """The source of one result: `#n` where there are several steps, `~whole` for the twin."""
        number = f"#{step}" if len(self.scenario.steps) > 1 else ""
        return f"{self.name}{number}{'~whole' if whole else ''}"

    def sources(self) -> Iterator[str]:
        """The sources of its results, in order."""
        if self.scenario.pairs is not None:
            for number in range(self.scenario.pairs.count):
                yield f"{self.name}#{number:02}-cold"
                yield f"{self.name}#{number:02}-warm"
            return
        for step in range(len(self.scenario.steps)):
            yield self.source(step, whole=False)
            if self.scenario.twin and self.target.streams:
                yield self.source(step, whole=True)

    @property
    def requests(self) -> int:
        """How many requests it makes if nothing goes wrong."""
        pairs = self.scenario.pairs
        if pairs is not None:
            return 2 * pairs.count
        return len(self.scenario.steps) * (2 if self.scenario.twin and self.target.streams else 1)

    @property
    def prefix_words(self) -> int:
        """How long the prefix of a pair is: as the scenario says, or as the vendor's cache needs.

        No word is less than a token.
        """
        pairs = self.scenario.pairs
        return 0 if pairs is None else max(pairs.prefix_words, cache_facts(self.target).shortest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """A scenario, or the rest of one, that was not tried on a target. It is not a pass."""

    target: str
    scenario: str
    reason: str

    def record(self) -> dict[str, str]:
        """As the run file writes it."""
        return {"target": self.target, "scenario": self.scenario, "reason": self.reason}


def plan(
    targets: Sequence[Target], scenarios: Iterable[Scenario]
) -> tuple[tuple[Trial, ...], tuple[Skip, ...]]:
    """Every trial in order of targets and scenarios, and every skip."""
    trials: list[Trial] = []
    skips: list[Skip] = []
    known = tuple(scenarios)
    for target in targets:
        for scenario in known:
            reason = next(_obstacles(target, scenario), None)
            if reason is None:
                trials.append(Trial(target=target, scenario=scenario))
            else:
                skips.append(Skip(target=target.name, scenario=scenario.name, reason=reason))
    return tuple(trials), tuple(skips)


def _obstacles(target: Target, scenario: Scenario) -> Iterator[str]:
    for need in scenario.needs:
        if need in target.cannot:
            yield target.cannot[need]
    for step in scenario.steps:
        yield from _unserved(target, step, scenario.needs)
    for step in scenario.steps:
        yield from _unsayable(target, step)
        if step.cancel_after is not None and not target.streams:
            yield f"nothing to cancel: {target.why_not_streamed}"


def _unserved(target: Target, step: Step, needs: tuple[str, ...]) -> Iterator[str]:
    """What the vendor's facts say that it does not do."""
    facts, slug = target.narrowed.facts, target.profile.slug
    if "reasoning" in needs and facts.get("reasoning-fields") == []:
        yield f"{slug} sends no reasoning in {target.dialect.name}"
    if step.json_schema is not None and facts.get("json-output") == "json_object":
        yield f"{slug} has no output by schema"
    if facts.get("tool-calls-parallel") is False and step.asked.parallel_tools:
        yield f"{slug} calls one tool at a time"
    most = facts.get("choices-max")
    if isinstance(most, int) and (step.asked.choices or 1) > most:
        yield f"{slug} gives {most} choice at most"
    words = facts.get("tool-choice-words")
    word = "named" if step.asked.forced_tool else step.asked.tool_choice
    if isinstance(words, (list, tuple)) and word is not None and word not in words:
        yield f"{slug} does not know the tool choice {word}"


def _unsayable(target: Target, step: Step) -> Iterator[str]:
    """Options that the dialect has no words for: built into a request they are not read back."""
    prompt = opening(target, step, None)
    heard = target.dialect.request(target.dialect.build(prompt, target.narrowed.facts))
    for name, words in _OPTIONS.items():
        if getattr(step.asked, name) and not getattr(heard, name):
            yield f"{words} cannot be asked for in {target.dialect.name}"
    if step.asked.include_usage is False and heard.include_usage is not False:
        yield f"usage cannot be turned off in {target.dialect.name}"


_OPTIONS = {
    "choices": "several choices",
    "stop_sequences": "stop sequences",
    "json_output": "JSON output",
    "tools": "tools",
}


def opening(target: Target, step: Step, system: str | None) -> Prompt:
    """The prompt of a first step."""
    turns = [Turn(role=Role.SYSTEM, text=system)] if system else []
    if step.user is not None:
        turns.append(Turn(role=Role.USER, text=step.user))
    return prompt(target, step, tuple(turns), stream=True)


def prompt(target: Target, step: Step, turns: tuple[Turn, ...], *, stream: bool) -> Prompt:
    """The prompt of a step after these turns."""
    model = "no-such-model" if step.wrong_model else target.model
    asked: Asked = replace(
        step.asked,
        model=model,
        stream=stream,
        include_usage=step.asked.include_usage if stream else None,
    )
    return Prompt(asked=asked, turns=turns, json_schema=step.json_schema, members=step.members)


def cache_facts(target: Target) -> CacheFacts:
    """What the profile knows of the cache's least and step: facts of their own, else `cache`."""
    facts = target.narrowed.facts
    known, terms = CacheFacts.of(facts), facts.get("cache")
    if not isinstance(terms, Mapping):
        return known
    said = CacheFacts.of(
        {"cache-min-tokens": terms.get("min"), "cache-block-tokens": terms.get("block")}
    )
    return CacheFacts(
        min_tokens=known.min_tokens or said.min_tokens,
        block_tokens=known.block_tokens or said.block_tokens,
    )
