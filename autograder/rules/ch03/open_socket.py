"""03.1 open_socket: a new socket of each of three kinds."""

import socket
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Handle, Learner, Steps
from autograder.rules.common import word
from autograder.text import Proof, Text

__all__ = ["RULES"]
RULES = Rules()


def _is_closed(got: Any) -> bool:
    """A socket that is closed does not cross to us: what we get is a name for it."""
    return isinstance(got, Handle) and got.type_name == "socket"


A_SOCKET, CLOSED = Text("a socket", "一个套接字"), Text("a closed socket", "一个已关闭的套接字")
BESIDES = ("sockets left open besides the one returned", "除返回的那个以外，没有关闭的套接字")
KINDS = {
    "tcp": (socket.AF_INET, socket.SOCK_STREAM),
    "udp": (socket.AF_INET, socket.SOCK_DGRAM),
    "unix": (socket.AF_UNIX, socket.SOCK_STREAM),
}


def _shown(value: Any) -> Any:
    if isinstance(value, socket.socket):
        return A_SOCKET
    return CLOSED if _is_closed(value) else value


def _looks(sock: socket.socket) -> Text:
    """Return what a socket is, by the names of the constants."""
    family = socket.AddressFamily(sock.family).name
    said = f"{family}, {socket.SocketKind(sock.type).name}"
    return Text(said, said)


@RULES.rule(weight=1)
def each_kind(learner: Learner, steps: Steps, rng: Random) -> None:
    """ "tcp" and "udp" give a new socket over IPv4, "unix" a stream over AF_UNIX: open, not bound.

    "tcp" 和 "udp" 得到 IPv4 上的新套接字，"unix" 得到 AF_UNIX 上的流：打开着，没有绑定。
    """
    for kind in rng.sample(sorted(KINDS), k=3):
        steps.anew()
        family, type_ = KINDS[kind]
        reply = learner.start("open_socket", kind)
        sock = reply.result(shown=_shown)
        if not isinstance(sock, socket.socket):
            shows = Proof("STR-43") if _is_closed(sock) else None
            steps.fail(("the result", "结果"), got=_shown(sock), want=A_SOCKET, because=shows)
        with sock:
            if (sock.family, sock.type) != (family, type_):
                due = f"{family.name}, {type_.name}"
                stream = sock.type != type_ == socket.SOCK_DGRAM
                steps.fail(
                    ("its family and type", "地址族和类型"),
                    got=_looks(sock),
                    want=Text(due, due),
                    because=Proof("PRT-03") if stream else None,
                )
            name = sock.getsockname()
            unbound = name == ("0.0.0.0", 0) if family == socket.AF_INET else not name
            if not unbound:
                bound = Text("a socket that is bound", "已经绑定的套接字")
                steps.fail(("the result", "结果"), got=bound, want=A_SOCKET)
            reply.closed_its_sockets(BESIDES)  # while we hold this one, it is ours


@RULES.rule(weight=1, condition="lookalike")
def no_other_kind(learner: Learner, steps: Steps, rng: Random) -> None:
    """Any other kind raises ValueError, and no socket is left open.

    别的 kind 都抛出 ValueError，不留下打开的套接字。
    """
    for kind in ("sctp", "", "TCP", "Unix", "udp ", "tcpudp", word(rng, 4).upper()):
        steps.anew()
        reply = learner.start("open_socket", kind)
        reply.raises(ValueError, shown=_shown)
        reply.closed_its_sockets()
