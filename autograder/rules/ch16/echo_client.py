"""16.5 EchoClient: one client of a server that never waits. The rule is the loop."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Lent, Object, Steps, Stream
from autograder.rules.ch16.shared import NEVER_WAITS
from autograder.rules.common import ANNA, BEN, payload
from autograder.rules.echo import SMALL
from autograder.text import YOU, Because, Mistakes, Proof, Text, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {
    **NEVER_WAITS,
    UnicodeDecodeError: "TXT-03",
    ConnectionError: "STR-29",
    such(OSError, lambda got: got.errno is not None): "STR-29",
}
WANTS, DONE = ("what wants returns", "wants 的返回值"), ("what done returns", "done 的返回值")
ANSWER = ("what comes back", "发回的字节")
OPEN = ("what the client hears of the end", "客户端看到的结束")
READ, WRITE, BOTH, NOTHING = (True, False), (False, True), (True, True), (False, False)
HIGH_WATER, MOST = 256 * 1024, 65_536  # bytes: the setup cell's, and of one call
HALF = MOST // 2
FULL = 20  # calls of on_writable after which nothing more fits
MUCH = 150_000  # bytes


class Client:
    """An EchoClient of the learner's, and the peer at the other end."""

    def __init__(
        self,
        learner: Learner,
        steps: Steps,
        name: Text = ANNA,
        timeout: float | None = None,
        buffer: int | None = None,
    ) -> None:
        self.steps = steps
        lent, self.peer = steps.tcp.connection(name, timeout=timeout, buffer=buffer)
        self.lent: Lent = lent
        self.object: Object = learner.object("EchoClient", lent)

    def wants(self, want: tuple[bool, bool], because: Because = None) -> None:
        """Expect what it wants to do."""
        self.object.start("wants").returns(want, WANTS, because)

    def done(self, want: bool, because: Because = None) -> None:
        """Expect whether it is over."""
        self.object.start("done").returns(want, DONE, because)

    def on(self, what: str) -> None:
        """Tell it that it can read, or write."""
        self.object.start(f"on_{what}").value()

    def takes(self, data: bytes) -> None:
        """Let the peer send data, and tell it so."""
        self.peer.send(data)
        self.on("readable")


_ALWAYS: Mistakes = {such(tuple, lambda got: got[1:] == (True,)): "EPL-14"}
_TOO_EARLY: Mistakes = {such(tuple, lambda got: got == NOTHING): "STR-27", bool: "STR-27"}
_READS_ON: Mistakes = {such(tuple, lambda got: got[:1] == (True,)): "MUX-07", bool: "MUX-07"}
_FULL: Mistakes = {such(tuple, lambda got: got[:1] == (True,)): Proof("MUX-16")}


@RULES.rule(weight=2)
def a_whole_life(learner: Learner, steps: Steps, rng: Random) -> None:
    """It wants to write while bytes are owed, and to read until the client has finished; then it
    is done.

    有字节要还时想写；客户端发完之前想读；都完成之后 done。
    """
    for timeout in (None, 0.0):
        steps.anew()
        client = Client(learner, steps, timeout=timeout)
        client.wants(READ, _ALWAYS)
        for data in (payload(rng, 1), bytes(range(256))):
            client.takes(data)
            client.wants(BOTH)
            client.on("writable")
            client.peer.expect(data, ANSWER)
            client.wants(READ, _ALWAYS)
            client.done(False)
        client.peer.finish()
        client.on("readable")
        client.done(True, _DONE_LATE)
        client.wants(NOTHING, _READS_ON)


_DONE_LATE: Mistakes = {such(bool, lambda got: not got): "MUX-07"}


@RULES.rule(weight=2)
def bytes_owed_at_the_end(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client that has finished is not done before it has all its bytes.

    客户端已经发完，但字节还没有全部还清，就不算结束。
    """
    client = Client(learner, steps)
    data = payload(rng, 6)
    client.peer.send(data)
    client.peer.finish()
    client.on("readable")
    client.on("readable")
    client.done(False, _TOO_EARLY)
    client.wants(WRITE, (_TOO_EARLY, _READS_ON))
    client.on("writable")
    client.peer.expect(data, ANSWER, "STR-27")
    client.done(True, _DONE_LATE)


@RULES.rule(weight=2)
def at_most_high_water(learner: Learner, steps: Steps, rng: Random) -> None:
    """It does not want to read while HIGH_WATER bytes are owed, or more; when fewer are, it does.

    欠的字节达到 HIGH_WATER 就不想读了；少于它时又想读。
    """
    client, data = _filled(learner, steps, rng, HIGH_WATER - 1)
    client.wants(BOTH)
    more = _takes_half(client, rng)
    _tell_owed(steps, len(data + more))
    client.wants(WRITE, _FULL)
    _drained(steps, client, data + more)
    client.wants(READ, _ALWAYS)
    client.done(False)
    steps.anew()
    client, _ = _filled(learner, steps, rng, HIGH_WATER - HALF)
    client.wants(BOTH)
    _takes_half(client, rng)
    _tell_owed(steps, HIGH_WATER)
    client.wants(WRITE)


def _filled(learner: Learner, steps: Steps, rng: Random, size: int) -> tuple[Client, bytes]:
    """Return a client that is owed so many bytes, fewer than HIGH_WATER, and does not read."""
    client = Client(learner, steps, buffer=SMALL)
    client.peer.reading = False
    pieces = [rng.randbytes(min(HALF, size - at)) for at in range(0, size, HALF)]
    count = len(pieces)
    steps.tell(client.peer.name, f"sends {size} B in {count} pieces", f"分 {count} 次发 {size} B")
    for piece in pieces:
        with steps.untold():
            client.takes(piece)
    _tell_owed(steps, size)
    return client, b"".join(pieces)


def _takes_half(client: Client, rng: Random) -> bytes:
    """Let it take half a read more, and return these bytes."""
    client.takes(data := rng.randbytes(HALF))
    return data


def _tell_owed(steps: Steps, size: int) -> None:
    """Tell how many bytes are owed now, and how far from HIGH_WATER that is."""
    over = size - HIGH_WATER
    far = f" {'+-'[over < 0]} {abs(over)}" if over else ""
    steps.tell(YOU, f"owed: {size} B, HIGH_WATER{far}", f"现在欠 {size} B：HIGH_WATER{far}")


def _drained(steps: Steps, client: Client, data: bytes) -> None:
    """Let the peer read all that it is owed."""
    peer: Stream = client.peer
    steps.tell(YOU, "on_writable, again and again", "反复 on_writable")
    with steps.untold():
        for _ in range(FULL):
            client.on("writable")
        peer.reading = True
        for _ in range(4_000):
            client.on("writable")
            peer.unread()
            if len(peer.received) >= len(data):
                break
        came = peer.read_on(len(data))
    peer.expect_whole(data, ANSWER, came, "STR-04" if len(came) >= len(data) else "EPL-13")


@RULES.rule(weight=1, condition="edges")
def not_all_at_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """One on_readable takes at most 65536 bytes, however many have come.

    到的再多，一次 on_readable 也至多取 65536 字节。
    """
    client = Client(learner, steps, BEN)
    data = rng.randbytes(MUCH)
    client.peer.send(data)
    client.on("readable")
    client.on("writable")
    came = _all_that_came(client.peer)
    if not 0 < len(came) <= MOST:
        got = Text("more", "更多") if came else Text("nothing", "没有")
        want = Text(f"1 to {MOST} bytes", f"1 到 {MOST} 字节")
        steps.fail(ANSWER, got=got, want=want, because="MUX-16")
    client.peer.expect_whole(data[: len(came)], ANSWER, came)


def _all_that_came(peer: Stream) -> bytes:
    """Return what is there without waiting: what was sent on loopback is."""
    came, before = peer.unread(), b""
    while len(came) > len(before):
        came, before = peer.unread(), came
    return came


@RULES.rule(weight=2, condition="refused")
def a_reset_in_every_state(learner: Learner, steps: Steps, rng: Random) -> None:
    """After a reset, whatever was owed, it is done, and raises nothing.

    连接被复位之后，不管还欠多少，都是 done，不抛出任何异常。
    """
    for owed, finished in ((False, False), (True, False), (True, True)):
        for what in ("readable", "writable") if owed else ("readable",):
            if finished and what == "readable":
                continue
            steps.anew()
            client = Client(learner, steps)
            if owed:
                client.takes(payload(rng, 3))
            if finished:
                client.peer.finish()
                client.on("readable")
            client.peer.reset()
            client.on(what)
            client.done(True)
            client.wants(NOTHING)


@RULES.rule(weight=1)
def nothing_to_do(learner: Learner, steps: Steps, rng: Random) -> None:
    """Calls with nothing to do do nothing; after the end sock is left open.

    没有事情可做时，调用什么也不做；结束之后 sock 仍然打开。
    """
    client = Client(learner, steps)
    for what in ("writable", "readable", "writable"):
        client.on(what)
    client.wants(READ, _ALWAYS)
    client.done(False)
    client.peer.finish()
    reply = client.object.start("on_readable")
    reply.returns(None)
    client.done(True, _DONE_LATE)
    last: Any = client.object.start("sock.fileno").result(shown=_shown)
    if last == -1 or client.peer.waits_for_end(0.05):
        got = Text("closed", "被关闭了")
        steps.fail(
            ("sock", "sock"), got=got, want=Text("still open", "仍然打开"), because=Proof("STR-43")
        )


def _shown(value: Any) -> Any:
    return Text("a number", "一个数") if isinstance(value, int) and value >= 0 else value
