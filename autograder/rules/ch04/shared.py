"""What rules of several exercises of chapter 04 need: what gives a mistake away, bad weather."""

from random import Random
from typing import Any

from autograder.network import Learner, Server, Steps, Talker
from autograder.rules.common import ANSWER, AT_THE_KEYBOARD
from autograder.text import Because, Mistakes, Text, such
from netlib.schedule import Fault, Schedule

__all__ = [
    "COUNT",
    "SERVER_MISTAKES",
    "SHORT_S",
    "answers_to_empty",
    "gusts",
    "host_for_flags",
    "miscounted",
    "serve",
    "stops_despite_traffic",
    "storm",
    "stripped",
]

SHORT_S = 0.04  # a timeout, where the check stays silent
LATE_MS = 70  # later than that, on a busy machine too


host_for_flags = such(TypeError, lambda got: "cannot be interpreted as an integer" in str(got))
"""What sendto(data, host, port) raises."""

COUNT = ("the number of answers", "响应的个数")

SERVER_MISTAKES: Mistakes = {
    UnicodeError: "UDP-10",
    ConnectionRefusedError: "UDP-12",
    host_for_flags: "UDP-01",
    **AT_THE_KEYBOARD,
}


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


def stripped(want: bytes) -> Any:
    """Return the sign of one who took the blanks around want away."""
    return such(bytes, lambda got: got != want and got == want.strip())


# -- what a server counts --------------------------------------------------------------------------


def miscounted(texts: int = 0) -> Because:
    """Return what a wrong count shows; texts: how many answers were not empty, if some were.

    Any other number may have any reason.
    """
    return {such(int, lambda got: 0 < got == texts): "UDP-11", int: None}


def answers_to_empty(server: Server, client: Talker) -> int:
    """Send two empty datagrams and return how many answers came: that both do, other rules ask.

    Two, for a count that is short by one may have other reasons.
    """
    answers = 0
    for _ in range(2):
        client.send(b"", server.address)
        if client.asked(server.reply) is None:
            break
        answers += 1
    return answers + len(client.drain())


def stops_despite_traffic(server: Server, steps: Steps, client: Talker, answer: bytes) -> None:
    """Set stop while client goes on sending; answer is the first that it gets."""
    client.send(b"?", server.address)
    client.expect(answer, ANSWER)  # so it serves, and 0 is no right count
    got = server.stops_despite(client.chatter(b"?", server.address))
    with steps.untold():
        answers = 1 + len(client.drain())
    if type(got) is not int or got != answers:
        name = client.name
        want = Text(f"{answers}, as many as {name.en} got", f"{answers}，{name.zh}收到了这么多")
        steps.fail(COUNT, got=got, want=want)
