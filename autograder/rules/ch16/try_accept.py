"""16.1 try_accept, try_recv: what is there now, without waiting."""

import socket
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Handle, Learner, Lent, Reply, Steps
from autograder.rules.ch16.shared import LOOKS, NEVER_WAITS, is_end, is_nothing, only_look
from autograder.rules.common import ANNA, payload
from autograder.text import Proof, Text, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES = NEVER_WAITS
NEWCOMER = ("the result", "结果")
A_SOCKET = Text("a socket", "一个套接字")
MODE = ("the timeout of the new socket", "新套接字的超时")
NON_BLOCKING = Text("0.0: it is non-blocking", "0.0：非阻塞")
SIZE, LONG = 4_096, 5_000  # bytes: what one read takes if nothing is said, and more than that


def _shown(value: Any) -> Any:
    return A_SOCKET if isinstance(value, (socket.socket, Handle)) else value


def _accepts(learner: Learner, steps: Steps, listener: Lent) -> socket.socket:
    """Expect the socket of a client who waits."""
    reply: Reply = learner.start("try_accept", listener)
    value = reply.result(shown=_shown)
    if not isinstance(value, socket.socket):
        steps.fail(NEWCOMER, got=value, want=A_SOCKET)
    return value


@RULES.rule(weight=2, condition="silence")
def nothing_there(learner: Learner, steps: Steps, rng: Random) -> None:
    """Where nobody calls and nothing has come, both return None at once, again and again, also
    for a blocking socket.

    没有人来连接、没有数据到达时，两个函数都马上返回 None，再问也一样；套接字是阻塞的也一样。
    """
    listener = steps.tcp.own_listener()
    _has_nothing(learner, steps, "try_accept", listener)
    for timeout in (None, 0.0):
        steps.anew()
        lent, anna = steps.tcp.connection(ANNA, timeout=timeout)
        _has_nothing(learner, steps, "try_recv", lent)
        data = payload(rng, 3)
        anna.send(data)
        learner.start("try_recv", lent).returns(data)


def _has_nothing(learner: Learner, steps: Steps, name: str, lent: Lent) -> None:
    """Expect None again and again, without any waiting."""
    replies: list[Reply] = []
    for _ in range(LOOKS):
        replies.append(learner.start(name, lent))
        replies[-1].returns(None, because={is_end: Proof("MUX-19")})
    only_look(steps, replies)


@RULES.rule(weight=1)
def newcomer_is_non_blocking(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client who waits is returned: a connected socket, and a non-blocking one.

    有客户端在等，就返回与它相连的套接字，而且是非阻塞的。
    """
    for _ in range(2):
        steps.anew()
        listener = steps.tcp.own_listener()
        anna = steps.tcp.connect(ANNA, listener.address)
        sock = _accepts(learner, steps, listener)
        if (timeout := sock.gettimeout()) != 0.0:
            got = Text("None: it is blocking", "None：阻塞") if timeout is None else timeout
            steps.fail(MODE, got=got, want=NON_BLOCKING, because=Proof("MUX-14"))
        data = payload(rng, 3)
        sock.send(data)
        anna.expect(data)
        learner.start("try_accept", listener).returns(None)


@RULES.rule(weight=2, condition="edges")
def data_and_the_end(learner: Learner, steps: Steps, rng: Random) -> None:
    """try_recv returns what has come, at most size bytes; b"" after the end, as often as asked.

    try_recv 返回已到的数据，至多 size 字节；对端关闭写端之后返回 b""，问几次都一样。
    """
    lent, anna = steps.tcp.connection(ANNA)
    data = rng.randbytes(LONG)
    anna.send(data)
    came = []
    for size, args in ((5, (5,)), (SIZE, ()), (LONG - SIZE - 5, ())):
        reply = learner.start("try_recv", lent, *args)
        value = reply.result(because={is_nothing: Proof("MUX-19")})
        steps.expect(
            ("its length", "长度"), got=len(value) if _is_bytes(value) else value, want=size
        )
        came.append(value)
    steps.expect(("the bytes", "字节"), got=b"".join(came), want=data)
    learner.start("try_recv", lent).returns(None, because={is_end: Proof("MUX-19")})
    anna.finish()
    for _ in range(2):
        learner.start("try_recv", lent).returns(b"", because={is_nothing: Proof("MUX-19")})


def _is_bytes(value: Any) -> bool:
    return isinstance(value, bytes)


@RULES.rule(weight=2, condition="refused")
def errors_pass_on(learner: Learner, steps: Steps, rng: Random) -> None:
    """Every other error passes on: a reset (ConnectionResetError), a socket that does not listen
    (OSError).

    其他错误都原样抛出：连接被复位（ConnectionResetError）；套接字没有 listen（OSError）。
    """
    hidden = {such(object, lambda got: not isinstance(got, Exception)): "MUX-02"}
    lent, anna = steps.tcp.connection(ANNA)
    anna.reset()
    learner.start("try_recv", lent).raises(ConnectionResetError, because=hidden)
    steps.anew()
    never = steps.tcp.own_bound()
    reply = learner.start_as("try_accept(a socket that never listened)", "try_accept", never)
    error = reply.raises(OSError, because=hidden, shown=_shown)
    if isinstance(error, BlockingIOError):
        steps.fail(NEWCOMER, got=error, want=Text("EINVAL passed on", "原样抛出 EINVAL"))
