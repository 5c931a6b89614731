"""Shipped data is found from a clone and from a wheel, and nobody can spoil it for the next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from streamgauge import data


@pytest.fixture
def unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An imitation of an unpacked wheel: a package folder with `_shipped` in it."""
    package = tmp_path / "streamgauge"
    (package / "_shipped" / "conformance" / "schemas").mkdir(parents=True)
    (package / "_shipped" / "fixtures").mkdir()
    (package / "vendors").mkdir()
    monkeypatch.setattr(data, "_PACKAGE", package)
    monkeypatch.setattr(data, "_SHIPPED", package / "_shipped")
    _forget()
    yield package
    _forget()


def _forget() -> None:
    for cached in (data._schema_files, data._profile_texts, data._parsed_profiles, data._text):
        cached.cache_clear()


def test_a_clone_keeps_its_data_at_the_project_root(root: Path) -> None:
    assert data.conformance_root() == root / "conformance"
    assert data.fixtures_root() == root / "fixtures"


def test_a_wheel_keeps_its_data_in_shipped(unpacked: Path) -> None:
    assert data.conformance_root() == unpacked / "_shipped" / "conformance"
    assert data.fixtures_root() == unpacked / "_shipped" / "fixtures"


def test_a_wheel_never_reads_folders_that_lie_around_it(unpacked: Path) -> None:
    (unpacked.parent.parent / "fixtures").mkdir()
    (unpacked / "_shipped" / "fixtures").rmdir()
    with pytest.raises(data.DataError, match="fixtures folder is missing"):
        data.fixtures_root()


def test_every_schema_is_read_by_its_name() -> None:
    assert data.schema_names() == tuple(sorted(data.schema_names()))
    for name in data.schema_names():
        assert isinstance(data.schema(name), dict)


def test_schemas_in_folders_have_names_with_slashes(unpacked: Path) -> None:
    schemas = unpacked / "_shipped" / "conformance" / "schemas"
    (schemas / "overlays").mkdir()
    (schemas / "run.schema.json").write_text("{}")
    (schemas / "overlays" / "kind.chunk.schema.json").write_text('{"type": "object"}')
    assert data.schema_names() == ("overlays/kind.chunk", "run")
    assert data.schema("overlays/kind.chunk") == {"type": "object"}


def test_an_unknown_schema_is_refused_with_the_known_ones(unpacked: Path) -> None:
    (unpacked / "_shipped" / "conformance" / "schemas" / "run.schema.json").write_text("{}")
    with pytest.raises(data.DataError, match=r"no schema is named '\.\./x'; known: run"):
        data.schema("../x")


@pytest.mark.parametrize(
    ("text", "says"),
    [("{", "not JSON"), ("[]", "must be a JSON object"), ("[" * 200_000, "not JSON")],
    ids=["cut", "an array", "nested too deep"],
)
def test_a_broken_schema_is_one_clear_line(unpacked: Path, text: str, says: str) -> None:
    (unpacked / "_shipped" / "conformance" / "schemas" / "run.schema.json").write_text(text)
    with pytest.raises(data.DataError, match=says) as caught:
        data.schema("run")
    assert "\n" not in str(caught.value)


def test_a_caller_cannot_spoil_a_schema_for_the_next(unpacked: Path) -> None:
    path = unpacked / "_shipped" / "conformance" / "schemas" / "run.schema.json"
    path.write_text(json.dumps({"properties": {"a": 1}}))
    data.schema("run")["properties"].clear()
    assert data.schema("run") == {"properties": {"a": 1}}


@pytest.mark.usefixtures("unpacked")
def test_missing_schemas_and_profiles_are_named() -> None:
    with pytest.raises(data.DataError, match="schemas are missing"):
        data.schema_names()
    with pytest.raises(data.DataError, match="vendor profiles are missing"):
        data.profiles_data()


def test_profiles_are_keyed_by_slug_and_cannot_be_spoiled(unpacked: Path) -> None:
    (unpacked / "vendors" / "beta.toml").write_text('name = "Beta"')
    (unpacked / "vendors" / "alpha.toml").write_text('[facts.x]\nvalue = "Ω"', encoding="utf-8")
    assert list(data.profile_texts()) == ["alpha", "beta"]
    data.profiles_data()["alpha"]["facts"].clear()
    assert data.profiles_data() == {
        "alpha": {"facts": {"x": {"value": "Ω"}}},
        "beta": {"name": "Beta"},
    }


def test_every_shipped_profile_is_toml() -> None:
    assert data.profiles_data().keys() == data.profile_texts().keys()


def test_a_toml_file_is_read_anew_each_time(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    path.write_text("[[deviation]]\nrule = 'a/b'")
    assert data.toml_file(path) == {"deviation": [{"rule": "a/b"}]}
    path.write_text("deviation = []")
    assert data.toml_file(path) == {"deviation": []}


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"= 1", "not TOML"), (b'a = "\xff"', "not UTF-8 at byte 5"), (None, "No such file")],
    ids=["not TOML", "not UTF-8", "absent"],
)
def test_an_unreadable_file_is_one_clear_line(
    tmp_path: Path, content: bytes | None, says: str
) -> None:
    path = tmp_path / "known.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(data.DataError, match=says) as caught:
        data.toml_file(path)
    assert "\n" not in str(caught.value)
