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
    """What a model says beside plain words, and the template that it is served with.

    `end` is how often it stops. The seed is one with which it says something of each kind.
    """

    template: str
    says: Mapping[str, float]
    end: float = 0.03
    seed: int = 7


QWEN = "Qwen-Qwen2.5-7B-Instruct"
"""It says how a call is written (`<tool_call>` and JSON), and its prompts end with a line feed."""

KEY = "sk-engine-key-that-opens-nothing"
"""What the server asks for, so that a wrong key can be tried."""

MODELS = {
    "words": Model(template=QWEN, says={}, seed=25),
    "endless": Model(template=QWEN, says={}, end=1e-6),
    "thinker": Model(template="deepseek-ai-DeepSeek-V3.1", says={"</think>\n\n": 0.1}, seed=23),
    "caller": Model(template=QWEN, says={"\n well<tool_call>\n": 0.0, '"': 0.4}, end=0.1),
    "quoter": Model(template=QWEN, says={'"': 0.4}, end=0.05),
    "thinking-caller": Model(
        template="Qwen-QwQ-32B",
        says={"</think>\n\n<tool_call>\n": 0.1, '"': 0.4},
        end=0.01,
        seed=6,
    ),
    "fumbler": Model(template="meta-llama-Llama-3.1-8B-Instruct", says={'\n\n{"': 0.0, '"': 0.4}),
    "polyglot": Model(
        template=QWEN,
        says={" naïve": 0.1, " ☃": 0.1, " 😀": 0.1, " 日本": 0.2, " 12": 0.05},
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
        key=KEY,
        log=model.parent / f"{name}.log",
    )


def _command(home: Built, model: Model, path: Path, port: int) -> Sequence[str | Path]:
    """Plain sampling with a fixed seed: equal requests get equal answers.

    One thread: two would wait for each other wherever the cores have other work.
    """
    where: list[str | Path] = [
        "-m",
        path,
        "--alias",
        path.stem,
        "--host",
        HOST,
        "--port",
        str(port),
        "--api-key",
        KEY,
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
    return [home.server, *where, *talk, *think, *choose, "-c", "8192", "-np", "2", "-t", "1"]


def _model(home: Built, name: str) -> Path:
    wanted = MODELS[name]
    path = model_folder(NAME, VOCABULARY, wanted) / f"tiny-{name}.gguf"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        vocabulary = tiny_gguf.read_vocabulary(home.vocabulary(VOCABULARY))
        tiny_gguf.write(path, vocabulary, wanted.says, end=wanted.end, seed=WEIGHTS)
    return path
