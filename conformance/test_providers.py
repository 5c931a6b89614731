"""Real providers on trial: `pytest -m live`. One item is one scenario on one target.

The engine runs them all when the first item does; each item asserts the verdict that it reached.
"""

from __future__ import annotations

import pytest

from streamgauge.pytest_plugin import TrialResult


@pytest.mark.live
def test_a_provider_conforms(live_result: TrialResult) -> None:
    live_result.demand()
