"""A state machine of the learner's, fed by a rule: packets in, packets out, no socket, no clock.

What goes in and comes out is told as if it had crossed a network, so a failure is drawn as
one. A reply is a pair (packet, address).
"""

from typing import Any

from autograder.guest.values import Record
from autograder.learner.handles import Handle
from autograder.network.reply import Reply
from autograder.network.run import Run
from autograder.text.because import Because
from autograder.text.observed import Raised
from autograder.text.story import YOU
from autograder.text.wording import Text, apart, describe, same
from netlib.labels import label
from netlib.trace import Fate

__all__ = ["Machine", "Packets"]

Address = tuple[str, int]
Packets = list[tuple[bytes, Address]]

_SOMEBODY = Text("somebody else", "别人")
_PAIRS = Text("a list of pairs (bytes, address)", "由 (bytes, 地址) 组成的列表")


class Machine:
    """An instance of a class of the learner's.

    Every method fails rather than raise for what the learner's code returns; with want, it fails
    unless that is returned. What is returned is told as sent, unless tell is False.
    """

    def __init__(self, run: Run, handle: Handle) -> None:
        self._run, self._handle = run, handle

    def start(
        self, *, want: Packets | None = None, because: Because = None, tell: bool = True
    ) -> Packets:
        """Return the packets with which it begins."""
        return self._replies("start", (), want, because, tell)

    def leave(self, *, want: Packets | None = None, because: Because = None) -> Packets:
        """Return the packets with which it says that it goes."""
        self._run.tell(YOU, "leave()", "leave()")
        return self._replies("leave", (), want, because, tell=True)

    def on_timeout(
        self, *, want: Packets | None = None, because: Because = None, tell: bool = True
    ) -> Packets:
        """Tell it that nothing came for long enough; return what it sends."""
        self._run.tell(YOU, "on_timeout()", "on_timeout()")
        return self._replies("on_timeout", (), want, because, tell)

    def feed(
        self,
        packet: bytes,
        source: Address,
        *,
        want: Packets | None = None,
        because: Because = None,
        fate: Fate = "delivered",
        tell: bool = True,
    ) -> Packets:
        """Hand it a packet that came from source; return what it sends."""
        self._run.crossed(self._called(source), YOU, packet, fate)
        return self._replies("feed", (packet, source), want, because, tell)

    def read(self, name: str, because: Because = None) -> Any:
        """Return an attribute."""
        try:
            return self._handle.read(name)
        except Raised as error:
            raise self._run.raised(error, because) from None

    def has(self, *, because: Because = None, **attributes: Any) -> None:
        """Fail unless each attribute has that value."""
        for name, want in attributes.items():
            got = self.read(name, because)
            if not same(want, got):
                told = describe(self._run.naming.of(got))
                self._run.tell(YOU, f"{name}: {told.en}", f"{name}：{told.zh}")
                self._run.fail(name, got=got, want=want, because=because)

    def _replies(
        self,
        method: str,
        arguments: tuple[Any, ...],
        want: Packets | None,
        because: Because,
        tell: bool,
    ) -> Packets:
        what = (f"what {method} returns", f"{method} 的返回值")
        got = Reply(self._run, self._handle.start(method, *arguments)).value(because)
        if not _are_packets(got):
            self._run.tell(YOU, f"{method} returned", f"{method} 返回")
            self._run.fail(what, got=got, want=_PAIRS, because=because)
        packets = [(packet, _plain(address)) for packet, address in map(_plain, got)]
        for packet, address in packets if tell else ():
            self._run.crossed(YOU, self._called(address), packet)
        if want is not None and packets != want:
            id = self._run.cites(because, packets)
            if not packets:
                self._run.tell(YOU, "sent nothing", "什么也没发")
            self._compare(what, packets, want, id)
        return packets

    def _compare(self, what: tuple[str, str], got: Packets, want: Packets, cited: Because) -> None:
        """Fail by the packet that differs, if there is one of each, to the same address."""
        if len(got) == len(want) == 1 and got[0][1] == want[0][1]:
            (theirs, _), (ours, _) = got[0], want[0]
            if self._run.protocol == "text":
                self._run.fail(what, got=_text(theirs), want=_text(ours), because=cited)
            if not self._run.protocol or self._said(theirs) == self._said(ours):
                self._run.fail(what, got=theirs, want=ours, because=cited)
        self._run.fail(
            what, got=self._listed(got, beside=want), want=self._listed(want), because=cited
        )

    def _listed(self, packets: Packets, beside: Packets | None = None) -> Text:
        if not packets:
            return Text("nothing to send", "什么也不发")
        told: list[tuple[Text, list[Text]]] = []  # one packet to several is said once
        for packet, address in packets[:3]:
            said, who = self._said(packet), self._port(address, beside)
            if told and told[-1][0] == said and who not in told[-1][1]:
                told[-1][1].append(who)
            else:
                told.append((said, [who]))
        english = (f"{said.en} to {', '.join(who.en for who in to)}" for said, to in told)
        chinese = (f"向{apart('、'.join(who.zh for who in to))}发 {said.zh}" for said, to in told)
        return Text(", ".join(english), "、".join(chinese))

    def _said(self, packet: bytes) -> Text:
        protocol = self._run.protocol
        if not protocol:
            return describe(packet)
        return Text(*(label(packet, protocol, language=each) for each in ("en", "zh")))

    def _port(self, address: Address, beside: Packets | None) -> Text:
        """Return what to call an address beside those that were wanted."""
        name = self._called(address)
        wanted = [each for _, each in beside or []]
        if address in wanted or name not in map(self._called, wanted):
            return name
        return Text(f"another port of {name.en}", f"{apart(name.zh)}的另一个端口".lstrip())

    def _called(self, address: Address) -> Text:
        return self._run.naming.who(address) or _SOMEBODY


def _text(packet: bytes) -> str:
    return packet.decode(errors="backslashreplace")


def _plain(pair: Any) -> Any:
    """Return a pair as a tuple; a named tuple is as good as one."""
    named = isinstance(pair, Record) and pair.kind == "tuple"
    return tuple(pair.fields.values()) if named else pair


def _are_packets(value: Any) -> bool:
    return type(value) is list and all(map(_is_packet, map(_plain, value)))


def _is_packet(pair: Any) -> bool:
    if type(pair) is not tuple or len(pair) != 2 or type(pair[0]) is not bytes:
        return False
    address = _plain(pair[1])
    return type(address) is tuple and tuple(map(type, address)) == (str, int)
