"""16.6 select_echo: one thread, many clients, and nobody waits for anybody."""

from collections.abc import Callable
from random import Random
from typing import Any

from autograder.clock import CLOCK
from autograder.deadlines import REST_S
from autograder.exercise import Rules
from autograder.network import Learner, Lent, Steps, Stream
from autograder.network.server import GONE_HOME
from autograder.rules.ch16.shared import IDLE_S
from autograder.rules.common import ANNA, ANSWER, BEN, CARL, DORA, EMMA, GONE, ends, payload
from autograder.rules.echo import ROOM, SMALL, EchoServer
from autograder.text import Mistakes, Proof, Text, such
from autograder.text.observed import Standing

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {
    UnicodeDecodeError: "MUX-12",
    BlockingIOError: "MUX-17",
    **GONE,
    such(ValueError, lambda got: "descriptor" in str(got)): "EPL-15",
    such(KeyError, lambda got: "[closed]" in str(got)): "EPL-15",
    such(RuntimeError, lambda got: "changed size" in str(got)): "MUX-03",
}
COUNT = ("the number of clients", "客户端个数")
TAKEN = ("bytes that a client can send without reading", "客户端不读时能发出的字节数")
SIZE = 6
CUTS = ("split every 1", f"merge {SIZE} 500ms", "delay 2 10ms; split 2")
LATE = tuple(range(120_000, 360_000, 60_000))  # bytes that are read late, with a FIN behind them
LARGE, MOST = 3_000_000, 4 << 20  # bytes
UNREAD = 350_000  # bytes: more than HIGH_WATER, and than the kernel holds


def _serve(
    learner: Learner, steps: Steps, lent: Lent | None = None, room: int | None = None
) -> EchoServer:
    return EchoServer(learner, steps, "select_echo", lent=lent, room=room)


@RULES.rule(weight=2)
def two_in_turns(learner: Learner, steps: Steps, rng: Random) -> None:
    """Every client gets its own bytes back, whatever they are, also where several take turns.

    每个客户端都得到自己的字节，不管是什么字节；几个客户端轮流发也一样。
    """
    server = _serve(learner, steps)
    server.waits()
    anna, ben = server.connect(ANNA), server.connect(BEN)
    for _ in range(2):
        server.answers(ben, payload(rng, 3), "CON-04")
        server.answers(anna, payload(rng, 4), "CON-04")
    server.answers(ben, bytes(range(256)), "MUX-12")
    server.answers(anna, payload(rng, 2), "MUX-12")
    server.ends(anna)
    server.answers(ben, payload(rng, 3))


@RULES.rule(weight=1, misconception="STR-01", faults=CUTS)
def however_it_is_cut(learner: Learner, steps: Steps, rng: Random) -> None:
    """However the network cuts or merges the stream, every byte comes back, in order.

    不管网络怎样切开或合并字节流，每个字节都按顺序发回。
    """
    server = _serve(learner, steps)
    anna = server.connect(ANNA)
    for _ in range(2):
        server.answers(anna, payload(rng, SIZE), "STR-01")


@RULES.rule(weight=2, misconception="STR-27", faults=("", *ends(SIZE)))
def a_half_close_gets_all(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client that finishes sending, after whichever byte, gets all its bytes, then the end.

    客户端发完就关闭写端，不管在第几个字节之后，都得到自己的全部字节，然后连接关闭。
    """
    lent = steps.tcp.own_listener()
    anna = steps.tcp.connect(ANNA, lent.address)
    anna.send(payload(rng, SIZE))
    anna.finish()
    server = _serve(learner, steps, lent)  # all of it has come before accept
    anna.expect(anna.delivered, ANSWER, server.blamed("STR-27"))
    server.ends(anna)


@RULES.rule(weight=2)
def idle(learner: Learner, steps: Steps, rng: Random) -> None:
    """An idle server uses no processor time to speak of, whoever is connected.

    空闲的服务器几乎不占处理器，不管连着什么样的客户端。
    """
    server = _serve(learner, steps, room=ROOM)
    server.reply.idles(IDLE_S, "MUX-01")
    anna = server.squeezed()
    ben = server.connect(BEN)
    server.answers(ben, payload(rng, 3))
    server.connect(DORA)
    server.reply.idles(IDLE_S, "EPL-14")
    server.connect(CARL).finish()  # and has left
    server.reply.idles(IDLE_S, "MUX-07")
    server.asleep(anna, rng.randbytes(UNREAD))
    anna.finish()
    server.reply.idles(IDLE_S, "MUX-07")
    emma = server.squeezed(EMMA)
    server.takes(emma, rng.randbytes(LARGE))
    emma.reset()  # while much is owed to her
    server.reply.idles(IDLE_S, "MUX-07")


@RULES.rule(weight=2)
def read_late(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whoever finishes, and reads only later, still gets every byte, then the end.

    先关闭写端、过一会儿才读的客户端，也得到全部字节，然后连接关闭。
    """
    spins = False
    for size in LATE:
        steps.anew()
        server = _serve(learner, steps, steps.tcp.own_listener(buffer=SMALL))
        anna, data = steps.tcp.connect(ANNA, server.address, buffer=SMALL), rng.randbytes(size)
        server.asleep(anna, data)
        anna.finish()
        if not spins:  # else it would be waited for in vain each time
            began = CLOCK.now()
            server.reply.rests()
            spins = CLOCK.now() - began > REST_S / 2
        _gets_all(steps, server, anna, data)
        server.ends(anna)
        server.stop.set()  # two that spin would starve the next one


def _gets_all(steps: Steps, server: EchoServer, client: Stream, data: bytes) -> None:
    came = client.read_on(len(data))
    if came != data:
        server.lives("STR-27", idle=GONE_HOME)
    client.expect_whole(data, ANSWER, came, "STR-27" if client.ended else None)
    client.received.clear()


@RULES.rule(weight=3)
def one_does_not_read(learner: Learner, steps: Steps, rng: Random) -> None:
    """Who does not read delays nobody else, and gets everything when they do read.

    不读的客户端不耽误别人；等它读的时候，一个字节也不少。
    """
    server, data = _serve(learner, steps, room=ROOM), rng.randbytes(LARGE)
    anna = server.squeezed()
    taken = server.takes(anna, data)
    ben = server.connect(BEN)
    server.answers(ben, payload(rng, 3), (_STANDS, "MUX-08"))
    if taken == 0:
        steps.fail(TAKEN, got=0, want=Text("some", "有一些"))
    server.goes_on(anna, data, taken)
    with steps.untold():
        came = anna.read_on(len(data))
    anna.expect_whole(data, ANSWER, came)
    anna.received.clear()
    server.ends(anna)
    server.answers(ben, payload(rng, 3))


def _stands_at(call: str) -> Callable[[Any], bool]:
    return such(Standing, lambda got: got.unread and not got.spins and call in got.line)


_STANDS: Mistakes = {
    _stands_at("sendall"): "MUX-08",
    _stands_at(".send("): "MUX-14",  # it asked, and the kernel took less than all
    _stands_at(".recv"): "MUX-20",
}
"""It waits for one client, and reads nothing of what the other has sent."""


@RULES.rule(weight=2)
def back_pressure(learner: Learner, steps: Steps, rng: Random) -> None:
    """For a client that never reads no more is kept than HIGH_WATER and one read: then it has to
    wait.

    客户端一直不读，为它存下的字节最多是 HIGH_WATER 再加一次读取；再多，它就得等。
    """
    server = _serve(learner, steps, room=ROOM)
    taken = server.takes(server.squeezed(), rng.randbytes(ROOM), MOST + ROOM)
    server.answers(server.connect(BEN), payload(rng, 3), "MUX-08")
    if taken > MOST:
        got = Text(f"more than {MOST >> 20} MiB", f"超过 {MOST >> 20} MiB")
        want = Text("a part of that, then a wait", "其中一部分，然后等待")
        steps.fail(TAKEN, got=got, want=want, because=Proof("MUX-16"))


# -- those that leave, and the end of the service --------------------------------------------------


@RULES.rule(weight=2, misconception="STR-29", condition="refused")
def some_leave(learner: Learner, steps: Steps, rng: Random) -> None:
    """Clients that leave or reset, at once, before they are accepted or while much is owed to
    them, disturb nobody, and are counted.

    客户端离开或复位，不管是同时、在 accept 之前、还是在欠它很多字节的时候，都不影响别人，
    也照样计数。
    """
    lent = steps.tcp.own_listener(buffer=ROOM)
    steps.tcp.connect(BEN, lent.address).reset()
    server = _serve(learner, steps, lent)
    dora = server.connect(DORA)
    server.answers(dora, payload(rng, 3), "STR-29")
    anna, ben, carl = map(server.connect, (ANNA, BEN, CARL))
    for client in (anna, ben, carl):
        server.answers(client, payload(rng, 2), "STR-29")
    anna.finish()
    ben.finish()
    carl.reset()
    for client in (anna, ben):
        client.ends(("the end", "结束"), server.blamed("MUX-03"))
    server.answers(dora, payload(rng, 3), "STR-29")
    steps.anew()
    emma = steps.tcp.connect(EMMA, server.address, buffer=ROOM)
    server.takes(emma, rng.randbytes(LARGE))
    with steps.untold():
        server.reply.rests()  # it has read as much as it wants, and owes it
    emma.reset()
    server.answers(dora, payload(rng, 3), "STR-29")
    server.answers(server.connect(ANNA), payload(rng, 3), "STR-29")
    server.stops(7, COUNT, miscounted={int: None})  # that shows nothing of resets
    server.reply.closed_its_sockets()


@RULES.rule(weight=2)
def stops_when_idle(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns within 0.5 s of stop.set(), with the number of clients; theirs are closed, the
    listener is open.

    stop.set() 之后 0.5 秒之内返回客户端个数；客户端的套接字都已关闭，listener 仍然打开。
    """
    server = _serve(learner, steps)
    count = rng.randrange(2, 5)
    clients = [server.connect((f"client {n}", f"客户端 {n}")) for n in range(count)]
    for client in clients:
        server.answers(client, payload(rng, 3))
    server.ends(clients[0])
    server.stops(count, COUNT)
    server.reply.closed_its_sockets()
    for client in clients[1:]:
        server.hangs_up(client, Proof("STR-34"))
    steps.anew()
    nobody = _serve(learner, steps)
    nobody.stops(0, COUNT)


@RULES.rule(weight=2, misconception="UDP-16")
def stops_all_the_same(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns in time also with a client that does not read, and under traffic.

    有客户端不读、有客户端一直在发，也都按时返回。
    """
    server = _serve(learner, steps, room=ROOM)
    server.takes(server.squeezed(), rng.randbytes(UNREAD))
    server.stops(1, COUNT)
    server.reply.closed_its_sockets()
    steps.anew()
    server = _serve(learner, steps)
    ben = server.connect(BEN)
    server.answers(ben, b"a")
    server.stops_despite_traffic(ben)
    server.reply.closed_its_sockets()
