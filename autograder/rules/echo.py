"""What rules of several chapters expect of an echo server for many clients, in one thread."""

import contextlib
import socket
from typing import Any

from autograder.network import Learner, Lent, Server, Steps, Stream
from autograder.network.server import GONE_HOME
from autograder.rules.common import ANNA, ANSWER, spins_at_the_end
from autograder.text import Because, Mistakes, Proof, such
from autograder.text.observed import Standing

__all__ = ["ROOM", "SMALL", "STANDS", "EchoServer"]

SMALL = 8_192  # bytes: the kernel holds about as many for one who does not read
ROOM = 65_536  # bytes, where some hundred thousand are to be under way

STANDS: Mistakes = {such(Standing, lambda got: got.unread and not got.spins): "MUX-08"}
"""It waits for one client, and reads nothing of what the other has sent."""


class EchoServer(Server):
    """One call of an echo server, and what clients expect of it."""

    def __init__(
        self,
        learner: Learner,
        steps: Steps,
        name: str,
        *after: Any,
        lent: Lent | None = None,
        room: int | None = None,
        back: int | None = None,
    ) -> None:
        """Start `name(listener, stop, *after)`, on this listener if one is given; about room bytes
        fit between each client and it, and about back (room) on the way back."""
        back = back or room
        lent = lent or steps.tcp.own_listener(buffer=back)
        if room is not None:  # connections inherit it
            lent.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        self._room, self._back = room, back
        super().__init__(learner, steps, name, lent, after=after)

    def leaves(self) -> None:
        """Set stop, where another one is served next; how it ends is not asked."""
        with self.steps.untold():
            self.sets_stop()
        self.reply.asked = True

    def squeezed(self, name: tuple[str, str] = ANNA) -> Stream:
        """Connect as somebody to whom no more than that fits, either."""
        client = self.steps.tcp.connect(name, self.address, buffer=self._back)
        if self._room is not None:
            client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self._room)
        return client

    def answers(self, client: Stream, data: bytes, because: Because = None) -> None:
        """Let a client send data; it must come back."""
        client.send(data)
        client.expect(data, ANSWER, self.blamed(because))

    def ends(self, client: Stream, because: str = "MUX-07", shown: Because = None) -> None:
        """Let a client finish, if it has not; it must read the end, and nothing before it."""
        client.finish()
        what = ("the end of the answers", "响应的结束")
        client.ends(what, self.blamed((shown, {spins_at_the_end: "MUX-07"}, because)))

    def asleep(self, client: Stream, data: bytes) -> None:
        """Let a client send data and not read; what does not fit stays with us."""
        client.reading = False
        self.steps.tell(
            client.name, f"sends {len(data)} B, does not read", f"发 {len(data)} B，不读"
        )
        with self.steps.untold():
            client.send(data)

    def takes(self, client: Stream, data: bytes, most: int = 0) -> int:
        """Let a client that does not read send until the server, at rest, takes no more; return
        how many bytes. With most the data are sent again and again, up to about so many."""
        client.reading = False
        self.steps.tell(client.name, "sends and sends, does not read", "一直发，不读")
        taken, at_rest = 0, False
        with self.steps.untold():
            while taken < (most or len(data)):
                try:
                    at = taken % len(data) if most else taken
                    taken, at_rest = taken + client.sock.send(data[at : at + ROOM]), False
                except BlockingIOError:
                    if at_rest:
                        break
                    self.reply.rests()
                    at_rest = True
                except OSError:  # the learner's code has reset it
                    break
        return taken

    def finds_at_once(self, client: Stream, data: bytes) -> bytes:
        """Let a client send, while the server gets no CPU, as much of data as the kernel holds (how
        much that is, net.core.rmem_max may limit); return that."""
        self.steps.tell(client.name, "sends much at once", "一次发很多")
        sent = 0
        with self.steps.untold(), self.steps.process.halted(), contextlib.suppress(OSError):
            while sent < len(data):
                sent += client.sock.send(data[sent : sent + ROOM])
        return data[:sent]

    def goes_on(self, client: Stream, data: bytes, taken: int) -> None:
        """Let a client read, and send the rest of data meanwhile."""
        client.reading = True
        self.steps.tell(client.name, "reads on, and sends the rest", "接着读，把其余的也发完")
        with self.steps.untold():
            client.send(data[taken:])

    def gives_all(self, client: Stream, data: bytes, stuck: Because = None) -> None:
        """Let a client read late; all of data must come back. stuck is cited if it ends too
        early, though the connection is there."""
        came = client.read_on(len(data))
        if came != data:
            self.lives(None, idle=GONE_HOME)
        if not data.startswith(came):
            stuck = Proof("EPL-13") if len(came) < len(data) else None
        elif client.ended:
            stuck = "STR-27"
        client.expect_whole(data, ANSWER, came, stuck)
        client.received.clear()
