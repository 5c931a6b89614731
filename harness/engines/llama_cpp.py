"""llama.cpp's own server on tiny models of our own: three dialects on one port.

A model and a chat template together decide what can be had: the template opens the thoughts or
says how a call is written, and the server's parser for it is what is put to the test. The models
are written into the cache folder when they are first needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engines import tiny_gguf
from engines.build_llama_cpp import NAME, Built, built
from engines.place import model_folder
from engines.serving import HOST, Launch

VOCABULARY = "gpt-2"
"""The smallest byte-level one of the archive; its characters often fall into several tokens."""

WEIGHTS = 7
"""The seed that the weights are drawn with; a model's own is that of its sampling."""

PATHS = {"openai-chat": "/v1", "openai-responses": "/v1", "anthropic-messages": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What a model says beside plain words, the template that it is served with, what it can.

    `end` is how often it stops. The seed is one with which it says something of each kind.
    """

    template: str
    says: Mapping[str, float]
    can: frozenset[str] = frozenset()
    end: float = 0.03
    seed: int = 7


MODELS = {
    "words": Model(template="Qwen-Qwen2.5-7B-Instruct", says={}, seed=25),
    "thinker": Model(
        template="deepseek-ai-DeepSeek-V3.1",
        says={"</think>\n\n": 0.1},
        can=frozenset({"reasoning"}),
        seed=23,
    ),
    "caller": Model(
        template="meta-llama-Llama-3.1-8B-Instruct",
        says={'\n\n{"': 0.0, '"': 0.4},
        can=frozenset({"tools"}),
    ),
    "endless": Model(template="Qwen-Qwen2.5-7B-Instruct", says={}, end=1e-6),
    "thinking-caller": Model(
        template="Qwen-QwQ-32B",
        says={"</think>\n\n": 0.1, "<tool_call>": 0.1, '"': 0.3},
        can=frozenset({"reasoning", "tools"}),
        end=0.05,
        seed=6,
    ),
    "polyglot": Model(
        template="Qwen-Qwen2.5-7B-Instruct",
        says={" naïve": 0.1, " café": 0.1, " ☃": 0.1, " 😀": 0.1, " 你好": 0.1},
        can=frozenset({"unicode"}),
        seed=30,
    ),
}


def launch(name: str) -> Launch:
    """How the server is started on one of the models; NotBuiltError where there is none."""
    home = built()
    model = _model(home, name)
    return Launch(
        name=f"{NAME}/{name}",
        model=model.stem,
        command=lambda port: _command(home, MODELS[name], model, port),
        paths=PATHS,
        can=MODELS[name].can,
        log=model.parent / f"{name}.log",
    )


def _command(home: Built, model: Model, path: Path, port: int) -> Sequence[str | Path]:
    """Plain sampling with a fixed seed: equal requests get equal answers."""
    where: list[str | Path] = [
        "-m",
        path,
        "--alias",
        path.stem,
        "--host",
        HOST,
        "--port",
        str(port),
    ]
    talk: list[str | Path] = ["--jinja", "--chat-template-file", home.template(model.template)]
    think = ["--reasoning-format", "deepseek"]
    choose = [
        "--seed",
        str(model.seed),
        "--temp",
        "1",
        "--top-k",
        "0",
        "--top-p",
        "1",
        "--min-p",
        "0",
    ]
    return [home.server, *where, *talk, *think, *choose, "-c", "8192", "-np", "2", "-t", "2"]


def _model(home: Built, name: str) -> Path:
    wanted = MODELS[name]
    path = model_folder(NAME, VOCABULARY, wanted) / f"tiny-{name}.gguf"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        vocabulary = tiny_gguf.read_vocabulary(home.vocabulary(VOCABULARY))
        tiny_gguf.write(path, vocabulary, wanted.says, end=wanted.end, seed=WEIGHTS)
    return path
