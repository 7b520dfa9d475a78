"""What rules of several exercises of chapter 04 need: what gives a mistake away, bad weather."""

from random import Random

from autograder.network import Learner, Server, Steps
from autograder.text import Mistakes, such
from netlib.schedule import Fault, Schedule

__all__ = ["SERVER_MISTAKES", "SHORT_S", "gusts", "host_for_flags", "serve", "storm"]

SHORT_S = 0.04  # a timeout, where the check stays silent
LATE_MS = 70  # later than that, on a busy machine too


host_for_flags = such(TypeError, lambda got: "cannot be interpreted as an integer" in str(got))
"""What sendto(data, host, port) raises."""

SERVER_MISTAKES: Mistakes = {UnicodeError: "UDP-10", host_for_flags: "UDP-01"}


def storm(rng: Random) -> Schedule:
    """Draw what a bad network does to a client's exchange of a few datagrams."""

    def fault(kind: str, amount: int = 0) -> Fault:
        # A stranger that writes to us would disturb nobody.
        reply = rng.random() < 0.5 or kind == "stranger"
        return Fault(kind, rng.randint(1, 2), reply, amount)

    return Schedule((fault("lose"), fault("duplicate"), fault("delay", LATE_MS), fault("stranger")))


def gusts(rng: Random) -> Schedule:
    """The same for what goes to a server, which cannot know what becomes of its answers."""
    kinds = ("lose", "duplicate", "reorder")
    return Schedule(tuple(Fault(kind, rng.randint(1, 3)) for kind in kinds))


def serve(learner: Learner, steps: Steps, name: str, host: str = "127.0.0.1") -> Server:
    """Start a server of the learner's on a socket of ours."""
    return Server(learner, steps, name, steps.own_socket(host))
