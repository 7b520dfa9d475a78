"""11.2 send_all: the whole of it, however little a send takes."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import RETURNED, Learner, Reply, Steps
from autograder.rules.ch11.shared import BUFFER
from autograder.rules.common import PATIENT_S, PEER
from autograder.rules.patience import gives_up_once
from autograder.text import Because, Hang, Mistakes, Proof, Text

__all__ = ["RULES"]
RULES = Rules()

LARGE = 1 << 20
LEAST = 1  # byte: the kernel makes the smallest buffer of it that it knows (socket(7))
MORE_THAN_FITS = 256 << 10  # bytes between two small buffers
BYTES = ("what the peer reads", "对端读到的")
SUM = ("the sum of the numbers", "各个数之和")
PUSHED = {ConnectionError: "STR-32", TimeoutError: "STR-38"}  # where the peer is only slow


def _is_list(steps: Steps, counts: Any, because: Because = None) -> None:
    """Fail unless that is a list of numbers above 0."""
    if type(counts) is not list or not all(type(count) is int for count in counts):
        want = Text("a list of int", "由 int 组成的列表")
        steps.fail(RETURNED, got=_shown(counts), want=want, because=because)
    if not all(count > 0 for count in counts):
        want = Text("every number above 0", "每个数都大于 0")
        steps.fail(RETURNED, got=Text("a 0 among them", "其中有 0"), want=want)


def _passes_on(reply: Reply, kind: type[OSError], because: str) -> None:
    """Expect an error of send to come out."""

    def shown(value: Any) -> Any:  # how many sends there were differs from run to run
        return Text("a list", "一个列表") if isinstance(value, list) else value

    reply.raises(kind, because=({Hang: "MUX-02"}, because), shown=shown)


def _shown(value: Any) -> Any:
    """Return what to say of a value; what numbers are in it differs from run to run."""
    if not isinstance(value, list) or not value:
        return value
    several = Text("a list of several", "一个列表（多项）")
    return several if len(value) > 1 else Text("a list of one", "一个列表（一项）")


@RULES.rule(weight=2)
def small_goes_out_whole(learner: Learner, steps: Steps, rng: Random) -> None:
    """The bytes go out in order, and the numbers add up to len(data); sock stays open.

    字节按顺序发出，返回的各个数加起来是 len(data)；sock 保持打开。
    """
    lent, peer = steps.tcp.connection(PEER)
    ended: Mistakes = {BrokenPipeError: "STR-43"}  # by the call before
    for data, because in ((b"\xff\n " + rng.randbytes(5), None), (rng.randbytes(3), ended)):
        reply = learner.start("send_all", lent, data)
        counts = reply.result(because=because)
        _is_list(steps, counts, because)
        steps.expect(SUM, got=sum(counts), want=len(data), because=because)
        came = peer.read(len(data), BYTES, because) + peer.unread()
        steps.expect(BYTES, got=came, want=data, because="STR-04")
        reply.left_open(lent)


@RULES.rule(weight=1, misconception="STR-18")
def nothing_to_send(learner: Learner, steps: Steps, rng: Random) -> None:
    """b"" gives [], and nothing is sent.

    b"" 返回 []，什么都不发。
    """
    lent, peer = steps.tcp.connection(PEER)
    learner.start("send_all", lent, b"").returns([], because="STR-18")
    steps.expect(BYTES, got=peer.unread(), want=b"")


@RULES.rule(weight=4, misconception="STR-02")
def short_sends_are_continued(learner: Learner, steps: Steps, rng: Random) -> None:
    """Where a send takes less than it was given, the next one goes on where it stopped.

    一次 send 收下的比给它的少，下一次就从它停下的地方接着发。
    """
    for buffer, size in ((BUFFER, LARGE), (LEAST, MORE_THAN_FITS)):
        steps.anew()
        _is_continued(learner, steps, rng.randbytes(size), buffer)


def _is_continued(learner: Learner, steps: Steps, data: bytes, buffer: int) -> None:
    lent, peer = steps.tcp.connection(PEER, timeout=PATIENT_S, buffer=buffer)
    peer.reading = False
    reply = learner.start("send_all", lent, data)
    reply.rests()  # both buffers are full, so that send was short
    came = peer.read_on(len(data))
    counts = reply.result(because=PUSHED, shown=_shown)
    _is_list(steps, counts)
    if sum(counts) != len(data):
        less = Text("less than that", "比这少")
        got = less if sum(counts) < len(data) else Text("more than that", "比那还多")
        id = Proof("STR-02" if len(counts) == 1 else "STR-04")
        steps.fail(SUM, got=got, want=len(data), because=id)
    peer.expect_whole(data, BYTES, came, Proof("STR-04"))
    if len(counts) == 1:
        want = Text("several sends, as the buffers are small", "几次 send，因为缓冲区很小")
        steps.fail(RETURNED, got=_shown(counts), want=want, because=Proof("STR-03"))


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
    _passes_on(reply, ConnectionError, "STR-31")


@RULES.rule(weight=1)
def a_closed_peer_is_told(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the peer has closed before, the ConnectionError of a later send passes on.

    对端早已关闭：后面某一次 send 的 ConnectionError 原样抛出。
    """
    lent, peer = steps.tcp.connection(PEER, timeout=PATIENT_S, buffer=BUFFER)
    steps.tell(peer.name, "close()", "close()")
    peer.close()
    reply = learner.start("send_all", lent, rng.randbytes(MORE_THAN_FITS))
    _passes_on(reply, ConnectionError, "STR-31")


@RULES.rule(weight=2)
def a_timeout_passes_on(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the peer reads nothing, the first TimeoutError of send passes on.

    对端一直不读：send 的第一次 TimeoutError 就原样抛出。
    """
    data = rng.randbytes(MORE_THAN_FITS)

    def start(timeout: float) -> Reply:
        lent, peer = steps.tcp.connection(PEER, timeout=timeout, buffer=BUFFER)
        peer.reading = False
        steps.tell(peer.name, "reads nothing", "什么也不读")
        return learner.start("send_all", lent, data)

    gives_up_once(steps, start, lambda reply, _: _passes_on(reply, TimeoutError, "MUX-02"))
