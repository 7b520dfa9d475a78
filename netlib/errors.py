"""Everything that netlib and the exercises raise on purpose.

An OSError from a socket is not in here: it passes unwrapped, because learners must meet it.
"""

__all__ = ["LanError", "Malformed", "NetlibError", "Truncated", "Unavailable", "WireError"]


class NetlibError(Exception):
    """Something that netlib was asked to do cannot be done; the message says what to do."""


class WireError(NetlibError):
    """The bytes that came are not what the protocol says."""


class Truncated(WireError):
    """The bytes stop too early: more of them would help."""


class Malformed(WireError):
    """The bytes are wrong, and no further byte would mend them."""


class LanError(NetlibError):
    """A network of hosts, switches and routers cannot be built as asked."""


class Unavailable(NetlibError):
    """This machine cannot do it; the message says what to install or to do."""
