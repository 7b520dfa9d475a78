"""06.5 drive: a clock and a socket for any machine. The machines here are ours (`puppets`)."""

from random import Random
from typing import Any

from autograder.deadlines import CALL_S
from autograder.exercise import Rules
from autograder.network import LARGEST, Learner, Reply, Steps, Talker
from autograder.rules.ch06.puppets import Endless, Puppet
from autograder.rules.ch06.shared import STRANGER, ends_all_the_same, pause, tried_again
from autograder.rules.common import chatter, waited, word
from autograder.text import Because, Text

__all__ = ["RULES"]

RULES = Rules()

PEER = ("peer", "对端")
FIRST, AGAIN = (
    ("what start() gives", "start() 给出的包"),
    ("what on_timeout() gives", "on_timeout() 给出的包"),
)
FED = ("what feed() was given", "交给 feed() 的内容")
ANSWER = ("what feed() gives", "feed() 给出的包")
RESENDS = ("calls of on_timeout()", "on_timeout() 的调用次数")
PATIENT_S = 5.0  # a timeout that a busy machine does not reach by itself


def _driven(
    learner: Learner,
    steps: Steps,
    machine: Puppet,
    timeout: float,
    tries: int,
    *on_progress: Any,
) -> Reply:
    """Begin drive over a socket that is ours, and has the machine's first packet arrive."""
    puppet = steps.puppet(machine)
    return learner.start("drive", machine.sock, puppet, timeout, tries, *on_progress)


def _arrives(peer: Talker, steps: Steps, want: bytes, what: Any, because: Because) -> None:
    """Expect this datagram at peer next."""
    came = peer.receive(what, because)
    steps.expect(what, got=came.data, want=want, because=because)


@RULES.rule(weight=4, misconception="TFT-23")
def runs_until_done(learner: Learner, steps: Steps, rng: Random) -> None:
    """Each packet is fed and each reply sent, also the last, until the machine is done.

    收到的包都交给 machine，它给出的包全部发出，最后一个也不例外，直到它完成。
    """
    peer, sock = steps.udp(PEER), steps.own_socket()
    machine = Puppet(sock, peer.address, ends_at=2)
    reply = _driven(learner, steps, machine, PATIENT_S, 3)
    _arrives(peer, steps, b"begin", FIRST, "TFT-12")
    packets = [word(rng, 3).encode() for _ in range(2)]
    for count, packet in enumerate(packets, 1):
        peer.send(packet, sock.address)
        _arrives(peer, steps, b"got %d" % count, ANSWER, "TFT-23" if count == 2 else "TFT-12")
    _arrives(peer, steps, b"bye", ANSWER, "TFT-23")
    want = [(packet, peer.address) for packet in packets]
    steps.expect(FED, got=machine.fed, want=want, because="TFT-16")
    steps.expect(("the return value", "返回值"), got=reply.result(because="TFT-23"), want=None)
    steps.expect(RESENDS, got=machine.resends, want=0, because="TFT-16")
    reply.left_open(sock, "STR-43")


@RULES.rule(weight=2, condition="refused", misconception="TFT-05")
def ends_in_error(learner: Learner, steps: Steps, rng: Random) -> None:
    """When the machine is in error, drive sends its last replies and returns.

    machine.error 一旦出现，drive 发完它最后给出的包就返回。
    """
    peer, sock = steps.udp(PEER), steps.own_socket()
    machine = Puppet(sock, peer.address, fails_at=1)
    reply = _driven(learner, steps, machine, PATIENT_S, 3)
    _arrives(peer, steps, b"begin", FIRST, "TFT-12")
    peer.send(word(rng, 3).encode(), sock.address)
    for last in (b"got 1", b"bye"):
        _arrives(peer, steps, last, ANSWER, "TFT-23")
    steps.expect(("the return value", "返回值"), got=reply.result(because="TFT-05"), want=None)


@RULES.rule(weight=1, condition="maximal", misconception="UDP-06")
def datagrams_of_any_size(learner: Learner, steps: Steps, rng: Random) -> None:
    """Every datagram is fed whole, an empty one and one of 65,507 bytes, too.

    每个数据报都完整地交给 machine，空的和 65507 字节的也不例外。
    """
    peer, sock = steps.udp(PEER), steps.own_socket()
    packets = [b"", rng.randbytes(2000), bytes(LARGEST), b"x"]
    machine = Puppet(sock, peer.address, ends_at=len(packets))
    reply = _driven(learner, steps, machine, PATIENT_S, 3)
    _arrives(peer, steps, b"begin", FIRST, "TFT-12")
    for count, packet in enumerate(packets, 1):
        because = "UDP-06" if packet else "UDP-11"
        peer.send(packet, sock.address)
        _arrives(peer, steps, b"got %d" % count, ANSWER, because)
        steps.expect(FED, got=machine.fed[-1], want=(packet, peer.address), because=because)
    reply.result()


@RULES.rule(weight=4, condition="silence", misconception="TFT-03")
def gives_up_after_tries(learner: Learner, steps: Steps, rng: Random) -> None:
    """Silence: on_timeout() is sent tries − 1 times, timeout apart, then TimeoutError.

    一直没有动静：on_timeout() 给出的包发 tries − 1 次，间隔不少于 timeout，然后抛出 TimeoutError。
    """
    timeout = 0.03
    for tries in (3, 1):
        peer, sock = steps.udp(PEER), steps.own_socket()
        machine = Puppet(sock, peer.address)
        reply = _driven(learner, steps, machine, timeout, tries)
        began = peer.receive(FIRST, "TFT-12").time
        pause(steps, reply, CALL_S / 2)
        copies = peer.drain()
        if reply.ended:
            steps.expect(RESENDS, got=machine.resends, want=tries - 1)
            sent = [copy.data for copy in copies]
            steps.expect(AGAIN, got=sent, want=[b"again"] * (tries - 1))
        # A stamp can be late, never early: so each copy is measured from the beginning.
        if any(copy.time - began < timeout * 0.95 * n for n, copy in enumerate(copies, 1)):
            steps.fail(
                ("the time between two sends", "两次发送之间的间隔"),
                got=Text("less than that", "没有那么久"),
                want=Text(f"at least {timeout:g} s", f"至少 {timeout:g} s"),
            )
        reply.raises(TimeoutError, within=CALL_S / 2)
        waited(steps, reply, timeout * tries, "TFT-03")


@RULES.rule(weight=2, condition="stranger", misconception="TFT-01")
def everybody_gets_their_own(learner: Learner, steps: Steps, rng: Random) -> None:
    """Every reply goes to its own address; after silence leaves what on_timeout() gives.

    每个回复发给它自己的地址；没有动静时，发的是 on_timeout() 给出的包。
    """
    peer, stranger, sock = steps.udp(PEER), steps.udp(STRANGER), steps.own_socket()
    machine = Puppet(sock, peer.address, ends_at=1)
    reply = learner.start("drive", sock, steps.puppet(machine), 0.03, tries=60)
    _arrives(peer, steps, b"begin", FIRST, "TFT-12")
    stranger.send(b"?", sock.address, "forged")
    _arrives(stranger, steps, b"who?", ANSWER, _gave_up_or("TFT-01"))
    _arrives(peer, steps, b"again", AGAIN, _gave_up_or("TFT-01"))
    for came in stranger.drain():
        steps.fail(
            ("more for the stranger", "又发给陌生人的包"),
            got=came.data,
            want=Text("nothing", "没有"),
        )
    peer.drain()
    peer.send(b"end", sock.address)
    reply.result()
    steps.expect(FED, got=machine.fed[-1], want=(b"end", peer.address))


@RULES.rule(weight=4, condition="lost", misconception="TFT-03")
@tried_again()
def progress_starts_the_count_again(learner: Learner, steps: Steps, rng: Random) -> None:
    """After progress the count of tries and the clock begin anew.

    有了进展，tries 的计数和计时都重新开始。
    """
    peer, sock = steps.udp(PEER), steps.own_socket()
    timeout, tries = 0.035, 3
    machine = Puppet(sock, peer.address, ends_at=tries)
    reply = _driven(learner, steps, machine, timeout, tries)
    _arrives(peer, steps, b"begin", FIRST, "TFT-12")
    moved = 0.0
    for count in range(1, tries + 1):
        again = peer.receive(AGAIN, "TFT-03")
        steps.expect(AGAIN, got=again.data, want=b"again")
        if again.time - moved < timeout * 0.95:
            steps.fail(
                ("the time from progress to the next send", "从有进展到再次发送的时间"),
                got=Text("less than that", "没有那么久"),
                want=Text(f"at least {timeout:g} s", f"至少 {timeout:g} s"),
                because="UDP-04",
            )
        # in between two beats of a clock that nobody has set anew
        steps.timers.after(timeout / 2, lambda: peer.send(b"ok", sock.address))
        while (came := peer.receive(ANSWER, "TFT-03")).data == b"again":
            pass  # on a busy machine there may be one more
        steps.expect(ANSWER, got=came.data, want=b"got %d" % count)
        moved = machine.moved
    reply.result(because="TFT-03")


def _gave_up_or(because: str) -> Because:
    """Return because, unless the call has ended in vain, or nothing is sent any more."""
    return lambda got: "TFT-03" if isinstance(got, TimeoutError) else because


@RULES.rule(weight=2, condition="stranger", misconception="TFT-16")
def noise_causes_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """A packet that brings no progress causes nothing to be sent but what feed() gives for it.

    没有带来进展的包，除了 feed() 为它给出的包，不引起任何发送。
    """
    peer, sock = steps.udp(PEER), steps.own_socket()
    machine = Puppet(sock, peer.address, ends_at=1)
    reply = _driven(learner, steps, machine, PATIENT_S, 2)
    _arrives(peer, steps, b"begin", FIRST, "TFT-12")
    for _ in range(3):
        peer.send(b"noise", sock.address)
    peer.send(b"ok", sock.address)
    _arrives(peer, steps, b"got 1", ANSWER, "TFT-16")
    reply.result()


@RULES.rule(weight=4, condition="stranger", misconception="UDP-19")
def chatter_does_not_count(learner: Learner, steps: Steps, rng: Random) -> None:
    """Packets that bring no progress do not lengthen the wait.

    没有带来进展的包，不会延长等待。
    """
    peer, stranger, sock = steps.udp(PEER), steps.udp(STRANGER), steps.own_socket()
    machine = Endless(sock, peer.address)
    timeout, tries = 0.05, 2
    reply = _driven(learner, steps, machine, timeout, tries)
    _arrives(peer, steps, b"begin", FIRST, "TFT-12")
    disturb = chatter(steps, stranger, b"!", sock.address)
    want = Text("TimeoutError raised", "抛出 TimeoutError")
    ends_all_the_same(steps, reply, disturb, timeout * tries * 4, want)
    reply.raises(TimeoutError, because="TFT-03")
    steps.expect(RESENDS, got=machine.resends, want=tries - 1, because="TFT-03")
    waited(steps, reply, timeout * tries, "UDP-04")


@RULES.rule(weight=3, misconception="TFT-02")
def tells_of_progress(learner: Learner, steps: Steps, rng: Random) -> None:
    """on_progress is called once whenever progress has changed, with its new value.

    progress 每次改变，就用新的值调用一次 on_progress。
    """
    peer, sock = steps.udp(PEER), steps.own_socket()
    machine = Puppet(sock, peer.address, ends_at=5, step=2)
    told: list[Any] = []

    def on_progress(*values: Any) -> None:
        told.append(values)

    reply = _driven(learner, steps, machine, PATIENT_S, 3, on_progress)
    _arrives(peer, steps, b"begin", FIRST, "TFT-12")
    for progress in (2, 4, 6):
        for packet in (b"noise", b"ok"):
            peer.send(packet, sock.address)
        _arrives(peer, steps, b"got %d" % progress, ANSWER, "TFT-12")
    reply.result()
    steps.expect(
        ("calls of on_progress", "on_progress 的各次调用"), got=told, want=[(2,), (4,), (6,)]
    )
