"""04.3 echo_server: every datagram goes back to its sender."""

from random import Random
from typing import Any

from autograder.exercise import exercise, rule
from autograder.network.learner import Learner
from autograder.network.sockets import LARGEST
from autograder.network.steps import Because, Steps, Talker
from autograder.rules.ch04.shared import ANNA, ANSWER, BEN, gusts, raised, serve
from autograder.rules.common import chatter, silence, stop_and_count, stop_under_traffic, word
from autograder.text.story import YOU, Sent
from autograder.text.wording import Text

__all__: list[str] = []

exercise("ch04/echo_server", points=4, names=("echo_server",))


def _echo(steps: Steps, client: Talker, data: bytes, to: tuple[str, int], because: str) -> None:
    client.send(data, to)
    _answered(steps, client, data, because)


def _answered(steps: Steps, client: Talker, data: bytes, because: str) -> tuple[str, int]:
    """Expect data at client; return where it came from."""
    cites = _why(steps, because)
    answer = client.receive(ANSWER, cites)
    steps.expect(ANSWER, got=answer.data, want=data, because=cites)
    return answer.source


def _why(steps: Steps, because: str) -> Because:
    """Return because, unless what came gives another misconception away."""

    def cites(got: Any) -> str | None:
        if isinstance(got, Exception):
            return raised(got)
        sent = [did.data for did in steps.story if isinstance(did, Sent) and did.sender == YOU]
        if sent.count(got) > 1:
            return "UDP-07"  # a second copy of an earlier answer
        return because

    return cites


@rule("ch04/echo_server", weight=2, condition="many clients", misconception="UDP-05")
def clients_in_turn(subject: Learner, steps: Steps, rng: Random) -> None:
    """Every datagram is answered with the same bytes, to its own sender.

    每个数据报都用同样的字节响应，发回给它自己的发送方。
    """
    sock, _, _ = serve(subject, steps, "echo_server")
    anna, ben = steps.udp(ANNA), steps.udp(BEN)
    first, other, last = (word(rng).encode() for _ in range(3))
    anna.send(first, sock.address)
    source = _answered(steps, anna, first, because="UDP-05")
    if source != sock.address:
        steps.fail(
            ("the answer", "响应"),
            got=Text("from another socket", "来自别的套接字"),
            want=Text("from sock, which was asked", "由收到请求的 sock 发出"),
        )
    ben.send(other, sock.address)
    anna.send(last, sock.address)
    # anna looks first: an answer that went astray is then seen without a wait
    _answered(steps, anna, last, because="UDP-05")
    _answered(steps, ben, other, because="UDP-05")


@rule(
    "ch04/echo_server",
    weight=1,
    condition="duplicated",
    misconception="UDP-07",
    faults="reorder 1; duplicate 1",
)
def one_answer_for_each(subject: Learner, steps: Steps, rng: Random) -> None:
    """One answer for one datagram, in order of arrival, also for copies.

    一个数据报一个响应，按到达顺序，重复的数据报也一样。
    """
    sock, _, _ = serve(subject, steps, "echo_server")
    anna = steps.udp(ANNA)
    for _ in range(2):
        anna.send(word(rng).encode(), sock.address)
    for data in anna.delivered:
        _answered(steps, anna, data, because="UDP-07")
    _echo(steps, anna, b"end", sock.address, because="UDP-07")


@rule("ch04/echo_server", weight=2, condition="binary", misconception="TXT-03")
def any_bytes(subject: Learner, steps: Steps, rng: Random) -> None:
    """Any bytes are answered unchanged; nobody promised text.

    任何字节都原样发回；没有人承诺过那是文本。
    """
    sock, _, _ = serve(subject, steps, "echo_server")
    anna = steps.udp(ANNA)
    for data in (b"\xff\xfe" + rng.randbytes(2), b" \r\n\0", bytes(range(256))):
        _echo(steps, anna, data, sock.address, because="TXT-03")


@rule("ch04/echo_server", weight=2, condition="empty", misconception="UDP-11")
def empty_is_answered(subject: Learner, steps: Steps, rng: Random) -> None:
    """An empty datagram is answered with an empty one, and service goes on.

    空数据报用空数据报响应，服务继续。
    """
    sock, _, _ = serve(subject, steps, "echo_server")
    anna = steps.udp(ANNA)
    _echo(steps, anna, b"", sock.address, because="UDP-11")
    _echo(steps, anna, b"x", sock.address, because="UDP-11")


@rule("ch04/echo_server", weight=4, condition="maximal", misconception="UDP-06")
def large_is_answered_whole(subject: Learner, steps: Steps, rng: Random) -> None:
    """Datagrams of up to 65,507 bytes are answered whole.

    最大 65507 个字节的数据报也完整发回。
    """
    sock, _, _ = serve(subject, steps, "echo_server")
    anna = steps.udp(ANNA)
    for size in (1025, LARGEST):
        _echo(steps, anna, word(rng, size).encode(), sock.address, because="UDP-06")


@rule("ch04/echo_server", weight=1, condition="unreachable", misconception="UDP-12")
def a_client_that_left(subject: Learner, steps: Steps, rng: Random) -> None:
    """A client that is gone before its answer comes does not disturb the others.

    客户端没等到响应就离开，也不影响其他客户端。
    """
    sock, stop = steps.own_socket(), steps.event()
    anna, ben = steps.udp(ANNA), steps.udp(BEN)
    anna.send(word(rng).encode(), sock.address)
    anna.close()
    subject.start("echo_server", sock, stop)
    for _ in range(3):  # the ICMP error could surface at any later call
        _echo(steps, ben, word(rng).encode(), sock.address, because="UDP-12")


@rule("ch04/echo_server", weight=1, misconception="UDP-16")
def stops_under_traffic(subject: Learner, steps: Steps, rng: Random) -> None:
    """It returns within 0.5 s of stop.set() even if a client goes on sending.

    即使有客户端一直在发送，stop.set() 之后 0.5 秒之内也返回。
    """
    sock, stop, reply = serve(subject, steps, "echo_server")
    anna = steps.udp(ANNA)
    stop_under_traffic(steps, stop, reply, chatter(steps, anna, b"?", sock.address))


@rule("ch04/echo_server", weight=2)
def stops_and_counts(subject: Learner, steps: Steps, rng: Random) -> None:
    """After stop.set() it returns the number of answers sent; sock stays open.

    stop.set() 之后，返回已发出的响应数；sock 保持打开。
    """
    sock, stop, reply = serve(subject, steps, "echo_server")
    anna = steps.udp(ANNA)
    count = rng.randrange(2, 5)
    for _ in range(count):
        _echo(steps, anna, word(rng, 3).encode(), sock.address, because="UDP-05")
    stop_and_count(steps, stop, reply, count)
    reply.left_open(sock, "STR-43")
    again = subject.call("echo_server", sock, stop)  # stop is set, so it has nothing to do
    steps.expect(
        ("answers of the second call", "第二次调用的响应个数"), got=again, want=0, because="UDP-07"
    )


@rule("ch04/echo_server", weight=1, condition="silence")
def stops_while_idle(subject: Learner, steps: Steps, rng: Random) -> None:
    """It serves until stop is set, however long nobody sends, and then returns within 0.5 s.

    多久没有人发送都继续服务，直到 stop 被设置；此后 0.5 秒之内返回。
    """
    sock, stop, reply = serve(subject, steps, "echo_server")
    silence(steps, reply, 0.22)
    stop_and_count(steps, stop, reply, 0)
    reply.left_open(sock, "STR-43")


@rule("ch04/echo_server", weight=2, condition="storm", misconception="UDP-07", faults=gusts)
def what_arrives_is_answered(subject: Learner, steps: Steps, rng: Random) -> None:
    """Whatever the network loses, doubles or swaps: what arrives is answered, as it arrives.

    不管网络丢包、重复还是乱序，到达什么就按到达的顺序响应什么。
    """
    sock, _, _ = serve(subject, steps, "echo_server")
    clients = steps.udp(ANNA), steps.udp(BEN)
    for _ in range(3):
        for client in clients:
            client.send(word(rng).encode(), sock.address)
    for client in clients:
        for data in client.delivered:
            _answered(steps, client, data, because="UDP-07")
