"""What rules of several exercises of chapter 04 need: names, words, a server under way."""

from random import Random
from typing import Any

from autograder.learner.calls import Event
from autograder.network.learner import Learner, Reply
from autograder.network.sockets import UDPPeer
from autograder.network.steps import Steps
from netlib.schedule import Fault, Schedule

__all__ = [
    "ANNA",
    "ANSWER",
    "BEN",
    "PEER",
    "REQUEST",
    "SHORT_S",
    "gusts",
    "raised",
    "serve",
    "storm",
]

PEER = ("peer", "对端")
ANNA, BEN = ("anna", "安娜"), ("ben", "小本")
REQUEST, ANSWER = ("the request", "请求"), ("the answer", "响应")

SHORT_S = 0.04  # a timeout, where the check stays silent
LATE_MS = 70  # later than that, on a busy machine too


def raised(got: Any) -> str | None:
    """Return the misconception that an exception gives away, wherever a server raised it."""
    match got:
        case UnicodeError():
            return "UDP-10"
        case TypeError() if "cannot be interpreted as an integer" in str(got):
            return "UDP-01"  # sendto(data, host, port): the host stands where flags belong
    return None


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


# -- servers ------------------------------------------------------------------------------------


def serve(
    subject: Learner, steps: Steps, name: str, host: str = "127.0.0.1"
) -> tuple[UDPPeer, Event, Reply]:
    """Start a server of the learner's; return its socket, its event and the call."""
    sock, stop = steps.own_socket(host), steps.event()
    return sock, stop, subject.start(name, sock, stop)
