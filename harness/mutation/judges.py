"""Which tests judge a mutant: its module's own, and the fixtures of its dialect or of all.

Paths are relative to the tree. The commands are tried in order, the first that fails kills.
"""

from __future__ import annotations

from pathlib import Path

# Modules that their house test excuses from a test module of their own, and those that judge them.
ELSEWHERE = {
    "dialects.openai_responses.compose": ["write"],
    "dialects.openai_responses.done": ["items"],
    "dialects.openai_responses.words": ["read", "lifecycle", "items", "write"],
}

FIXTURES = "conformance/test_fixtures.py"
TRIALS = {
    "dialects": ("breaks_exactly_what_it_names", "ends_as_it_says", "adds_up_to_its_message"),
    "rules": (
        "breaks_exactly_what_it_names",
        "holds_the_rules_that_it_is_the_good_example_of",
    ),
}


def judges(tree: Path, module: str) -> list[list[str]]:
    """The arguments for pytest that judge a module's mutants, command by command."""
    floor = module.partition(".")[0]
    own = [str(file.relative_to(tree)) for file in own_tests(tree, module)]
    commands = [own] if own else []
    if floor in TRIALS:
        trials = [f"{FIXTURES}::test_a_fixture_{name}" for name in TRIALS[floor]]
        # One fixture is megabytes long, and slower than all others together.
        commands.append([*trials, "-k", f"not over-the-limit{_only_the_dialect(module)}"])
    return commands


def own_tests(tree: Path, module: str) -> list[Path]:
    """A module's test modules; for a package's `__init__`, or where there is none, its folder."""
    *folders, name = module.split(".")
    folder = tree.joinpath("harness/tests", *folders)
    files = [folder / f"test_{stem}.py" for stem in ELSEWHERE.get(module, [name])]
    found = [file for file in files if file.is_file()]
    return found or sorted(folder.glob("test_*.py"))


def _only_the_dialect(module: str) -> str:
    """What narrows the fixtures to those of a module's dialect, if it is in the folder of one."""
    floor, *rest = module.split(".")
    if floor != "dialects" or len(rest) < 2:
        return ""
    return f" and {rest[0].replace('_', '-')}"
