"""04.6 reply_counter_server: a server that counts for each sender."""

from collections.abc import Callable
from operator import gt, lt
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps, Talker
from autograder.rules.ch04.shared import (
    COUNT,
    answers_to_empty,
    miscounted,
    serve,
    stops_despite_traffic,
)
from autograder.rules.common import AFTER_SILENCE, ANNA, ANSWER, BEN, CARL, begins, mixed, word
from autograder.text import Because, Text, such

__all__ = ["RULES"]
RULES = Rules()

CROWD = Text("a crowd", "一群人")


def _counted(
    client: Talker,
    data: bytes,
    to: tuple[str, int],
    because: Because = None,
    *,
    more: str | None = "UDP-07",
    fewer: str | None = "UDP-07",
) -> None:
    """Send data; expect every copy that arrives back, behind the client's next number. more and
    fewer are cited for a number that is too high, or too low (of a copy, that shows UDP-07)."""

    is_quoted = such(bytes, lambda got: got.endswith(b" " + repr(data).encode()))

    def before_its_own(got: bytes) -> bytes:
        return got.removesuffix(b" " + data) if got.endswith(b" " + data) else b""

    def numbers(right: Callable[[int, int], bool]) -> Callable[[Any], bool]:
        """Return the sign of the client's own bytes behind a number that is so to the right one."""
        own = such(bytes, lambda got: before_its_own(got).isdigit() and len(got) < len(data) + 10)
        return lambda got: own(got) and right(int(before_its_own(got)), number)

    one_character = such(bytes, lambda got: len(before_its_own(got)) == 1)
    cut = such(bytes, lambda got: begins(data)(got.partition(b" ")[2]))
    before = len(client.delivered)
    client.send(data, to)
    for number in range(before + 1, len(client.delivered) + 1):
        beyond_9 = {one_character: "TXT-15"} if number > 9 else {}
        too_low = fewer if number == before + 1 else "UDP-07"
        counted = {is_quoted: "TXT-03", numbers(gt): more, numbers(lt): too_low, cut: "UDP-06"}
        client.expect(b"%d " % number + data, ANSWER, (beyond_9, counted, because))


@RULES.rule(weight=4, condition="duplicated", faults="duplicate 2")
def one_sender_counts_from_one(learner: Learner, steps: Steps, rng: Random) -> None:
    """The answers to one sender carry 1, 2, 3 and so on, and copies count.

    对同一个发送方，响应依次带上 1、2、3……，重复的也计数。
    """
    server = serve(learner, steps, "reply_counter_server")
    anna = steps.udp(ANNA)
    texts = [word(rng, size).encode() for size in (2, 3)]  # who counts by content fails, too
    for place in range(10):  # a number of two digits is decimal, too
        # too low for the same text once more: it was taken for a copy; else it is a slip
        fewer = "UDP-07" if place > 1 else None
        _counted(anna, texts[place % 2], server.address, more=None, fewer=fewer)


@RULES.rule(weight=2, condition="many clients", misconception="UDP-07")
def every_sender_has_its_own(learner: Learner, steps: Steps, rng: Random) -> None:
    """Senders that take turns are counted each for themselves, however many there are.

    轮流发送的各方分别计数，不管有多少个。
    """
    server = serve(learner, steps, "reply_counter_server", "0.0.0.0")
    anna, ben = steps.udp(ANNA), steps.udp(BEN, "127.0.0.2")
    to = ("127.0.0.1", server.address[1])
    for client in (anna, ben, anna, anna, ben):
        _counted(client, word(rng, 2).encode(), to)
    _greets(steps, rng.randrange(9, 13), to)
    _counted(anna, word(rng, 2).encode(), to, fewer=None)


def _greets(steps: Steps, many: int, to: tuple[str, int]) -> None:
    """Let so many others, each on a host of its own, send one datagram and be counted."""
    with steps.untold():
        for host in range(10, 10 + many):
            other = steps.udp(CROWD, f"127.0.0.{host}")
            other.send(b"me, too", to)
            other.expect(b"1 me, too", ANSWER)
    steps.tell(CROWD, f"{many} others ask", f"另外 {many} 个也来问")


@RULES.rule(weight=2, condition="many clients", misconception="PRT-04")
def half_an_address_is_no_sender(learner: Learner, steps: Steps, rng: Random) -> None:
    """One port on two hosts is two senders, and so are two ports on one host.

    两台主机上的同一个端口号是两个发送方，一台主机上的两个端口也是。
    """
    for host in ("127.0.0.2", "127.0.0.1"):
        server = serve(learner, steps, "reply_counter_server", "0.0.0.0")
        anna, carl = steps.udp(ANNA), steps.udp(CARL, "127.0.0.3")
        ben = steps.udp(BEN, host, 0 if host == "127.0.0.1" else anna.address[1])
        to = ("127.0.0.1", server.address[1])
        _counted(carl, word(rng, 2).encode(), to)
        _counted(anna, word(rng, 2).encode(), to)  # who shares nothing with him
        for client in (ben, anna):
            _counted(client, word(rng, 2).encode(), to, more="PRT-04", fewer=None)


@RULES.rule(weight=2, condition="binary", misconception="TXT-03")
def counted_bytes_stay_bytes(learner: Learner, steps: Steps, rng: Random) -> None:
    """Any bytes come back behind the number, also none, also 65,000.

    任何字节都跟在序号后面原样返回，没有字节或 65000 个字节也一样。
    """
    server = serve(learner, steps, "reply_counter_server")
    anna = steps.udp(ANNA)
    cites = ("TXT-03", "UDP-11", "TXT-03", "UDP-06")
    payloads = (b"\xff\0 b'", b"", b"\n", word(rng, 65_000).encode())
    for data, because in zip(payloads, cites, strict=True):
        _counted(anna, data, server.address, because)
    _counted(anna, f"7 {mixed(rng)}".encode(), server.address, "TXT-03")


@RULES.rule(weight=1, condition="quiet")
def stops_and_counts_all(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns the number of all answers within 0.5 s of stop.set(); sock stays open.

    stop.set() 之后 0.5 秒之内返回全部响应的个数；sock 保持打开。
    """
    server = serve(learner, steps, "reply_counter_server")
    anna, ben = steps.udp(ANNA), steps.udp(BEN)
    for client in (anna, ben, anna):
        _answered(client, word(rng, 2), server.address)
    server.silence(0.15)
    _answered(ben, word(rng, 2), server.address, AFTER_SILENCE)
    sent = 4 + answers_to_empty(server, anna)
    server.stops(sent, COUNT, miscounted=miscounted(4))


def _answered(client: Talker, text: str, to: tuple[str, int], because: Because = None) -> None:
    """Send text and wait for an answer: what number it carries, other rules ask."""
    client.send(text.encode(), to)
    client.receive(ANSWER, because)


@RULES.rule(weight=1)
def stops_under_traffic(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns within 0.5 s of stop.set(), and the right count, even if a client goes on sending.

    即使有客户端一直在发送，stop.set() 之后 0.5 秒之内也返回，个数也对。
    """
    server = serve(learner, steps, "reply_counter_server")
    stops_despite_traffic(server, steps, steps.udp(ANNA), b"1 ?")
