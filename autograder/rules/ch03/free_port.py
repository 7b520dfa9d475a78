"""03.2 free_port: a port that was free a moment ago."""

import contextlib
import socket
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Reply, Steps
from autograder.text import Proof, Text

__all__ = ["RULES"]
RULES = Rules()

LOWEST, HIGHEST = 1024, 65_535
CALLS, ENOUGH = 10, 8
PORT = ("the port", "端口")
A_PORT = Text("a port from 1024 to 65535", "1024～65535 之间的端口")
AS_TEXT = Text("a number, as text", "一个号码，是文本")
OTHER = Text("another program", "另一个程序")
FREE, TAKEN = Text("free", "空闲"), Text("taken", "被占用")
NEXT = 20  # ports, which whoever counts comes to
_AGAIN = 3  # a neighbour may take the number before we look: not so often in a row


def _shown(value: Any) -> Any:
    """A port is another one in every run."""
    if _is_port(value):
        return A_PORT
    if _is_address(value):
        return Text("an address: host and port", "一个地址：主机和端口")
    return AS_TEXT if _is_text(value) else value


def _is_address(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and type(value[1]) is int


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.isdecimal()


def _is_port(value: Any) -> bool:
    return type(value) is int and LOWEST <= value <= HIGHEST


def _asked(learner: Learner, steps: Steps, kind: str) -> tuple[Reply, int]:
    """Ask for a port, and expect one."""
    reply = learner.start("free_port", kind)
    port = reply.result(shown=_shown)
    if not _is_port(port):
        shows = "UDP-01" if _is_address(port) else "TXT-08" if _is_text(port) else ""
        steps.fail(PORT, got=_shown(port), want=A_PORT, because=Proof(shows))
    reply.closed_its_sockets()
    return reply, port


def _is_free(kind: str, port: int) -> bool:
    with socket.socket(type=socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM) as sock:
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@RULES.rule(weight=1, misconception="PRT-15")
def free_for_that_kind(learner: Learner, steps: Steps, rng: Random) -> None:
    """The port, an int from 1024 to 65535, can be bound for that kind, and nothing is left open.

    返回的端口是 1024～65535 的 int，可以用这种套接字绑定；没有留下打开的套接字。
    """
    for kind in ("tcp", "udp"):
        for _ in range(CALLS):
            steps.anew()
            for _ in range(_AGAIN):
                _, port = _asked(learner, steps, kind)
                if _is_free(kind, port):
                    break
            else:
                steps.fail(PORT, got=TAKEN, want=FREE)
    steps.anew()
    _, port = _asked(learner, steps, "udp")
    with contextlib.ExitStack() as stack:
        held = set()
        for each in range(port + 1, min(port + NEXT, HIGHEST) + 1):
            sock = stack.enter_context(socket.socket(type=socket.SOCK_DGRAM))
            with contextlib.suppress(OSError):  # a neighbour has it
                sock.bind(("127.0.0.1", each))
                held.add(each)
        steps.tell(OTHER, f"has the next {NEXT} (UDP)", f"占用后面 {NEXT} 个 UDP 端口")
        if _asked(learner, steps, "udp")[1] in held:
            steps.fail(PORT, got=TAKEN, want=FREE, because=Proof(""))


@RULES.rule(weight=1)
def not_always_the_same(learner: Learner, steps: Steps, rng: Random) -> None:
    """It is not the same port at every call: eight calls give three or more.

    不是每次都返回同一个端口：调用八次，至少有三个不同的。
    """
    ports = set()
    for _ in range(ENOUGH):
        steps.anew()
        ports.add(_asked(learner, steps, "tcp")[1])
    if len(ports) < 3:
        few = Text(f"{len(ports)} in {ENOUGH} calls", f"{ENOUGH} 次调用得到 {len(ports)} 个")
        want = Text("3 or more", "至少 3 个")
        steps.fail(("different ports", "不同的端口"), got=few, want=want)
