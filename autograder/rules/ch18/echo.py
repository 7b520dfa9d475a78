"""What is asked of both echo servers of the chapter: of coroutines, and of asyncio."""

import re
from random import Random

from autograder.deadlines import STOP_S
from autograder.network import Learner, Steps, Stream
from autograder.rules.common import (
    AFTER_SILENCE,
    ANNA,
    ANSWER,
    BEN,
    CARL,
    GONE,
    payload,
    spins_at_the_end,
)
from autograder.rules.echo import ROOM, SMALL, EchoServer
from autograder.text import Because, Hang, Mistakes, Text

__all__ = ["MISTAKES", "Echo", "idle_and_stopped", "many", "resets", "slow_reader", "turns"]

MISTAKES: Mistakes = {BlockingIOError: "MUX-17", **GONE}
COUNT = ("the number of clients", "客户端个数")
MOST = 4 << 20  # bytes of one who does not read that a server may hold
KERNELS = 1 << 20  # bytes, amply what the kernel holds besides
SILENCE_S = 0.4


class Echo(EchoServer):
    """One call of an echo server; 128 clients may wait until they are accepted. With room, it can
    read more at once than it can send: whoever waits in `send` for one client, waits."""

    def __init__(self, learner: Learner, steps: Steps, name: str, room: int | None = None) -> None:
        back = SMALL if room else None
        lent = steps.tcp.own_listener(backlog=128, buffer=back)
        super().__init__(learner, steps, name, lent=lent, room=room, back=back)

    def ends_after(self, client: Stream) -> None:
        """Let a client finish; it must read the end, and nothing before it."""
        client.finish()
        signs: Mistakes = {spins_at_the_end: "STR-09"}
        client.ends(("the end of the stream", "流的结束"), self.blamed(signs))

    def returns(self, count: int, because: Because = None) -> None:
        """Set stop; it must return that count in time, and leave no socket open."""
        self.reply.rests()
        self.sets_stop()
        self.reply.returns(count, COUNT, ({Hang: "CON-04"}, because), STOP_S)
        self.reply.closed_its_sockets()


def turns(learner: Learner, steps: Steps, name: str, rng: Random) -> None:
    """A client that speaks again and again, one that finishes first; any bytes."""
    server = Echo(learner, steps, name)
    server.waits()
    anna = server.connect(ANNA)
    for size in (3, 5):
        server.answers(anna, payload(rng, size), "STR-11")
    server.answers(anna, bytes(range(256)), "TXT-03")
    server.ends_after(anna)
    ben = server.connect(BEN)
    data = payload(rng, 4)
    ben.send(data)
    ben.finish()
    ben.expect(data, ANSWER, server.blamed("STR-27"))
    server.ends_after(ben)


def slow_reader(learner: Learner, steps: Steps, name: str, rng: Random) -> None:
    """One who sends and does not read, one who speaks meanwhile, and then all is read."""
    server = Echo(learner, steps, name, room=ROOM)
    anna = server.squeezed()
    data = rng.randbytes(MOST + 2 * KERNELS)
    sent = server.takes(anna, data)
    source = steps.source.of([name])
    if sent > MOST + KERNELS:
        unawaited = re.search(r"^(?!.*\bawait\b).*\.drain\(", source, re.MULTILINE)
        steps.fail(
            ("bytes taken from one who does not read", "从不读的客户端那里收下的字节"),
            got=Text("more than 4 MiB", "超过 4 MiB"),
            want=Text("no more than fits into the buffers", "不超过缓冲区能放下的"),
            because=lambda _: "COR-20" if unawaited else None,
        )
    ben = server.connect(BEN)
    server.answers(ben, payload(rng), "COR-12")
    anna.finish()
    came = anna.read_on()
    if came != data[:sent]:
        server.lives(None)
        ignored = re.search(r"^\s*\w+\.send\(", source, re.MULTILINE)
        short: Because = lambda _: "STR-02" if ignored and len(came) < sent else None  # noqa: E731
        less = Text("less than that", "没有那么多")
        got = less if len(came) < sent else Text("other bytes", "别的字节")
        want = Text("all that it has sent", "它发出的全部字节")
        steps.fail(ANSWER, got=got, want=want, because=short)


def many(learner: Learner, steps: Steps, name: str, rng: Random, count: int) -> None:
    """So many clients at once; the first of them never says anything."""
    server = Echo(learner, steps, name)
    server.connect(CARL)
    with steps.untold():
        clients = [server.connect((f"client {n}", f"客户端 {n}")) for n in range(1, count)]
    steps.tell(CARL, f"{count - 1} others connect", f"另外 {count - 1} 个客户端连接")
    for client in reversed(clients):
        steps.anew()
        server.answers(client, payload(rng), "CON-07")
    server.returns(count)


def resets(learner: Learner, steps: Steps, name: str, rng: Random) -> None:
    """Clients that reset: silent, after an answer, and while they are sent something."""
    server = Echo(learner, steps, name, room=ROOM)
    for size in (0, 3):
        steps.anew()
        ben = server.connect(BEN)
        server.answers(ben, payload(rng, size), "STR-29")
        server.reply.rests()
        ben.reset()
        server.answers(server.connect(CARL), payload(rng), "STR-29")
    ben = server.squeezed(BEN)
    with steps.untold():
        server.takes(ben, bytes(ROOM), MOST)  # one that takes everything is refused elsewhere
    ben.reset()
    carl = server.connect(CARL)
    server.answers(carl, payload(rng), "STR-29")
    server.ends_after(carl)
    server.returns(6)


def idle_and_stopped(
    learner: Learner, steps: Steps, name: str, rng: Random, keeps: bool = True
) -> None:
    """Silence in which it sleeps, then stop beside a client who says nothing. keeps: its listener
    must stay open."""
    server = Echo(learner, steps, name)
    anna = server.connect(ANNA)
    server.answers(anna, payload(rng), AFTER_SILENCE)
    server.idles(SILENCE_S)
    server.answers(anna, payload(rng), AFTER_SILENCE)
    server.returns(1)
    server.hangs_up(anna, None)
    if keeps:
        server.reply.left_open(server.sock)
