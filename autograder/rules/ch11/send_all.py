"""11.2 send_all: the whole of it, however little a send takes."""

import time
from random import Random
from typing import Any

from autograder.deadlines import PATIENCE, WIRE_S
from autograder.exercise import Rules
from autograder.network import Learner, Reply, Steps, Stream
from autograder.rules.ch11.shared import BUFFER, PATIENT_S, PEER, RETURNED, raises, returned
from autograder.rules.common import or_hung
from autograder.text import Because, Text

__all__ = ["RULES"]

RULES = Rules()

LARGE = 1 << 20
MORE_THAN_FITS = 256 << 10  # bytes between two small buffers
IMPATIENT_S = 0.03
QUIET_S = 0.05 * PATIENCE  # without a byte, after the call has ended: then no more comes
BYTES = ("what the peer reads", "对端读到的")
SUM = ("the sum of the numbers", "各个数之和")


def _is_list(steps: Steps, counts: Any, because: Because = None) -> None:
    """Fail unless that is a list of numbers above 0."""
    want = Text("a list of int", "由 int 组成的列表")
    if type(counts) is not list or not all(type(count) is int for count in counts):
        steps.fail(RETURNED, got=_shown(counts), want=want, because=because)
    if not all(count > 0 for count in counts):
        want = Text("every number above 0", "每个数都大于 0")
        steps.fail(RETURNED, got=Text("a 0 among them", "其中有 0"), want=want)


def _sent(
    learner: Learner, steps: Steps, lent: Any, peer: Stream, data: bytes, because: Because
) -> None:
    """Call send_all where one send takes everything, and expect just that."""
    reply = learner.start("send_all", lent, data)
    counts = reply.result(because=because)
    _is_list(steps, counts, because)
    steps.expect(SUM, got=sum(counts), want=len(data), because=because)
    came = peer.read(len(data), BYTES, because) + _more(peer)
    steps.expect(BYTES, got=came, want=data, because="STR-04")
    reply.left_open(lent, "STR-43")


def _more(peer: Stream) -> bytes:
    """Return what has come beyond what was read."""
    peer.hear(time.monotonic())
    return bytes(peer.received)


def _all_that_comes(steps: Steps, peer: Stream, reply: Reply, size: int) -> bytes:
    """Return what the peer reads until it has so much, or the call has ended and no more comes.

    It is told in one row: in what pieces it came differs from run to run.
    """
    began, end = len(steps.story), time.monotonic() + 2 * WIRE_S
    peer.reading = True
    while not (reply.ended or peer.was_reset) and time.monotonic() < end:
        peer.hear(end)
    end = time.monotonic() + (QUIET_S if len(peer.received) < size else 0)
    while time.monotonic() < end and not peer.was_reset:
        before = len(peer.received)
        peer.hear(end)
        if len(peer.received) > before:
            end = time.monotonic() + QUIET_S
    del steps.story[began:]
    steps.tell(peer.name, "reads all that comes", "读完到达的所有字节")
    return bytes(peer.received)


def _pushed(got: Any) -> str | None:
    """Return what an exception means where the peer is only slow."""
    if isinstance(got, ConnectionError):
        return "STR-32"
    return "STR-38" if isinstance(got, TimeoutError) else None


def _passes_on(steps: Steps, reply: Reply, kind: type[OSError], because: str) -> None:
    """Expect an error of send to come out."""

    def shown(value: Any) -> Any:  # how many sends there were differs from run to run
        return Text("a list", "一个列表") if isinstance(value, list) else value

    raises(steps, reply, kind, or_hung(reply, because, "MUX-02"), shown)


def _shown(value: Any) -> Any:
    """Return what to say of a value; what numbers are in it differs from run to run."""
    if isinstance(value, list) and len(value) > 1:
        return Text("a list of several", "有多项的列表")
    if isinstance(value, list) and value:
        return Text("a list of one", "只有一项的列表")
    return value


@RULES.rule(weight=2)
def small_goes_out_whole(learner: Learner, steps: Steps, rng: Random) -> None:
    """The bytes go out in order, and the numbers add up to len(data); sock stays open.

    字节按顺序发出，返回的各个数加起来是 len(data)；sock 保持打开。
    """
    lent, peer = steps.tcp.connection(PEER)
    _sent(learner, steps, lent, peer, b"\xff\n " + rng.randbytes(5), None)
    peer.received.clear()
    _sent(learner, steps, lent, peer, rng.randbytes(3), "STR-43")


@RULES.rule(weight=1, misconception="STR-18")
def nothing_to_send(learner: Learner, steps: Steps, rng: Random) -> None:
    """b"" gives [], and nothing is sent.

    b"" 返回 []，什么都不发。
    """
    lent, peer = steps.tcp.connection(PEER)
    reply = learner.start("send_all", lent, b"")
    steps.expect(RETURNED, got=reply.result(because="STR-18"), want=[])
    steps.expect(BYTES, got=_more(peer), want=b"")


@RULES.rule(weight=4, misconception="STR-02")
def short_sends_are_continued(learner: Learner, steps: Steps, rng: Random) -> None:
    """Where a send takes less than it was given, the next one goes on where it stopped.

    一次 send 拿走的比给它的少，下一次就从它停下的地方接着发。
    """
    lent, peer = steps.tcp.connection(PEER, timeout=PATIENT_S, buffer=BUFFER)
    data = rng.randbytes(LARGE)
    peer.reading = False
    reply = learner.start("send_all", lent, data)
    reply.rests()  # both buffers are full, so that send was short
    came = _all_that_comes(steps, peer, reply, LARGE)
    counts = reply.value(_pushed)
    returned(steps, _shown(counts))
    _is_list(steps, counts)
    if sum(counts) != LARGE:
        less = Text("less than that", "没有那么多")
        got = less if sum(counts) < LARGE else Text("more than that", "比那还多")
        because = "STR-02" if len(counts) == 1 else "STR-04"
        steps.fail(SUM, got=got, want=LARGE, because=because)
    if came != data:
        want = Text("the bytes of data, in order", "data 的字节，按顺序")
        steps.fail(BYTES, got=Text("other bytes", "别的字节"), want=want, because="STR-04")
    if len(counts) == 1:
        want = Text("several sends, as the buffers are small", "几次 send，因为缓冲区很小")
        steps.fail(RETURNED, got=_shown(counts), want=want, because="STR-03")


@RULES.rule(weight=2)
def a_reset_passes_on(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the peer resets the connection meanwhile, the ConnectionError of send passes on.

    发送途中对端复位了连接：send 的 ConnectionError 原样抛出。
    """
    lent, peer = steps.tcp.connection(PEER, timeout=PATIENT_S, buffer=BUFFER)
    peer.reading = False
    reply = learner.start("send_all", lent, rng.randbytes(MORE_THAN_FITS))
    reply.rests()
    peer.reset()
    _passes_on(steps, reply, ConnectionError, "STR-31")


@RULES.rule(weight=1)
def a_closed_peer_is_told(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the peer has closed before, the ConnectionError of a later send passes on.

    对端早已关闭：后面某一次 send 的 ConnectionError 原样抛出。
    """
    lent, peer = steps.tcp.connection(PEER, timeout=PATIENT_S, buffer=BUFFER)
    steps.tell(peer.name, "close()", "close()")
    peer.close()
    reply = learner.start("send_all", lent, rng.randbytes(MORE_THAN_FITS))
    _passes_on(steps, reply, ConnectionError, "STR-31")


@RULES.rule(weight=2)
def a_timeout_passes_on(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the peer reads nothing, the TimeoutError of send passes on.

    对端一直不读：send 的 TimeoutError 原样抛出。
    """
    lent, peer = steps.tcp.connection(PEER, timeout=IMPATIENT_S, buffer=BUFFER)
    peer.reading = False
    steps.tell(peer.name, "reads nothing", "什么也不读")
    reply = learner.start("send_all", lent, rng.randbytes(MORE_THAN_FITS))
    _passes_on(steps, reply, TimeoutError, "MUX-02")
