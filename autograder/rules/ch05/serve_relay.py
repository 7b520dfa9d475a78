"""05.6 serve_relay: a machine behind a socket."""

import errno
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Packets, Server, Steps, Talker
from autograder.rules.ch05.shared import LOST_ON_THE_WAY, counted
from autograder.rules.common import AFTER_SILENCE, ANNA, ANSWER, AT_THE_KEYBOARD, BEN, begins, word
from autograder.text import YOU, Because, Hang, Mistakes, Proof, Text, such
from autograder.text.wording import apart

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

Address = tuple[str, int]
Said = tuple[str, str]

_is_too_long = such(OSError, lambda got: got.errno == errno.EMSGSIZE)

MISTAKES: Mistakes = {**LOST_ON_THE_WAY, **AT_THE_KEYBOARD, _is_too_long: "UDP-09"}
COUNT = ("the number of datagrams", "数据报的个数")
FED = ("what feed was called with", "feed 得到的参数")
SECOND, FOURTH = ("the 2nd of these four", "这四个中的第 2 个"), ("the 4th of them", "其中第 4 个")
TOO_LONG = 65_508
NOWHERE = "255.255.255.255", 9  # EACCES: no broadcast was allowed


@dataclass
class OurRelay:
    """A relay of ours: answers tells what feed returns; fed is what it was given."""

    answers: Callable[[bytes, Address], Packets]
    fed: list[tuple[Any, Any]] = field(default_factory=list)

    def feed(self, data: bytes, address: Address) -> Packets:
        """Take a datagram."""
        self.fed.append((data, address))
        return self.answers(data, address)


class Theirs(Server):
    """A call of serve_relay, with a relay of ours."""

    def __init__(
        self, learner: Learner, steps: Steps, answers: Callable[[bytes, Address], Packets]
    ) -> None:
        self.relay = OurRelay(answers)
        puppet = steps.puppet(self.relay, methods=("feed",), attributes=(), name="relay")
        super().__init__(learner, steps, "serve_relay", steps.own_socket(), puppet)

    def answers(
        self, talker: Talker, data: bytes, because: Because = None, what: Said = ANSWER
    ) -> None:
        """Expect data at somebody's, from sock."""
        cites = ({begins(data): "UDP-06"}, because)
        came = talker.expect(data, what, self.blamed(cites))
        if came.source != self.address:
            want = Text("from sock", "由 sock 发出")
            got = Text("from another socket", "来自别的套接字")
            self.steps.fail(ANSWER, got=got, want=want, because=Proof("UDP-25"))

    def was_fed(self, data: bytes, talker: Talker) -> None:
        """Expect that this was handed over last."""
        got, address = self.relay.fed[-1] if self.relay.fed else (None, None)
        self.steps.expect(FED, got=got, want=data, because={begins(data): "UDP-06"})
        self.steps.expect(FED, got=address, want=talker.address)

    def drops_the_rest(self, got: Any) -> str | None:
        """Return what it shows that something does not come, though it still serves."""
        return "UDP-31" if isinstance(got, Text) and not self.reply.ended else None


def _astray(other: Talker, data: bytes) -> Because:
    """Return what looks, where data does not come, whether somebody else got it."""

    def look(got: Any) -> str | None:
        return "UDP-30" if any(came.data == data for came in other.drain()) else None

    return look


@RULES.rule(weight=2)
def what_feed_returns_is_sent(learner: Learner, steps: Steps, rng: Random) -> None:
    """What feed returns is sent, in order, to whom it says; also nothing, also to others.

    feed 返回什么就按顺序发什么，说发给谁就发给谁；可以什么也不发，也可以发给别人。
    """
    anna, ben = steps.udp(ANNA), steps.udp(BEN)
    one, two, three = (word(rng).encode() for _ in range(3))
    plan: dict[bytes, Packets] = {
        b"none": [],
        b"one": [(one, anna.address)],
        b"two": [(two, ben.address), (three, anna.address), (one, ben.address)],
    }
    server = Theirs(learner, steps, lambda data, address: plan[data])
    for request in (b"none", b"one"):
        anna.send(request, server.address)
    server.answers(anna, one, "UDP-11")
    anna.send(b"two", server.address)
    server.answers(ben, two, _astray(anna, two))
    server.answers(ben, one, _astray(anna, one))
    server.answers(anna, three)
    ben.send(b"one", server.address)
    server.answers(anna, one, _astray(ben, one))
    server.stops(4, COUNT)


@RULES.rule(weight=2)
def any_datagram_is_handed_over(learner: Learner, steps: Steps, rng: Random) -> None:
    """feed gets any datagram as it came, also an empty one and one of 65,507 bytes.

    任何数据报都原样交给 feed，空的、65507 个字节的也一样。
    """
    anna, ben = steps.udp(ANNA), steps.udp(BEN)
    server = Theirs(learner, steps, lambda data, address: [(data[:5], address), (data, address)])
    payloads = b"\xff\xfe\0" + rng.randbytes(3), b"", b" \r\n", word(rng, 60_000).encode()
    for data in (*payloads, word(rng, 65_507).encode()):
        for friend in (anna, ben):
            friend.send(data, server.address)
            server.answers(friend, data[:5], None if data else {(int, Hang): "UDP-11"})
            server.was_fed(data, friend)
            server.answers(friend, data)


@RULES.rule(weight=2, condition="unsendable")
def what_cannot_be_sent(learner: Learner, steps: Steps, rng: Random) -> None:
    """What cannot be sent is dropped; the rest is sent, and service goes on.

    发不出去的丢掉，其余照发，服务继续。
    """
    anna = steps.udp(ANNA)
    good, more = word(rng).encode(), word(rng).encode()

    def answers(data: bytes, address: Address) -> Packets:
        if data == b"short":
            return [(more, address)]
        bad = [(bytes(TOO_LONG), address), (b"x", NOWHERE)]
        if data != b"long":
            bad.reverse()
        given = [bad[0], (good, address), bad[1], (more, address)]
        said = [(len(packet), ANNA if to == address else Text.of(to[0])) for packet, to in given]
        english = [f"{size} B to {who.en}" for size, who in said]
        chinese = [f"给{apart(who.zh).rstrip()} {size} B" for size, who in said]
        steps.tell(YOU, f"feed: {', '.join(english[:2])},", f"feed：{'，'.join(chinese[:2])}，")
        steps.tell(YOU, f"then {', '.join(english[2:])}", f"再{'，'.join(chinese[2:])}")
        return given

    elsewhere: Mistakes = {such(bytes, lambda got: got == b"x"): "UDP-30"}
    server = Theirs(learner, steps, answers)
    for request in (b"long", b"nowhere"):
        anna.send(request, server.address)
        server.answers(anna, good, server.drops_the_rest, SECOND)
        server.answers(anna, more, (elsewhere, server.drops_the_rest), FOURTH)
    anna.send(b"short", server.address)
    server.answers(anna, more)
    server.stops(3, COUNT)


@RULES.rule(weight=1, condition="quiet")
def stops_while_idle(learner: Learner, steps: Steps, rng: Random) -> None:
    """It serves however long nobody writes; within 0.5 s of stop.set() it returns how many came,
    and sock stays open.

    多久没有人写来都继续服务；stop.set() 之后 0.5 秒之内返回收到的个数，sock 保持打开。
    """
    anna = steps.udp(ANNA)
    server = Theirs(
        learner, steps, lambda data, address: [] if data == b"mute" else [(data, address)]
    )
    server.silence(0.22)
    count = rng.randrange(2, 5)
    for _ in range(count):
        anna.send(b"mute", server.address)  # a datagram without an answer counts
        data = word(rng).encode()
        anna.send(data, server.address)
        server.answers(anna, data, AFTER_SILENCE)
    server.stops(2 * count, COUNT)


@RULES.rule(weight=1)
def stops_under_traffic(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns within 0.5 s of stop.set(), and the right count, even if somebody goes on writing.

    即使有人一直在发，stop.set() 之后 0.5 秒之内也返回，个数也对。
    """
    anna = steps.udp(ANNA)
    server = Theirs(learner, steps, lambda data, address: [] if data == b"?" else [(data, address)])
    anna.send(b"hi", server.address)
    server.answers(anna, b"hi")

    def shown(value: Any) -> Any:
        return Text("a number", "一个数") if type(value) is int and value else value

    got = server.stops_despite(anna.chatter(b"?", server.address), shown=shown)
    fed = len(server.relay.fed)
    if type(got) is not int or got != fed:
        want = Text("as many as feed was given", "和交给 feed 的一样多")
        steps.fail(COUNT, got=counted(got, fed), want=want)
