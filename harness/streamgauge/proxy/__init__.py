"""The translating proxy: a client of one dialect in front of an upstream of another.

The translation itself is pure and stands in `translate`; here are sockets, the clock and the log.
"""

from streamgauge.proxy.handled import Handled, log_line
from streamgauge.proxy.proxy import Proxy
from streamgauge.proxy.upstream import Upstream

__all__ = ["Handled", "Proxy", "Upstream", "log_line"]
