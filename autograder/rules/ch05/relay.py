"""05.5 Relay: who has which name, and who hears which text."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Machine, Packets, Steps
from autograder.rules.ch05.shared import names
from autograder.rules.common import ANNA, BEN, CARL, PEER, han, mixed, word
from autograder.text import Because, Mistakes, Text, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

Address = tuple[str, int]

MISTAKES: Mistakes = {(UnicodeError, ValueError, IndexError, KeyError): "UDP-10"}
ZOE = Text("zoe", "佐伊")
WHAT = ("what feed returns", "feed 的返回值")
AN_ERROR = Text('one datagram, "ERROR …", to who wrote', "一个数据报“ERROR ……”，发给写来的人")


_is_refused = such(list, lambda got: got[0][0].startswith(b"ERROR"))
REFUSED: Mistakes = {_is_refused: "UDP-07"}
"""Where somebody logs in with the name that is theirs already."""


class Room:
    """A Relay of theirs, and people with ports of their own."""

    def __init__(self, learner: Learner, steps: Steps) -> None:
        self._steps = steps
        self.relay: Machine = learner.machine("Relay")

    def person(self, who: Text, address: Address) -> Address:
        """Let somebody be at an address."""
        return self._steps.party(who, address)

    def login(self, name: str, address: Address, because: Because = None) -> None:
        """Let somebody log in, and expect OK."""
        self.relay.feed(f"LOGIN {name}".encode(), address, want=[(b"OK", address)], because=because)

    def feed(self, data: bytes, address: Address, want: Packets, because: Because = None) -> None:
        """Hand a datagram over; expect that."""
        self.relay.feed(data, address, want=want, because=because)

    def refuses(self, data: bytes, address: Address, because: Because = None) -> None:
        """Hand a datagram over; expect an error, to who wrote."""
        got = self.relay.feed(data, address, because=because)
        if len(got) == 1 and got[0][1] == address and got[0][0].startswith(b"ERROR "):
            return
        shown: Any = Text(f"{len(got)} datagrams", f"{len(got)} 个数据报")
        if not got:
            shown = Text("nothing to send", "什么也不发")
        elif len(got) == 1:
            elsewhere = Text("a datagram to somebody else", "发给别人的数据报")
            shown = got[0][0] if got[0][1] == address else elsewhere
        id = self._steps.cites(because, got)
        self._steps.fail(WHAT, got=shown, want=AN_ERROR, because=id)


def _people(room: Room, rng: Random, *who: Text) -> list[Address]:
    """Return people who share neither host nor port."""
    ports = rng.sample(range(1024, 65536), len(who))
    hosts = [f"192.0.2.{number}" for number in rng.sample(range(1, 250), len(who))]
    places = zip(who, hosts, ports, strict=True)
    return [room.person(each, (host, port)) for each, host, port in places]


def _goes_to(address: Address) -> Any:
    """Return the sign of something that goes to that address."""
    return such(list, lambda got: any(to == address for _, to in got))


def _cut(text: str) -> Any:
    """Return the sign of a text that went through split()."""

    def was_split(got: Any) -> bool:
        said = b"".join(packet for packet, _ in got)
        return text.encode() not in said and said.startswith(b"FROM ")

    return such(list, was_split)


@RULES.rule(weight=1)
def to_one(learner: Learner, steps: Steps, rng: Random) -> None:
    """TO reaches the one who has that name, with the sender's name and the text as it was.

    TO 把发送者的名字和原样的文本交给叫那个名字的人。
    """
    room, (one, other) = Room(learner, steps), names(rng)
    anna, ben, carl = _people(room, rng, ANNA, BEN, CARL)
    for name, address in ((one, anna), (other, ben), (word(rng, 5), carl)):
        room.login(name, address)
    said = f"{han(rng)}: {mixed(rng)}  TO: {word(rng, 3)} "
    for text in (word(rng), said):
        for sender, to, mine, theirs in ((one, other, anna, ben), (other, one, ben, anna)):
            signs: Mistakes = {_goes_to(mine): "UDP-30", _cut(text): "UDP-21"}
            want = [(f"FROM {sender} {text}".encode(), theirs)]
            room.feed(f"TO {to} {text}".encode(), mine, want, signs)
    room.refuses(f"TO {word(rng, 7)} {word(rng)}".encode(), anna)


@RULES.rule(weight=1, condition="many clients")
def to_all(learner: Learner, steps: Steps, rng: Random) -> None:
    """ALL reaches everybody but the speaker, in the order of their logins.

    ALL 交给发言者以外的每个人，按登录的先后排列。
    """
    room = Room(learner, steps)
    zoe, anna, ben = _people(room, rng, ZOE, ANNA, BEN)
    room.login("zoe", zoe)
    room.feed(b"ALL anybody?", zoe, [], {_goes_to(zoe): "UDP-27"})
    for name, address in (("anna", anna), ("ben", ben)):
        room.login(name, address)
    everybody = {"zoe": zoe, "anna": anna, "ben": ben}
    for speaker, mine in everybody.items():
        text = f"{mixed(rng)} {han(rng)}"
        want = [
            (f"FROM {speaker} {text}".encode(), address)
            for address in everybody.values()
            if address != mine
        ]
        signs: Mistakes = {_goes_to(mine): "UDP-27", _cut(text): "UDP-21"}
        room.feed(f"ALL {text}".encode(), mine, want, signs)
    room.login("zoe", zoe, REFUSED)  # once more: she is first still
    want = [(b"FROM ben bye", zoe), (b"FROM ben bye", anna)]
    room.feed(b"ALL bye", ben, want, {_goes_to(ben): "UDP-27"})


@RULES.rule(weight=1, condition="many clients", misconception="PRT-04")
def a_person_is_host_and_port(learner: Learner, steps: Steps, rng: Random) -> None:
    """One port on two hosts is two people, and so are two ports on one host.

    两台主机上的同一个端口号是两个人，一台主机上的两个端口也是。
    """
    port = rng.randrange(2000, 60000)
    for second in (("192.0.2.8", port), ("192.0.2.7", port + 1)):
        steps.anew()
        room = Room(learner, steps)
        anna, ben = room.person(ANNA, ("192.0.2.7", port)), room.person(BEN, second)
        room.login("anna", anna)
        room.refuses(b"ALL it is me", ben, "PRT-04")
        room.login("ben", ben, "PRT-04")
        room.feed(b"TO anna hi", ben, [(b"FROM ben hi", anna)], "PRT-04")
        room.feed(b"TO ben hi", anna, [(b"FROM anna hi", ben)], "PRT-04")
        room.feed(b"ALL hi", anna, [(b"FROM anna hi", ben)], "PRT-04")


@RULES.rule(weight=1, misconception="UDP-28")
def a_name_has_an_owner(learner: Learner, steps: Steps, rng: Random) -> None:
    """A name belongs to who had it first; LOGIN may come twice, as datagrams do.

    名字属于先登录的人；LOGIN 可以来两次，数据报就是这样。
    """
    room = Room(learner, steps)
    anna, ben, carl = _people(room, rng, ANNA, BEN, CARL)
    name, text = han(rng, 2), word(rng)
    room.login(name, anna)
    room.login("carl", carl)
    for other, taken in ((ben, name), (carl, name), (anna, "carl")):
        signs: Mistakes = {such(list, lambda got: got[0][0] == b"OK"): "UDP-28"}
        room.refuses(f"LOGIN {taken}".encode(), other, signs)
    room.refuses(f"TO {name} {text}".encode(), ben, {_goes_to(anna): "UDP-28"})
    room.login(name, anna, REFUSED)
    want = [(f"FROM carl {text}".encode(), anna)]
    room.feed(f"TO {name} {text}".encode(), carl, want, {_goes_to(ben): "UDP-28"})


@RULES.rule(weight=1)
def whatever_comes(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whatever else comes is answered with ERROR and never raises, also from who is not logged in;
    one line feed at the end is taken off.

    其他任何内容都用 ERROR 响应，从不抛异常，没有登录的人发来的也一样；末尾的一个换行会被去掉。
    """
    room = Room(learner, steps)
    anna, ben, peer = _people(room, rng, ANNA, BEN, PEER)
    room.login("anna", anna)
    for data in (b"TO anna hi", b"ALL hi", b"\xff\xfe", b"", b"\n", b"hello"):
        room.refuses(data, peer)
    room.feed(b"LOGIN ben\n", ben, [(b"OK", ben)])
    garbage = [b"LOGIN", b"LOGIN ", b"login carl", b"to anna hi", b"FROM anna hi", b"TO"]
    garbage += [b"ALL \xff", b"LOGIN \xff", b"TO anna \xff", b"TO \xff hi"]
    garbage += [b"ALLhi", b"LOGINcarl", word(rng).encode()]
    for data in garbage:
        room.refuses(data, ben)
    want = [(b"FROM ben one", anna)]
    room.feed(b"ALL one\n", ben, want)
    room.feed(b"TO anna one\n", ben, want)
    for command in (b"TO anna ", b"ALL "):
        room.feed(command + b"a\nb", ben, [(b"FROM ben a\nb", anna)])
