"""04.4 request: ask, wait, ask again."""

import time
from functools import partial
from operator import eq
from random import Random

from autograder.deadlines import CALL_S
from autograder.exercise import Rules
from autograder.network import LARGEST, RETURNED, Learner, Reply, Steps, Talker, spaced
from autograder.rules.ch04.shared import SHORT_S, storm, stripped
from autograder.rules.common import PATIENT_S, PEER, REQUEST, begins, word
from autograder.text import NOTHING, STRANGER, YOU, Failed, Hang, Mistakes, Text, such

__all__ = ["RULES"]
RULES = Rules()

MANY = 15  # tries, where a busy machine must not use them up before we answer
AGAIN = ("the request, once more", "再发一次的请求")
BY_DEFAULT = ("copies, where tries is not given", "没有给出 tries 时发出的份数")
COPIES = ("copies of the payload", "发出的份数")
GAVE_UP: Mistakes = {TimeoutError: "UDP-03", Hang: "UDP-04"}
FROM_ELSEWHERE = Text("it comes from another port", "这一份来自另一个端口")
BUSY = Text("waits for a CPU", "在等 CPU")


def _answered(learner: Learner, peer: Talker, answer: bytes) -> Reply:
    """Call request, answer it and expect the answer."""
    reply = learner.start("request", peer.address, b"?", PATIENT_S)
    peer.send(answer, peer.receive(REQUEST).source)
    empty: Mistakes = {} if answer else {(Hang, Exception, type(None)): "UDP-11"}
    reply.returns(answer, because={**empty, begins(answer): "UDP-06"})
    return reply


def _one_copy(steps: Steps, peer: Talker) -> None:
    """Fail if more copies of the payload have arrived than the one that was received."""
    steps.expect(COPIES, got=1 + len(peer.drain()), want=1, because=NOTHING)


@RULES.rule(weight=2)
def answered_at_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """The payload goes out once, and the answer is returned.

    载荷只发一次，返回收到的响应。
    """
    peer = steps.udp(PEER)
    payload, answer = b"\xff" + rng.randbytes(3), b"\xfe \n" + rng.randbytes(2) + b" \n"
    reply = learner.start("request", peer.address, payload, PATIENT_S)
    asked = peer.expect(payload, REQUEST)
    reply.rests()
    _one_copy(steps, peer)
    peer.send(answer, asked.source)
    reply.returns(answer, because={stripped(answer): "STR-41"})
    _one_copy(steps, peer)


@RULES.rule(weight=4, condition="lost", misconception="UDP-04", faults="lose 1,2")
def asks_until_answered(learner: Learner, steps: Steps, rng: Random) -> None:
    """What is lost is sent again until an answer comes.

    丢了就重发，直到收到响应为止。
    """
    peer = steps.udp(PEER)
    payload, answer = rng.randbytes(4), rng.randbytes(5)
    reply = learner.start("request", peer.address, payload, SHORT_S, MANY)
    peer.send(answer, peer.expect(payload, AGAIN, GAVE_UP).source)
    reply.returns(answer)


@RULES.rule(weight=2, condition="delayed", misconception="UDP-04")
def a_late_answer_counts(learner: Learner, steps: Steps, rng: Random) -> None:
    """An answer to the first copy that comes after the second copy left is an answer.

    第二份发出之后才到的、对第一份的响应，也算响应。
    """
    peer = steps.udp(PEER)
    answer = rng.randbytes(5)
    reply = learner.start("request", peer.address, rng.randbytes(4), SHORT_S, MANY)
    first = peer.receive(REQUEST)
    moved = peer.receive(AGAIN, GAVE_UP).source != first.source
    if moved:
        steps.tell(YOU, *FROM_ELSEWHERE)
    peer.send(answer, first.source, "late")
    reply.returns(answer, because={TimeoutError: "UDP-25" if moved else "UDP-04"})


@RULES.rule(weight=4, condition="silence")
def gives_up_after_tries(learner: Learner, steps: Steps, rng: Random) -> None:
    """Silence: exactly tries copies, timeout apart, then TimeoutError.

    一直没有响应：正好发 tries 份，间隔不少于 timeout，然后抛出 TimeoutError。
    """
    peer = steps.udp(PEER)
    timeout, tries = 0.08, 2  # long enough that a busy machine hides no missing wait
    began = time.time()
    reply = learner.start("request", peer.address, rng.randbytes(4), timeout, tries)
    ended = reply.wait(CALL_S / 2)
    copies = peer.drain()  # now, so that the story tells them before the exception
    if ended:
        steps.expect(COPIES, got=len(copies), want=tries, because=NOTHING)
    spaced(steps, copies, began, timeout, because=NOTHING)
    reply.raises(TimeoutError, within=CALL_S / 2, because=({Hang: "UDP-04"}, "UDP-04"))
    reply.took(timeout * tries, NOTHING)
    steps.anew()
    reply = learner.start("request", peer.address, rng.randbytes(4), 0.01)
    reply.raises(TimeoutError)
    steps.expect(BY_DEFAULT, got=len(peer.drain()), want=4)
    steps.anew()
    reply = learner.start("request", peer.address, rng.randbytes(4), tries=1)
    reply.raises(TimeoutError)
    reply.took(0.2, NOTHING)


@RULES.rule(weight=12, condition="stranger", misconception="UDP-05")
def strangers_are_ignored(learner: Learner, steps: Steps, rng: Random) -> None:
    """A datagram from any other host or port is not the answer.

    来自其他主机或其他端口的数据报不是响应。
    """
    peer = steps.udp(PEER)
    elsewhere = (("127.0.0.1", 0, "UDP-05"), ("127.0.0.2", peer.address[1], "PRT-04"))
    for host, port, because in elsewhere:
        stranger = steps.udp(STRANGER, host, port)
        answer, forged = rng.randbytes(5), rng.randbytes(6)
        reply = learner.start("request", peer.address, rng.randbytes(4), PATIENT_S)
        asked = peer.receive(REQUEST)
        reply.rests()
        peer.drain()  # whoever sends all copies at once hears of that elsewhere
        stranger.send(forged, asked.source, "forged")
        reply.rests()
        _one_copy(steps, peer)
        if not reply.ended:
            peer.send(answer, asked.source)
        reply.returns(answer, because={partial(eq, forged): because, object: None})


@RULES.rule(weight=12, condition="stranger", misconception="UDP-19")
def strangers_do_not_buy_time(learner: Learner, steps: Steps, rng: Random) -> None:
    """A stranger that keeps sending neither lengthens nor shortens the wait.

    陌生人一直发送，等待既不延长，也不缩短。
    """
    peer, stranger = steps.udp(PEER), steps.udp(STRANGER)
    timeout = 0.22  # longer than the default, which programs write down themselves
    reply = learner.start("request", peer.address, rng.randbytes(4), timeout, 1)
    asked = peer.receive(REQUEST)
    reply.rests()
    disturb = stranger.chatter(b"!", asked.source)
    try:
        cites = ({such(bytes, len): "UDP-05", type(None): None}, "UDP-19")
        reply.raises_despite(disturb, TimeoutError, within=timeout * 4, because=cites)
    except Failed:
        if not reply.ended:
            steps.tell(YOU, "still waiting", "还在等")
        raise
    reply.took(timeout, NOTHING, f"timeout={timeout}, tries=1")
    steps.anew()
    _time_is_up_at_a_stranger(learner, steps, rng)


def _time_is_up_at_a_stranger(learner: Learner, steps: Steps, rng: Random) -> None:
    """Let a stranger's datagram come just before the time is up, and be read just after it."""
    peer, stranger = steps.udp(PEER), steps.udp(STRANGER)
    timeout = 0.1
    reply = learner.start("request", peer.address, rng.randbytes(4), timeout, 1)
    asked = peer.receive(REQUEST)
    reply.rests()
    with steps.process.halted():
        steps.tell(YOU, *BUSY)
        stranger.send(b"!", asked.source, "forged")
        reply.wait(2 * timeout)
    reply.raises(TimeoutError, because=NOTHING)


@RULES.rule(weight=3, condition="empty", misconception="UDP-11")
def an_empty_answer_counts(learner: Learner, steps: Steps, rng: Random) -> None:
    """An empty answer is an answer.

    空响应也是响应。
    """
    _answered(learner, steps.udp(PEER), b"")


@RULES.rule(weight=3, condition="maximal", misconception="UDP-06")
def a_large_answer_comes_whole(learner: Learner, steps: Steps, rng: Random) -> None:
    """An answer of 65,507 bytes comes back whole.

    65507 个字节的响应也完整返回。
    """
    _answered(learner, steps.udp(PEER), word(rng, LARGEST).encode())


@RULES.rule(
    weight=2,
    condition="duplicated",
    misconception="UDP-07",
    faults="duplicate reply 1",
)
def an_old_answer_stays_old(learner: Learner, steps: Steps, rng: Random) -> None:
    """A second copy of an answer does not become the answer to the next request.

    响应的第二份副本，不会成为下一次请求的响应。
    """
    peer = steps.udp(PEER)
    for number in (b"1 ", b"2 "):
        answer = number + rng.randbytes(3).hex().encode()
        reply = learner.start("request", peer.address, rng.randbytes(4), PATIENT_S)
        peer.send(answer, peer.receive(REQUEST).source)
        old = {such(bytes, lambda got: got[:2] == b"1 "): "UDP-07"}
        reply.returns(answer, because=old)
        peer.drain()


@RULES.rule(weight=2, condition="unreachable")
def a_dead_port_ends(learner: Learner, steps: Steps, rng: Random) -> None:
    """Where nobody listens it ends with ConnectionRefusedError or TimeoutError.

    没有程序监听时，以 ConnectionRefusedError 或 TimeoutError 结束。
    """
    peer = steps.udp(PEER)
    peer.close()
    reply = learner.start("request", peer.address, rng.randbytes(4), 0.03, 2)
    hidden = {Hang: "UDP-04", bytes: "MUX-02"}
    reply.raises(ConnectionRefusedError, TimeoutError, because=hidden)


@RULES.rule(weight=2, misconception="STR-34")
def its_socket_is_closed(learner: Learner, steps: Steps, rng: Random) -> None:
    """The socket that it makes is closed, whether it returns or raises.

    它自己创建的套接字总会关闭，不管是返回还是抛出异常。
    """
    peer = steps.udp(PEER)
    with steps.premise():
        reply = _answered(learner, peer, rng.randbytes(5))
    reply.closed_its_sockets()
    peer.close()
    reply = learner.start("request", peer.address, rng.randbytes(4), 0.03, 1)
    with steps.premise():
        reply.raises(ConnectionRefusedError, TimeoutError)
    reply.closed_its_sockets()


@RULES.rule(weight=4, condition="storm", misconception="UDP-04", faults=storm)
def whatever_the_network_does(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whatever is lost, doubled, delayed or forged: each request gets its own answer.

    不管丢包、重复、延迟还是伪造，每个请求都得到自己的响应。
    """
    peer = steps.udp(PEER)
    for number in (b"1 ", b"2 "):
        answer = number + rng.randbytes(3).hex().encode()
        reply = learner.start("request", peer.address, b"?" + number, SHORT_S, MANY)
        while (asked := peer.asked(reply)) is not None:
            peer.send(answer, asked.source)
        got = reply.result(because=GAVE_UP)
        steps.expect(
            RETURNED,
            got=got,
            want=answer,
            because={such(bytes, lambda got: got[:2] == b"1 "): "UDP-07", bytes: "UDP-05"},
        )
