"""`streamgauge faults`: the catalogue as a table, one page, or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable

from click.testing import Result

from streamgauge.faults.catalogue import faults
from streamgauge.faults.fault import DIALECTS

Run = Callable[..., Result]


def test_every_fault_is_listed_once(run: Run) -> None:
    lines = run("faults").stdout.splitlines()
    listed = [line.split()[0] for line in lines if line.startswith("  ")]
    assert sorted(listed) == [one.name for one in faults()]
    assert any(line.startswith(f"{len(faults())} faults") for line in lines)


def test_a_page_has_options_and_what_each_dialect_makes_of_it(run: Run) -> None:
    page = run("faults", "stall").stdout
    assert page.startswith("stall\n=====\n\nA silence in which clients and proxies give up")
    assert "Options: after=0.5,ms=61000.0\n" in page
    assert all(
        f"{dialect}:\n  breaks timing/no-long-stall, " in page for dialect in DIALECTS.values()
    )


def test_a_page_says_why_nobody_can_tell(run: Run) -> None:
    assert "  invisible: a line may end in CR LF\n" in run("faults", "crlf").stdout


def test_a_fault_is_found_by_toxiproxy_s_name(run: Run) -> None:
    page = run("faults", "reset_peer").stdout
    assert page.startswith("reset\n=====\n")
    assert "Also called: reset-peer\n" in page


def test_a_glob_lists_its_faults(run: Run) -> None:
    listed = [line for line in run("faults", "*-sentinel").stdout.splitlines() if line[:2] == "  "]
    assert listed
    assert all(line.split()[0].endswith("-sentinel") for line in listed)


def test_json_has_every_fault(run: Run) -> None:
    found = json.loads(run("faults", "--format", "json").stdout)
    assert [one["fault"] for one in found] == [one.name for one in faults()]
    (gzip,) = [one for one in found if one["fault"] == "gzip"]
    assert list(gzip["dialects"]["gemini"]) == ["invisible"]


def test_an_unknown_fault_is_one_line(run: Run) -> None:
    failed = run("faults", "nothing")
    assert failed.exit_code == 2
    assert failed.stderr == "streamgauge: no fault is named nothing; see streamgauge faults\n"
