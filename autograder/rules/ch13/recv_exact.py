"""13.1 recv_exact: exactly n bytes, and none beyond them."""

from random import Random
from types import NoneType

from autograder.exercise import Rules
from autograder.network import Learner, Lent, Reply, Steps
from autograder.rules.common import (
    AS_TEXT,
    PATIENT_S,
    PEER,
    begins,
    holds_more,
    payload,
    spins_at_the_end,
    waits_for_more,
)
from autograder.rules.frames import CUTS, ENDS, LARGE, RESETS, reading
from autograder.rules.patience import gives_up_once
from autograder.text import Mistakes, Text, describe

__all__ = ["RULES"]
RULES = Rules()

SIZE = 7  # bytes, which the network cuts
CAME = ("the first argument of EOFError", "EOFError 的第一个参数")
ENDED: Mistakes = {spins_at_the_end: "STR-09", (bytes, NoneType): "STR-24"}


@RULES.rule(weight=2)
def exactly_n_bytes(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns the n bytes that came, whatever they are; sock stays open.

    返回到达的 n 个字节，不管是什么内容；sock 保持打开。
    """
    lent, peer = steps.tcp.connection(PEER)
    for data in (payload(rng, SIZE), b"\xff\xfe\r\n \0" + rng.randbytes(3)):
        reply = learner.start("recv_exact", lent, len(data))
        peer.send(data)
        reply.returns(data, because=({waits_for_more: "STR-24"}, AS_TEXT))
        reply.left_open(lent)


@RULES.rule(weight=4, faults=CUTS)
def however_it_is_cut(learner: Learner, steps: Steps, rng: Random) -> None:
    """However the stream was cut, it returns exactly n bytes, with or without a timeout.

    不管字节流在哪里被切开，都恰好返回 n 个字节；sock 设没设超时都一样。
    """
    for timeout in (None, PATIENT_S):
        steps.anew()
        data = payload(rng, SIZE)
        *_, reply = reading(learner, steps, "recv_exact", data, SIZE, timeout=timeout)
        reply.returns(data, because={begins(data): "STR-07"})


@RULES.rule(weight=3, faults=("", "split 3"))
def no_byte_beyond_them(learner: Learner, steps: Steps, rng: Random) -> None:
    """What comes together is left for the next call, to the byte.

    一起到达的，多出来的字节原样留给下一次调用。
    """
    first, second = payload(rng, 4), payload(rng, 3)
    lent, _, reply = reading(learner, steps, "recv_exact", first + second, len(first))
    reply.returns(first, because={holds_more(first): "STR-08"})
    eaten = {waits_for_more: "STR-08"}
    learner.start("recv_exact", lent, len(second)).returns(second, because=eaten)


@RULES.rule(weight=2)
def a_mebibyte_comes_whole(learner: Learner, steps: Steps, rng: Random) -> None:
    """1 MiB is returned whole, in whatever pieces it comes.

    1 MiB 也完整返回，不管分成几段到达。
    """
    data = rng.randbytes(LARGE)
    *_, reply = reading(learner, steps, "recv_exact", data, LARGE)
    reply.returns(data, because={begins(data): "STR-07"})


@RULES.rule(weight=2)
def zero_bytes_at_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """n = 0 returns b"" at once: on a silent sock, and before bytes that have come.

    n = 0 时立即返回 b""：对端没有动静时如此，已有字节到达时也如此，而且不动它们。
    """
    for timeout in (None, PATIENT_S):
        steps.anew()
        lent, peer = steps.tcp.connection(PEER, timeout=timeout)
        learner.start("recv_exact", lent, 0).returns(b"")
        data = payload(rng, 3)
        peer.send(data)
        for size, want in ((0, b""), (3, data)):
            learner.start("recv_exact", lent, size).returns(want)


@RULES.rule(weight=3, faults=ENDS)
def the_peer_finishes_first(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the peer finishes first, after whichever byte: EOFError with the bytes that did come.

    对端提前结束，不管在第几个字节之后：抛出 EOFError，第一个参数是已经收到的字节。
    """
    data = payload(rng, SIZE)
    lent, peer, reply = reading(learner, steps, "recv_exact", data, SIZE)
    peer.finish()
    if peer.delivered != data:
        _ends(steps, reply, peer.delivered)
    else:
        reply.returns(data, because=ENDED)
        _ends(steps, learner.start("recv_exact", lent, SIZE), b"")


def _ends(steps: Steps, reply: Reply, came: bytes) -> None:
    """Expect EOFError with the bytes that came."""
    error = reply.raises(EOFError, because=ENDED)
    if not error.args:
        none = Text("none: EOFError has no arguments", "没有：EOFError 不带参数")
        steps.fail(CAME, got=none, want=describe(came))
    steps.expect(CAME, got=error.args[0], want=came)


@RULES.rule(weight=2, faults=RESETS)
def a_reset_passes_on(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the connection is reset, after whichever byte, ConnectionResetError passes on.

    连接被复位，不管在第几个字节之后：ConnectionResetError 原样抛出。
    """
    data = payload(rng, SIZE)
    _, peer, reply = reading(learner, steps, "recv_exact", data, SIZE)
    if peer.was_reset:
        reply.raises(ConnectionResetError, because={(bytes, NoneType, EOFError): "STR-28"})
    else:
        reply.returns(data)


@RULES.rule(weight=2)
def a_timeout_passes_on(learner: Learner, steps: Steps, rng: Random) -> None:
    """If sock has a timeout and the rest does not come, its first TimeoutError passes on.

    sock 设了超时，而剩下的字节一直不来：第一次 TimeoutError 就原样抛出。
    """
    data, given = payload(rng, 3), list[Lent]()

    def start(timeout: float) -> Reply:
        lent, _, reply = reading(learner, steps, "recv_exact", data, SIZE, timeout=timeout)
        given[:] = [lent]
        return reply

    def ends(reply: Reply, _: float) -> None:
        reply.raises(TimeoutError, because={(bytes, NoneType, EOFError): "STR-13"})
        reply.left_open(*given)

    gives_up_once(steps, start, ends)
