"""11.5 upper_server: many clients, those that reset, and the end of the service."""

import socket
import time
from random import Random

from autograder.deadlines import CALL_S
from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch11.shared import ANNA, BEN, BUFFER, SIZE, word
from autograder.rules.ch11.upper_service import Service
from autograder.text import YOU, Text

__all__ = ["RULES"]

RULES = Rules()

CARL = ("carl", "小卡")
MANY = 8  # clients; old notes say that listen(5) allows five
UNREAD = 300_000  # bytes: more answers than fit where nobody reads them
SILENCE_S = 0.22  # longer than the 0.1 to 0.2 s in which servers look at stop
CHATTER_S = 0.02


@RULES.rule(weight=2, condition="many clients", misconception="TCP-02")
def one_after_the_other(learner: Learner, steps: Steps, rng: Random) -> None:
    """Clients that have connected meanwhile are served in their turn, however many.

    其间连接上来的客户端依次得到服务，有多少个都一样。
    """
    service = Service.begin(learner, steps)
    clients = [service.client((f"client {n}", f"客户端 {n}")) for n in range(1, MANY + 1)]
    for client in clients:
        del steps.story[1:]
        service.answers(client, word(rng, 3).encode(), "TCP-02")
        client.finish()
        service.ends(client, "STR-09")


@RULES.rule(weight=3, misconception="STR-29")
def a_reset_ends_one_connection(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client that resets, after whichever byte, ends only its own connection.

    客户端复位连接，不管在第几个字节之后，只结束它自己的连接。
    """
    service = Service.begin(learner, steps)
    for size in range(SIZE):
        del steps.story[1:]
        ben = service.client(BEN)
        service.answers(ben, word(rng, size).encode(), "STR-29")
        ben.reset()
        carl = service.client(CARL)
        service.answers(carl, word(rng, 3).encode(), "STR-29")
        carl.finish()
        service.ends(carl, "STR-29")


@RULES.rule(weight=2, misconception="STR-29")
def a_reset_before_and_while_sending(learner: Learner, steps: Steps, rng: Random) -> None:
    """So does one that resets before it is accepted, or while it is sent its answers.

    在 accept 之前就复位、或者正在给它发响应时复位的客户端也一样。
    """
    lent = steps.tcp.own_listener()
    lent.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)  # its clients inherit it
    steps.tcp.connect(BEN, lent.address).reset()
    service = Service.begin(learner, steps, lent)
    ben = service.client(BEN)
    ben.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)  # and it grows no more
    ben.reading = False
    ben.send(word(rng, UNREAD).encode())
    service.reply.rests()  # it waits for ben to read
    ben.reset()
    service.answers(service.client(CARL), word(rng, 3).encode(), "STR-29")


@RULES.rule(weight=2)
def idle_then_stopped(learner: Learner, steps: Steps, rng: Random) -> None:
    """It serves until stop is set, however long nobody comes, and returns the number accepted.

    多久没有人来都继续服务，直到 stop 被设置；返回 accept 的个数，listener 保持打开。
    """
    service = Service.begin(learner, steps)
    service.silence(SILENCE_S)
    count = rng.randrange(2, 4)
    for _ in range(count):
        anna = service.client(ANNA)
        service.answers(anna, word(rng, 3).encode(), "UDP-22")
        anna.finish()
        service.ends(anna, "STR-09")
    service.stops(count)
    again = learner.call("upper_server", service.lent, service.stop)  # stop is set already
    steps.expect(("clients of the second call", "第二次调用的客户端个数"), got=again, want=0)


@RULES.rule(weight=3, misconception="CON-04")
def a_silent_client_holds_up_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client may be silent for long and is still served; stop ends it even so.

    客户端可以很久不说话，之后仍然得到服务；它不说话时，stop 也能让函数返回。
    """
    service = Service.begin(learner, steps)
    anna = service.client(ANNA)
    service.answers(anna, word(rng, 3).encode(), "UDP-22")
    service.silence(SILENCE_S)
    service.answers(anna, word(rng, 3).encode(), "UDP-22")
    service.stops(1, "CON-04")


@RULES.rule(weight=1, misconception="UDP-16")
def a_talking_client_holds_up_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns within 0.5 s of stop.set() even if a client goes on sending.

    即使有客户端一直在发送，stop.set() 之后 0.5 秒之内也返回。
    """
    service = Service.begin(learner, steps)
    anna = service.client(ANNA)
    service.answers(anna, b"a", "STR-01")
    every = f"{CHATTER_S * 1000:g} ms"
    steps.tell(anna.name, f"again every {every}", f"每 {every} 再发一次")
    steps.tell(YOU, "stop.set()", "stop.set()")
    service.stop.set()
    rows, end = len(steps.story), time.monotonic() + CALL_S
    while not service.reply.ended and time.monotonic() < end:
        anna.send(b"a")
        anna.hear(time.monotonic() + CHATTER_S)
        del steps.story[rows:]
    if not service.reply.ended:
        steps.tell(YOU, "still serving", "还在服务")
        steps.fail(
            ("a return", "函数返回"),
            got=Text(f"still serving after {CALL_S:g} s", f"{CALL_S:g} s 后还在服务"),
            want=Text("soon after stop.set()", "stop.set() 之后不久"),
            because="UDP-16",
            late=True,
        )
    service.reply.result()
