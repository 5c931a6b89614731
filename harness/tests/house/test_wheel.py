"""What people install: sdist → wheel holds code, data, licence and door, no tests, and works."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

# Any fixed moment after 1980, where the calendar of zip files begins.
MOMENT = "1000000000"

READ_A_SCHEMA = """
from pathlib import Path
from streamgauge import data
assert "_shipped" in str(data.fixtures_root()), data.fixtures_root()
assert any(data.fixtures_root().iterdir())
assert data.profiles_data()
print(data.schema(data.schema_names()[0])["$schema"])
"""


def run(*arguments: str, cwd: Path, **environment: str) -> str:
    """The output of Python with these arguments; its own words when it fails."""
    outcome = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, f"{outcome.stdout}\n{outcome.stderr}"
    return outcome.stdout


def build(root: Path, folder: Path) -> Path:
    """The wheel that `python -m build` makes of the sdist that it makes of the tree."""
    arguments = ["-m", "build", "--no-isolation", "--outdir", str(folder)]
    run(*arguments, cwd=root, SOURCE_DATE_EPOCH=MOMENT)
    assert len(list(folder.glob("*.tar.gz"))) == 1
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(root, tmp_path_factory.mktemp("first"))


@pytest.fixture(scope="module")
def members(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return sorted(archive.namelist())


@pytest.mark.parametrize(
    ("kept_in", "pattern", "shipped_in"),
    [
        ("harness/streamgauge", "**/*.py", "streamgauge"),
        ("harness/streamgauge", "vendors/*.toml", "streamgauge"),
        ("harness/streamgauge", "report/page/*.*", "streamgauge"),
        ("harness/streamgauge", "py.typed", "streamgauge"),
        ("conformance", "schemas/**/*.json", "streamgauge/_shipped/conformance"),
        ("fixtures", "**/*.*", "streamgauge/_shipped/fixtures"),
    ],
    ids=["modules", "profiles", "the page", "the typing mark", "schemas", "fixtures"],
)
def test_the_wheel_holds_what_the_tree_holds(
    members: list[str], root: Path, kept_in: str, pattern: str, shipped_in: str
) -> None:
    kept = [path for path in (root / kept_in).glob(pattern) if path.is_file()]
    assert kept, f"the tree has no {kept_in}/{pattern}"
    wanted = {f"{shipped_in}/{path.relative_to(root / kept_in).as_posix()}" for path in kept}
    assert sorted(wanted.difference(members)) == []


def test_the_wheel_holds_nothing_else(members: list[str]) -> None:
    assert [name for name in members if name.startswith("streamgauge/tests")] == []
    assert [name for name in members if "__pycache__" in name or "/harness/" in name] == []
    tops = {name.split("/")[0] for name in members}
    assert {top for top in tops if not top.startswith("streamgauge")} == set()


def test_the_wheel_carries_its_licence_and_its_command(wheel: Path, members: list[str]) -> None:
    (licence,) = (name for name in members if name.endswith(".dist-info/licenses/LICENSE"))
    (doors,) = (name for name in members if name.endswith(".dist-info/entry_points.txt"))
    with zipfile.ZipFile(wheel) as archive:
        assert b"Apache License" in archive.read(licence)
        assert b"streamgauge = streamgauge.cli:main" in archive.read(doors)


def test_the_wheel_works_where_it_is_installed(wheel: Path, tmp_path: Path) -> None:
    options = ["--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
    site = tmp_path / "site"
    run("-m", "pip", "install", *options, "--target", str(site), str(wheel), cwd=tmp_path)
    said = run("-c", READ_A_SCHEMA, cwd=tmp_path, PYTHONPATH=str(site))
    assert said.strip() == "https://json-schema.org/draft/2020-12/schema"


def test_the_same_tree_makes_the_same_wheel(wheel: Path, root: Path, tmp_path: Path) -> None:
    assert build(root, tmp_path).read_bytes() == wheel.read_bytes()
