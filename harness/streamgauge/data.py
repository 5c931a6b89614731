"""Where shipped data is, and the only reader of TOML and of schema files.

Three homes are possible and nobody else needs to know which one it is: a clone and an editable
install keep `conformance/` and `fixtures/` at the project root, two folders above this package;
a wheel carries both as package data in `streamgauge/_shipped/`. Profiles always lie inside the
package, in `streamgauge/vendors/`.

It must never interpret what it reads (profiles, schemas and excuses are values of other floors)
and never hand out an object that a caller could change for the next one. Floors 0 to 5 must not
import it: they read no files.
"""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "_shipped"


class DataError(Exception):
    """Data that is missing or cannot be read; its text is one line for the user."""


def conformance_root() -> Path:
    """The folder of trials, schemas, scenarios and known deviations.

    Raises DataError where neither a clone nor a wheel holds it.
    """
    return _shipped_folder("conformance")


def fixtures_root() -> Path:
    """The folder of fixtures: `wire/<behaviour>/` and `<dialect>/<behaviour>/`.

    Raises DataError where neither a clone nor a wheel holds it.
    """
    return _shipped_folder("fixtures")


def clients_root() -> Path:
    """The folder of wrapper programs around client libraries, one folder each.

    Raises DataError where neither a clone nor a wheel holds it.
    """
    return _shipped_folder("clients", below="harness")


def cases_data() -> dict[str, dict[str, Any]]:
    """Every file of cases for clients as TOML gives it, by name, sorted."""
    return toml_folder(conformance_root() / "cases")


def schema_names() -> tuple[str, ...]:
    """The names that `schema` knows, sorted.

    A name is the path below `conformance/schemas` without `.schema.json`, with `/` between parts.
    """
    return tuple(sorted(_schema_files()))


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of that name, a fresh copy each time; DataError for an unknown name."""
    path = _schema_files().get(name)
    if path is None:
        raise DataError(f"no schema is named {name!r}; known: {', '.join(schema_names())}")
    return _parsed_schema(path, _text(path))


def scenarios_data() -> dict[str, dict[str, Any]]:
    """Every shipped scenario as TOML gives it, by name (its file's), sorted."""
    return toml_folder(conformance_root() / "scenarios")


def toml_folder(folder: Path) -> dict[str, dict[str, Any]]:
    """Every TOML file of a folder by its name without the ending, sorted; DataError as above."""
    return {path.stem: toml_file(path) for path in sorted(folder.glob("*.toml"))}


def first_configuration() -> str:
    """The text of a first `streamgauge.toml`, for a user to edit."""
    return _read(_PACKAGE / "door" / "first_configuration.toml")


def profile_texts() -> Mapping[str, str]:
    """The TOML text of every vendor profile by slug (its file name), sorted by slug."""
    return _profile_texts()


def profiles_data() -> dict[str, dict[str, Any]]:
    """Every vendor profile as TOML gives it, by slug; a fresh copy each time."""
    return copy.deepcopy(_parsed_profiles())


def toml_file(path: Path) -> dict[str, Any]:
    """Any TOML file (a fixture's description, a configuration), read anew each time.

    Raises DataError with one line when the file is missing, not UTF-8 or not TOML.
    """
    return _parsed_toml(path, _read(path))


def _shipped_folder(name: str, below: str = "") -> Path:
    # A wheel has `_shipped`; nothing makes that folder inside a clone. Asking for it first keeps
    # a wheel that was unpacked below some unrelated `fixtures/` from reading a stranger's files.
    home = _SHIPPED if _SHIPPED.is_dir() else _PACKAGE.parent.parent / below
    folder = home / name
    if not folder.is_dir():
        raise DataError(f"streamgauge's {name} folder is missing: expected {folder}; reinstall it")
    return folder


@cache
def _schema_files() -> Mapping[str, Path]:
    root = conformance_root() / "schemas"
    files = {
        path.relative_to(root).as_posix().removesuffix(".schema.json"): path
        for path in root.rglob("*.schema.json")
    }
    if not files:
        raise DataError(
            f"streamgauge's schemas are missing: expected {root}/*.schema.json; reinstall it"
        )
    return MappingProxyType(files)


@cache
def _profile_texts() -> Mapping[str, str]:
    files = sorted((_PACKAGE / "vendors").glob("*.toml"))
    if not files:
        raise DataError("streamgauge's vendor profiles are missing; reinstall it")
    return MappingProxyType({path.stem: _read(path) for path in files})


@cache
def _parsed_profiles() -> dict[str, dict[str, Any]]:
    folder = _PACKAGE / "vendors"
    return {
        slug: _parsed_toml(folder / f"{slug}.toml", text) for slug, text in _profile_texts().items()
    }


@cache
def _text(path: Path) -> str:
    return _read(path)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or 'cannot be read'}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 at byte {error.start}") from error


def _parsed_toml(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{path}: not TOML: {_one_line(error)}") from error


def _parsed_schema(path: Path, text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: not JSON: {_one_line(error)}") from error
    if not isinstance(value, dict):
        raise DataError(f"{path}: a schema must be a JSON object")
    return value


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
