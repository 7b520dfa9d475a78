"""11.5 upper_server: every client's bytes come back in capitals, until stop is set."""

import re
from functools import partial
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Lent, Server, Steps, Stream
from autograder.network.server import GONE_HOME
from autograder.rules.ch11.shared import BUFFER, CUTS, IN_CHARACTERS, SIZE
from autograder.rules.common import (
    AFTER_SILENCE,
    ANNA,
    ANSWER,
    AT_THE_KEYBOARD,
    BEN,
    CARL,
    GONE,
    ends,
    han,
    payload,
    spins_at_the_end,
    waits_for_more,
    word,
)
from autograder.text import Because, Failed, Mistakes, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {
    UnicodeEncodeError: "TXT-13",
    UnicodeDecodeError: "TXT-03",
    **GONE,
    **AT_THE_KEYBOARD,
}
COUNT = ("the number of clients", "客户端个数")
LONG = 1_500  # lines: more than programs read at once
LARGE, ROOM = 3_000_000, 65_536  # bytes; so many fit into a buffer on the way
LITTLE, LEAST = 30_000, 1  # bytes; the kernel gives the smallest buffer that it has
UNREAD = 300_000  # bytes: more answers than fit into small ones where nobody reads them
MANY = 8  # clients; old notes say that listen(5) allows five
SILENCE_S = 0.22  # longer than the 0.1 to 0.2 s in which servers look at stop


class UpperServer(Server):
    """One call of upper_server, and what clients expect of it."""

    def __init__(self, learner: Learner, steps: Steps, lent: Lent | None = None) -> None:
        """Start it, on this listener if one is given."""
        super().__init__(learner, steps, "upper_server", lent or steps.tcp.own_listener())

    def answers(
        self, client: Stream, data: bytes, because: Because, *, finish: bool = False
    ) -> None:
        """Let a client send data, and perhaps no more; it must come back in capitals."""
        client.send(data)
        if finish:
            client.finish()
        client.expect(data.upper(), ANSWER, self.blamed(because))

    def ends(self, client: Stream, because: str = "STR-09") -> None:
        """Let a client finish, if it has not; it must read the end, and nothing before it."""
        client.finish()
        signs: Mistakes = {spins_at_the_end: because if because == "STR-09" else None}
        client.ends(("the end of the answers", "响应的结束"), self.blamed((signs, because)))


@RULES.rule(weight=3)
def answers_at_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """What a client sends comes back in capitals as soon as it comes, again and again.

    客户端发来什么，就马上转成大写发回，发几次回几次。
    """
    server = UpperServer(learner, steps)
    server.waits()
    anna = server.connect(ANNA)
    server.answers(anna, payload(rng, 6), {waits_for_more: "STR-11"})
    server.reply.rests()  # who has had enough of her has closed by now
    for _ in range(2):
        server.answers(anna, payload(rng, 6), "STR-01")
    server.ends(anna)


@RULES.rule(weight=2, misconception="STR-01", faults=CUTS)
def however_it_is_cut(learner: Learner, steps: Steps, rng: Random) -> None:
    """However the network cuts or merges the stream, every byte is answered, in order.

    不管网络怎样切开或合并字节流，每个字节都按顺序得到响应。
    """
    server = UpperServer(learner, steps)
    anna = server.connect(ANNA)
    for _ in range(2):
        server.answers(anna, payload(rng, SIZE), "STR-01")


@RULES.rule(weight=2)
def more_than_one_read(learner: Learner, steps: Steps, rng: Random) -> None:
    """However much a client sends at once, all of it is answered.

    客户端一次发来再多，也全部得到响应。
    """
    server = UpperServer(learner, steps)
    anna = server.connect(ANNA)
    unread: Because = lambda _: "STR-26" if anna.was_reset else None  # noqa: E731
    server.answers(anna, f"{word(rng, 6)}\n".encode() * LONG, unread)
    server.ends(anna)


def _was_changed(got: Any) -> bool:
    """Tell whether no byte of an answer was replaced because it was no text."""
    return isinstance(got, bytes) and "\N{REPLACEMENT CHARACTER}".encode() not in got


@RULES.rule(weight=2, condition="non-ascii", faults=("", *IN_CHARACTERS))
def chinese_stays_as_it_is(learner: Learner, steps: Steps, rng: Random) -> None:
    """Chinese in UTF-8 comes back unchanged, also cut inside a character.

    UTF-8 的中文原样发回，切在一个字符中间也一样。
    """
    server = UpperServer(learner, steps)
    cites = ({UnicodeDecodeError: "TXT-02", _was_changed: "TXT-13"}, "TXT-02")
    server.answers(server.connect(ANNA), han(rng, 2).encode(), cites)


@RULES.rule(weight=2, condition="binary")
def only_a_to_z_change(learner: Learner, steps: Steps, rng: Random) -> None:
    """Only the bytes a-z change: not the ß of straße, nor any byte beyond ASCII.

    只有字节 a-z 会变：straße 里的 ß 不变，ASCII 以外的字节都不变。
    """
    server = UpperServer(learner, steps)
    anna = server.connect(ANNA)
    for data in ("straße".encode(), bytes(range(256))):
        server.answers(anna, data, {(bytes, UnicodeDecodeError): "TXT-13"})


@RULES.rule(weight=2, misconception="STR-27", faults=("", *ends(SIZE)))
def half_close_gets_all_answers(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client that finishes sending, after whichever byte, still gets all its answers,
    then the end.

    客户端发完就半关闭，不管在第几个字节之后，仍然得到全部响应，然后连接关闭。
    """
    lent = steps.tcp.own_listener()
    anna = steps.tcp.connect(ANNA, lent.address)
    anna.send(payload(rng, SIZE))
    anna.finish()
    server = UpperServer(learner, steps, lent)  # all of it has come before accept
    anna.expect(anna.delivered.upper(), ANSWER, server.blamed("STR-27"))
    server.ends(anna)


@RULES.rule(weight=3)
def slow_readers_get_everything(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client may read slowly: no answer is cut or lost, however long sending takes.

    客户端可以读得很慢：不管发送要花多久，响应一个字节也不丢。
    """
    server = UpperServer(learner, steps, steps.tcp.own_listener(buffer=ROOM))
    data = rng.randbytes(LARGE)
    anna = steps.tcp.connect(ANNA, server.address, buffer=ROOM)
    anna.reading = False
    steps.timers.after(SILENCE_S, partial(setattr, anna, "reading", True))
    steps.tell(anna.name, f"sends {LARGE} B, reads later", f"发 {LARGE} B，过一会儿才读")
    with steps.untold():
        anna.send(data)
        anna.finish()
        server.reply.wait(SILENCE_S)
    came = anna.read_on()
    if came != data.upper():
        server.lives({TimeoutError: "STR-38"}, idle=GONE_HOME)
    cut = partial(_cut_short, server, len(came) < len(data))
    anna.expect_whole(data.upper(), ANSWER, came, cut)
    _little_fits(learner, steps, rng.randbytes(LITTLE))


def _little_fits(learner: Learner, steps: Steps, data: bytes) -> None:
    """Let somebody read late where next to nothing fits on the way: there even a send of a few
    KiB is short, unless it may wait for as long as it takes (a blocking one)."""
    steps.anew()
    server = UpperServer(learner, steps, steps.tcp.own_listener(buffer=LEAST))
    ben = steps.tcp.connect(BEN, server.address, buffer=LEAST)
    ben.reading = False
    steps.tell(ben.name, f"sends {LITTLE} B, reads later", f"发 {LITTLE} B，过一会儿才读")
    with steps.untold():
        ben.send(data)
        ben.finish()
        server.reply.rests()  # it waits for ben to read
    came = ben.read_on()
    if came != data.upper():
        server.lives({TimeoutError: "STR-38"})
    cut = partial(_cut_short, server, len(came) < len(data))
    ben.expect_whole(data.upper(), ANSWER, came, cut)


def _cut_short(server: UpperServer, less: bool, _: Any) -> str | None:
    """Return what it shows that a part of an answer is missing: the wire does not tell a send
    that was short from one that has lost its patience, but the source does. Who leaves at a FIN,
    or reads no more than once, fails here, too."""
    source = server.steps.source.of(["upper_server"])
    if re.search(r"\.send\(", source):
        return "STR-02"
    try:
        with server.steps.untold():
            server.answers(server.connect(CARL), b"a" * LITTLE, None, finish=True)
    except Failed:
        return None
    hurries = re.search(r"(?<!listener)\.settimeout\(", source)
    waits = re.search(r"settimeout\(None\)|setblocking\(True\)", source)
    return "STR-38" if less and hurries and not waits else None


# -- many clients, those that reset, and the end of the service ------------------------------------


@RULES.rule(weight=2, condition="many clients")
def one_after_the_other(learner: Learner, steps: Steps, rng: Random) -> None:
    """Clients that have connected meanwhile are served in their turn, however many.

    其间连接上来的客户端依次得到服务，有多少个都一样。
    """
    server = UpperServer(learner, steps)
    clients = [server.connect((f"client {n}", f"客户端 {n}")) for n in range(1, MANY + 1)]
    for client in clients:
        steps.anew()
        server.answers(client, payload(rng, 3), {such(int, lambda got: got == 5): "TCP-02"})
        server.ends(client)


@RULES.rule(weight=3)
def a_reset_ends_one_connection(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client that resets, after whichever byte, ends only its own connection, and is counted.

    客户端复位连接，不管在第几个字节之后，只结束它自己的连接，也照样计入个数。
    """
    server = UpperServer(learner, steps)
    for size in range(SIZE):
        steps.anew()
        ben = server.connect(BEN)
        server.answers(ben, payload(rng, size), "STR-29")
        ben.reset()
        carl = server.connect(CARL)
        server.answers(carl, payload(rng, 3), "STR-29")
        server.ends(carl, "STR-29")
    server.counts(2 * SIZE, COUNT, well=SIZE)  # carl each time, and ben never


@RULES.rule(weight=2, misconception="STR-29")
def a_reset_before_and_while_sending(learner: Learner, steps: Steps, rng: Random) -> None:
    """So does one that resets before it is accepted, even after its FIN, or while it is sent its
    answers.

    在 accept 之前就复位（哪怕先发过 FIN）、或者正在给它发响应时复位的客户端也一样。
    """
    lent = steps.tcp.own_listener(buffer=BUFFER)
    steps.tcp.connect(BEN, lent.address).reset()
    server = UpperServer(learner, steps, lent)
    ben = steps.tcp.connect(BEN, server.address, "STR-43", buffer=BUFFER)
    ben.reading = False
    ben.send(payload(rng, UNREAD))
    server.reply.rests()  # it waits for ben to read
    ben.reset()
    for size in (3, 0):
        carl = server.connect(CARL)
        server.answers(carl, payload(rng, 3), "STR-29")
        steps.anew()
        ben = server.connect(BEN)  # who has to wait for carl's end
        ben.send(payload(rng, size))
        ben.finish()
        # Whoever answers him now gets EPIPE, not ECONNRESET (RFC 9293: CLOSE-WAIT); whoever has
        # nothing to answer reads his end, and a shutdown gets ENOTCONN.
        ben.reset()
        with steps.untold():
            server.ends(carl)
    server.answers(server.connect(CARL), payload(rng, 3), "STR-29")


@RULES.rule(weight=2)
def idle_then_stopped(learner: Learner, steps: Steps, rng: Random) -> None:
    """It serves until stop is set, however long nobody comes, and returns the number accepted.

    多久没有人来都继续服务，直到 stop 被设置；返回 accept 的个数，listener 保持打开。
    """
    server = UpperServer(learner, steps)
    server.silence(SILENCE_S)
    count = rng.randrange(2, 4)
    for _ in range(count):
        anna = server.connect(ANNA)
        server.answers(anna, payload(rng, 3), AFTER_SILENCE)
        server.ends(anna)
    server.stops(count, COUNT)
    server.reply.closed_its_sockets()
    again = learner.start("upper_server", server.sock, server.stop)  # stop is set already
    again.returns(0, ("clients of the second call", "第二次调用的客户端个数"))


@RULES.rule(weight=3, misconception="CON-04")
def a_silent_client_holds_up_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client may be silent for long and is still served; stop ends it even so.

    客户端可以很久不说话，之后仍然得到服务；它不说话时，stop 也能让函数返回。
    """
    server = UpperServer(learner, steps)
    anna = server.connect(ANNA)
    server.answers(anna, payload(rng, 3), AFTER_SILENCE)
    server.silence(SILENCE_S)
    server.answers(anna, payload(rng, 3), AFTER_SILENCE)
    server.stops(1, COUNT, "CON-04")
    server.reply.closed_its_sockets()
    steps.anew()
    server = UpperServer(learner, steps)
    server.connect(BEN)  # who never says anything
    server.stops(1, COUNT, "CON-04")


@RULES.rule(weight=1, misconception="UDP-16")
def a_talking_client_holds_up_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns within 0.5 s of stop.set() even if a client goes on sending.

    即使有客户端一直在发送，stop.set() 之后 0.5 秒之内也返回。
    """
    server = UpperServer(learner, steps)
    anna = server.connect(ANNA)
    server.answers(anna, b"a", "STR-01")
    server.stops_despite_traffic(anna)
