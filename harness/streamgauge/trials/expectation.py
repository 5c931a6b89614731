"""What a scenario expects of a result record, and the findings where it is not so.

These are the questions that only a trial can ask: a recording does not know what was wanted of it.
They are weighed and excused like the findings of any rule.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator

from streamgauge.rules.finding import Finding, Level
from streamgauge.trials.scenario import Step

ANSWERED = "scenario/answers-as-expected"
EXPECTED = "scenario/meets-its-schema"
TWIN = "scenario/twin-says-the-same"

_LONGEST = 120
_SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of this module, as the header of a run describes rules."""

    level: Level
    says: str

    def described(self, slug: str) -> dict[str, object]:
        """The entry in the header."""
        return {
            "family": "scenario",
            "level": self.level.value,
            "title": slug.partition("/")[2].replace("-", " "),
            "authority": {"name": "the scenario", "url": "docs/scenarios.md"},
            "says": self.says,
        }


QUESTIONS = {
    ANSWERED: Question(
        level=Level.MUST, says="The status of the answer is one that the scenario names as right."
    ),
    EXPECTED: Question(
        level=Level.MUST, says="The result record fits the JSON Schema of the scenario's step."
    ),
    TWIN: Question(
        level=Level.SHOULD,
        says="The answer without streaming has the same kinds of parts, stop and input count.",
    ),
}


def described() -> dict[str, dict[str, object]]:
    """Every question of this module for the header of a run."""
    return {slug: question.described(slug) for slug, question in QUESTIONS.items()}


def unmet(step: Step, record: Mapping[str, Any]) -> Iterator[Finding]:
    """Where a record is not what the step expects."""
    status = record["metadata"]["live"]["status"]
    if status not in (step.status or _SUCCESS):
        yield _finding(ANSWERED, _wanted(step), _answer(status, record))
        return
    if step.expect is not None:
        yield from _unfit(step.expect, record)


def _unfit(schema: Mapping[str, Any], record: Mapping[str, Any]) -> Iterator[Finding]:
    for error in Draft202012Validator(schema).iter_errors(record):
        where = "".join(f"/{step}" for step in error.absolute_path) or "the record"
        wanted = f"{where}: {error.validator} {_short(error.validator_value)}"
        yield _finding(EXPECTED, wanted, _short(error.instance))


def _wanted(step: Step) -> str:
    if not step.status:
        return "a success (2xx)"
    return "status " + " or ".join(str(status) for status in step.status)


def _answer(status: object, record: Mapping[str, Any]) -> str:
    error = (record.get("message") or {}).get("error") or {}
    said = error.get("message")
    return f"status {status}" + (f": {_short(said)}" if said else "")


def _finding(slug: str, expected: str, got: str) -> Finding:
    question = QUESTIONS[slug]
    return Finding(rule=slug, level=question.level, says=question.says, expected=expected, got=got)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def different(
    streamed: Mapping[str, Any], whole: Mapping[str, Any], *, same_twice: bool = False
) -> Iterator[Finding]:
    """Where the twin that was not streamed says something of another kind.

    Word for word it is compared where equal requests get equal answers (`same_twice`).
    """
    for name, said, told in _compared(streamed, whole, _words if same_twice else _kinds):
        if said != told:
            yield _finding(TWIN, f"{name} {_short(told)}, as without streaming", _short(said))


def _compared(
    one: Mapping[str, Any], two: Mapping[str, Any], parts: Callable[[Mapping[str, Any]], list[Any]]
) -> Iterator[tuple[str, Any, Any]]:
    ours, theirs = _choices(one), _choices(two)
    yield "choices", len(ours), len(theirs)
    for said, told in zip(ours, theirs, strict=False):
        yield "parts", parts(said), parts(told)
        yield "finish reason", said["finish_reason"], told["finish_reason"]
    used, uses = (_usage(record) for record in (one, two))
    if used and uses:
        yield "input tokens", used["input_tokens"], uses["input_tokens"]


def _choices(record: Mapping[str, Any]) -> list[Any]:
    return list((record.get("message") or {}).get("choices") or ())


def _usage(record: Mapping[str, Any]) -> dict[str, Any]:
    return (record.get("message") or {}).get("usage") or {}


def _kinds(choice: Mapping[str, Any]) -> list[str]:
    return [part["type"] for part in choice["parts"]]


def _words(choice: Mapping[str, Any]) -> list[Any]:
    """What the parts say; ids and signatures are new in every answer."""
    said = ("type", "content", "name", "arguments")
    return [{name: part[name] for name in said if name in part} for part in choice["parts"]]
