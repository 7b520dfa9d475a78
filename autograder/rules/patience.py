"""How often a call waits for the timeout of its socket: once, and not again and again."""

from collections.abc import Callable

from autograder.network import Reply, Steps
from autograder.text import Text

__all__ = ["ONE_TIMEOUT_S", "gives_up_once"]

ONE_TIMEOUT_S = 0.1
_TRIES = 4
_WAIT = ("the wait", "等待时间")


def gives_up_once(
    steps: Steps, start: Callable[[], Reply], ends: Callable[[Reply], object], timeout: float
) -> None:
    """Start calls, which have to end as ends says, until one takes less than two timeouts.

    Whoever waits twice never does; of those that wait once a busy machine may be late for one, and
    hardly for all.
    """
    for _ in range(_TRIES):
        steps.anew()
        reply = start()
        ends(reply)
        if reply.seconds < 2 * timeout:
            return
    want, got = Text("one timeout", "一次超时"), Text("two or more, every time", "每次都不止一次")
    steps.fail(_WAIT, got=got, want=want, late=True)
