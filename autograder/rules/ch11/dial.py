"""11.1 dial: a connection, or the error that there is none."""

import errno
import socket
from random import Random
from typing import Any

from autograder.deadlines import WIRE_S, stretched
from autograder.exercise import Rules
from autograder.network import Handle, Learner, Reply, Steps
from autograder.rules.common import ANNA, PATIENT_S, payload, waits_for_more
from autograder.rules.patience import gives_up_once
from autograder.text import Hang, Mistakes, Proof, Text

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES = {BlockingIOError: "STR-39"}
SERVER = ("server", "服务器")
RESULT = ("the result", "结果")
A_SOCKET, FOR_UDP = Text("a socket", "一个套接字"), Text("a UDP socket", "一个 UDP 套接字")
CONNECTED = Text("a connected TCP socket", "一个已连接的 TCP 套接字")
CLOSED = Text("a socket that is closed", "一个已经关闭的套接字")
GREETING: Mistakes = {waits_for_more: "TCP-21"}  # connect waits for no accept
SHORT_S = 0.03
AT_MOST_S = stretched(0.8)  # until it has to have raised
NOWHERE = ("127.255.255.255", 9)  # a broadcast address: no TCP connection leads there


def _connected(steps: Steps, reply: Reply) -> socket.socket:
    """Return the connected TCP socket that a call returns."""
    value: Any = reply.result(because=GREETING, shown=_shown)
    if isinstance(value, Handle) and value.type_name == "socket":  # only open ones cross as such
        steps.fail(RESULT, got=CLOSED, want=CONNECTED, because=Proof("STR-43"))
    if not isinstance(value, socket.socket):
        steps.fail(RESULT, got=value, want=CONNECTED)
    if value.type != socket.SOCK_STREAM:
        steps.fail(RESULT, got=FOR_UDP, want=CONNECTED, because=Proof("PRT-03"))
    try:
        value.getpeername()
    except OSError as error:
        steps.fail(RESULT, got=error, want=CONNECTED, because=Proof("STR-30"))
    return value


def _is_a_result(got: Any) -> bool:
    return not isinstance(got, Exception)


def _fails(reply: Reply, kind: type[OSError]) -> OSError:
    """Expect a call to raise kind."""
    because = {_is_a_result: "STR-30", Hang: "UDP-04"}
    error = reply.raises(kind, because=because, within=AT_MOST_S, shown=_shown)
    assert isinstance(error, OSError)
    return error


def _shown(value: Any) -> Any:
    return A_SOCKET if isinstance(value, (socket.socket, Handle)) else value


def _numbered(number: str | None) -> Text:
    return Text(f"OSError, errno {number}", f"OSError，errno 为 {number}")


def _nobody_listens(steps: Steps) -> tuple[str, int]:
    """Return an address where connections are refused."""
    listener = steps.tcp.listener(SERVER)
    listener.close()
    return listener.address


def _nobody_accepts(steps: Steps) -> tuple[str, int]:
    """Return an address where no further connection is made."""
    listener = steps.tcp.listener(SERVER, backlog=0)
    steps.tcp.connect(ANNA, listener.address)
    return listener.address


@RULES.rule(weight=4)
def connected_both_ways(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns a TCP socket that is connected to (host, port), in both directions.

    返回一个已连接到 (host, port) 的 TCP 套接字，两个方向都能用。
    """
    listener = steps.tcp.listener(SERVER)
    sock = _connected(steps, learner.start("dial", *listener.address, PATIENT_S))
    server = listener.accept()
    ping, pong = payload(rng, 6), payload(rng, 6)
    sock.settimeout(WIRE_S)
    try:
        sock.sendall(ping)
        server.expect(ping, ("what the server reads", "服务器读到的"))
        server.send(pong)
        came = sock.makefile("rb").read(len(pong))
    except OSError as error:
        steps.fail(RESULT, got=error, want=Text("a socket that works", "能用的套接字"))
    steps.expect(("what the socket reads", "套接字读到的"), got=came, want=pong)


@RULES.rule(weight=3, condition="unreachable")
def refused_is_raised(learner: Learner, steps: Steps, rng: Random) -> None:
    """ConnectionRefusedError if nobody listens there.

    没有程序在监听就抛出 ConnectionRefusedError。
    """
    _fails(learner.start("dial", *_nobody_listens(steps), PATIENT_S), ConnectionRefusedError)


@RULES.rule(weight=3, condition="silence")
def no_connection_in_time(learner: Learner, steps: Steps, rng: Random) -> None:
    """TimeoutError if the connection is not made within timeout seconds.

    timeout 秒内没有建立连接就抛出 TimeoutError。
    """
    address = _nobody_accepts(steps)
    steps.tell(ANNA, "fills the accept queue", "占满全连接队列")
    steps.keep_told()

    def start(timeout: float) -> Reply:
        return learner.start("dial", *address, timeout)

    def ends(reply: Reply, timeout: float) -> None:
        _fails(reply, TimeoutError)
        reply.took(timeout, "UDP-04")

    gives_up_once(steps, start, ends)


@RULES.rule(weight=1)
def other_errors_as_they_are(learner: Learner, steps: Steps, rng: Random) -> None:
    """Any other OSError is raised as the system gives it.

    其他 OSError 按系统给出的原样抛出。
    """
    error = _fails(learner.start("dial", *NOWHERE, PATIENT_S), OSError)
    if error.errno != errno.ENETUNREACH:
        number = errno.errorcode.get(error.errno or 0)
        got, want = _numbered(number), _numbered("ENETUNREACH")
        told = isinstance(error, (ConnectionError, TimeoutError))  # something else than was so
        steps.fail(RESULT, got=got, want=want, because="STR-30" if told else None)


@RULES.rule(weight=3)
def nothing_stays_open(learner: Learner, steps: Steps, rng: Random) -> None:
    """When it raises, it leaves no socket open, whatever the error.

    抛出异常时不留下打开的套接字，不管是哪一种错误。
    """
    reply = learner.start("dial", *_nobody_listens(steps), PATIENT_S)
    with steps.premise():
        _fails(reply, OSError)
    reply.closed_its_sockets()
    reply = learner.start("dial", *_nobody_accepts(steps), SHORT_S)
    with steps.premise():
        _fails(reply, OSError)
    reply.closed_its_sockets()
