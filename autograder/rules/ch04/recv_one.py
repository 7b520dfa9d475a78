"""04.2 recv_one: one datagram, whole or not at all."""

from random import Random
from typing import Any

from autograder.exercise import exercise, rule
from autograder.learner.calls import PATIENCE
from autograder.network.learner import Learner
from autograder.network.sockets import LARGEST, UDPPeer
from autograder.network.steps import Because, Steps, Talker
from autograder.rules.ch04.shared import ANNA
from autograder.rules.common import waited

__all__: list[str] = []

exercise("ch04/recv_one", points=3, names=("recv_one",))

WHOLE = ("the datagram and its sender", "数据报和它的发送方")
AT_MOST_S = 0.8 * PATIENCE  # where 0.12 s are right
PATIENT_S = 5.0  # where something arrives; a busy machine does not reach it


def _received(
    subject: Learner,
    steps: Steps,
    sock: UDPPeer,
    want: tuple[bytes, Talker],
    *limit: int,
    because: str,
) -> None:
    """Call recv_one and expect this datagram, from this sender."""
    data, sender = want
    cites = _why(data, because)
    reply = subject.start("recv_one", sock, PATIENT_S, *limit)
    steps.expect(WHOLE, got=reply.result(because=cites), want=(data, sender.address), because=cites)
    reply.left_open(sock, "STR-43")


def _why(data: bytes, because: str) -> Because:
    """Return because, unless what came gives another misconception away."""

    def cites(got: Any) -> str | None:
        match got:
            case UnicodeError() | tuple((str(), _)) | str():
                return "TXT-03"
            case tuple((bytes(came), _)) | (bytes() as came) if came == data:
                return "UDP-05"  # what came is right; who sent it is not
            case TypeError() | NameError() | AttributeError() | LookupError():
                return None  # a slip: no belief about networks
            case tuple((bytes(), _)) | bytes() | Exception() | None:
                return because
        return None  # a list, a bytearray

    return cites


@rule("ch04/recv_one", weight=1, condition="maximal")
def large_datagrams_come_whole(subject: Learner, steps: Steps, rng: Random) -> None:
    """A datagram of any size comes back whole, with the address it came from.

    任何大小的数据报都完整返回，并带上来源地址。
    """
    sock, anna = steps.own_socket(), steps.udp(ANNA)
    for size in (1, 1025, 9000, LARGEST):
        data = rng.randbytes(size)
        anna.send(data, sock.address)
        because = "UDP-11" if size == 1 else "UDP-06"
        _received(subject, steps, sock, (data, anna), because=because)


@rule("ch04/recv_one", weight=1, condition="empty")
def empty_datagram_is_returned(subject: Learner, steps: Steps, rng: Random) -> None:
    """An empty datagram is returned as b"", and the next call gets the next one.

    空数据报返回 b""；下一次调用得到下一个数据报。
    """
    sock, anna = steps.own_socket(), steps.udp(ANNA)
    for data in (b"", rng.randbytes(1)):
        anna.send(data, sock.address)
        _received(subject, steps, sock, (data, anna), because="UDP-11")


@rule("ch04/recv_one", weight=1)
def one_call_one_datagram(subject: Learner, steps: Steps, rng: Random) -> None:
    """One call takes one datagram, even if several wait.

    一次调用只取一个数据报，即使已经有好几个在排队。
    """
    sock, anna = steps.own_socket(), steps.udp(ANNA)
    waiting = rng.randbytes(3), rng.randbytes(4)
    for data in waiting:
        anna.send(data, sock.address)
    for data in waiting:
        _received(subject, steps, sock, (data, anna), because="UDP-11")


@rule("ch04/recv_one", weight=3, condition="truncated")
def longer_than_limit_is_truncated(subject: Learner, steps: Steps, rng: Random) -> None:
    """Up to limit bytes are fine; more raise Truncated, and that datagram is used up.

    不超过 limit 个字节都正常；超过就抛出 Truncated，而且这个数据报已经用掉。
    """
    sock, anna = steps.own_socket(), steps.udp(ANNA)
    limit = rng.randrange(4, 8)
    for size in (limit - 1, limit, limit + 1, 2):
        data = rng.randbytes(size)
        anna.send(data, sock.address)
        if size > limit:
            reply = subject.start("recv_one", sock, PATIENT_S, limit)
            reply.raises_named("Truncated", because="UDP-06")
        else:
            _received(subject, steps, sock, (data, anna), limit, because="UDP-06")


@rule("ch04/recv_one", weight=3, condition="silence")
def silence_times_out(subject: Learner, steps: Steps, rng: Random) -> None:
    """TimeoutError when nothing arrives within timeout seconds, and not before.

    timeout 秒内什么也没到就抛出 TimeoutError，也不会提前抛出。
    """
    sock, anna = steps.own_socket(), steps.udp(ANNA)
    timeout = 0.12  # not 0.1, which programs write down themselves
    reply = subject.start("recv_one", sock, timeout)
    reply.raises(TimeoutError, because="UDP-04", within=AT_MOST_S)
    waited(steps, reply, timeout)
    reply.left_open(sock, "STR-43")
    data = rng.randbytes(1)
    anna.send(data, sock.address)
    _received(subject, steps, sock, (data, anna), because="UDP-04")
