"""03.3 is_port_taken: whether a new socket cannot be bound, because the address is in use."""

import errno
import socket
import struct
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.text import Because, Proof, Text, such
from autograder.text.observed import TooLate
from netlib.errors import Unavailable

__all__ = ["RULES"]
RULES = Rules()

OTHER = Text("another program", "另一个程序")
ANSWER = ("whether it is taken", "是否被占用")
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close() sends an RST
NOWHERE = "192.0.2.1"  # of documentation, RFC 5737: no machine has it


def _is(want: bool) -> Any:
    return such(bool, lambda got: got is want)


class Port:
    """A port that is ours alone, and what is asked of it."""

    def __init__(self, learner: Learner, steps: Steps, rng: Random) -> None:
        self._learner, self._steps = learner, steps
        self.number = steps.quiet_port(rng)

    def held(
        self, kind: str, host: str = "127.0.0.1", listen: bool = False, reuse: bool = False
    ) -> socket.socket:
        """Let another program hold it."""
        sock = self._steps.hold(kind, host, self.number, listen, reuse)
        name, where = kind.upper(), host or "0.0.0.0"
        how, zh = ("listens", "在监听") if listen else ("bound", "已绑定")
        if reuse:
            how = zh = "SO_REUSEADDR"
        said = f"{name} at {where}, {how}", f"{where} 上的 {name}，{zh}"
        self._steps.tell(OTHER, *said)
        return sock

    def released(self, sock: socket.socket) -> None:
        """Let the other program close its socket."""
        sock.close()
        self._steps.tell(OTHER, "closes its socket", "关闭了套接字")

    def is_taken(self, want: bool, *place: str, because: Because = None) -> None:
        """Expect that answer; place is the kind and the host, as far as they are said."""
        reply = self._learner.start("is_port_taken", self.number, *place)
        got = reply.result()
        reply.closed_its_sockets()
        if got is not want and not want and not _can_bind(self.number, *place):
            raise TooLate  # a neighbour has come
        self._steps.expect(ANSWER, got=got, want=want, because=because)


def _has_a_caller(listener: socket.socket) -> bool:
    """Tell whether somebody has connected: whoever comes to the queue before us."""
    with socket.create_connection(("127.0.0.1", listener.getsockname()[1])) as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)  # no TIME-WAIT stays behind
        caller, address = listener.accept()
        is_ours = address == own.getsockname()
    caller.close()
    return not is_ours


def _can_bind(port: int, kind: str = "tcp", host: str = "127.0.0.1") -> bool:
    with socket.socket(type=socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM) as sock:
        try:
            sock.bind((host, port))
        except OSError:
            return False
    return True


@RULES.rule(weight=1, condition="taken")
def a_listener(learner: Learner, steps: Steps, rng: Random) -> None:
    """Where a server listens, at that address or at every one, it is taken, and nobody connects to
    the server; after that it is free.

    有服务器在监听，不论监听这个地址还是每一个地址，都是被占用，而且没有人去连接它；之后是空闲。
    """
    for host in ("127.0.0.1", ""):
        steps.anew()
        port = Port(learner, steps, rng)
        listener = port.held("tcp", host, listen=True)
        port.is_taken(True)
        if _has_a_caller(listener):
            steps.tell(OTHER, "somebody has connected", "有人来连接了")
            steps.fail(
                ("callers in the server's queue", "服务器队列里的连接"),
                got=1,
                want=0,
                because=Proof("PRT-08"),
            )
        port.released(listener)
        port.is_taken(False)


@RULES.rule(weight=1, condition="silence")
def bound_and_silent(learner: Learner, steps: Steps, rng: Random) -> None:
    """Where a socket is bound and does not listen, it is taken, whatever options that socket has.

    套接字绑定了、没有监听，也是被占用，不管那个套接字设了什么选项。
    """
    for reuse, shows in ((False, "PRT-08"), (True, "PRT-10")):
        steps.anew()
        port = Port(learner, steps, rng)
        sock = port.held("tcp", reuse=reuse)
        port.is_taken(True, because={_is(False): shows})
        port.released(sock)
        port.is_taken(False)


@RULES.rule(weight=1, condition="lookalike")
def other_endpoints(learner: Learner, steps: Steps, rng: Random) -> None:
    """The same number for the other protocol, or at another address, is another endpoint.

    同一个号码，协议不同或地址不同，就是另一个端点。
    """
    port = Port(learner, steps, rng)
    tcp = port.held("tcp", listen=True)
    port.is_taken(True)
    port.is_taken(False, "udp", because={_is(True): "PRT-03"})
    port.is_taken(False, "tcp", "127.0.0.2", because={_is(True): "PRT-04"})
    port.released(tcp)
    for reuse, shows in ((False, "PRT-03"), (True, "PRT-10")):
        steps.anew()
        port = Port(learner, steps, rng)
        udp = port.held("udp", "127.0.0.2", reuse=reuse)
        port.is_taken(True, "udp", "127.0.0.2", because={_is(False): shows})
        port.is_taken(False, "tcp", "127.0.0.2", because={_is(True): "PRT-03"})
        port.is_taken(False, "udp", because={_is(True): "PRT-04"})
        port.released(udp)
        port.is_taken(False, "udp", "127.0.0.2")


@RULES.rule(weight=1)
def other_errors(learner: Learner, steps: Steps, rng: Random) -> None:
    """Where the host is none of this machine's addresses (EADDRNOTAVAIL), or no IPv4 address,
    OSError passes on, and no socket is left open.

    不是本机的地址（EADDRNOTAVAIL）、不是 IPv4 地址：OSError 原样抛出，不留下打开的套接字。
    """
    port = Port(learner, steps, rng)
    with steps.premise(), steps.untold():
        tcp = port.held("tcp", listen=True)
        port.is_taken(True)
        port.is_taken(False, "tcp", "127.0.0.2", because={_is(True): "PRT-04"})
        port.released(tcp)
    if _can_bind(port.number, "tcp", NOWHERE):
        raise Unavailable(f"expected that {NOWHERE} is none of this machine's addresses")
    for kind in ("udp", "tcp"):
        reply = learner.start("is_port_taken", port.number, kind, NOWHERE)
        error = reply.raises(OSError, because={bool: "PRT-09"})
        number = getattr(error, "errno", None)
        if number != errno.EADDRNOTAVAIL:
            name = errno.errorcode.get(number or 0, type(error).__name__)
            got, want = Text(name, name), Text("EADDRNOTAVAIL", "EADDRNOTAVAIL")
            steps.fail(("the error", "错误"), got=got, want=want)
        reply.closed_its_sockets()
    reply = learner.start("is_port_taken", port.number, "tcp", "::1")  # no name: asks nobody
    reply.raises(OSError, because={bool: "PRT-09"})
    reply.closed_its_sockets()
