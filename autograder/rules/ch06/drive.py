"""06.5 drive: a clock and a socket for any machine. The machines here are ours (`puppets`)."""

from collections.abc import Callable
from random import Random
from typing import Any

from autograder.deadlines import CALL_S
from autograder.exercise import Rules
from autograder.network import LARGEST, Learner, Steps, Talker, spaced
from autograder.rules.ch06.puppets import AtOnce, Endless, Puppet
from autograder.rules.ch06.shared import TOLD, recorder, tried_again
from autograder.rules.common import PATIENT_S, PEER, payload
from autograder.text import NOTHING, STRANGER, YOU, Because, Hang, Mistakes, Text, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {}

AGAIN = ("what on_timeout() gives", "on_timeout() 给出的包")
ANSWER = ("what feed() gives", "feed() 给出的包")
FED = ("what feed() was given", "交给 feed() 的内容")
SENDS_AFTER = ("packets sent after the last progress", "最后一次进展之后发出的包数")
RESENDS = ("calls of on_timeout()", "on_timeout() 的调用次数")


class _Drive:
    """A call of drive, with a machine of ours that has sent its first packet.

    Attributes:
        peer, sock, reply: the machine's peer, what drive was given, the end of the call.
        began: when the first packet came.
    """

    def __init__(
        self,
        learner: Learner,
        steps: Steps,
        machine: Puppet,
        *args: Any,
        unsent: str = "TFT-12",
        **kwargs: Any,
    ) -> None:
        """Arguments are those of drive, behind the machine; unsent is cited where the machine's
        first packet is not sent."""
        self.peer, self.sock = steps.udp(PEER), steps.own_socket()
        machine.peer = self.peer.address
        self.reply = learner.start("drive", self.sock, steps.puppet(machine), *args, **kwargs)
        first = ("what start() gives", "start() 给出的包")
        self.began = self.peer.expect(b"begin", first, unsent).time

    def answers(self, packet: bytes, *want: bytes, because: Because = None) -> None:
        """Let the peer send a packet, and expect these next."""
        self.peer.send(packet, self.sock.address)
        for each in want:
            self.peer.expect(each, ANSWER, because)


@RULES.rule(weight=4)
def runs_until_done(learner: Learner, steps: Steps, rng: Random) -> None:
    """Each packet is fed and each reply sent, also the last, until the machine is done.

    收到的包都交给 machine，它给出的包全部发出，最后一个也不例外，直到它完成。
    """
    machine = Puppet(ends_at=2)
    drive = _Drive(learner, steps, machine, PATIENT_S, 3)
    first, last = payload(rng, 3), payload(rng, 3)

    def left(got: Any) -> str | None:
        return "TFT-23" if isinstance(got, Text) and drive.reply.ended else None

    drive.answers(first, b"got 1", because={Hang: "TFT-12"})
    drive.answers(last, b"got 2", because=left)
    drive.peer.expect(b"bye", ANSWER, NOTHING)
    want = [(packet, drive.peer.address) for packet in (first, last)]
    steps.expect(FED, got=machine.fed, want=want)
    drive.reply.returns(None)
    steps.expect(RESENDS, got=machine.resends, want=0)
    drive.reply.left_open(drive.sock)
    _ends_at_once(learner, steps, AtOnce(), PATIENT_S, {Hang: "UDP-04"})


@RULES.rule(weight=2, condition="refused", misconception="TFT-05")
def ends_in_error(learner: Learner, steps: Steps, rng: Random) -> None:
    """When the machine is in error, drive sends its last replies and returns.

    machine.error 一旦出现，drive 发完它最后给出的包就返回。
    """
    drive = _Drive(learner, steps, Puppet(fails_at=1), PATIENT_S, 3)
    drive.answers(payload(rng, 3), b"got 1", b"bye", because=NOTHING)
    drive.reply.returns(None, because={(Hang, TimeoutError): "TFT-05"})
    # One call that hangs is enough: here whoever waits raises.
    _ends_at_once(learner, steps, AtOnce(fails_at=1), 0.3, {TimeoutError: "TFT-05"})


def _ends_at_once(
    learner: Learner, steps: Steps, machine: AtOnce, timeout: float, because: Because
) -> None:
    """Expect that drive waits for nothing where the machine does not, either."""
    steps.anew()
    drive = _Drive(learner, steps, machine, timeout, 1, unsent="TFT-23")
    name = "error" if machine.error else "done"
    steps.tell(YOU, f"machine.{name} is true", f"machine.{name} 为真")
    drive.reply.returns(None, because=because)


@RULES.rule(weight=1, condition="maximal", misconception="UDP-06")
def datagrams_of_any_size(learner: Learner, steps: Steps, rng: Random) -> None:
    """Every datagram is fed whole, an empty one and one of 65,507 bytes, too.

    每个数据报都完整地交给 machine，空的和 65507 字节的也不例外。
    """
    packets = [b"", rng.randbytes(2000), bytes(LARGEST), b"x"]
    machine = Puppet(ends_at=len(packets))
    drive = _Drive(learner, steps, machine, PATIENT_S, 3)
    for count, packet in enumerate(packets, 1):
        because = "UDP-06" if packet else "UDP-11"
        drive.answers(packet, b"got %d" % count, because=because)
        steps.expect(FED, got=machine.fed[-1], want=(packet, drive.peer.address), because=because)
    drive.reply.result()


@RULES.rule(weight=4, condition="silence", misconception="TFT-03")
def gives_up_after_tries(learner: Learner, steps: Steps, rng: Random) -> None:
    """Silence: on_timeout() is sent tries − 1 times, timeout apart, then TimeoutError.

    一直没有动静：on_timeout() 给出的包发 tries − 1 次，间隔不少于 timeout，然后抛出 TimeoutError。
    """
    timeout = 0.03
    for tries in (3, 1):
        machine = Puppet()
        drive = _Drive(learner, steps, machine, timeout, tries)
        ended = drive.reply.wait(CALL_S / 2)
        copies = drive.peer.drain()  # now, so that the story tells them before the exception
        if ended:
            never = {such(int, lambda got: got == 0): "TFT-03", int: None}
            steps.expect(RESENDS, got=machine.resends, want=tries - 1, because=never)
            sent = [copy.data for copy in copies]
            steps.expect(AGAIN, got=sent, want=[b"again"] * (tries - 1))
        what = ("the time between two sends", "两次发送之间的间隔")
        spaced(steps, copies, drive.began, timeout, first=1, what=what)
        drive.reply.raises(TimeoutError, within=CALL_S / 2, because={Hang: "TFT-03"})
        drive.reply.took(timeout * tries)
    _gives_up_after_progress(learner, steps)


def _gives_up_after_progress(learner: Learner, steps: Steps) -> None:
    """Let the machine move once, and then nothing: all the tries are there again."""
    steps.anew()
    timeout, tries = 0.06, 3
    drive = _Drive(learner, steps, Puppet(), timeout, tries)
    drive.peer.send(b"ok", drive.sock.address)
    while drive.peer.receive(ANSWER).data == b"again":
        pass  # on a busy machine there may be one
    ended = drive.reply.wait(CALL_S / 2)
    copies = drive.peer.drain()
    if ended:
        steps.expect(SENDS_AFTER, got=len(copies), want=tries - 1)
    drive.reply.raises(TimeoutError, within=CALL_S / 2)


def _gets_more(stranger: Talker, steps: Steps) -> Callable[[Any], bool]:
    """Return the sign that a stranger got what was the peer's. (How often differs.)"""

    def sign(_: Any) -> bool:
        with steps.untold():
            return bool(stranger.drain())

    return sign


@RULES.rule(weight=2, condition="stranger", misconception="TFT-01")
def everybody_gets_their_own(learner: Learner, steps: Steps, rng: Random) -> None:
    """Every reply goes to its own address; after silence leaves what on_timeout() gives.

    每个响应发给它自己的地址；没有动静时，发的是 on_timeout() 给出的包。
    """
    stranger, machine = steps.udp(STRANGER), Puppet(ends_at=1)
    drive = _Drive(learner, steps, machine, 0.03, tries=60)
    stranger.send(b"?", drive.sock.address, "forged")
    stranger.expect(b"who?", ANSWER)
    drive.peer.expect(b"again", AGAIN, {_gets_more(stranger, steps): "TFT-01"})
    for came in stranger.drain():
        want = Text("nothing", "没有")
        steps.fail(("more for the stranger", "又发给陌生人的包"), got=came.data, want=want)
    drive.peer.drain()
    drive.answers(b"end")
    drive.reply.result()
    steps.expect(FED, got=machine.fed[-1], want=(b"end", drive.peer.address))


@RULES.rule(weight=4, condition="lost", misconception="TFT-03")
@tried_again()
def progress_starts_the_count_again(learner: Learner, steps: Steps, rng: Random) -> None:
    """After progress the count of tries and the clock begin anew.

    有了进展，tries 的计数和计时都重新开始。
    """
    timeout, tries = 0.035, 3
    machine = Puppet(ends_at=tries)
    drive = _Drive(learner, steps, machine, timeout, tries)
    what = ("the time from progress to the next send", "从有进展到再次发送的时间")
    for count in range(1, tries + 1):
        again = drive.peer.expect(b"again", AGAIN, {bytes: None, TimeoutError: "TFT-03"})
        spaced(steps, [again], machine.moved, timeout, first=1, what=what, because="UDP-04")
        # in between two beats of a clock that nobody has set anew
        steps.timers.after(timeout / 2, lambda: drive.answers(b"ok"))
        while (came := drive.peer.receive(ANSWER)).data == b"again":
            pass  # on a busy machine there may be one more
        steps.expect(ANSWER, got=came.data, want=b"got %d" % count, because=NOTHING)
    drive.reply.result()


@RULES.rule(weight=2, condition="stranger")
def noise_causes_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """A packet that brings no progress causes nothing to be sent but what feed() gives for it.

    没有带来进展的包，除了 feed() 为它给出的包，不引起任何发送。
    """
    drive = _Drive(learner, steps, Puppet(ends_at=1), PATIENT_S, 2)
    for _ in range(3):
        drive.answers(b"noise")
    drive.answers(b"ok", b"got 1", because={such(bytes, lambda got: got == b"again"): "TFT-16"})
    drive.reply.result()


@RULES.rule(weight=4, condition="stranger", misconception="UDP-19")
def chatter_does_not_count(learner: Learner, steps: Steps, rng: Random) -> None:
    """Packets that bring no progress do not lengthen the wait.

    没有带来进展的包，不会延长等待。
    """
    stranger, machine = steps.udp(STRANGER), Endless()
    timeout, tries = 0.05, 2
    drive = _Drive(learner, steps, machine, timeout, tries)
    disturb = stranger.chatter(b"!", drive.sock.address)
    drive.reply.raises_despite(disturb, TimeoutError, within=timeout * tries * 4)
    often = {such(int, lambda got: got > 2 * tries): "TFT-16", int: None}
    steps.expect(RESENDS, got=machine.resends, want=tries - 1, because=often)
    drive.reply.took(timeout * tries, NOTHING)


@RULES.rule(weight=3)
def tells_of_progress(learner: Learner, steps: Steps, rng: Random) -> None:
    """on_progress is called once whenever progress has changed, with its new value.

    progress 每次改变，就用新的值调用一次 on_progress。
    """
    told, on_progress = recorder()
    drive = _Drive(learner, steps, Puppet(ends_at=5, step=2), PATIENT_S, 3, on_progress)
    for progress in (2, 6):
        drive.answers(b"noise")
        drive.answers(b"ok", b"got %d" % progress, because=NOTHING)
        if progress == 2:
            drive.answers(b"hush")  # progress, and no reply: so ends many a machine
    drive.reply.result()
    steps.expect(TOLD, got=told, want=[(2,), (4,), (6,)])
