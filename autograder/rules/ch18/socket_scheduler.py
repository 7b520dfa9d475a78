"""18.4 SocketScheduler: who waits for a socket says so, and nobody waits for anybody else."""

from collections.abc import Callable
from random import Random
from typing import Any

from autograder.deadlines import STOP_S
from autograder.exercise import Rules
from autograder.network import Learner, Steps, Stream
from autograder.rules.ch18.shared import TOLD, Clock, Trial
from autograder.rules.ch18.sleepers import busy_and_asleep, orders, zero_and_early
from autograder.rules.common import ANNA, BEN, payload
from autograder.text import YOU, Because, Text, such

__all__ = ["RULES"]
RULES = Rules()

ROOM, LARGE = 4_096, 400_000  # bytes that fit on the way; bytes that do not
SILENCE_S = 0.1
ROUNDS = 3  # in which a socket that is ready must have been looked at


class _Sockets(Clock):
    """A clock whose waits note what they were asked for, and in which bytes come."""

    def __init__(
        self, steps: Steps, peer: Stream, data: bytes, when: Callable[[Any], bool]
    ) -> None:
        """The first reader's peer sends data in the wait of which when(seconds) says so. It is one
        of a pair of Unix sockets: on a busy machine, too, what it has sent has come."""
        super().__init__(steps)
        self._peer, self._data, self._when = peer, data, when
        self.asked = list[tuple[int, Any]]()

    def wait(self, reads: Any, writes: Any, seconds: Any) -> tuple[list[int], list[int]]:
        """Note how many sockets it is asked for, and how long."""
        if len(self.asked) < ROUNDS * 10:
            self.asked.append((len(reads), seconds))
        if reads and self._when(seconds):
            self._peer.send(self._data)
            return [0], []
        return super().wait([], [], seconds)


def _for_ever(seconds: Any) -> bool:
    return seconds is None


def _always(seconds: Any) -> bool:
    return True


@RULES.rule(weight=2)
def who_is_ready_goes_on(learner: Learner, steps: Steps, rng: Random) -> None:
    """Tasks read in the order in which bytes come, and in silence the program sleeps.

    字节先到谁那里，谁就先读；没有动静时，程序在睡眠中等待。
    """
    (one, anna), (two, ben) = steps.tcp.connection(ANNA), steps.tcp.connection(BEN)
    trial = Trial(learner, steps, "SocketScheduler")
    trial.spawn("a", "listener_task", one, 3)
    trial.spawn("b", "listener_task", two, 3)
    both, first, second = payload(rng), payload(rng), payload(rng)
    for peer in (anna, ben):
        peer.send(both)  # so both are ready at the first look
    reply = trial.start()
    trial.comes(reply, 2)
    trial.told.sort()
    ben.send(first)
    trial.comes(reply, 3)
    anna.send(second)
    trial.comes(reply, 4)
    trial.expect(("a", both), ("b", both), ("b", first), ("a", second))
    reply.wait(SILENCE_S)
    if reply.standing().spins:
        steps.fail(
            ("while nothing happens", "没有动静时"),
            got=Text("it goes round and round", "一圈圈空转"),
            want=Text("it waits in one call of wait", "在一次 wait 调用里等待"),
            late=True,
        )
    ben.send(second)
    anna.send(first)
    reply.value(within=STOP_S)
    want = sorted([("b", second), ("a", first), ("a", "end"), ("b", "end")], key=str)
    steps.expect(TOLD, got=sorted(trial.told[4:], key=str), want=want)


@RULES.rule(weight=1)
def readers_and_sleepers(learner: Learner, steps: Steps, rng: Random) -> None:
    """A sleeper does not wait for a socket, and a reader does not wait for a sleeper.

    睡觉的任务不等套接字，读套接字的任务不等睡觉的任务。
    """
    data = payload(rng)
    for silent in (True, False):
        steps.anew()
        lent, anna = steps.pair(ANNA)
        when = _for_ever if silent else _always
        clock = _Sockets(steps, anna, data, when)
        trial = Trial(learner, steps, "SocketScheduler", clock)
        trial.spawn("zoe", "sleeper", [2.0])
        trial.spawn("reader", "listener_task", lent, 1)
        trial.run()
        slept: list[tuple[Any, ...]] = [("zoe", 2.0, 2.0), ("zoe", "end", 2.0)]
        at = 2.0 if silent else 0.0
        read: list[tuple[Any, ...]] = [("reader", data, at), ("reader", "end", at)]
        trial.expect(*(slept + read if silent else read + slept))


@RULES.rule(weight=1)
def waits_as_long_as_needed(learner: Learner, steps: Steps, rng: Random) -> None:
    """Sockets are waited for 0 s while somebody is ready, else until the next sleeper is due, or
    None.

    有任务就绪时，等套接字的时间是 0；否则等到下一个睡觉的任务到点；没有任务在睡，就是 None。
    """
    lent, anna = steps.pair(ANNA)
    data = payload(rng)
    clock = _Sockets(steps, anna, data, _for_ever)
    trial = Trial(learner, steps, "SocketScheduler", clock)
    trial.spawn("reader", "listener_task", lent, 1)
    trial.spawn("anna", "speaker", 3)
    trial.spawn("zoe", "sleeper", [5.0])
    trial.run()
    asked = [seconds for reads, seconds in clock.asked if reads]
    said = ", ".join(map(str, asked))
    steps.tell(YOU, f"wait with a reader: {said}"[:70], f"有人等读时的 wait：{said}"[:70])
    what = ("the seconds of each wait, once 0 is left out", "每次 wait 的秒数（略去 0）")
    steps.expect(what, got=[each for each in asked if each != 0], want=[5.0, None])
    steps.expect(("a wait of 0 s", "等 0 秒的 wait"), got=0 in asked, want=True, because="COR-15")


@RULES.rule(weight=2)
def a_busy_task_hides_no_socket(learner: Learner, steps: Steps, rng: Random) -> None:
    """Sockets are looked at once a round, however busy another task is.

    别的任务再忙，每一轮也要看一次套接字。
    """
    lent, anna = steps.tcp.connection(ANNA)
    data = payload(rng)
    anna.send(data)
    trial = Trial(learner, steps, "SocketScheduler")
    trial.spawn("reader", "listener_task", lent, 1)
    trial.spawn("busy", "speaker", 50)
    with steps.untold():
        trial.run()
    turns = trial.told.index(("reader", data)) if ("reader", data) in trial.told else 50
    steps.tell(YOU, f"busy had {turns} turns before reader", f"busy 运行了 {turns} 次，reader 才读")
    what = ("turns of busy before the bytes are read", "读到字节之前 busy 运行的次数")
    if turns > ROUNDS:
        at_most = Text(f"at most {ROUNDS}", f"至多 {ROUNDS} 次")
        shown: Because = lambda _: "COR-15" if turns >= 50 else None  # noqa: E731
        steps.fail(what, got=turns, want=at_most, because=shown)


@RULES.rule(weight=2)
def writers_wait_for_room(learner: Learner, steps: Steps, rng: Random) -> None:
    """A task that writes waits for room; one socket may be read and written by two tasks.

    写的任务等到有空间再写；同一个套接字可以由两个任务分别读和写。
    """
    lent, anna = steps.tcp.connection(ANNA, buffer=ROOM)
    data, said = rng.randbytes(LARGE), payload(rng)
    trial = Trial(learner, steps, "SocketScheduler")
    with steps.untold():
        trial.spawn("writer", "writer_task", lent, data)
    steps.tell(YOU, f'spawn("writer", …): {LARGE} B', f'spawn("writer", …)：{LARGE} 字节')
    trial.spawn("reader", "listener_task", lent, 1)
    reply = trial.start()
    anna.reading = False
    anna.send(said)
    trial.comes(reply, 1)
    came = anna.read_on(LARGE)
    anna.expect_whole(data, ("what the writer sends", "写的任务发送的内容"), came)
    reply.value(within=STOP_S)
    trial.expect(("reader", said), ("reader", "end"), ("writer", "sent"))


@RULES.rule(weight=1)
def sleepers_as_before(learner: Learner, steps: Steps, rng: Random) -> None:
    """Tasks that sleep are woken as in exercise 3.

    睡觉的任务和习题 3 一样被叫醒。
    """
    for story in (orders, busy_and_asleep, zero_and_early):
        steps.anew()
        story(learner, steps, "SocketScheduler")


@RULES.rule(weight=2)
def stop_closes_what_is_left(learner: Learner, steps: Steps, rng: Random) -> None:
    """After stop nobody has another turn; all that are left are closed, and have no result; run
    returns.

    stop 之后谁也不再运行；剩下的任务都被关闭，没有结果；run 返回。
    """
    lent, _ = steps.tcp.connection(ANNA)
    trial, turns = Trial(learner, steps, "SocketScheduler"), rng.randrange(1, 3)
    trial.spawn("zoe", "sleeper", [99.0])
    trial.spawn("reader", "listener_task", lent, 1)
    trial.spawn("idler", "idler")
    trial.spawn("boss", "stopper", trial.made, turns)
    trial.spawn("anna", "speaker", 9)
    trial.run()
    want: list[tuple[Any, ...]] = [("anna", turn) for turn in range(turns)]
    want.append(("boss", "stop"))
    got = [each for each in trial.told if each[1] != "end"]
    steps.expect(("what is told before the end", "结束之前说的话"), got=got, want=want)
    closed = sorted(each[0] for each in trial.told if each[1] == "end")
    less = such(list, lambda got: len(got) < 3)
    what = ("the tasks that were closed", "被关闭的任务")
    steps.expect(what, got=closed, want=["idler", "reader", "zoe"], because={less: "COR-19"})
    trial.has(results={"boss": None}, errors={})
