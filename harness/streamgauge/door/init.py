"""The door behind `streamgauge init`: writes a first configuration, never over another."""

from __future__ import annotations

import sys
from pathlib import Path

from streamgauge.door.configuration import FILE

_TEXT = """\
# What streamgauge tries (docs/configuration.md). Keys come from the environment, never from here.

# fail-on = "must"
# report = "html,junit"
# max-requests = 200

# A server of your own: streamgauge run local
[targets.local]
base-url = "http://127.0.0.1:8000/v1"
model = "my-model"
# Whose habits it has: vllm, sglang, llama-cpp, ollama … (streamgauge rules --vendor vllm)
vendor = "vllm"
# dialect = "openai-chat"
# key-env = "LOCAL_API_KEY"
# at-once = 4
# per-minute = 60
# timeouts = { connect = 5, read = 60 }
# price = { input = 0.5, output = 1.5 }        # a million tokens
# members = { temperature = 0 }                # merged into every request
# headers = { x-team = "streams" }
# cannot = { reasoning = "the model does not think", keys = "it asks for no key" }

# A vendor that a profile knows: streamgauge run kimi   (needs MOONSHOT_API_KEY)
# [targets.kimi]
# vendor = "moonshot"
# model = "kimi-k2.5"
"""


def run(force: bool) -> int:
    """Write `streamgauge.toml` in this folder; the exit code."""
    path = Path(FILE)
    try:
        with path.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(_TEXT)
    except FileExistsError:
        print(f"streamgauge: {FILE} is there already; --force writes over it", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"streamgauge: {FILE}: {error.strerror}", file=sys.stderr)
        return 2
    print(f"wrote {FILE}: edit it, then streamgauge run local --plan")
    return 0
