"""`transformers serve` on a tiny model of our own: two dialects, text, reasoning and tool calls.

The models are written into the cache folder when they are first needed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from engines.build_transformers import NAME, Built, built
from engines.place import model_folder
from engines.serving import HOST, Launch
from engines.steps import Step, take
from engines.tiny_hf import PROMPT_END

SOURCES = Path(__file__).resolve().parents[1]
PATHS = {"openai-chat": "/v1", "openai-responses": "/v1"}
CALL = (
    "<tool_call>",
    '\n{"name": "get_weather", ',
    '"arguments": ',
    '{"city": ',
    '"Paris"}}',
    "\n</tool_call>",
)
"""A whole call, token by token: this server has no grammar that would force one."""

SEED = 7

Says = Sequence[tuple[Sequence[str], float]]

END = "<|im_end|>"
NEVER = 1e-6

MODELS: dict[str, tuple[Says, float]] = {
    "words": ([((PROMPT_END, " well"), 0.0)], 0.03),
    "endless": ([], NEVER),
    "thinker": (
        [((PROMPT_END, "<think>"), 0.0), (("</think>", "\n\n", " well", ".", END), 0.15)],
        NEVER,
    ),
    "caller": ([((PROMPT_END, " well", *CALL, END), 0.0)], NEVER),
    "thinking-caller": (
        [((PROMPT_END, "<think>"), 0.0), (("</think>", *CALL, END), 0.15)],
        NEVER,
    ),
    "polyglot": (
        [((PROMPT_END, " naïve", " café ☃", " 日本", " 😀", " שלום", " 12", "."), 0.0)],
        0.03,
    ),
}
"""What each model says beside plain words, and how often it stops.

No answer is like the one before: what must be said is a phrase.
"""


def launch(name: str) -> Launch:
    """How the server is started on one of the models; NotBuiltError where there is none."""
    home = built()
    says, end = MODELS[name]
    model = _model(home, name, says, end)
    return Launch(
        name=f"{NAME}/{name}",
        model=model.name,
        command=lambda port: _command(home, model.name, port),
        # By its bare name, for the server writes what it was given into every answer.
        cwd=model.parent,
        env={"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"},
        paths=PATHS,
        log=model.parent / f"{name}.log",
        memory=16 * 2**30,
    )


def _command(home: Built, model: str, port: int) -> Sequence[str | Path]:
    where = ["--device", "cpu", "--host", HOST, "--port", str(port)]
    return [home.server, "serve", model, *where, "--default-seed", str(SEED)]


def _model(home: Built, name: str, says: Says, end: float) -> Path:
    given = json.dumps({"says": says, "end": end, "seed": SEED})
    path = model_folder(NAME, given) / f"tiny-{name}"
    if not (path / "model.safetensors").is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        command: list[str | Path] = [home.python, "-m", "engines.tiny_hf", path, given]
        env = {"PYTHONPATH": os.fspath(SOURCES), "HF_HUB_OFFLINE": "1"}
        take(Step(words=f"model {name}", command=command, seconds=300.0, env=env), home.log)
    return path
