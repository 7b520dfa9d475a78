"""17.2 drain, accept_all: until EAGAIN."""

import socket
from random import Random
from typing import Any

from autograder.deadlines import stretched
from autograder.exercise import Rules
from autograder.network import Learner, Lent, Reply, Steps
from autograder.rules.common import ANNA, payload
from autograder.text import NOTHING, YOU, Because, Hang, Mistakes, Proof, Text, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {
    such(Hang, lambda got: not got.standing.spins): "MUX-20",
    BlockingIOError: "MUX-17",
}
DRAINED, CALLERS = ("what drain returns", "drain 的返回值"), ("the callers", "来连接的客户端")
MODE = ("the timeouts of the new sockets", "新套接字的超时")
EXACT = (1_024, 2_048, 4_096, 65_536, 131_072)  # bytes: what people read at a time, twice that
SOME, BIG = 3_000, 100_000  # bytes
LARGE, PIECE = 1 << 20, 70_000
MANY = 20
AT_ONCE_S = stretched(0.5)  # for a call that never waits


def _cut(data: bytes) -> Mistakes:
    """Return the sign of a part of data: more would have come at once."""

    def is_part(got: Any) -> bool:
        part = got[0] if got and isinstance(got[0], bytes) else data
        return 0 < len(part) < len(data) and data.startswith(part)

    return {such(tuple, is_part): "EPL-07"}


_ENDS: Mistakes = {such(tuple, lambda got: got[1:] == (True,)): "MUX-19"}
_HANGS: Mistakes = {such(Hang, lambda got: not got.standing.spins): "EPL-09"}


def _drains(
    learner: Learner, lent: Lent, data: bytes, ended: bool, because: Because = None
) -> Reply:
    reply = learner.start("drain", lent)
    reply.returns((data, ended), DRAINED, (_cut(data), {} if ended else _ENDS, because))
    return reply


@RULES.rule(weight=2)
def all_that_is_there(learner: Learner, steps: Steps, rng: Random) -> None:
    """drain returns everything that can be read now, however much, also of a blocking socket.

    drain 返回此刻能读到的全部内容，不管多少；套接字是阻塞的也一样。
    """
    for timeout in (0.0, None):
        steps.anew()
        lent, anna = steps.pair(ANNA)
        lent.sock.settimeout(timeout)
        for data in (payload(rng, 5), rng.randbytes(SOME)):
            anna.send(data)
            _drains(learner, lent, data, False, _HANGS)


@RULES.rule(weight=3, condition="edges")
def exact_multiples(learner: Learner, steps: Steps, rng: Random) -> None:
    """The same for exactly 1,024, 2,048, 4,096, 65,536 and 131,072 bytes, then silence.

    恰好 1024、2048、4096、65536、131072 字节，之后没有数据：也一样。
    """
    for size in EXACT:
        steps.anew()
        lent, anna = steps.pair(ANNA)
        data = rng.randbytes(size)
        anna.send(data)
        _drains(learner, lent, data, False, _HANGS)


@RULES.rule(weight=1)
def the_end(learner: Learner, steps: Steps, rng: Random) -> None:
    """When the peer has ended, the bytes before that and True come in one call.

    对端已经关闭写端时，一次调用就返回之前的全部字节和 True。
    """
    lent, anna = steps.pair(ANNA)
    data = rng.randbytes(BIG)
    anna.send(data)
    anna.finish()
    value = learner.start("drain", lent).result(because=_HANGS)
    _has_ended(learner, steps, lent, data, value)
    lent, anna = steps.pair(ANNA)
    anna.finish()
    _drains(learner, lent, b"", True, {_is_silence: "MUX-19"})


def _is_silence(got: Any) -> bool:
    return bool(got == (b"", False))


def _has_ended(learner: Learner, steps: Steps, lent: Lent, data: bytes, value: Any) -> None:
    because: Because = _cut(data)
    if value == (data, False):  # it has left the end where it was, or does not see it
        again = learner.start("drain", lent).result()
        because = NOTHING if again == (b"", True) else Proof("MUX-19")
    steps.expect(DRAINED, got=value, want=(data, True), because=because)


@RULES.rule(weight=2, condition="refused")
def a_reset(learner: Learner, steps: Steps, rng: Random) -> None:
    """A reset is an end, too: what came before it is returned in the same call.

    复位也是结束：同一次调用里返回复位之前到达的字节。
    """
    escapes: Mistakes = {ConnectionError: "STR-28"}
    for data in (payload(rng, 5), b"", rng.randbytes(SOME)):
        steps.anew()
        lent, anna = steps.tcp.connection(ANNA, timeout=None)
        anna.send(data)
        anna.reset()
        _drains(learner, lent, data, True, escapes)


@RULES.rule(weight=1)
def much(learner: Learner, steps: Steps, rng: Random) -> None:
    """Several calls together return every byte of 1 MiB, in order.

    1 MiB 分几次到达，几次调用合起来一个字节也不少，顺序不变。
    """
    lent, anna = steps.pair(ANNA)
    data, came = rng.randbytes(LARGE), b""
    steps.tell(
        anna.name, f"{LARGE} B in pieces; drain after each", f"分几次发 {LARGE} B，每次之后 drain"
    )
    with steps.untold():
        for at in range(0, LARGE, PIECE):
            piece = data[at : at + PIECE]
            anna.send(piece)
            value = learner.start("drain", lent).value(_HANGS)
            if not isinstance(value, tuple) or len(value) != 2 or value[1] is not False:
                steps.fail(DRAINED, got=value, want=(piece, False), because=_ENDS)
            came += value[0]
            if len(came) < at + len(piece):
                break
    anna.expect_whole(data, DRAINED, came, "EPL-07" if len(came) < LARGE else None)


# -- accept_all -----------------------------------------------------------------------------------


def _accepted(steps: Steps, value: Any) -> list[socket.socket]:
    """Return value, if it is a list of sockets."""
    if not isinstance(value, list) or not all(isinstance(each, socket.socket) for each in value):
        steps.fail(CALLERS, got=value, want=Text("a list of sockets", "套接字的列表"))
    return value


def _shown(value: Any) -> Any:
    """Say how many sockets there are in a list."""
    if not isinstance(value, list) or not value:
        return value
    many = Text(f"{len(value)} sockets", f"{len(value)} 个套接字")
    return Text("1 socket", "1 个套接字") if len(value) == 1 else many


@RULES.rule(weight=2, condition="many clients")
def all_callers(learner: Learner, steps: Steps, rng: Random) -> None:
    """accept_all returns all connections that wait, oldest first; then none.

    accept_all 返回所有正在等待的连接，先来的在前；之后再问就没有了。
    """
    for count in (1, MANY):
        steps.anew()
        listener = steps.tcp.own_listener(backlog=2 * MANY)
        steps.tell(YOU, f"{count} callers", f"{count} 个客户端来连接")
        with steps.untold():
            callers = [
                steps.tcp.connect((f"client {n}", f"客户端 {n}"), listener.address)
                for n in range(count)
            ]
        value = learner.start("accept_all", listener).result(shown=_shown)
        socks = _accepted(steps, value)
        if len(socks) != count:
            steps.fail(
                CALLERS,
                got=_shown(value) or Text("none", "没有"),
                want=Text(f"{count} of them", f"{count} 个"),
                because=Proof("EPL-08") if len(socks) == 1 else None,
            )
        there = [sock.getpeername() for sock in socks]
        here = [caller.sock.getsockname() for caller in callers]
        if there != here:
            want = Text("oldest first", "先来的在前")
            steps.fail(CALLERS, got=Text("in another order", "顺序不同"), want=want)
        learner.start("accept_all", listener).returns([], CALLERS)


@RULES.rule(weight=1, condition="silence")
def neither_waits(learner: Learner, steps: Steps, rng: Random) -> None:
    """Where nothing has come, drain returns b"" and False at once; where nobody calls, accept_all
    returns []; again and again, also for blocking sockets.

    没有数据到达，drain 马上返回 b"" 和 False；没有人来连接，accept_all 马上返回 []；再问也一样，
    套接字是阻塞的也一样。
    """
    for timeout in (0.0, None):
        steps.anew()
        lent, anna = steps.pair(ANNA)
        lent.sock.settimeout(timeout)
        for _ in range(2):
            silence = learner.start("drain", lent)
            silence.returns((b"", False), DRAINED, _ENDS, AT_ONCE_S)
        data = payload(rng, 4)
        anna.send(data)
        _drains(learner, lent, data, False, _HANGS)
        _drains(learner, lent, b"", False)
        listener = steps.tcp.own_listener()
        listener.sock.settimeout(timeout)
        for _ in range(2):
            learner.start("accept_all", listener).returns([], CALLERS, within=AT_ONCE_S)


@RULES.rule(weight=1)
def newcomers_do_not_block(learner: Learner, steps: Steps, rng: Random) -> None:
    """The sockets that accept_all returns are non-blocking.

    accept_all 返回的套接字都是非阻塞的。
    """
    listener = steps.tcp.own_listener()
    for name in (("first", "第一个"), ("second", "第二个")):
        steps.tcp.connect(name, listener.address)
    value = learner.start("accept_all", listener).result(shown=_shown)
    for sock in _accepted(steps, value):
        if (timeout := sock.gettimeout()) != 0.0:
            got = Text("None: it is blocking", "None：阻塞") if timeout is None else timeout
            want = Text("0.0: non-blocking", "0.0：非阻塞")
            steps.fail(MODE, got=got, want=want, because=Proof("MUX-14"))
