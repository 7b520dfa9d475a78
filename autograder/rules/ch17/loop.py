"""17.3 Loop: callbacks for sockets that are ready. The callbacks are the rule's own."""

import errno
from collections.abc import Callable
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Lent, Reply, Steps, Stream
from autograder.rules.common import ANNA, BEN, CARL, payload
from autograder.text import YOU, Because, Failed, Hang, Mistakes, Proof, Text, such

__all__ = ["CLOSED_FIRST", "MISTAKES", "RULES"]
RULES = Rules()

IN, OUT, ERR, HUP = 0x1, 0x4, 0x8, 0x10
BRIEF_S, LONG_S = 0.1, 0.2

CLOSED_FIRST: Mistakes = {
    such(ValueError, lambda got: "descriptor" in str(got)): "EPL-03",
    such(OSError, lambda got: got.errno == errno.EBADF): "EPL-03",
}
"""Where a socket is taken out of an epoll."""

MISTAKES: Mistakes = {**CLOSED_FIRST, (KeyError, IndexError, StopIteration): "EPL-24"}
COUNT = ("what run_once returns: the number of calls", "run_once 的返回值：回调次数")
CALLED = ("who is called back", "回调了谁")
MASKS = ("the masks", "掩码")
THEIR_END = ("the end of the connection", "连接的结束")
_ONCE: Mistakes = {such(list, lambda got: ANNA.en not in got): "EPL-07"}
_UNITS: Mistakes = {such(Hang, lambda got: not got.standing.spins): "MUX-15"}

Then = Callable[[int], object]


class Watch:
    """A Loop of the learner's; who was called back, with which mask, since it was last asked."""

    def __init__(self, learner: Learner, steps: Steps) -> None:
        self.steps, self.loop = steps, learner.object("Loop")
        self.calls: list[tuple[str, int]] = []
        self._failed: Failed | None = None

    def add(self, lent: Lent, name: Text, events: int, then: Then | None = None) -> None:
        """Watch the socket; when it is called back, that is told, and then is done."""
        lent.called = name.en
        self.loop.start("add", lent, events, self._callback(name, then)).returns(None)

    def _callback(self, name: Text, then: Then | None) -> Callable[[int], object]:
        def callback(mask: int) -> object:
            self.calls.append((name.en, mask))
            shown = hex(mask) if isinstance(mask, int) else repr(mask)
            self.steps.tell(YOU, f"calls {name.en} back: {shown}", f"回调{name.zh}：{shown}")
            try:
                return then(mask) if then else None
            except Failed as failure:  # of a call of the loop: told when this round is over
                self._failed = self._failed or failure
            return None

        callback.__name__ = f"{name.en}_s"
        return callback

    def begins(self, *timeout: float | None) -> Reply:
        """Begin a round."""
        self.calls.clear()
        return self.loop.start("run_once", *timeout)

    def value(self, reply: Reply, because: Because = None) -> Any:
        """Return what a round returns. Fails if a call of the loop failed meanwhile."""
        try:
            value = reply.result(because=because)
        except Failed:
            if self._failed is not None:
                raise self._failed from None
            raise
        if self._failed is not None:
            raise self._failed
        return value

    def round(
        self, *want: tuple[Text, int], because: Because = None, timeout: float = BRIEF_S
    ) -> None:
        """Expect a round in which these are called back, with these masks, in any order."""
        got = self.value(self.begins(timeout), (_UNITS, because))
        called = sorted(name for name, _ in self.calls)
        due = sorted(name.en for name, _ in want)
        self.steps.expect(CALLED, got=called, want=due, because=because)
        masks, wanted = dict(self.calls), {name.en: mask for name, mask in want}
        self.steps.expect(MASKS, got=masks, want=wanted, because=because)
        self.steps.expect(COUNT, got=got, want=len(want), because=because)


def _pair(steps: Steps, name: Text) -> tuple[Lent, Stream]:
    return steps.pair((name.en, name.zh), name.en)


@RULES.rule(weight=2)
def who_is_ready(learner: Learner, steps: Steps, rng: Random) -> None:
    """Who is ready is called back with its mask, each once in a round, and again in the next as
    long as it is true.

    谁就绪就回调谁，带着它的掩码，每轮一次；只要情况还在，下一轮再回调。
    """
    watch = Watch(learner, steps)
    anna, ben = _pair(steps, ANNA), _pair(steps, BEN)
    watch.add(anna[0], ANNA, IN)
    watch.add(ben[0], BEN, IN)
    anna[1].send(payload(rng, 3))
    watch.round((ANNA, IN))
    watch.round((ANNA, IN), because=_ONCE)  # nobody has read
    ben[1].send(payload(rng, 3))
    watch.round((ANNA, IN), (BEN, IN), because=_ONCE)


@RULES.rule(weight=2, condition="silence")
def nobody_is_ready(learner: Learner, steps: Steps, rng: Random) -> None:
    """Where nothing happens it waits its timeout, in seconds, and returns 0; 0 looks once, None
    waits until something happens.

    没有事情发生，就等满 timeout 秒，返回 0；0 只看一眼；None 一直等到有事情发生。
    """
    watch = Watch(learner, steps)
    lent, anna = _pair(steps, ANNA)
    watch.add(lent, ANNA, IN)
    reply = watch.begins(BRIEF_S)
    watch.value(reply, _UNITS)
    steps.expect(COUNT, got=steps.returned, want=0)
    reply.took(BRIEF_S, "MUX-15")
    watch.round(timeout=0)
    for timeout in ((None,), ()):
        steps.anew()
        watch = Watch(learner, steps)
        lent, anna = _pair(steps, ANNA)
        watch.add(lent, ANNA, IN)
        reply = watch.begins(*timeout)
        reply.rests()
        if reply.ended:
            got = watch.value(reply)
            want = Text("a wait, as timeout is None", "timeout 是 None，应当等待")
            steps.fail(COUNT, got=got, want=want)
        anna.send(payload(rng, 3))
        steps.expect(COUNT, got=watch.value(reply), want=1)
        steps.expect(CALLED, got=[name for name, _ in watch.calls], want=[ANNA.en])


@RULES.rule(weight=2)
def modified(learner: Learner, steps: Steps, rng: Random) -> None:
    """modify changes what a socket is watched for; the callback stays.

    modify 改变监视的事件；回调不变。
    """
    watch = Watch(learner, steps)
    lent, anna = _pair(steps, ANNA)
    watch.add(lent, ANNA, IN)
    for events, mask in ((OUT, OUT), (IN, 0), (IN | OUT, OUT), (0, 0)):
        watch.loop.start("modify", lent, events).returns(None)
        watch.round(*([(ANNA, mask)] if mask else []))
    anna.send(payload(rng, 3))
    watch.round()
    for events in (IN, IN | OUT):
        watch.loop.start("modify", lent, events).returns(None)
        watch.round((ANNA, events), because="EPL-06")


@RULES.rule(weight=2, condition="refused")
def a_reset(learner: Learner, steps: Steps, rng: Random) -> None:
    """An error or a hang-up is told also where nothing was asked for.

    出错或挂断，就算没有要求任何事件也会回调。
    """
    watch = Watch(learner, steps)
    lent, anna = steps.tcp.connection(ANNA)
    watch.add(lent, ANNA, 0)
    watch.round()
    anna.reset()
    value = watch.value(watch.begins(BRIEF_S))
    steps.expect(CALLED, got=[name for name, _ in watch.calls], want=[ANNA.en], because="EPL-06")
    (mask,) = (mask for _, mask in watch.calls)
    if not isinstance(mask, int) or not mask & (ERR | HUP):
        want = Text("with EPOLLERR or EPOLLHUP", "含有 EPOLLERR 或 EPOLLHUP")
        steps.fail(MASKS, got=mask, want=want)
    steps.expect(COUNT, got=value, want=1)


@RULES.rule(weight=2)
def removed(learner: Learner, steps: Steps, rng: Random) -> None:
    """remove closes the socket, and it is watched no more: run_once waits; the others go on.

    remove 关闭套接字，不再监视它：run_once 会等待；其余的照常。
    """
    watch = Watch(learner, steps)
    (lent, anna), (others, ben) = _pair(steps, ANNA), _pair(steps, BEN)
    watch.add(lent, ANNA, IN)
    watch.add(others, BEN, IN)
    anna.send(payload(rng, 3))
    reply = watch.loop.start("remove", lent)
    reply.returns(None)
    if not anna.waits_for_end(BRIEF_S):
        got, want = Text("still open", "仍然打开"), Text("closed", "已经关闭")
        steps.fail(THEIR_END, got=got, want=want, because=Proof("STR-34"))
    reply = watch.begins(LONG_S)
    watch.value(reply, _UNITS)
    steps.expect(CALLED, got=[name for name, _ in watch.calls], want=[], because="EPL-24")
    steps.expect(COUNT, got=steps.returned, want=0)
    reply.took(LONG_S, "MUX-15")
    ben.send(payload(rng, 3))
    watch.round((BEN, IN))


@RULES.rule(weight=3)
def each_removes_the_other(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whoever is removed by another callback of the same round is not called any more.

    同一轮里，被别的回调移除的套接字，不再回调。
    """
    for first, second in ((ANNA, BEN), (CARL, ANNA)):
        steps.anew()
        watch = Watch(learner, steps)
        pairs = {name.en: _pair(steps, name) for name in (first, second)}

        def removes(name: Text, watch: Watch = watch, pairs: Any = pairs) -> Then:
            def then(mask: int) -> None:
                if name.en in pairs:  # the first time
                    watch.loop.start("remove", pairs.pop(name.en)[0]).returns(None)

            return then

        watch.add(pairs[first.en][0], first, IN, removes(second))
        watch.add(pairs[second.en][0], second, IN, removes(first))
        for _, peer in tuple(pairs.values()):
            peer.send(payload(rng, 2))
        value = watch.value(watch.begins(BRIEF_S))
        if len(watch.calls) != 1:
            steps.fail(
                CALLED,
                got=[name for name, _ in watch.calls],
                want=Text("one of the two", "两个里的一个"),
                because=Proof("EPL-24") if len(watch.calls) == 2 else None,
            )
        steps.expect(COUNT, got=value, want=1)
        (name, _), *_ = watch.calls
        watch.round((first if name == first.en else second, IN))


@RULES.rule(weight=3)
def a_newcomer_with_the_number(learner: Learner, steps: Steps, rng: Random) -> None:
    """A socket that is added in the place of one removed, and has got its number, gets none of
    its events; from the next round on it gets its own.

    在被移除者的位置加入、并且得到同一个号码的新套接字，得不到前者的事件；从下一轮起，
    得到自己的事件。
    """
    for first, second in ((ANNA, BEN), (BEN, ANNA)):
        steps.anew()
        watch = Watch(learner, steps)
        pairs = {name.en: _pair(steps, name) for name in (first, second)}
        newcomers: list[Stream] = []

        def replaces(
            name: Text, watch: Watch = watch, pairs: Any = pairs, newcomers: Any = newcomers
        ) -> Then:
            def then(mask: int) -> None:
                if newcomers:
                    return
                watch.loop.start("remove", pairs[name.en][0]).returns(None)
                lent, peer = _pair(steps, CARL)
                newcomers.append(peer)
                watch.add(lent, CARL, IN)

            return then

        watch.add(pairs[first.en][0], first, IN, replaces(second))
        watch.add(pairs[second.en][0], second, IN, replaces(first))
        for _, peer in pairs.values():
            peer.send(payload(rng, 2))
        value = watch.value(watch.begins(BRIEF_S))
        names = [name for name, _ in watch.calls]
        if CARL.en in names:
            want = Text("nobody who has nothing to read", "没有东西可读的不回调")
            steps.fail(CALLED, got=names, want=want, because=Proof("EPL-15"))
        steps.expect(CALLED, got=len(names), want=1, because={int: "EPL-24"})
        steps.expect(COUNT, got=value, want=1)
        newcomers[0].send(payload(rng, 2))
        left = first if names == [first.en] else second
        watch.round((left, IN), (CARL, IN))


@RULES.rule(weight=2)
def a_callback_raises(learner: Learner, steps: Steps, rng: Random) -> None:
    """What a callback raises passes on; the next round tells the events of the others.

    回调抛出的异常原样抛出；其余套接字的事件，下一轮照样回调。
    """
    watch = Watch(learner, steps)
    (mine, anna), (others, ben) = _pair(steps, ANNA), _pair(steps, BEN)
    fine: set[Text] = set()

    def raises_once(name: Text) -> Then:
        def then(mask: int) -> None:
            if name not in fine:
                fine.add(name)
                raise ValueError("of the callback")

        return then

    for lent, name in ((mine, ANNA), (others, BEN)):
        watch.add(lent, name, IN, raises_once(name))
    for peer in (anna, ben):
        peer.send(payload(rng, 2))
    hidden: Mistakes = {such(int, lambda got: True): Proof("EPL-29")}
    for _ in (mine, others):
        watch.begins(BRIEF_S).raises(ValueError, because=hidden)
    watch.round((ANNA, IN), (BEN, IN), because="EPL-07")


@RULES.rule(weight=1)
def closed(learner: Learner, steps: Steps, rng: Random) -> None:
    """close leaves the sockets as they are.

    close 不改变套接字。
    """
    watch = Watch(learner, steps)
    lent, anna = _pair(steps, ANNA)
    watch.add(lent, ANNA, IN)
    anna.send(payload(rng, 3))
    watch.round((ANNA, IN))
    reply = watch.loop.start("close")
    reply.returns(None)
    reply.left_open(lent)
    other = Watch(learner, steps)
    more, ben = _pair(steps, BEN)
    other.add(more, BEN, IN)
    ben.send(payload(rng, 3))
    other.round((BEN, IN))
