"""13.7 command_server: many clients, those that break off, and the end of the service."""

import socket
import time
from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch13.service import Service, request
from autograder.rules.ch13.shared import BUFFER, capped, header, word

__all__ = ["RULES"]

RULES = Rules()

ANNA, BEN, CARL = ("anna", "安娜"), ("ben", "小本"), ("carl", "小卡")
MOST = 65_536  # bytes in a request
LINES = 100_000  # of seq: 588,895 bytes, more than fits where nobody reads them
SILENCE_S = 0.15  # longer than servers that go home early wait
HI = ("0", b"hi")


@RULES.rule(weight=2, misconception="STR-25")
def up_to_65536_bytes(learner: Learner, steps: Steps, rng: Random) -> None:
    """A request of 65,536 bytes is answered.

    65536 字节的请求得到响应。
    """
    service = Service.begin(learner, steps)
    said = "x" * (MOST - len("printf\0"))
    service.asks(service.client(ANNA), ["printf", said], ("0", said.encode()), "STR-25")


@RULES.rule(weight=2, misconception="STR-25")
def one_byte_more_hangs_up(learner: Learner, steps: Steps, rng: Random) -> None:
    """A header that announces more than 65,536 bytes ends that connection only, at once.

    头部声明超过 65536 字节，立即结束这一条连接，也只结束这一条。
    """
    capped(steps)
    service = Service.begin(learner, steps)
    for size in (MOST + 1, 0xFFFFFFFF):
        ben = service.client(BEN)
        ben.send(header(size))
        service.hangs_up(ben, "STR-25")
        carl = service.client(CARL)
        service.asks(carl, ["printf", "hi"], HI, "STR-29")
        carl.finish()
        service.ends(carl, "STR-09")


@RULES.rule(weight=3, misconception="STR-29")
def a_reset_ends_one_connection(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client that resets, after whichever byte, ends only its own connection.

    客户端复位连接，不管在第几个字节之后，只结束它自己的连接。
    """
    service, data = Service.begin(learner, steps), request("printf", "hi")
    for size in range(len(data) + 1):
        del steps.story[1:]
        ben = service.client(BEN)
        if size:
            ben.send(data[:size])
        ben.reset()
    service.asks(service.client(CARL), ["printf", "hi"], HI, "STR-29")


@RULES.rule(weight=1, misconception="STR-29")
def a_reset_while_it_is_answered(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client that resets while it is sent its answer ends only its own connection.

    客户端在收响应的途中复位连接，只结束它自己的连接。
    """
    lent = steps.tcp.own_listener()
    lent.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)  # its clients inherit it
    service = Service.begin(learner, steps, lent)
    ben = service.client(BEN)
    ben.reading = False
    ben.send(request("seq", f"{LINES}"))
    ben.reading = True
    ben.hear(time.monotonic() + 0.5)  # the answer has begun
    del steps.story[2:]
    ben.reset()
    service.asks(service.client(CARL), ["printf", "hi"], HI, "STR-29")


@RULES.rule(weight=2, condition="many clients", misconception="UDP-22")
def one_after_the_other(learner: Learner, steps: Steps, rng: Random) -> None:
    """It serves until stop is set, and returns the number of clients; listener stays open.

    一直服务到 stop 被设置，返回客户端个数；listener 保持打开。
    """
    service = Service.begin(learner, steps)
    service.silence(SILENCE_S)
    count = rng.randrange(2, 4)
    for client in [service.client((f"client {n}", f"客户端 {n}")) for n in range(1, count + 1)]:
        said = word(rng)
        service.asks(client, ["printf", said.decode()], ("0", said), "CON-07")
        client.finish()
        service.ends(client, "STR-09")
    service.stops(count)


@RULES.rule(weight=3, misconception="CON-04")
def a_silent_client_holds_up_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns within 0.5 s of stop.set(), also while a client is silent in a header.

    stop.set() 之后 0.5 秒之内返回，哪怕有客户端停在头部中间不出声。
    """
    service = Service.begin(learner, steps)
    anna = service.client(ANNA)
    service.asks(anna, ["printf", "hi"], HI, "STR-11")
    anna.send(request("true")[:2])
    service.stops(1, "CON-04")
