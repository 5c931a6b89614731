"""The capture wing: what brings exchanges in from files.

`read` turns the bytes of one file into redacted exchanges, `wanted` says which names in a folder
are recordings, `request_from_json` reads a request that lies beside one. It never sees rules.
"""

from streamgauge.capture.importers import read
from streamgauge.capture.limits import Limits, Unreadable
from streamgauge.capture.redact import redact, redact_request
from streamgauge.capture.request import request_from_json
from streamgauge.capture.sniff import ENDINGS, wanted

__all__ = [
    "ENDINGS",
    "Limits",
    "Unreadable",
    "read",
    "redact",
    "redact_request",
    "request_from_json",
    "wanted",
]
