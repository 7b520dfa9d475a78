"""17.4 epoll_echo: an echo server for any number of clients, level- and edge-triggered."""

import socket
from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Steps, Stream
from autograder.rules.ch17.loop import CLOSED_FIRST
from autograder.rules.common import ANNA, ANSWER, BEN, CARL, DORA, EMMA, GONE, ends, payload
from autograder.rules.echo import ROOM, STANDS, EchoServer
from autograder.text import Because, Hang, Mistakes, Proof, Text, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

_descriptor = such(ValueError, lambda got: "out of range in select" in str(got))
MISTAKES: Mistakes = {
    such(Hang, lambda got: "sendall" in got.line): "MUX-08",
    UnicodeDecodeError: "MUX-12",
    BlockingIOError: "MUX-17",
    **GONE,
    _descriptor: "MUX-06",
    **CLOSED_FIRST,
    KeyError: "EPL-15",
    such(RuntimeError, lambda got: "changed size" in str(got)): "MUX-03",
}
KEPT = (
    "sockets of those that have left, which are still open",
    "已经离开的客户端还没有关闭的套接字",
)
SOME, NONE = Text("some", "有"), Text("none", "没有")
COUNT = ("the number of clients", "客户端个数")
TAKEN = ("bytes that a client can send without reading", "客户端不读时能发出的字节数")
MODES = (True, False)  # edge-triggered first: there more goes wrong
LATE = tuple(range(120_000, 360_000, 40_000))  # bytes that are read late, with a FIN behind them
LARGE, MOST = 3_000_000, 4 << 20  # bytes
MUCH = 600_000  # bytes: more than HIGH_WATER and one read
UNREAD = 350_000  # bytes: more than HIGH_WATER, and than the kernel holds
SHORT, LONG = 3, 3_000  # bytes
SIZE = 6
CUTS = ("split every 1", f"merge {SIZE} 500ms")
CROWD, TWENTY = 2_000, 20
DESCRIPTORS = 4_096  # 2,000 clients in one process, and as many in ours
IDLE_S = 0.4


def _server(learner: Learner, steps: Steps, edge: bool, room: int | None = None) -> EchoServer:
    """Start it for one mode; only the story of this mode is told."""
    steps.anew()
    return EchoServer(learner, steps, "epoll_echo", edge, room=room)


@RULES.rule(weight=2)
def in_turns(learner: Learner, steps: Steps, rng: Random) -> None:
    """Every client gets its own bytes back, whatever they are, and more than one read takes;
    several take turns. In both modes.

    每个客户端都得到自己的字节，不管是什么字节，也不管是不是比一次读取多；几个客户端轮流发。
    两种模式都一样。
    """
    for edge in MODES:
        server = _server(learner, steps, edge)
        server.waits()
        anna = server.connect(ANNA)
        server.answers(anna, payload(rng, SHORT), "CON-04")
        ben = server.connect(BEN)
        for _ in range(2):
            server.answers(ben, payload(rng, SHORT), "CON-04")
            server.answers(anna, payload(rng, SHORT + 1), "CON-04")
        server.answers(ben, bytes(range(256)), "MUX-12")
        data = rng.randbytes(LONG)
        anna.send(data)
        came = anna.read_on(len(data))
        anna.expect_whole(data, ANSWER, came, _cut(edge, came))
        anna.received.clear()
        server.ends(anna, shown=_hopes(steps))
        server.answers(ben, payload(rng, SHORT))
        server.leaves()


def _hopes(steps: Steps) -> Because:
    """Return what it shows that an end alone is not seen: does the code wait for a hang-up?"""
    return lambda got: "EPL-12" if "EPOLLHUP" in steps.source.of(["epoll_echo"]) else None


def _cut(edge: bool, came: bytes) -> Because:
    return Proof("EPL-07") if edge and came else None


@RULES.rule(weight=1, condition="many clients")
def twenty_at_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """Twenty callers that wait already are all served.

    二十个已经在等的客户端，全都得到服务。
    """
    for edge in MODES:
        steps.anew()
        lent = steps.tcp.own_listener(backlog=2 * TWENTY)
        callers = steps.tcp.crowd(TWENTY, lent.address)
        server = EchoServer(learner, steps, "epoll_echo", edge, lent=lent)
        _ask_some(steps, server, callers, rng, Proof("EPL-08") if edge else None)
        server.stops(TWENTY, COUNT)


def _ask_some(
    steps: Steps, server: EchoServer, some: list[socket.socket], rng: Random, because: Because
) -> None:
    """Let some of a crowd ask, one after the other; each must be answered."""
    who = Text("one of them", "其中一个")
    for sock in some:
        data = payload(rng, SHORT)
        with steps.untold():
            caller = Stream(steps, who, sock, client=True)
            caller.send(data)
            caller.expect(data, ANSWER, server.blamed(because))
    steps.tell(
        who, f"asks, and is answered: {len(some)} times", f"发数据，得到响应：共 {len(some)} 个"
    )


@RULES.rule(weight=1, misconception="STR-01", faults=CUTS)
def however_it_is_cut(learner: Learner, steps: Steps, rng: Random) -> None:
    """However the network cuts or merges the stream, every byte comes back, in order.

    不管网络怎样切开或合并字节流，每个字节都按顺序发回。
    """
    for edge in MODES:
        server = _server(learner, steps, edge)
        anna = server.connect(ANNA)
        for _ in range(2):
            server.answers(anna, payload(rng, SIZE), "STR-01")
        server.leaves()


@RULES.rule(weight=2, misconception="STR-27", faults=("", *ends(SIZE)))
def a_half_close_gets_all(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whose bytes and end have come before accept gets all the bytes back, then the end.

    在 accept 之前，字节和结束（FIN）就已经到达的客户端，也得到全部字节，然后连接关闭。
    """
    for edge in MODES:
        steps.anew()
        lent = steps.tcp.own_listener()
        anna = steps.tcp.connect(ANNA, lent.address)
        anna.send(payload(rng, SIZE))
        anna.finish()
        server = EchoServer(learner, steps, "epoll_echo", edge, lent=lent)
        anna.expect(anna.delivered, ANSWER, server.blamed("STR-27"))
        server.ends(anna, "STR-13" if edge else "MUX-07")
        server.leaves()


@RULES.rule(weight=3)
def one_does_not_read(learner: Learner, steps: Steps, rng: Random) -> None:
    """Who does not read delays nobody else, and gets everything when they do read.

    不读的客户端不耽误别人；等它读的时候，一个字节也不少。
    """
    data = rng.randbytes(LARGE)
    for edge in MODES:
        server = _server(learner, steps, edge, ROOM)
        anna = server.squeezed()
        taken = server.takes(anna, data)
        ben = server.connect(BEN)
        server.answers(ben, payload(rng, SHORT), (STANDS, "MUX-08"))
        if taken == 0:
            steps.fail(TAKEN, got=0, want=Text("some", "有一些"))
        server.goes_on(anna, data, taken)
        server.gives_all(anna, data, "EPL-26" if edge else None)
        server.ends(anna)
        server.answers(ben, payload(rng, SHORT))
        server.leaves()
        steps.anew()
        server = _server(learner, steps, edge, 2 * MUCH)  # where all fits, OUT is not told again
        dora = server.squeezed(DORA)
        server.answers(dora, payload(rng, SHORT))
        server.gives_all(dora, server.finds_at_once(dora, data[:MUCH]), "EPL-26" if edge else None)
        server.leaves()


@RULES.rule(weight=2)
def read_late(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whoever finishes, and reads only later, still gets every byte, then the end.

    先关闭写端、过一会儿才读的客户端，也得到全部字节，然后连接关闭。
    """
    for edge in MODES:
        for size in LATE:
            server = _server(learner, steps, edge, ROOM)
            anna, data = server.squeezed(), rng.randbytes(size)
            server.asleep(anna, data)
            anna.finish()
            with steps.untold():
                server.reply.rests()
            server.gives_all(anna, data, "EPL-26" if edge else None)
            server.ends(anna, "STR-13" if edge else "MUX-07")
            server.leaves()


@RULES.rule(weight=2)
def back_pressure(learner: Learner, steps: Steps, rng: Random) -> None:
    """For a client that does not read no more is kept than HIGH_WATER and one read: it has to wait.
    When it reads, it gets everything.

    客户端不读，为它存下的字节最多是 HIGH_WATER 再加一次读取：再多它就得等；等它读的时候，
    一个字节也不少。
    """
    data = rng.randbytes(ROOM)
    for edge in MODES:
        server = _server(learner, steps, edge, ROOM)
        anna = server.squeezed()
        taken = server.takes(anna, data, MOST + ROOM)
        server.answers(server.connect(BEN), payload(rng, SHORT), (STANDS, "MUX-08"))
        sent = (data * (taken // len(data) + 1))[:taken]
        if taken > MOST:
            with steps.untold():
                kept = sent.startswith(anna.read_on(taken))
            got = Text(f"more than {MOST >> 20} MiB", f"超过 {MOST >> 20} MiB")
            want = Text("a part of that, then a wait", "其中一部分，然后等待")
            steps.fail(TAKEN, got=got, want=want, because=Proof("MUX-16" if kept else "EPL-13"))
        server.gives_all(anna, sent, "EPL-26" if edge else None)
        server.leaves()


# -- many clients, and those that leave ------------------------------------------------------------


@RULES.rule(weight=2, condition="many clients")
def two_thousand(learner: Learner, steps: Steps, rng: Random) -> None:
    """Of 2,000 clients that stay connected, the first, the last and any others are answered.

    两千个客户端都连着：第一个、最后一个、其余任何一个，都得到响应。
    """
    for edge in MODES:
        steps.anew()
        lent = steps.tcp.own_listener(backlog=2 * CROWD)
        server = EchoServer(learner, steps, "epoll_echo", edge, lent=lent)
        crowd = steps.tcp.crowd(CROWD, server.address)
        some = [crowd[0], crowd[-1], *rng.sample(crowd[1:-1], TWENTY)]
        _ask_some(steps, server, some, rng, None)
        server.stops(CROWD, COUNT)
        server.reply.closed_its_sockets()


def _some(server: EchoServer, rng: Random, *names: tuple[str, str]) -> list[Stream]:
    """Let them connect, one when the other has been answered."""
    clients = []
    for name in names:
        clients.append(server.connect(name))
        server.answers(clients[-1], payload(rng, SHORT), "STR-29")
    return clients


@RULES.rule(weight=2, misconception="STR-29", condition="refused")
def some_leave(learner: Learner, steps: Steps, rng: Random) -> None:
    """Clients that leave or reset, at once, before they are accepted or while much is owed to
    them, disturb nobody, and are counted.

    客户端离开或复位，不管是同时、在 accept 之前、还是在欠它很多字节的时候，都不影响别人，
    也照样计数。
    """
    for edge in MODES:
        steps.anew()
        lent = steps.tcp.own_listener(buffer=ROOM)
        for _ in range(3):
            with steps.untold():
                steps.tcp.connect(BEN, lent.address).reset()
        steps.tell(BEN, "connects and resets, three times", "连接后复位，共三次")
        server = EchoServer(learner, steps, "epoll_echo", edge, lent=lent)
        dora = server.connect(DORA)
        server.answers(dora, payload(rng, SHORT), "STR-29")
        before = steps.process.sockets_kept()
        anna, ben, carl = _some(server, rng, ANNA, BEN, CARL)
        anna.finish()
        ben.finish()
        carl.reset()
        for client in (anna, ben):
            client.ends(("the end", "结束"), server.blamed("MUX-07"))
        server.answers(dora, payload(rng, SHORT), "STR-29")
        emma = steps.tcp.connect(EMMA, server.address, buffer=ROOM)
        server.takes(emma, rng.randbytes(UNREAD))
        emma.reset()
        server.answers(dora, payload(rng, SHORT), "STR-29")
        server.reply.rests()
        if steps.process.sockets_kept() > before:  # how many were noticed differs from run to run
            steps.fail(KEPT, got=SOME, want=NONE, because="EPL-06")
        server.stops(8, COUNT, miscounted="STR-28")


@RULES.rule(weight=1)
def idle(learner: Learner, steps: Steps, rng: Random) -> None:
    """An idle server uses no processor time to speak of, whoever is connected.

    空闲的服务器几乎不占处理器，不管连着什么样的客户端。
    """
    for edge in MODES:
        server = _server(learner, steps, edge, ROOM)
        ben, carl = _some(server, rng, BEN, CARL)
        server.reply.idles(IDLE_S, None if edge else "EPL-14")
        dora = server.squeezed(DORA)
        server.asleep(dora, rng.randbytes(UNREAD))
        dora.finish()
        server.ends(carl, "EPL-12")
        server.reply.idles(IDLE_S / 2, "MUX-07")
        server.takes(server.squeezed(), rng.randbytes(ROOM), MOST)
        server.reply.idles(IDLE_S / 2)
        server.answers(ben, payload(rng, SHORT), (STANDS, "MUX-08"))
        server.leaves()


@RULES.rule(weight=1)
def stops(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns within 0.5 s of stop.set(), with the number of clients, also with one that does
    not read; theirs are closed, the listener is open.

    stop.set() 之后 0.5 秒之内返回客户端个数，有客户端不读也一样；客户端的套接字都已关闭，
    listener 仍然打开。
    """
    for edge in MODES:
        server = _server(learner, steps, edge, ROOM)
        count = rng.randrange(2, 5)
        clients = _some(server, rng, *((f"client {n}", f"客户端 {n}") for n in range(count)))
        server.takes(server.squeezed(), rng.randbytes(UNREAD))
        server.ends(clients[0])
        server.stops(count + 1, COUNT, miscounted="STR-28")
        server.reply.closed_its_sockets()
        for client in clients[1:]:
            server.hangs_up(client, Proof("STR-34"))


@RULES.rule(weight=1, misconception="UDP-16")
def stops_under_traffic(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns in time also while a client goes on sending; and where nobody has come, with 0.

    有客户端一直在发，也按时返回；没有人来过，就返回 0。
    """
    for edge in MODES:
        _server(learner, steps, edge).stops(0, COUNT)
        server = _server(learner, steps, edge)
        ben = server.connect(BEN)
        server.answers(ben, b"a")
        server.stops_despite_traffic(ben)
        server.reply.closed_its_sockets()
