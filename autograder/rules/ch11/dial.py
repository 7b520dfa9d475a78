"""11.1 dial: a connection, or the error that there is none."""

import errno
import socket
from random import Random
from typing import Any

from autograder.deadlines import PATIENCE, WIRE_S
from autograder.exercise import Rules
from autograder.network import Handle, Learner, Reply, Steps
from autograder.rules.ch11.shared import ANNA, PATIENT_S, raises, returned, word
from autograder.rules.common import or_hung
from autograder.text import Text

__all__ = ["RULES"]

RULES = Rules()

SERVER = ("server", "服务器")
RESULT = ("the result", "结果")
SHORT_S = 0.12  # not 0.1, which programs write down themselves
AT_MOST_S = 0.8 * PATIENCE  # until it has to have raised
_SOCKET = Text("a socket", "一个套接字")
NOWHERE = ("127.255.255.255", 9)  # a broadcast address: no TCP connection leads there


def _connected(steps: Steps, reply: Reply) -> socket.socket:
    """Return the connected TCP socket that a call returns."""
    value: Any = reply.value(or_hung(reply, _no_socket, "TCP-21"))  # connect waits for no accept
    want = Text("a connected TCP socket", "一个已连接的 TCP 套接字")
    if isinstance(value, Handle) and value.type_name == "socket":  # only open ones cross as such
        returned(steps, _SOCKET)
        got = Text("a socket that is closed", "一个已经关闭的套接字")
        steps.fail(RESULT, got=got, want=want, because="STR-43")
    if not isinstance(value, socket.socket):
        steps.fail(RESULT, got=value, want=want)
    assert isinstance(value, socket.socket)
    returned(steps, _SOCKET)
    if value.type != socket.SOCK_STREAM:
        got = Text("a UDP socket", "一个 UDP 套接字")
        steps.fail(RESULT, got=got, want=want, because="PRT-03")
    try:
        value.getpeername()
    except OSError as error:
        steps.fail(RESULT, got=error, want=want, because="STR-30")
    return value


def _no_socket(got: Any) -> str | None:
    """Return what an exception means where a connection was possible."""
    return "STR-39" if isinstance(got, BlockingIOError) else None


def _shown(value: Any) -> Any:
    return _SOCKET if isinstance(value, (socket.socket, Handle)) else value


def _fails(steps: Steps, reply: Reply, kind: type[OSError]) -> OSError:
    """Expect a call to raise kind."""
    because = or_hung(reply, _hidden, "UDP-04")
    error = raises(steps, reply, kind, because, _shown, AT_MOST_S)
    assert isinstance(error, OSError)
    return error


def _hidden(got: Any) -> str:
    """Return why an error did not come out as it should."""
    return "STR-39" if isinstance(got, BlockingIOError) else "STR-30"


@RULES.rule(weight=4)
def connected_both_ways(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns a TCP socket that is connected to (host, port), in both directions.

    返回一个已连接到 (host, port) 的 TCP 套接字，两个方向都能用。
    """
    listener = steps.tcp.listener(SERVER)
    sock = _connected(steps, learner.start("dial", *listener.address, PATIENT_S))
    server = listener.accept()
    ping, pong, came = word(rng).encode(), word(rng).encode(), b""
    sock.settimeout(WIRE_S)
    try:
        sock.sendall(ping)
        got = server.read(len(ping))
        server.send(pong)
        while len(came) < len(pong) and (piece := sock.recv(len(pong))):
            came += piece
    except OSError as error:
        steps.fail(RESULT, got=error, want=Text("a socket that works", "能用的套接字"))
    steps.expect(("what the server reads", "服务器读到的"), got=got, want=ping)
    steps.expect(("what the socket reads", "套接字读到的"), got=came, want=pong)


@RULES.rule(weight=3, condition="unreachable")
def refused_is_raised(learner: Learner, steps: Steps, rng: Random) -> None:
    """ConnectionRefusedError if nobody listens there.

    没有程序在监听就抛出 ConnectionRefusedError。
    """
    listener = steps.tcp.listener(SERVER)
    listener.close()
    reply = learner.start("dial", *listener.address, PATIENT_S)
    _fails(steps, reply, ConnectionRefusedError)


@RULES.rule(weight=3, condition="silence")
def no_connection_in_time(learner: Learner, steps: Steps, rng: Random) -> None:
    """TimeoutError if the connection is not made within timeout seconds.

    timeout 秒内没有建立连接就抛出 TimeoutError。
    """
    listener = steps.tcp.listener(SERVER, backlog=0)
    steps.tcp.connect(ANNA, listener.address)
    steps.tell(Text.of(ANNA), "fills the accept queue", "占满全连接队列")
    reply = learner.start("dial", *listener.address, SHORT_S)
    _fails(steps, reply, TimeoutError)
    if reply.seconds < SHORT_S * 0.98:  # a lower bound is safe on any machine
        steps.fail(
            ("the wait", "等待时间"),
            got=Text("less than that", "没有等那么久"),
            want=Text(f"at least {SHORT_S:g} s", f"至少 {SHORT_S:g} s"),
            because="UDP-04",
        )


@RULES.rule(weight=1, misconception="STR-30")
def other_errors_as_they_are(learner: Learner, steps: Steps, rng: Random) -> None:
    """Any other OSError is raised as the system gives it.

    其他 OSError 按系统给出的原样抛出。
    """
    reply = learner.start("dial", *NOWHERE, PATIENT_S)
    error = _fails(steps, reply, OSError)
    if error.errno != errno.ENETUNREACH:
        want = Text("OSError, errno ENETUNREACH", "OSError，errno 为 ENETUNREACH")
        steps.fail(RESULT, got=error, want=want)


@RULES.rule(weight=3, misconception="STR-34")
def nothing_stays_open(learner: Learner, steps: Steps, rng: Random) -> None:
    """When it raises, it leaves no socket open, whatever the error.

    抛出异常时不留下打开的套接字，不管是哪一种错误。
    """
    listener = steps.tcp.listener(SERVER)
    listener.close()
    reply = learner.start("dial", *listener.address, PATIENT_S)
    _fails(steps, reply, ConnectionRefusedError)
    reply.closed_its_sockets()
    listener = steps.tcp.listener(SERVER, backlog=0)
    steps.tcp.connect(ANNA, listener.address)
    reply = learner.start("dial", *listener.address, SHORT_S / 4)
    _fails(steps, reply, TimeoutError)
    reply.closed_its_sockets()
