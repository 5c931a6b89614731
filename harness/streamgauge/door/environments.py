"""Where a client's library is installed: pinned, in an environment of its own, made on demand.

Outside the tree: `STREAMGAUGE_CLIENTS` names the folder, else it is in the user's cache. An
environment is known by what it is made from, so other pins make another one. Registries are those
that pip, uv and npm are set up for; nothing of ours names any.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from streamgauge.door.trouble import UsageError
from streamgauge.targets.client import Program, bare_environment
from streamgauge.trials.clients.roster import Mode, Package

_READY = ".ready"
_SECONDS = 900.0
_PINS = {"python": ("requirements.txt",), "node": ("package.json", "package-lock.json")}


class NotHereError(UsageError):
    """A client's environment cannot be made here; the message is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """How a package's wrapper is started, mode by mode; `edition` names what is installed."""

    package: Package
    command: tuple[str, ...]
    variables: Mapping[str, str]
    edition: str

    def program(self, mode: Mode) -> Program:
        """The program of one mode."""
        return Program(
            command=(*self.command, mode.word),
            folder=self.package.folder,
            environment=self.variables,
        )


def environment(
    package: Package, protocol: Path, *, here: bool, say: Callable[[str], None]
) -> Environment:
    """The environment of a package, made now if it is not there yet. Raises NotHereError.

    `here` takes the libraries that are installed beside us (of Python) instead of the pinned
    ones. `say` is told, in one line, of what takes long.
    """
    match package.language:
        case "python":
            return _python(package, protocol, here=here, say=say)
        case "node":
            return _node(package, protocol, say)
        case _:
            return _any(package)


def is_made(package: Package) -> bool:
    """Whether the pinned environment of a package is there already. Raises NotHereError."""
    return (_place(package) / _READY).exists()


def folder() -> Path:
    """The folder of all environments; it need not exist yet."""
    named = os.environ.get("STREAMGAUGE_CLIENTS")
    if named:
        return Path(named).expanduser().resolve()
    try:
        from platformdirs import user_cache_path
    except ModuleNotFoundError:
        raise NotHereError(
            'install "streamgauge[clients]", or name a folder in STREAMGAUGE_CLIENTS'
        ) from None
    return user_cache_path("streamgauge") / "clients"


def _python(
    package: Package, protocol: Path, *, here: bool, say: Callable[[str], None]
) -> Environment:
    made = None if here else _made(package, say, _install_python)
    python = Path(sys.executable) if made is None else made / "venv" / "bin" / "python"
    home = package.folder if made is None else made
    return Environment(
        package=package,
        command=(str(python), "wrapper.py"),
        variables=_variables(home, python)
        | {"PYTHONPATH": str(protocol), "PYTHONDONTWRITEBYTECODE": "1"},
        edition="here" if made is None else made.name,
    )


def _node(package: Package, protocol: Path, say: Callable[[str], None]) -> Environment:
    node = _program("node", package)
    made = _made(package, say, _install_node)
    # Modules are looked for beside the file that asks for them, so the file stands beside them.
    for path in (package.folder / "wrapper.mjs", *protocol.glob("*.mjs")):
        shutil.copyfile(path, made / path.name)
    return Environment(
        package=package,
        command=(node, str(made / "wrapper.mjs")),
        variables=_variables(made, Path(node)),
        edition=made.name,
    )


def _any(package: Package) -> Environment:
    program, *rest = package.command
    found = _program(program, package)
    return Environment(
        package=package,
        command=(found, *rest),
        variables=_variables(package.folder, Path(found)),
        edition="here",
    )


def _variables(home: Path, program: Path) -> dict[str, str]:
    return bare_environment(home, (str(program.parent),))


def _program(name: str, package: Package) -> str:
    found = shutil.which(name)
    if found is None:
        raise NotHereError(f"{package.name} needs {name}, which is not installed")
    return found


def _made(
    package: Package, say: Callable[[str], None], install: Callable[[Package, Path], None]
) -> Path:
    made = _place(package)
    if not (made / _READY).exists():
        say(f"installing {package.name} …")
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        install(package, made)
        (made / _READY).touch()
    return made


def _place(package: Package) -> Path:
    return folder() / f"{package.name}-{_digest(package)}"


def _digest(package: Package) -> str:
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for name in _PINS[package.language]:
        path = package.folder / name
        if not path.is_file():
            raise NotHereError(f"{package.name}: {name} is missing beside client.toml")
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _install_python(package: Package, made: Path) -> None:
    venv, pins = made / "venv", package.folder / "requirements.txt"
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if uv is not None:
        _run(package, [uv, "venv", "-q", "--python", sys.executable, str(venv)], made)
        python = str(venv / "bin" / "python")
        _run(package, [uv, "pip", "install", "-q", "--python", python, "-r", str(pins)], made)
        return
    _run(package, [sys.executable, "-m", "venv", str(venv)], made)
    python = str(venv / "bin" / "python")
    _run(package, [python, "-m", "pip", "install", "-q", "-r", str(pins)], made)


def _install_node(package: Package, made: Path) -> None:
    for name in _PINS["node"]:
        shutil.copyfile(package.folder / name, made / name)
    npm = _program("npm", package)
    _run(package, [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], made)


def _run(package: Package, command: Sequence[str], made: Path) -> None:
    log = made / "install.log"
    with log.open("ab") as out:
        try:
            done = subprocess.run(
                command,
                cwd=made,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotHereError(
                f"{package.name}: not installed after {_SECONDS:g} s; see {log}"
            ) from None
    if done.returncode:
        raise NotHereError(f"{package.name} cannot be installed here; see {log}")
