"""A provider with state that needs no key: requests in, exchanges out (docs/simulator.md)."""

from streamgauge.replay.simulator.settings import RESERVED, Settings, Trouble
from streamgauge.replay.simulator.simulator import Simulator

__all__ = ["RESERVED", "Settings", "Simulator", "Trouble"]
