"""02.8 roll_call: who is on this network? Played on loopback, where every address is a host."""

import time
from collections.abc import Callable
from random import Random
from typing import Any, NoReturn

from autograder.clock import CLOCK
from autograder.deadlines import stretched
from autograder.exercise import Rules
from autograder.network import RETURNED, Datagram, Learner, Reply, Steps, Talker
from autograder.network.reply import CHATTER_S
from autograder.rules.ch02.hosts import HOSTS, Everywhere, on_one_port
from autograder.rules.ch02.shared import broadcast, dotted, network, number
from autograder.rules.common import payload
from autograder.text import NOTHING, STRANGER, Because, Mistakes, Text, such
from autograder.text.observed import TooLate

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {ConnectionRefusedError: "UDP-12"}

SILENT_S, SHORT_S = 0.15, 0.05  # where nobody answers
AT_ONCE_S = 1e-9  # over before the last question has left
LIVE_S = 0.5  # where we answer, and half of it is ours
CHATTED_S, AT_MOST_S = 0.25, stretched(1.0)  # where somebody goes on talking
QUESTION = ("the question", "询问")
QUESTIONS = ("the hosts that are asked", "询问的主机")


def _net(rng: Random, last: int, prefix: int) -> tuple[str, str]:
    """Return a network on loopback, and its first address, which ends with that number."""
    base = f"127.{rng.randint(1, 9)}.{rng.randint(1, 9)}.{last}"  # reports show four of them
    return f"{base}/{prefix}", base


def _nth(base: str, n: int) -> str:
    return dotted(number(base) + n)


# -- whom it asks ----------------------------------------------------------------------------------


def _asks_all(learner: Learner, steps: Steps, net: str) -> None:
    """Expect one question at every host address, none elsewhere, and then an empty list."""
    steps.anew()
    base, prefix = net.split("/")[0], int(net.split("/")[1])
    ear = Everywhere(steps)
    reply = learner.start("roll_call", net, ear.port, SILENT_S)
    came = ear.asked(reply)
    hosts = [_nth(base, n) for n in range(1, 2 ** (32 - prefix) - 1)]
    if not reply.ended and 0 < len(came) < len(hosts) and _went_on(ear, reply):
        _one_by_one(steps)
    steps.tell(HOSTS, f"{len(came)} questions came", f"收到 {len(came)} 个询问")
    _only(steps, came, hosts, {network(base, prefix), broadcast(base, prefix)})
    reply.returns([])


def _went_on(ear: Everywhere, reply: Reply) -> bool:
    """Tell whether a call that has waited so long asks one more host."""
    reply.wait(2 * SILENT_S)
    return ear.receive() is not None


def _one_by_one(steps: Steps) -> NoReturn:
    steps.fail(
        QUESTIONS,
        got=Text("one after the other, with waits between", "一台接一台，中间还在等待"),
        want=Text("all before the first wait", "都在第一次等待之前"),
        because=_shows("ADR-17"),
    )


def _only(steps: Steps, came: list[str], hosts: list[str], ends: set[str]) -> None:
    """Fail unless exactly the hosts were asked, each once."""
    want = Text(f"{hosts[0]} to {hosts[-1]}, each once", f"{hosts[0]} 到 {hosts[-1]}，各一次")
    more = [each for each in sorted(set(came), key=number) if each not in hosts]
    less = [each for each in hosts if each not in came]
    often = [each for each in hosts if came.count(each) > 1]
    if more:
        got = Text(f"{more[0]} was asked, too", f"还询问了 {more[0]}")
        by_bytes = ends & set(more) or len(set(came)) > len(hosts)
        steps.fail(QUESTIONS, got=got, want=want, because=_shows("ADR-05" if by_bytes else None))
    if less:
        got = Text(f"{less[0]} was not asked", f"没有询问 {less[0]}")
        steps.fail(QUESTIONS, got=got, want=want, because=NOTHING)
    if often:
        got = Text(f"{often[0]} was asked again", f"{often[0]} 被询问了不止一次")
        steps.fail(QUESTIONS, got=got, want=want, because=NOTHING)


def _shows(id: str | None) -> Because:
    return (lambda _: id) if id else NOTHING


@RULES.rule(weight=2)
def every_host_is_asked_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """Every host address of the network is asked once, all before the first wait; no other is.

    网络里每个主机地址各询问一次，而且都在第一次等待之前；别的地址一个也不询问。
    """
    _asks_all(learner, steps, _net(rng, 16 * rng.randint(1, 15), 28)[0])


@RULES.rule(weight=2, condition="limits")
def in_the_largest_and_the_smallest(learner: Learner, steps: Steps, rng: Random) -> None:
    """The same in a /24, which has 254 hosts, in a /30, which has two, and between.

    /24 有 254 台主机，/30 有两台，其间的也一样。
    """
    _asks_all(learner, steps, _net(rng, 4 * rng.randint(1, 63), 30)[0])
    _asks_all(learner, steps, _net(rng, 32 * rng.randint(0, 7), 27)[0])
    _asks_all(learner, steps, _net(rng, 0, 24)[0])


# -- who has answered ------------------------------------------------------------------------------


class _Call:
    """A call of roll_call, and those of our hosts who answer, by their numbers."""

    def __init__(self, learner: Learner, steps: Steps, rng: Random, *numbers: int) -> None:
        self._steps = steps
        self.net, self.base = _net(rng, 0, 28)
        away = _nth(self.base, 259)  # on the next network but with the same port
        parties = [(HOSTS, _nth(self.base, n)) for n in numbers]
        *talkers, self.away = on_one_port(steps, [*parties, (STRANGER, away)])
        self._talkers: dict[int, Talker] = dict(zip(numbers, talkers, strict=True))
        port = self.away.address[1]
        self.reply = learner.start("roll_call", self.net, port, LIVE_S)
        self.questions: dict[int, Datagram] = {}
        came = []
        for n, talker in self._talkers.items():
            self.questions[n] = talker.receive(QUESTION)
            came.append(CLOCK.now())
        if came[-1] - came[0] > LIVE_S / 2:
            _one_by_one(steps)
        self.reply.rests()  # whoever does not wait has not waited for us

    def answer(self, n: int, data: bytes | None = None) -> None:
        """Let a host answer: with its name, unless told otherwise."""
        said = f".{n}".encode() if data is None else data
        self._talkers[n].send(said, self.questions[n].source)

    def in_time(self) -> None:
        """Raise TooLate if our last answer was late; it leaves the other half of the time."""
        if time.time() - min(each.time for each in self.questions.values()) > LIVE_S / 2:
            raise TooLate
        self._answered = time.monotonic(), CLOCK.now()

    def lists(self, numbers: list[int], because: Because) -> None:
        """Expect these hosts, in this order."""
        want = [_nth(self.base, n) for n in numbers]
        cites = (because, {_when(lambda got: got == sorted(want)): "ADR-16"})
        got = self.reply.result(because=cites)
        if type(got) is list and set(map(str, got)) < set(want) and self._machine_was_late():
            raise TooLate
        self._steps.expect(RETURNED, got=got, want=want, because=cites)

    def _machine_was_late(self) -> bool:
        """Tell whether it made somebody wait so long that what came in time was read too late."""
        wall, clock = self._answered
        return time.monotonic() - wall - (CLOCK.now() - clock) > 0.4 * LIVE_S


def _when(shows: Callable[[list[Any]], object]) -> Callable[[Any], bool]:
    return such(list, shows)


@RULES.rule(weight=4)
def who_answered_in_order(learner: Learner, steps: Steps, rng: Random) -> None:
    """Who answered stands there once, whatever the answer says, in ascending order of number.

    应答了的主机各列出一次，不管应答的内容是什么，按地址的数值从小到大排列。
    """
    numbers = [2, 9, 10, 14]
    call = _Call(learner, steps, rng, *numbers)
    call.answer(14)
    call.reply.rests()  # so that this one is read alone
    for n in (2, 10):
        call.answer(n)
    call.answer(9, b"")
    call.answer(2)
    call.in_time()
    want = [_nth(call.base, n) for n in numbers]
    quiet = [each for each in want if not each.endswith(".9")]
    signs: Mistakes = {
        _when(lambda got: len(got) > len(set(got))): "UDP-07",
        _when(lambda got: got == quiet): "UDP-11",
    }
    call.lists(numbers, signs)


@RULES.rule(weight=4, condition="stranger")
def strangers_do_not_count(learner: Learner, steps: Steps, rng: Random) -> None:
    """An answer from another port, or from a host of another network, does not count.

    从别的端口来的应答，或者别的网络里的主机来的应答，都不算数。
    """
    call = _Call(learner, steps, rng, 2, 5)
    wrong_port = steps.udp(STRANGER, _nth(call.base, 7))
    while wrong_port.address[1] == call.away.address[1]:  # then it would be the right one
        wrong_port = steps.udp(STRANGER, _nth(call.base, 7))
    to = call.questions[2].source
    for stranger in (wrong_port, call.away):
        stranger.send(payload(rng, 3), to)
    for n in (2, 5):  # as they come: in which order, another rule asks
        call.answer(n)
    call.in_time()
    own, others = wrong_port.address[0], call.away.address[0]
    signs: Mistakes = {
        _when(lambda got: own in got and others in got): "UDP-05",
        _when(lambda got: own in got or others in got): "PRT-04",
    }
    call.lists([2, 5], signs)


# -- how long it waits -----------------------------------------------------------------------------


@RULES.rule(weight=3, condition="silence")
def it_waits_for_all_together(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns timeout seconds after the last question, not earlier, whoever goes on talking.

    最后一次询问之后过 timeout 秒返回，不会提前；不管谁一直在说话，也不会推迟。
    """
    net, base = _net(rng, 0, 28)
    ear = Everywhere(steps)
    reply = learner.start("roll_call", net, ear.port, SILENT_S)
    reply.returns([])
    reply.took(SILENT_S, NOTHING)
    steps.anew()
    learner.start("roll_call", net, ear.port, AT_ONCE_S).returns([])
    steps.anew()
    (ben,) = on_one_port(steps, [(HOSTS, _nth(base, 2))])
    reply = learner.start("roll_call", net, ben.address[1], CHATTED_S)
    asked = ben.receive(QUESTION)
    _ends_despite(steps, reply, ben.chatter(payload(rng, 3), asked.source))
    reply.result(shown=lambda _: Text("a list", "一个列表"))
    reply.took(CHATTED_S, NOTHING)


def _ends_despite(steps: Steps, reply: Reply, chatter: Callable[[], None]) -> None:
    """Fail unless it ends though somebody goes on talking. Raises TooLate if we were silent for so
    long that whoever waits for silence may have ended by it."""
    end, last, silence = CLOCK.limit(AT_MOST_S), time.monotonic(), 0.0
    while not reply.ended and not CLOCK.passed(end):
        chatter()
        reply.wait(CHATTER_S)
        silence, last = max(silence, time.monotonic() - last), time.monotonic()
    if reply.ended and silence > 0.8 * CHATTED_S:
        raise TooLate
    if not reply.ended:
        shown = f"{CLOCK.paced(AT_MOST_S):g} s"
        steps.fail(
            ("the end of the call", "函数结束"),
            got=Text(f"still waiting after {shown}", f"{shown} 后还在等"),
            want=Text("the end after timeout seconds", "到了 timeout 秒就结束"),
            because=_shows("UDP-19"),
            late=True,
        )


@RULES.rule(weight=1, misconception="STR-34")
def its_sockets_are_closed(learner: Learner, steps: Steps, rng: Random) -> None:
    """The sockets that it makes are closed.

    它自己创建的套接字都会关闭。
    """
    ear = Everywhere(steps)
    reply = learner.start("roll_call", _net(rng, 8, 29)[0], ear.port, SHORT_S)
    with steps.premise():
        reply.returns([])
    reply.closed_its_sockets()
