"""11.4 serve_once: accept, call, close, whatever happens in between."""

import socket
from collections.abc import Callable
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps, Stream
from autograder.rules.common import ANNA, BEN
from autograder.rules.their import their
from autograder.text import YOU, Failed, Hang, Mistakes, Text, describe, such
from autograder.text.plainly import AT_ONCE

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

HELLO = b"hello\n"
GREETING = ("the greeting", "问候")
SILENCE_S = 0.22  # longer than programs wait that look at the clock
END = ("the end of the connection", "连接的结束")
CALLED = ("what the handler was called with", "处理函数得到的参数")
GREETED = ("connections served", "服务过的连接数")
ONE_MORE: Mistakes = {such(Hang, lambda got: "accept" in got.line): "CON-07"}
"""It waits for one more client."""

NO_EXCEPTIONS = ("KeyboardInterrupt", "SystemExit")  # in Python's sense: of Ctrl+C, of sys.exit
RAISING = "lambda client, address: (_ for _ in ()).throw({})"

Handler = Callable[[Any, Any], None]


MISTAKES = {such(TypeError, lambda got: "but 3 were given" in str(got)): "UDP-01"}
"""An address that was handed on in two."""


def _greeting(steps: Steps, came: list[Any]) -> Handler:
    """Return a handler that greets and keeps what address it got.

    Its client is a copy of the learner's, which is closed here, or nobody would see their close.
    """

    def greet(client: Any, address: Any) -> None:
        is_socket = isinstance(client, socket.socket)
        came.append(address if is_socket else (client, address))
        said = describe(steps.naming.of(address))
        steps.tell(YOU, f"greet(client, {said.en})", f"greet(client, {said.zh})")
        if is_socket:
            with client:
                client.sendall(HELLO)

    greet.__qualname__ = "greet"  # what Python's complaint about arguments names
    return greet


def _exploding(steps: Steps) -> Handler:
    def explode(client: Any, address: Any) -> None:
        steps.tell(YOU, "explode(client, address)", "explode(client, address)")
        if isinstance(client, socket.socket):
            client.close()  # the copy
        raise ValueError("boom")

    explode.__qualname__ = "explode"
    return explode


def _leaving(steps: Steps, visitor: Stream) -> Handler:
    """Return a handler during which the client resets."""

    def ignore(client: Any, address: Any) -> None:
        steps.tell(YOU, "ignore(client, address)", "ignore(client, address)")
        if isinstance(client, socket.socket):
            client.close()  # the copy
        visitor.reset()

    ignore.__qualname__ = "ignore"
    return ignore


def _ends(visitor: Stream) -> None:
    """Expect the end of a connection."""
    visitor.ends(END, ({bytes: None}, lambda _: "STR-26" if visitor.was_reset else "STR-34"))


@RULES.rule(weight=3)
def handled_and_closed(learner: Learner, steps: Steps, rng: Random) -> None:
    """It calls handler(client, address) for one connection, then closes client, also where its
    peer has gone.

    对一个连接调用 handler(client, address)，然后关闭 client，对端已经离开也一样。
    """
    lent, came = steps.tcp.own_listener(), list[Any]()
    anna = steps.tcp.connect(ANNA, lent.address)
    reply = learner.start("serve_once", lent, _greeting(steps, came))
    anna.expect(HELLO, GREETING)
    steps.expect(CALLED, got=came, want=[anna.sock.getsockname()])
    _ends(anna)
    reply.result(because=ONE_MORE)
    reply.closed_its_sockets()
    _closed_where_nobody_is_left(learner, steps)


def _closed_where_nobody_is_left(learner: Learner, steps: Steps) -> None:
    """Let a client go while it is handled. What else fails there, a shutdown (ENOTCONN), may
    raise: no clause forbids it; but client is closed."""
    steps.anew()
    lent = steps.tcp.own_listener()
    ben = steps.tcp.connect(BEN, lent.address)
    reply = learner.start("serve_once", lent, _leaving(steps, ben))
    try:
        reply.result(because=ONE_MORE)
    except Failed as failure:
        if failure.raised is None or "OSError" not in failure.raised.names:
            raise
    reply.closed_its_sockets()


@RULES.rule(weight=3, misconception="STR-34")
def closed_when_handler_raises(learner: Learner, steps: Steps, rng: Random) -> None:
    """client is closed also when handler raises, Ctrl+C, too, and the exception passes on.

    handler 抛出异常时也关闭 client，Ctrl+C 也算；异常原样抛出。
    """
    lent = steps.tcp.own_listener()
    anna = steps.tcp.connect(ANNA, lent.address)
    reply = learner.start("serve_once", lent, _exploding(steps))
    reply.raises(ValueError, because=(ONE_MORE, "MUX-02"))
    reply.closed_its_sockets()
    _ends(anna)
    reply.left_open(lent)
    for name in NO_EXCEPTIONS:
        _closed_when_ended(learner, steps, name)


def _closed_when_ended(learner: Learner, steps: Steps, name: str) -> None:
    """Let a handler raise what is no Exception."""
    steps.anew()
    lent = steps.tcp.own_listener()
    ben = steps.tcp.connect(BEN, lent.address)
    handler = their(steps, "builtins").call("eval", RAISING.format(name))
    said = f"serve_once(sock, raising {name})"
    reply = learner.start_as(said, "serve_once", lent, handler)
    reply.raises_named(name, because="MUX-02")
    reply.closed_its_sockets()
    _ends(ben)


@RULES.rule(weight=3, condition="many clients")
def one_call_one_connection(learner: Learner, steps: Steps, rng: Random) -> None:
    """One call serves one connection and leaves listener open for the next call.

    一次调用只服务一个连接；listener 保持打开，留给下一次调用。
    """
    lent, came = steps.tcp.own_listener(), list[Any]()
    visitors = [steps.tcp.connect(name, lent.address) for name in (ANNA, BEN)]
    for count, visitor in enumerate(visitors, 1):
        reply = learner.start("serve_once", lent, _greeting(steps, came))
        reply.result(because=ONE_MORE)
        reply.left_open(lent)
        visitor.expect(HELLO, GREETING)
        steps.expect(GREETED, got=len(came), want=count, because="CON-07")


@RULES.rule(weight=1)
def waits_for_a_client(learner: Learner, steps: Steps, rng: Random) -> None:
    """Where nobody has connected yet, it waits for the first who does.

    还没有人连接时，就等到第一个连接到来。
    """
    lent = steps.tcp.own_listener()
    reply = learner.start("serve_once", lent, _greeting(steps, []))
    reply.rests()
    if not reply.ended:
        steps.tell(YOU, f"{SILENCE_S:g} s of silence", f"{SILENCE_S:g} s 没有动静")
        reply.wait(SILENCE_S)
    if reply.ended:
        value = reply.result(because={TimeoutError: "UDP-22"})
        got = Text(f"returned {value!r:.40}", f"返回 {value!r:.40}")
        waiting = Text("still waiting for a connection", "还在等连接")
        plainly = None if reply.waited else AT_ONCE
        steps.fail(("the call", "函数"), got=got, want=waiting, plainly=plainly)
    anna = steps.tcp.connect(ANNA, lent.address)
    anna.expect(HELLO, GREETING)
    reply.result(because=ONE_MORE)
