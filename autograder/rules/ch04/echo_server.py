"""04.3 echo_server: every datagram goes back to its sender."""

from random import Random

from autograder.exercise import Rules
from autograder.network import LARGEST, Learner, Server, Steps, Talker
from autograder.rules.ch04.shared import (
    COUNT,
    answers_to_empty,
    gusts,
    miscounted,
    serve,
    stops_despite_traffic,
)
from autograder.rules.common import AFTER_SILENCE, ANNA, ANSWER, BEN, begins, word
from autograder.text import YOU, Because, Hang, Mistakes, Proof, Sent, Text, such

__all__ = ["RULES"]
RULES = Rules()

COUNTS_ON = Text(
    "The second call counts on from where the first one stopped.",
    "第二次调用接着第一次的个数往下数了。",
)


def _echo(steps: Steps, client: Talker, data: bytes, to: tuple[str, int], because: Because) -> None:
    client.send(data, to)
    _answered(steps, client, data, because)


def _answered(steps: Steps, client: Talker, data: bytes, because: Because) -> tuple[str, int]:
    """Expect data at client; return where it came from."""

    def told(sender: Text) -> list[bytes]:
        return [did.data for did in steps.story if isinstance(did, Sent) and did.sender == sender]

    signs: Mistakes = {
        such(bytes, lambda got: told(YOU).count(got) > 1): "UDP-07",  # a second copy
        such(bytes, lambda got: got in told(BEN) and got not in client.delivered): "UDP-05",
        such(bytes, lambda got: got == data.strip()): "STR-41",
        begins(data): "UDP-06",
    }
    return client.expect(data, ANSWER, (signs, because)).source


@RULES.rule(weight=2, condition="many clients", misconception="UDP-05")
def clients_in_turn(learner: Learner, steps: Steps, rng: Random) -> None:
    """Every datagram is answered with the same bytes, to its own sender.

    每个数据报都用同样的字节响应，发回给它自己的发送方。
    """
    server = serve(learner, steps, "echo_server")
    anna, ben = steps.udp(ANNA), steps.udp(BEN)
    first, other, last = (word(rng).encode() for _ in range(3))
    anna.send(first, server.address)
    source = _answered(steps, anna, first, "UDP-05")
    if source != server.address:
        steps.fail(
            ("the answer", "响应"),
            got=Text("from another socket", "来自别的套接字"),
            want=Text("from sock, which was asked", "由收到请求的 sock 发出"),
            because=Proof("UDP-05"),
        )
    ben.send(other, server.address)
    anna.send(last, server.address)
    # anna looks first: an answer that went astray is then seen without a wait
    _answered(steps, anna, last, "UDP-05")
    # she was served before and after him, so the server has not fallen
    _answered(steps, ben, other, {Hang: "UDP-05"})


@RULES.rule(
    weight=1,
    condition="duplicated",
    misconception="UDP-07",
    faults="reorder 1; duplicate 1",
)
def one_answer_for_each(learner: Learner, steps: Steps, rng: Random) -> None:
    """One answer for one datagram, in order of arrival, also for copies.

    一个数据报一个响应，按到达顺序，重复的数据报也一样。
    """
    server = serve(learner, steps, "echo_server")
    anna = steps.udp(ANNA)
    for _ in range(2):
        anna.send(word(rng).encode(), server.address)
    for data in anna.delivered:
        _answered(steps, anna, data, "UDP-07")
    _echo(steps, anna, b"end", server.address, "UDP-07")


@RULES.rule(weight=2, condition="binary", misconception="TXT-03")
def any_bytes(learner: Learner, steps: Steps, rng: Random) -> None:
    """Any bytes are answered unchanged; nobody promised text.

    任何字节都原样发回；没有人承诺过那是文本。
    """
    server = serve(learner, steps, "echo_server")
    anna = steps.udp(ANNA)
    for data in (b"\xff\xfe" + rng.randbytes(2), b" \r\n\0", bytes(range(256))):
        _echo(steps, anna, data, server.address, "TXT-03")


@RULES.rule(weight=2, condition="empty", misconception="UDP-11")
def empty_is_answered(learner: Learner, steps: Steps, rng: Random) -> None:
    """An empty datagram is answered with an empty one, and service goes on.

    空数据报用空数据报响应，服务继续。
    """
    server = serve(learner, steps, "echo_server")
    anna = steps.udp(ANNA)
    _echo(steps, anna, b"", server.address, "UDP-11")
    _echo(steps, anna, b"x", server.address, "UDP-11")


@RULES.rule(weight=4, condition="maximal", misconception="UDP-06")
def large_is_answered_whole(learner: Learner, steps: Steps, rng: Random) -> None:
    """Datagrams of up to 65,507 bytes are answered whole.

    最大 65507 个字节的数据报也完整发回。
    """
    server = serve(learner, steps, "echo_server")
    anna = steps.udp(ANNA)
    for size in (1025, LARGEST):
        _echo(steps, anna, word(rng, size).encode(), server.address, "UDP-06")


@RULES.rule(weight=1, condition="unreachable", misconception="UDP-12")
def a_client_that_left(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client that is gone before its answer comes does not disturb the others.

    客户端没等到响应就离开，也不影响其他客户端。
    """
    sock = steps.own_socket()
    anna, ben = steps.udp(ANNA), steps.udp(BEN)
    anna.send(word(rng).encode(), sock.address)
    anna.close()
    server = Server(learner, steps, "echo_server", sock)
    for _ in range(3):  # the ICMP error could surface at any later call
        _echo(steps, ben, word(rng).encode(), server.address, "UDP-12")


@RULES.rule(weight=2)
def stops_and_counts(learner: Learner, steps: Steps, rng: Random) -> None:
    """After stop.set() it returns how many answers it has sent; sock stays open.

    stop.set() 之后，返回它一共发出了几个响应；sock 保持打开。
    """
    server = serve(learner, steps, "echo_server")
    anna = steps.udp(ANNA)
    count = rng.randrange(2, 5)
    for _ in range(count):
        _echo(steps, anna, word(rng, 3).encode(), server.address, "UDP-05")
    sent = count + answers_to_empty(server, anna)
    server.stops(sent, COUNT, miscounted=miscounted(count))
    again = learner.start("echo_server", server.sock, server.stop)  # it has nothing to do
    second = ("answers of the second call", "第二次调用的响应个数")
    if (got := again.result()) == sent:
        steps.fail(second, got=got, want=0, plainly=COUNTS_ON)
    steps.expect(second, got=got, want=0)


@RULES.rule(weight=1)
def stops_under_traffic(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns within 0.5 s of stop.set(), and the right count, even if a client goes on sending.

    即使有客户端一直在发送，stop.set() 之后 0.5 秒之内也返回，个数也对。
    """
    server = serve(learner, steps, "echo_server")
    stops_despite_traffic(server, steps, steps.udp(ANNA), b"?")


@RULES.rule(weight=1, condition="quiet")
def stops_while_idle(learner: Learner, steps: Steps, rng: Random) -> None:
    """It serves until stop is set, however long nobody sends, and then returns within 0.5 s.

    多久没有人发送都继续服务，直到 stop 被设置；此后 0.5 秒之内返回。
    """
    server = serve(learner, steps, "echo_server")
    server.silence(0.22)
    _echo(steps, steps.udp(ANNA), word(rng).encode(), server.address, AFTER_SILENCE)
    server.stops(1, COUNT, miscounted=miscounted())


@RULES.rule(weight=2, condition="storm", misconception="UDP-07", faults=gusts)
def what_arrives_is_answered(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whatever the network loses, doubles or swaps: what arrives is answered, as it arrives.

    不管网络丢包、重复还是乱序，到达什么就按到达的顺序响应什么。
    """
    server = serve(learner, steps, "echo_server")
    clients = steps.udp(ANNA), steps.udp(BEN)
    for _ in range(3):
        for client in clients:
            client.send(word(rng).encode(), server.address)
    for client in clients:
        for data in client.delivered:
            _answered(steps, client, data, "UDP-07")
