"""04.6 reply_counter_server: a server that counts for each sender."""

import re
from random import Random
from typing import Any

from autograder.exercise import exercise, rule
from autograder.network.learner import Learner
from autograder.network.steps import Steps, Talker
from autograder.rules.ch04.shared import ANNA, ANSWER, BEN, raised, serve
from autograder.rules.common import chatter, silence, stop_and_count, stop_under_traffic, word

__all__: list[str] = []

exercise("ch04/reply_counter_server", points=3, names=("reply_counter_server",))


def _counted(
    steps: Steps,
    client: Talker,
    data: bytes,
    to: tuple[str, int],
    because: str | None = None,
    *,
    miscounted: str = "UDP-07",
) -> None:
    """Send data; expect every copy that arrives back, behind the client's next number."""

    def cites(got: Any) -> str | None:
        if isinstance(got, Exception):
            return raised(got)
        if isinstance(got, bytes):
            if got.endswith(b" " + repr(data).encode()):
                return "TXT-03"
            if re.fullmatch(rb"\d+ " + re.escape(data), got):
                return miscounted
        return because

    before = len(client.delivered)
    client.send(data, to)
    for number in range(before + 1, len(client.delivered) + 1):
        answer = client.receive(ANSWER, cites)
        want = str(number).encode() + b" " + data
        steps.expect(ANSWER, got=answer.data, want=want, because=cites)


@rule("ch04/reply_counter_server", weight=4, condition="duplicated", faults="duplicate 2")
def one_sender_counts_from_one(subject: Learner, steps: Steps, rng: Random) -> None:
    """The answers to one sender carry 1, 2, 3 and so on, and copies count.

    对同一个发送方，响应依次带上 1、2、3……，重复的也计数。
    """
    sock, _, _ = serve(subject, steps, "reply_counter_server")
    anna, data = steps.udp(ANNA), word(rng, 2).encode()
    for _ in range(2):
        _counted(steps, anna, data, sock.address)


@rule("ch04/reply_counter_server", weight=2, condition="many clients", misconception="UDP-07")
def every_sender_has_its_own(subject: Learner, steps: Steps, rng: Random) -> None:
    """Senders that take turns are counted each for themselves.

    轮流发送的各方，分别计数。
    """
    sock, _, _ = serve(subject, steps, "reply_counter_server", "0.0.0.0")
    anna, ben = steps.udp(ANNA), steps.udp(BEN, "127.0.0.2")
    to = ("127.0.0.1", sock.address[1])
    for client in (anna, ben, anna, anna, ben):
        _counted(steps, client, word(rng, 2).encode(), to)


@rule("ch04/reply_counter_server", weight=2, condition="many clients", misconception="PRT-04")
def half_an_address_is_no_sender(subject: Learner, steps: Steps, rng: Random) -> None:
    """One port on two hosts is two senders, and so are two ports on one host.

    两台主机上的同一个端口号是两个发送方，一台主机上的两个端口也是。
    """
    for host in ("127.0.0.2", "127.0.0.1"):
        sock, _, _ = serve(subject, steps, "reply_counter_server", "0.0.0.0")
        anna = steps.udp(ANNA)
        ben = steps.udp(BEN, host, 0 if host == "127.0.0.1" else anna.address[1])
        to = ("127.0.0.1", sock.address[1])
        for client in (anna, ben, anna):
            _counted(steps, client, word(rng, 2).encode(), to, miscounted="PRT-04")


@rule("ch04/reply_counter_server", weight=2, condition="binary", misconception="TXT-03")
def counted_bytes_stay_bytes(subject: Learner, steps: Steps, rng: Random) -> None:
    """Any bytes come back behind the number, also none, also 65,000.

    任何字节都跟在序号后面原样返回，没有字节或 65000 个字节也一样。
    """
    sock, _, _ = serve(subject, steps, "reply_counter_server")
    anna = steps.udp(ANNA)
    cites = ("TXT-03", "UDP-11", "TXT-03", "UDP-06")
    payloads = (b"\xff\0 b'", b"", b"\n", word(rng, 65_000).encode())
    for data, because in zip(payloads, cites, strict=True):
        _counted(steps, anna, data, sock.address, because)


@rule("ch04/reply_counter_server", weight=1, condition="silence")
def stops_and_counts_all(subject: Learner, steps: Steps, rng: Random) -> None:
    """It returns the number of all answers within 0.5 s of stop.set(); sock stays open.

    stop.set() 之后 0.5 秒之内返回全部响应的个数；sock 保持打开。
    """
    sock, stop, reply = serve(subject, steps, "reply_counter_server")
    anna, ben = steps.udp(ANNA), steps.udp(BEN)
    for client in (anna, ben, anna):
        _counted(steps, client, word(rng, 2).encode(), sock.address)
    silence(steps, reply, 0.15)
    stop_and_count(steps, stop, reply, 3)
    reply.left_open(sock, "STR-43")


@rule("ch04/reply_counter_server", weight=1, misconception="UDP-16")
def stops_under_traffic(subject: Learner, steps: Steps, rng: Random) -> None:
    """It returns within 0.5 s of stop.set() even if a client goes on sending.

    即使有客户端一直在发送，stop.set() 之后 0.5 秒之内也返回。
    """
    sock, stop, reply = serve(subject, steps, "reply_counter_server")
    anna = steps.udp(ANNA)
    stop_under_traffic(steps, stop, reply, chatter(steps, anna, b"?", sock.address))
