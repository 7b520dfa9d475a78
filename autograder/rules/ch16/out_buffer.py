"""16.4 OutBuffer: the bytes that a peer has still to get."""

from random import Random
from typing import Any

from autograder.clock import CLOCK
from autograder.deadlines import WIRE_S
from autograder.exercise import Rules
from autograder.network import Learner, Lent, Object, Steps, Stream
from autograder.rules.ch16.shared import NEVER_WAITS
from autograder.rules.common import ANNA, BEN, payload
from autograder.rules.echo import SMALL
from autograder.text import YOU, Proof, Text, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES = NEVER_WAITS
EMPTIED, LEFT = ("what flush returns", "flush 的返回值"), ("bytes pending", "还没发出的字节数")
WIRE = ("bytes on the wire", "线上的字节")
FITS = 20_000  # bytes
PIECES = (1, 70_000, 2, 60_000, 33_333, 70_000, 66_664)  # bytes: 300,000


def _is_true(got: Any) -> bool:
    return got is True


@RULES.rule(weight=1)
def push_sends_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """push only keeps bytes; an empty buffer has nothing left; each object has its own bytes.

    push 只是存下字节；空的缓冲区没有剩余；每个对象有自己的字节。
    """
    lent, anna = steps.tcp.connection(ANNA)
    buffer = learner.object("OutBuffer")
    buffer.start("pending").returns(0, LEFT)
    buffer.start("flush", lent).returns(True, EMPTIED)
    data = payload(rng, 5)
    for piece, size in ((data[:2], 2), (b"", 2), (data[2:], 5)):
        buffer.start("push", piece).value()
        buffer.start("pending").returns(size, LEFT)
    steps.expect(WIRE, got=anna.unread(), want=b"")
    other = learner.object("OutBuffer")
    other.start("pending").returns(0, LEFT, Proof("CON-10"))
    buffer.start("flush", lent).returns(True, EMPTIED)
    anna.expect(data)
    buffer.start("pending").returns(0, LEFT)


def _filled(
    learner: Learner, steps: Steps, data: bytes, timeout: float | None
) -> tuple[Object, Lent, Stream]:
    """Return a buffer that owes data, in pieces, to somebody who does not read."""
    lent, anna = steps.tcp.connection(ANNA, timeout=timeout, buffer=SMALL)
    anna.reading = False
    buffer, at = learner.object("OutBuffer"), 0
    steps.tell(YOU, f"push: {len(data)} B, in pieces", f"push：分几次共 {len(data)} B")
    with steps.untold():
        for size in PIECES:
            buffer.start("push", data[at : at + size]).value()
            at += size
    return buffer, lent, anna


@RULES.rule(weight=2)
def as_much_as_fits(learner: Learner, steps: Steps, rng: Random) -> None:
    """flush hands over what fits, keeps the rest, and says whether nothing is left.

    flush 交出装得下的部分，留下其余的，并返回是否已经全部发完。
    """
    lent, ben = steps.tcp.connection(BEN)
    buffer, data = learner.object("OutBuffer"), rng.randbytes(FITS)
    buffer.call("push", data)
    buffer.start("flush", lent).returns(True, EMPTIED)
    ben.expect_whole(data, WIRE, ben.read_on(FITS))
    steps.anew()
    data = rng.randbytes(sum(PIECES))
    buffer, lent, anna = _filled(learner, steps, data, 0.0)
    for _ in range(2):
        buffer.start("flush", lent).returns(False, EMPTIED, {_is_true: "EPL-13"})
    left = buffer.start("pending").result(shown=_shown)
    _is_rest(steps, anna, data, left)


def _shown(value: Any) -> Any:
    """Sizes of buffers differ from kernel to kernel."""
    return Text("a number", "一个数") if isinstance(value, int) and value else value


def _is_rest(steps: Steps, anna: Stream, data: bytes, left: Any) -> None:
    """Fail unless left bytes are missing of those that anna reads now."""
    if type(left) is not int or not 0 < left < len(data):
        want = Text("fewer than were pushed, and some", "比 push 的少，但不为零")
        steps.fail(
            LEFT,
            got=left,
            want=want,
            because={_is_none_left: "EPL-13", such(int, lambda got: got == len(data)): "STR-04"},
        )
    came = anna.read_on(len(data) - left)
    more = anna.unread()
    if len(came) != len(data) - left or len(more) > len(came):
        want = Text("the bytes that did not come out", "没有发出去的字节数")
        steps.fail(LEFT, got=Text("another number", "另一个数"), want=want, because="EPL-13")
    anna.expect_whole(data[: len(came)], WIRE, came, "STR-04")


def _is_none_left(got: Any) -> bool:
    return bool(got == 0)


def _drains(steps: Steps, buffer: Object, lent: Lent, anna: Stream, data: bytes) -> None:
    """Let anna read, and flush, until nothing is left."""
    anna.reading = True
    end = CLOCK.limit(2 * WIRE_S)
    steps.tell(anna.name, "reads, and flush again and again", "一边读，一边反复 flush")
    with steps.untold():
        while buffer.start("flush", lent).value() is not True:
            anna.unread()
            if CLOCK.passed(end) or len(anna.received) > len(data):
                break
        came = anna.read_on(len(data))
    cited = "STR-04" if len(came) >= len(data) else "EPL-13"
    anna.expect_whole(data, WIRE, came, cited)


@RULES.rule(weight=2)
def every_byte_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """While the peer reads on, flush hands over every byte once, in order.

    对端接着读，反复 flush，每个字节都恰好发出一次，顺序不变。
    """
    data = rng.randbytes(sum(PIECES))
    buffer, lent, anna = _filled(learner, steps, data, 0.0)
    _drains(steps, buffer, lent, anna, data)
    buffer.start("pending").returns(0, LEFT)


@RULES.rule(weight=1)
def never_waits(learner: Learner, steps: Steps, rng: Random) -> None:
    """flush never waits, not even if sock is blocking.

    flush 从不等待，sock 是阻塞的也一样。
    """
    data = rng.randbytes(sum(PIECES))
    buffer, lent, _ = _filled(learner, steps, data, None)
    for _ in range(2):
        buffer.start("flush", lent).returns(False, EMPTIED, {_is_true: "EPL-13"})


@RULES.rule(weight=1, condition="refused")
def errors_pass_on(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the connection is gone, the error passes on (OSError).

    连接已经没有了，错误原样抛出（OSError）。
    """
    lent, anna = steps.tcp.connection(ANNA)
    buffer = learner.object("OutBuffer")
    buffer.start("push", payload(rng, 5)).value()
    anna.reset()
    swallowed = {bool: "MUX-02"}
    error = buffer.start("flush", lent).raises(OSError, because=swallowed)
    if isinstance(error, BlockingIOError):
        steps.fail(EMPTIED, got=error, want=Text("the reset", "连接被复位的错误"))
