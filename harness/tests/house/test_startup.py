"""Asking for help is instant: nothing heavy is imported before there is work to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HEAVY = {
    "anthropic",
    "asyncio",
    "google.genai",
    "httpx",
    "httpx2",
    "hypothesis",
    "jinja2",
    "jsonschema",
    "jsonschema_rs",
    "msgspec",
    "openai",
    "orjson",
    "playwright",
    "pydantic",
    "pytest",
    "rich",
    "vcr",
    "websockets",
    "yaml",
}

# Does what the installed `streamgauge` command does, then says what is loaded.
PROBE = """
import json, sys
sys.argv = ["streamgauge", "--help"]
from streamgauge.cli import main
try:
    code = main()
except SystemExit as stop:
    code = stop.code
print(json.dumps({"code": code or 0, "modules": sorted(sys.modules)}), file=sys.stderr)
"""


def test_help_imports_nothing_heavy(root: Path) -> None:
    outcome = subprocess.run(
        [sys.executable, "-c", PROBE],
        env=os.environ | {"PYTHONPATH": str(root / "harness")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    said = json.loads(outcome.stderr.splitlines()[-1])
    assert said["code"] == 0
    assert "Usage" in outcome.stdout
    assert sorted(HEAVY.intersection(said["modules"])) == []
