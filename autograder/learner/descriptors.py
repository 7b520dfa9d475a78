"""How many files and sockets learners' code may have open, and the judge beside it (getrlimit(2)).

Few rules need many: those have their number in their exercise. A process may raise its own soft
limit as far as its hard one; a machine whose hard limit is lower cannot run them.
"""

import contextlib
import resource
from collections.abc import Iterator

from netlib.errors import Unavailable

__all__ = ["DESCRIPTORS", "enough", "room_for"]

DESCRIPTORS = 512
"""For an exercise that says nothing else."""


def enough(wanted: int, most: int) -> None:
    """Raise Unavailable, a sentence, if a process that may open so many most cannot have wanted."""
    if most != resource.RLIM_INFINITY and most < wanted:
        raise Unavailable(
            f"expected {wanted} open files to be allowed (ulimit -Hn); this machine allows {most}"
        )


@contextlib.contextmanager
def room_for(wanted: int | None) -> Iterator[None]:
    """Let this process have that many open meanwhile, and whatever it starts, for good.

    Raises Unavailable as `enough` does.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if wanted is None or soft == resource.RLIM_INFINITY or soft >= wanted:
        yield
        return
    enough(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
