"""05b.5 discover: a socket and a deadline for a roster. The rosters here are ours."""

import socket
import time
from dataclasses import dataclass, field
from random import Random

from autograder.clock import CLOCK
from autograder.deadlines import stretched
from autograder.exercise import Rules
from autograder.network import LARGEST, Learner, Packets, Reply, Steps, Talker, UDPPeer
from autograder.rules.ch05b.shared import PORT, may_broadcast, on, talker_on
from autograder.rules.common import BEN, CARL, DORA, payload
from autograder.text import NOTHING, YOU, Because, Hang, Mistakes, Proof, Text, such
from autograder.text.observed import TooLate

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {
    may_broadcast: "BRC-01",
    TimeoutError: "UDP-22",
}

Address = tuple[str, int]

WAIT_S = 0.4  # for which discover listens; what is sent to it comes within half of that
SILENCE_S = 0.12
LONG_S, SHORTLY_S = stretched(0.9), stretched(0.1)  # a last datagram so long before the end
LATEST_S = stretched(0.6)  # from then on: less than LONG_S, and more than enough for SHORTLY_S
AT_ONCE_S = 1e-9  # over before the question has left
AT_MOST_S = stretched(1.0)  # where SILENCE_S is right
QUESTION, ANSWER = ("the question", "询问"), ("what feed() gives", "feed() 给出的包")
FED = ("what feed() was given", "交给 feed() 的内容")
PEOPLE = ("roster.people", "roster.people")


@dataclass
class Roster:
    """A roster that records what it is fed, and thanks for it: it gives packets for others, too.

    Attributes:
        asks, everybody: its first packet, and where that goes.
        own: how its own packet comes back; it is fed, and not answered.
        also: somebody to whom the question and each answer go, too.
    """

    asks: bytes
    everybody: Address
    also: Address | None = None
    people: dict[Address, str] = field(default_factory=dict)
    fed: list[tuple[bytes, Address]] = field(default_factory=list)

    def start(self) -> Packets:
        """Return its question, for everybody and for whom it knows."""
        to = [self.everybody, *([self.also] if self.also else [])]
        return [(self.asks, each) for each in to]

    def feed(self, data: bytes, address: Address) -> Packets:
        """Record a datagram; thank for it, unless it is its own."""
        self.fed.append((data, address))
        if data == self.asks:
            return []
        self.people[address] = "here"
        to = [address, *([self.also] if self.also else [])]
        return [(b"thanks for %d" % len(data), each) for each in to]


class _Discovery:
    """A call of discover with a roster of ours.

    Attributes:
        roster, reply: that roster, and the end of the call.
    """

    def __init__(
        self, learner: Learner, steps: Steps, sock: UDPPeer, roster: Roster, wait: float
    ) -> None:
        self._steps, self._sock, self.roster, self._wait = steps, sock, roster, wait
        puppet = steps.puppet(
            roster, methods=("start", "feed"), attributes=("people",), name="roster"
        )
        self._began = time.monotonic()
        self.reply: Reply = learner.start("discover", sock, puppet, wait)

    @property
    def seconds(self) -> float:
        """Seconds since the call."""
        return time.monotonic() - self._began

    def in_time(self) -> None:
        """Raise TooLate if so much time has passed that a right program may have missed it."""
        if self.seconds > self._wait / 2:
            raise TooLate

    def returns_people(self) -> None:
        """Expect what the roster knows, not before the wait is over, and an open socket."""
        self.reply.returns(self.roster.people, PEOPLE, {(Hang, TimeoutError): "UDP-22"})
        self.reply.took(self._wait, lambda _: "UDP-22")
        self.reply.left_open(self._sock)

    def thanked(self, talker: Talker, data: bytes, because: Because = None) -> None:
        """Expect what the roster gave for that."""
        talker.expect(b"thanks for %d" % len(data), ANSWER, (because, self._left_early))

    def _left_early(self, _: object) -> str | None:
        if not self.left_early:
            return None
        return "UDP-07" if self.roster.people else "BRC-06" if self.roster.fed else None

    @property
    def left_early(self) -> bool:
        """Whether it has returned before the wait was over."""
        return self.reply.ended and self.reply.seconds < self._wait * 0.9


@RULES.rule(weight=2)
def three_on_a_lan(learner: Learner, steps: Steps, rng: Random) -> None:
    """It asks once, feeds every answer and its own question, sends what feed gives to whom feed
    says, returns people.

    只问一次；每个响应和自己的询问都交给 feed；feed 说发给谁，给出的包就发给谁；最后返回 people。
    """
    lan = steps.lan(build=_four, learner_on="anna")
    with on(lan, "anna"):
        sock = steps.own_socket("0.0.0.0", PORT)
    sock.sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    ben, carl = (talker_on(steps, lan, *who, PORT) for who in (("ben", BEN), ("carl", CARL)))
    dora = talker_on(steps, lan, "dora", DORA, PORT + 1)  # a broadcast does not reach that port
    roster = Roster(payload(rng, 5), ("192.0.2.255", PORT), also=("192.0.2.4", PORT + 1))
    discovery = _Discovery(learner, steps, sock, roster, WAIT_S)
    came = {talker: talker.expect(roster.asks, QUESTION) for talker in (ben, carl)}
    dora.expect(roster.asks, ("the question to dora", "发给朵拉的询问"))
    said = {talker: payload(rng, size) for talker, size in ((ben, 6), (carl, 7))}
    for talker in (ben, carl):
        talker.send(said[talker], came[talker].source)
        discovery.in_time()
        discovery.thanked(talker, said[talker])
        discovery.thanked(dora, said[talker], _astray(talker))
    discovery.returns_people()
    hosts = {roster.asks: "192.0.2.1", said[ben]: "192.0.2.2", said[carl]: "192.0.2.3"}
    want = sorted((data, (host, PORT)) for data, host in hosts.items())
    steps.expect(FED, got=sorted(roster.fed), want=want, because={list: "UDP-07"})


def _four(lan: object) -> None:
    for each in ("anna", "ben", "carl", "dora"):
        lan.host(each)  # type: ignore[attr-defined]


def _astray(other: Talker) -> Because:
    """Return what looks, where something does not come, whether somebody else has got it."""
    return lambda _: "UDP-30" if other.drain() else None


@RULES.rule(weight=1, condition="silence")
def silence_is_no_error(learner: Learner, steps: Steps, rng: Random) -> None:
    """If nobody answers, it returns after wait seconds and not before, however short that is.

    没有人响应时，到了 wait 秒返回，也不会提前返回，不管 wait 多短。
    """
    peer, sock = steps.udp(BEN), steps.own_socket()
    for wait in (SILENCE_S, AT_ONCE_S):
        roster = Roster(payload(rng, 5), peer.address)
        discovery = _Discovery(learner, steps, sock, roster, wait)
        peer.expect(roster.asks, QUESTION)
        discovery.reply.wait(AT_MOST_S)
        discovery.returns_people()


@RULES.rule(weight=1, condition="empty")
def an_empty_one_is_no_end(learner: Learner, steps: Steps, rng: Random) -> None:
    """After a pause an empty datagram comes: it is fed, and it is not the end.

    停顿之后来了一个空数据报：它也交给 feed，而且不表示结束。
    """
    _late(learner, steps, rng, b"")


@RULES.rule(weight=1, condition="maximal")
def the_largest_is_fed_whole(learner: Learner, steps: Steps, rng: Random) -> None:
    """After a pause the largest datagram comes that there is: it is fed, whole.

    停顿之后来了一个最大的数据报：它完整地交给 feed。
    """
    _late(learner, steps, rng, rng.randbytes(LARGEST))


def _late(learner: Learner, steps: Steps, rng: Random, data: bytes) -> None:
    """Let a datagram come after a pause, and then one more."""
    ben, sock = steps.udp(BEN), steps.own_socket()
    roster = Roster(payload(rng, 5), ben.address)
    discovery = _Discovery(learner, steps, sock, roster, WAIT_S)
    ben.expect(roster.asks, QUESTION)
    discovery.reply.wait(WAIT_S / 4)
    more = payload(rng, 3)
    for each in (data, more):
        ben.send(each, sock.address)
    discovery.in_time()

    def took_it_for_the_end(_: object) -> str | None:
        return "UDP-11" if discovery.left_early and not (data or roster.people) else None

    cut = such(bytes, lambda got: bool(data) and got.startswith(b"thanks"))
    passed_over = such(bytes, lambda got: not data and got == b"thanks for %d" % len(more))
    cites: Mistakes = {cut: "UDP-06", passed_over: "UDP-11"}
    for each in (data, more):
        discovery.thanked(ben, each, (took_it_for_the_end, cites))
    discovery.returns_people()
    steps.expect(FED, got=roster.fed, want=[(each, ben.address) for each in (data, more)])


@RULES.rule(weight=1, condition="stranger")
def the_end_comes_despite_traffic(learner: Learner, steps: Steps, rng: Random) -> None:
    """What comes does not postpone the end: neither a datagram every 20 ms, nor a single one
    shortly before it.

    来了数据报也不会推迟结束：每 20 ms 来一个不会，快要结束时才来一个也不会。
    """
    peer, sock = steps.udp(BEN), steps.own_socket()
    roster = Roster(payload(rng, 5), peer.address)
    discovery = _Discovery(learner, steps, sock, roster, SILENCE_S)
    peer.expect(roster.asks, QUESTION)
    want = Text("the end after wait seconds", "到了 wait 秒就结束")
    chatter = peer.chatter(payload(rng, 3), sock.address)
    discovery.reply.ends_despite(chatter, want, within=AT_MOST_S, because=lambda _: "UDP-19")
    discovery.reply.result(shown=lambda _: Text("people", "people"))
    discovery.reply.took(SILENCE_S, lambda _: "UDP-07")
    steps.anew()
    _one_shortly_before_the_end(learner, steps, rng)


def _one_shortly_before_the_end(learner: Learner, steps: Steps, rng: Random) -> None:
    """Who then waits as long as at first ends long after those who look at the clock.

    Raises TooLate if it was that late only because it was given no CPU.
    """
    peer, sock = steps.udp(CARL), steps.own_socket()
    roster = Roster(payload(rng, 5), peer.address)
    discovery = _Discovery(learner, steps, sock, roster, LONG_S)
    peer.expect(roster.asks, QUESTION)
    discovery.reply.wait(LONG_S - SHORTLY_S)
    again, latest = discovery.seconds + LONG_S, CLOCK.after(LATEST_S)
    peer.send(payload(rng, 3), sock.address)
    discovery.reply.wait(2 * LONG_S)
    if not discovery.reply.ended or discovery.reply.seconds > again * 0.99:
        if not CLOCK.passed(latest):
            raise TooLate
        steps.tell(YOU, "still listening", "还在听")
        shown = f"{LONG_S:g} s"
        want = Text(f"after {shown}", f"{shown} 之后")
        got, because = Text("not ended", "没有结束"), NOTHING
        if discovery.reply.ended:
            got = Text("as long again after the last datagram", "最后一个数据报之后又等了同样久")
            because = Proof("UDP-19")
        what = ("the end of the call", "函数结束")
        steps.fail(what, got=got, want=want, because=because, late=True)
    discovery.reply.result(shown=lambda _: Text("people", "people"))
