"""Endpoints of ours that the learner's code talks to; what they send and receive is told."""

from typing import TYPE_CHECKING

from autograder.calls import PATIENCE
from autograder.peers import Datagram, UDPPeer
from autograder.story import YOU, Because, Sent
from autograder.wording import Text, describe
from netlib.trace import Fate

if TYPE_CHECKING:
    from autograder.steps import Steps

__all__ = ["Talker"]

WIRE_S = 1.0 * PATIENCE
"""Seconds that a rule waits for something to arrive from the learner's code."""


class Talker:
    """An endpoint of ours, by name, whose messages are told in the story."""

    def __init__(self, steps: "Steps", name: Text, peer: UDPPeer) -> None:
        self._steps, self.name, self._peer = steps, name, peer
        self.address = peer.address

    def send(self, data: bytes, to: tuple[str, int], fate: Fate = "delivered") -> None:
        """Send one datagram to the learner's code."""
        self._steps.story.append(Sent(self.name, YOU, data, fate))
        self._peer.sock.sendto(data, to)

    def receive(
        self,
        what: str | tuple[str, str] = ("a datagram", "一个数据报"),
        because: Because = None,
        within: float = WIRE_S,
    ) -> Datagram:
        """Return the next datagram. Fails if none comes."""
        datagram = self._steps.wait(self._peer, within)
        if datagram is None:
            self._nothing_came(Text.of(what), because, within)
        assert datagram is not None
        self._steps.story.append(Sent(YOU, self.name, datagram.data))
        return datagram

    def drain(self) -> list[Datagram]:
        """Return the datagrams that have arrived and were not received yet."""
        came: list[Datagram] = []
        while (datagram := self._peer.receive()) is not None:
            self._steps.story.append(Sent(YOU, self.name, datagram.data))
            came.append(datagram)
        return came

    def lose(self, datagram: Datagram) -> None:
        """Tell that the network lost a datagram which was received last."""
        self._steps.story[-1] = Sent(YOU, self.name, datagram.data, "lost")

    def close(self) -> None:
        """Close it: from now on nobody listens there."""
        self._peer.close()

    def _nothing_came(self, what: Text, because: Because, within: float) -> None:
        early = self._steps.ended()
        if early is not None:
            value = early.result(because=because)  # fails by itself if it raised
            shown = describe(self._steps.named(value))
            self._steps.fail(
                what,
                got=Text(f"the call has returned {shown.en}", f"函数已返回 {shown.zh}"),
                want=Text("on the wire before the call ends", "在函数结束之前出现在线上"),
                because=because,
            )
        self._steps.tell(self.name, "nothing came", "什么也没收到")
        self._steps.fail(
            what,
            got=Text(f"nothing within {within:g} s", f"{within:g} s 内什么也没有到"),
            want=Text("on the wire", "出现在线上"),
            because=because,
            late=True,
        )
