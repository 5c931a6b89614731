"""`python harness/mutation/run.py`: our own code mutated, from a clone, whatever is installed."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

# The folder of this file would hide packages of the same names as its modules.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from mutation.command import main  # noqa: E402

if __name__ == "__main__":
    # However we are asked to stop, the copy of the tree is removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
