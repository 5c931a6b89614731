"""A trial tells the three outcomes apart, and leaves nothing on disk."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HARNESS = Path(__file__).parents[2]

MODULE = "def double(number):\n    while number:\n        return number + number\n    return 0\n"
TESTS = "from streamgauge.odd import double\n\n\ndef test_it():\n    assert double(2) == 4\n"

CASES = {
    "no mutant": ("", "", ["SURVIVED", ""]),
    "what no test asks": ("return 0", "return 1", ["SURVIVED", ""]),
    "what a test asks": ("number + number", "number - number", ["KILLED", "test_odd.py::test_it"]),
    "no end": ("return number + number", "pass", ["TIMEOUT", ""]),
    "no program": ("def double(", "def double)", ["KILLED", "test_odd.py"]),
    "what is only warned of": ("while number:", "while number is not 0:", ["SURVIVED", ""]),
}

# In a process of its own: a trial forks, and other tests' threads must not be copied along.
SCRIPT = """
import json, sys
sys.path[0] = sys.argv[1]
from pathlib import Path
from mutation.trial import Substitute, tried, warm
tree = Path(sys.argv[2])
warm()
for text in json.loads(sys.argv[3]):
    odd = Substitute("streamgauge.odd", tree / "harness/streamgauge/odd.py", text)
    trial = tried(tree, ["test_odd.py"], odd if text else None, 2.0)
    print(json.dumps([trial.outcome.name, trial.by]))
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = tmp_path_factory.mktemp("tree")
    package = tree / "harness/streamgauge"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "odd.py").write_text(MODULE, encoding="utf-8")
    (tree / "test_odd.py").write_text(TESTS, encoding="utf-8")
    return tree


@pytest.fixture(scope="module")
def outcomes(tree: Path) -> dict[str, list[str]]:
    """What became of each case, by its name."""
    texts = [MODULE.replace(*case[:2]) if case[0] else "" for case in CASES.values()]
    command = [sys.executable, "-c", SCRIPT, str(HARNESS), str(tree), json.dumps(texts)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(zip(CASES, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_a_trial_tells_what_became_of_it(outcomes: dict[str, list[str]], name: str) -> None:
    assert outcomes[name] == CASES[name][2]


def test_no_mutant_is_left_on_disk(outcomes: dict[str, list[str]], tree: Path) -> None:
    assert outcomes
    assert (tree / "harness/streamgauge/odd.py").read_text(encoding="utf-8") == MODULE
