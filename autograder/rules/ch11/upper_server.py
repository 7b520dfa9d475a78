"""11.5 upper_server: what becomes of a client's bytes. Its other rules are in `upper_clients`."""

import socket
import time
from random import Random

from autograder.deadlines import WIRE_S
from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch11.shared import ANNA, CUTS, ENDS, IN_CHARACTERS, arrived, han, word
from autograder.rules.ch11.upper_service import ANSWER, Service
from autograder.text import Text

__all__ = ["RULES"]

RULES = Rules()

LONG = 1_500  # lines: more than programs read at once
LARGE, ROOM = 3_000_000, 65_536  # bytes; so many fit into a buffer on the way
PAUSE_S = 0.22  # longer than the 0.1 to 0.2 s in which servers look at stop


@RULES.rule(weight=3)
def answers_at_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """What a client sends comes back in capitals as soon as it comes, again and again.

    客户端发来什么，就马上转成大写发回，发几次回几次。
    """
    service = Service.begin(learner, steps)
    anna = service.client(ANNA)
    service.answers(anna, word(rng).encode(), "STR-11")
    service.reply.rests()  # who has had enough of her has closed by now
    for _ in range(2):
        service.answers(anna, word(rng).encode(), "STR-01")
    anna.finish()
    service.ends(anna, "STR-09")


@RULES.rule(weight=2, misconception="STR-01", faults=CUTS)
def however_it_is_cut(learner: Learner, steps: Steps, rng: Random) -> None:
    """However the network cuts or merges the stream, every byte is answered, in order.

    不管网络怎样切开或合并字节流，每个字节都按顺序得到响应。
    """
    service = Service.begin(learner, steps)
    anna = service.client(ANNA)
    for _ in range(2):
        service.answers(anna, word(rng).encode(), "STR-01")


@RULES.rule(weight=2, misconception="STR-26")
def more_than_one_read(learner: Learner, steps: Steps, rng: Random) -> None:
    """However much a client sends at once, all of it is answered.

    客户端一次发来再多，也全部得到响应。
    """
    service = Service.begin(learner, steps)
    anna = service.client(ANNA)
    service.answers(anna, f"{word(rng)}\n".encode() * LONG, "STR-26")
    anna.finish()
    service.ends(anna, "STR-09")


@RULES.rule(weight=2, condition="non-ascii", faults=("", *IN_CHARACTERS))
def chinese_stays_as_it_is(learner: Learner, steps: Steps, rng: Random) -> None:
    """Chinese in UTF-8 comes back unchanged, also cut inside a character.

    UTF-8 的中文原样发回，切在一个字符中间也一样。
    """
    service = Service.begin(learner, steps)
    service.answers(service.client(ANNA), han(rng).encode(), "TXT-02")


@RULES.rule(weight=2, condition="binary", misconception="TXT-13")
def only_a_to_z_change(learner: Learner, steps: Steps, rng: Random) -> None:
    """Only the bytes a-z change: not the ß of straße, nor any byte beyond ASCII.

    只有字节 a-z 会变：straße 里的 ß 不变，ASCII 以外的字节都不变。
    """
    service = Service.begin(learner, steps)
    anna = service.client(ANNA)
    service.answers(anna, "straße".encode(), "TXT-13")
    service.answers(anna, bytes(range(256)), "TXT-13")


@RULES.rule(weight=2, misconception="STR-27", faults=("", *ENDS))
def half_close_gets_all_answers(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client that finishes sending, after whichever byte, still gets all its answers,
    then the end.

    客户端发完就半关闭，不管在第几个字节之后，仍然得到全部响应，然后连接关闭。
    """
    lent = steps.tcp.own_listener()
    anna = steps.tcp.connect(ANNA, lent.address)
    anna.send(word(rng).encode())
    anna.finish()
    service = Service.begin(learner, steps, lent)  # all of it has come before accept
    service.gives(anna, arrived(steps).upper(), "STR-27")
    service.ends(anna, "STR-09")


@RULES.rule(weight=3, misconception="STR-38")
def slow_readers_get_everything(learner: Learner, steps: Steps, rng: Random) -> None:
    """Sending may take as long as the client needs to read: no answer is lost.

    客户端读得多慢，发送就可以花多久：响应一个字节也不丢。
    """
    lent = steps.tcp.own_listener()
    lent.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ROOM)  # its clients inherit it
    service, data = Service.begin(learner, steps, lent), rng.randbytes(LARGE)
    anna, began = service.client(ANNA), len(steps.story)
    anna.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, ROOM)  # and it grows no more
    anna.reading = False

    def read_on() -> None:
        anna.reading = True

    steps.timers.after(PAUSE_S, read_on)
    anna.send(data)
    anna.finish()
    end = time.monotonic() + WIRE_S
    while not (anna.ended or anna.was_reset) and time.monotonic() < end:
        before = len(anna.received)
        anna.hear(end)
        if len(anna.received) > before:
            end = time.monotonic() + WIRE_S
    del steps.story[began:]  # in what pieces it came differs from run to run
    steps.tell(anna.name, f"sends {LARGE} B, reads later", f"发 {LARGE} B，过一会儿才读")
    if anna.received == data.upper():
        return
    service.lives("STR-38")
    less = len(anna.received) < LARGE
    got = Text("less than that", "没有那么多") if less else Text("other bytes", "别的字节")
    want = Text(f"all {LARGE} bytes, in capitals", f"全部 {LARGE} 个字节，转成大写")
    steps.fail(ANSWER, got=got, want=want, because="STR-38")
