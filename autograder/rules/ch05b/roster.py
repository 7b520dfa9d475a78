"""05b.4 Roster: who is here. Packets in, packets out; two such machines are never connected."""

from collections.abc import Callable
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Machine, Packets, Steps
from autograder.rules.ch05b.shared import (
    ANSENTRY,
    BR_ENTRY,
    BR_EXIT,
    RECVMSG,
    SENDCHECK,
    SENDMSG,
    feiq,
    flags,
    name,
)
from autograder.rules.common import BEN, CARL, han, mixed
from autograder.text import Because, Mistakes, Text, such

__all__ = ["RULES"]
RULES = Rules()

Address = tuple[str, int]

ABSENCE = 4  # BR_ABSENCE: a command of FeiQ that nobody has to know

EVERYBODY: Address = ("192.0.2.255", 2425)
OWN: Address = ("192.0.2.1", 2425)
BEN_AT: Address = ("192.0.2.2", 2425)
BEN_TOO: Address = ("192.0.2.2", 2426)
CARL_AT: Address = ("192.0.2.3", 2425)

_goes_to_everybody = such(list, lambda got: any(address == EVERYBODY for _, address in got))
_answers = such(list, lambda got: bool(got))
_silent = such(list, lambda got: not got)
_HOSTS = (OWN[0], BEN_AT[0], BEN_TOO[0], CARL_AT[0])
_by_half_an_address = such(dict, lambda got: any(type(k) is int or k in _HOSTS for k in got))
UNREAD: Mistakes = {(UnicodeError, ValueError): "UDP-10"}


class _Anna:
    """A Roster of the learner's on anna, and what it should send: it counts with it."""

    def __init__(self, learner: Learner, steps: Steps, rng: Random) -> None:
        self._steps = steps
        for address, who in (
            (EVERYBODY, Text("everybody", "所有人")),
            (OWN, Text("your own host", "你自己的主机")),
            (BEN_AT, BEN),
            (BEN_TOO, Text("ben (2426)", "本尼（2426）")),
            (CARL_AT, CARL),
        ):
            steps.party(who, address)
        self.sender, self.host = name(rng) + han(rng), name(rng)
        self.machine: Machine = learner.machine("Roster", self.sender, self.host, EVERYBODY)
        self.made = 0

    def packet(self, command: int, content: str) -> bytes:
        """Return the next packet that it should make."""
        self.made += 1
        return feiq(command, self.sender, self.host, self.made, content)

    def enters(self) -> None:
        """Expect its BR_ENTRY."""
        want: Packets = [(self.packet(BR_ENTRY, self.sender), EVERYBODY)]
        self.machine.start(want=want, because={_in_utf8(want): "TXT-01"})

    def goes(self) -> None:
        """Expect its BR_EXIT."""
        self.machine.leave(want=[(self.packet(BR_EXIT, self.sender), EVERYBODY)])

    def welcomes(self, packet: bytes, address: Address, because: Because = None) -> None:
        """Expect an ANSENTRY."""
        self._answers(packet, address, self.packet(ANSENTRY, self.sender), because)

    def confirms(self, packet: bytes, number: int, address: Address) -> None:
        """Expect a RECVMSG."""
        self._answers(packet, address, self.packet(RECVMSG, str(number)), None)

    def is_silent(self, packet: bytes, address: Address, because: Because = None) -> None:
        """Expect no answer."""
        self.machine.feed(packet, address, want=[], because=because)

    def knows(self, people: dict[Address, str], because: Because = None) -> None:
        """Expect these people, and nobody else."""
        self.machine.has(people=people, because=({_by_half_an_address: "PRT-04"}, because))

    def _answers(self, packet: bytes, address: Address, answer: bytes, because: Because) -> None:
        want: Packets = [(answer, address)]
        self.machine.feed(
            packet,
            address,
            want=want,
            because=({_goes_to_everybody: "UDP-30"}, {_in_utf8(want): "TXT-01"}, because),
        )


def _in_utf8(want: Packets) -> Callable[[Any], bool]:
    """Return the sign of those packets in another charset."""
    others = [(packet.decode("gbk").encode(), address) for packet, address in want]
    return lambda got: got == others


def _somebody(rng: Random) -> tuple[str, str]:
    """Return a sender and a host."""
    return name(rng), name(rng)


@RULES.rule(weight=2)
def who_is_here(learner: Learner, steps: Steps, rng: Random) -> None:
    """Who enters is welcomed and known, who answers is known; the packets it makes are counted.

    谁上线就欢迎并记下，谁应答也记下；自己生成的包依次编号。
    """
    another, anna = _Anna(learner, steps, rng), _Anna(learner, steps, rng)
    anna.knows({})
    anna.enters()
    ben, carl = _somebody(rng), _somebody(rng)
    anna.welcomes(feiq(BR_ENTRY, *ben, 71, ben[0]), BEN_AT)
    anna.knows({BEN_AT: ben[0]})
    anna.is_silent(feiq(ANSENTRY, *carl, 72, carl[0]), CARL_AT, {_answers: "BRC-08"})
    anna.knows({BEN_AT: ben[0], CARL_AT: carl[0]})
    anna.welcomes(feiq(BR_ENTRY, *carl, 73, carl[0]), CARL_AT)
    anna.goes()
    another.knows({}, {dict: "CON-10"})


@RULES.rule(weight=2)
def my_own_broadcast(learner: Learner, steps: Steps, rng: Random) -> None:
    """My own broadcast, which comes back to me, is not answered, and I am not one of the others.

    自己发的广播会回到自己这里：不响应，自己也不算在其他人里。
    """
    anna = _Anna(learner, steps, rng)
    anna.enters()
    entry = feiq(BR_ENTRY, anna.sender, anna.host, 1, anna.sender)
    anna.is_silent(entry, OWN, {_answers: "BRC-06"})
    anna.knows({}, {dict: "BRC-06"})
    ben = _somebody(rng)
    anna.welcomes(feiq(BR_ENTRY, *ben, 5, ben[0]), BEN_AT)
    anna.is_silent(feiq(BR_EXIT, anna.sender, anna.host, 3, anna.sender), OWN)
    anna.knows({BEN_AT: ben[0]})


@RULES.rule(weight=1)
def who_leaves_is_forgotten(learner: Learner, steps: Steps, rng: Random) -> None:
    """Who leaves is forgotten, also if it is told twice, or was never known; nobody is answered.

    谁下线就忘掉谁；重复下线、本来就不认识的人下线，也一样不响应。
    """
    anna, ben, carl = _Anna(learner, steps, rng), _somebody(rng), _somebody(rng)
    for address, who in ((BEN_AT, ben), (CARL_AT, carl)):
        anna.welcomes(feiq(BR_ENTRY, *who, 9, who[0]), address)
    unknown: Mistakes = {KeyError: None}
    for _ in range(2):
        anna.is_silent(feiq(BR_EXIT, *ben, 10, ben[0]), BEN_AT, unknown)
        anna.knows({CARL_AT: carl[0]})
    anna.is_silent(feiq(BR_EXIT | flags(rng), *carl, 11, ""), CARL_AT)
    anna.knows({}, {dict: "BRC-11"})


@RULES.rule(weight=2)
def messages_and_flags(learner: Learner, steps: Steps, rng: Random) -> None:
    """Flags change no command; a message is confirmed if it asks for that, and adds nobody.

    标志位不改变命令；消息要求确认才确认，而且不因此记下任何人。
    """
    anna, ben = _Anna(learner, steps, rng), (han(rng, 3), name(rng))
    content, version = mixed(rng), f"1_lbt{rng.randrange(2, 10)}"
    unseen: Mistakes = {_silent: "BRC-11"}
    number = rng.randrange(10**4, 10**5)
    for command, expect in ((SENDMSG | SENDCHECK, True), (SENDMSG, False), (RECVMSG, False)):
        packet = feiq(command, *ben, number, content)
        if expect:
            anna.confirms(packet, number, BEN_AT)
        else:
            anna.is_silent(packet, BEN_AT, {_answers: "BRC-08"} if command == RECVMSG else None)
        anna.knows({})
    entry = feiq(BR_ENTRY | flags(rng), *ben, number, content, version)
    anna.welcomes(entry, BEN_AT, unseen)
    anna.knows({BEN_AT: ben[0]})
    answer = feiq(ANSENTRY | flags(rng), *ben, number, content)
    anna.is_silent(answer, CARL_AT, {_answers: "BRC-08"})
    anna.knows({BEN_AT: ben[0], CARL_AT: ben[0]}, _forgot(CARL_AT, "BRC-11"))
    for command in (SENDMSG, RECVMSG | SENDCHECK, SENDCHECK, ABSENCE | flags(rng)):
        cites: Mistakes = {_answers: "BRC-08"} if command & RECVMSG == RECVMSG else {}
        anna.is_silent(feiq(command, *ben, number, content), BEN_AT, cites)
        anna.knows({BEN_AT: ben[0], CARL_AT: ben[0]})


def _forgot(address: Address, id: str) -> Mistakes:
    return {such(dict, lambda got: address not in got): id}


@RULES.rule(weight=1, condition="truncated")
def garbage_is_ignored(learner: Learner, steps: Steps, rng: Random) -> None:
    """What is not FeiQ is ignored: no bytes, too few colons, no number, bytes that are no GBK.

    不是飞秋的包一律忽略：空的，冒号不够的，数字不是数字的，字节不是 GBK 的。
    """
    anna, ben = _Anna(learner, steps, rng), _somebody(rng)
    for garbage in (
        b"",
        b"hello",
        b"1:2:a:b:1",
        b"1:x:a:b:1:a",
        b"1:2:a:b:entry:a",
        b"1:2:a:b:1:\xff\xff\xff",
    ):
        anna.is_silent(garbage, BEN_AT, UNREAD)
        anna.knows({})
    anna.welcomes(feiq(BR_ENTRY, *ben, 9, ben[0]), BEN_AT)


@RULES.rule(weight=1)
def everybody_by_address(learner: Learner, steps: Steps, rng: Random) -> None:
    """People are known by address: two ports of one host, a new name, my name on another host,
    another name on my host.

    按地址认人：同一台主机的两个端口，换了名字的人，别的主机上与我同名的人，与我同一台主机的另一个名字。
    """
    anna, ben = _Anna(learner, steps, rng), _somebody(rng)
    other, renamed = (name(rng), ben[1]), (name(rng), ben[1])
    namesake, cohost = (anna.sender, name(rng)), (name(rng), anna.host)
    anna.welcomes(feiq(BR_ENTRY, *ben, 1, ben[0]), BEN_AT)
    anna.welcomes(feiq(BR_ENTRY, *other, 1, other[0]), BEN_TOO)
    anna.knows({BEN_AT: ben[0], BEN_TOO: other[0]})
    anna.welcomes(feiq(BR_ENTRY, *renamed, 2, renamed[0]), BEN_AT)
    anna.knows({BEN_AT: renamed[0], BEN_TOO: other[0]})
    for who, english, chinese in (
        (namesake, "has your name", "与你同名"),
        (cohost, "on your host", "与你同一主机"),
    ):
        steps.tell(CARL, english, chinese)
        anna.welcomes(feiq(BR_ENTRY, *who, 3, who[0]), CARL_AT)
        anna.knows({BEN_AT: renamed[0], BEN_TOO: other[0], CARL_AT: who[0]})
    exit_of_two = feiq(BR_EXIT, *other, 4, other[0])
    anna.is_silent(exit_of_two, BEN_TOO)
    anna.knows({BEN_AT: renamed[0], CARL_AT: cohost[0]})
