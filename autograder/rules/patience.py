"""How often a call waits for the timeout of its socket: once, and not again and again."""

from collections.abc import Callable

from autograder.network import Reply, Steps
from autograder.text import Text

__all__ = ["gives_up_once"]

_TIMEOUTS_S = (0.12, 0.17, 0.25)  # not 0.1, which programs write down themselves
_WAIT = ("the wait", "等待时间")


def gives_up_once(
    steps: Steps, start: Callable[[float], Reply], ends: Callable[[Reply, float], object]
) -> None:
    """Start calls with this timeout and that, which have to end as ends says, until one takes less
    than two timeouts.

    Whoever waits twice never does. Of those that wait once a busy machine may be late for one; the
    longer the timeout, the less may lateness make two of it.
    """
    for timeout in _TIMEOUTS_S:
        steps.anew()
        reply = start(timeout)
        ends(reply, timeout)
        if reply.seconds < 2 * timeout:
            return
    want, got = Text("one timeout", "一次超时"), Text("two or more, every time", "每次都不止一次")
    steps.fail(_WAIT, got=got, want=want, late=True)
