"""Every module of the four floors has judges, and they are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutation.judges import FIXTURES, judges, own_tests
from mutation.sampling import FLOORS, modules

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("module", "files"),
    [
        ("wire.sse", ["wire/test_sse.py"]),
        ("dialects.gemini.read", ["dialects/gemini/test_read.py"]),
        ("dialects.openai_responses.compose", ["dialects/openai_responses/test_write.py"]),
    ],
    ids=["a floor's", "a dialect's", "tested elsewhere"],
)
def test_a_module_is_judged_by_its_own_tests(module: str, files: list[str]) -> None:
    assert own_tests(ROOT, module) == [ROOT / "harness/tests" / file for file in files]


def test_a_module_that_only_declares_is_judged_by_its_folder() -> None:
    assert len(own_tests(ROOT, "wire.event")) > 5


@pytest.mark.parametrize("floor", FLOORS)
def test_every_module_has_judges_that_are_there(floor: str) -> None:
    for module in modules(ROOT, floor):
        commands = judges(ROOT, module)
        assert commands, module
        assert all((ROOT / command[0].partition("::")[0]).is_file() for command in commands), module


def test_fixtures_judge_rules_and_dialects_only() -> None:
    assert [len(judges(ROOT, m)) for m in ("wire.sse", "transcript.chunk")] == [1, 1]
    assert judges(ROOT, "rules.tools.ids")[1][0].startswith(FIXTURES)
    assert judges(ROOT, "dialects.openai_chat.read")[1][-1].endswith(" and openai-chat")
    assert "openai" not in judges(ROOT, "dialects.merging")[1][-1]


def test_the_trials_of_fixtures_are_there() -> None:
    text = (ROOT / FIXTURES).read_text(encoding="utf-8")
    for module in ("rules.tools.ids", "dialects.merging"):
        for trial in judges(ROOT, module)[1][:-2]:
            assert f"def {trial.partition('::')[2]}(" in text
