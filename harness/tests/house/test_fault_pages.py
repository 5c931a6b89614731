"""The faults' pages in docs are made from the faults: this says when they are stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from streamgauge.door.faults import markdown
from streamgauge.faults.catalogue import faults
from streamgauge.faults.fault import Fault, Invisible

ROOT = Path(__file__).resolve().parents[3]


def test_the_pages_in_docs_are_fresh() -> None:
    written = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    wanted = markdown(faults())
    assert written == wanted, "run: streamgauge faults --format markdown > docs/faults.md"


@pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.name)
def test_a_page_is_one_sentence_or_more_and_says_why_nobody_can_tell(fault: Fault) -> None:
    assert fault.page.rstrip().endswith((".", "`."))
    assert all(said.why for said in fault.declared.values() if isinstance(said, Invisible))
