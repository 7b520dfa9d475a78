"""What a rule does to the learner's code: calls it, plays its peer, and tells the story.

Everything that a rule does or sees is recorded in order, so a failed rule can be drawn. A
rule that is not satisfied raises Failed; any other exception in a rule is our own fault.
"""

import select
import socket
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from autograder.learner.calls import Event, Puppet
from autograder.learner.process import Subject
from autograder.network.folder import Folder
from autograder.network.sockets import Datagram, UDPPeer
from autograder.network.tcp import TCP
from autograder.network.timers import Timers
from autograder.network.udp import Talker
from autograder.text.naming import Naming
from autograder.text.observed import Gone, Hang, Raised
from autograder.text.story import QUIET, YOU, Because, Did, Failed, Happened, Sent
from autograder.text.wording import Text, caret, describe, difference, same
from netlib.schedule import Schedule
from netlib.trace import Fate

if TYPE_CHECKING:
    from autograder.network.lan import Build
    from netlib.lan import Host, Lan

__all__ = ["YOU", "Because", "Steps", "Talker"]


class Watched(Protocol):
    """A call under way, as `Steps` sees it."""

    asked: bool

    @property
    def ended(self) -> bool: ...

    def result(self, within: float = ..., because: Because = ...) -> Any: ...


class Steps:
    """The network around the learner's code for one run of one rule."""

    def __init__(
        self,
        subject: Subject,
        quote: Callable[[tuple[str, int]], str],
        faults: Schedule = QUIET,
        start_on: "Callable[[Host], Subject] | None" = None,
        protocol: str = "",
    ) -> None:
        """quote returns the source line at (label of a cell, line); faults are the network's;
        protocol is the exercise's."""
        self.subject, self._quote, self.faults = subject, quote, faults
        self._start_on, self.protocol = start_on, protocol
        self._lan: Lan | None = None
        self.timers = Timers()
        self._open: list[Watched] = []
        self._peers: list[UDPPeer] = []
        self._folders: list[Folder] = []
        self.naming = Naming()
        self.tcp = TCP(self)
        self.story: list[Did] = []

    # -- what rules use ------------------------------------------------------------------------

    def udp(self, name: str | tuple[str, str], host: str = "127.0.0.1", port: int = 0) -> "Talker":
        """Return an endpoint of ours that the learner's code talks to."""
        called = Text.of(name)
        try:
            peer = self._keep(UDPPeer(host, port))
        except OSError:
            wanted = Text(f"a free address for {called.en}", f"一个给{called.zh}用的空闲地址")
            got = Text("your code, or another program, holds it", "被你的代码或别的程序占用了")
            raise Failed(wanted, got) from None
        return Talker(self, called, peer)

    def party(self, name: str | tuple[str, str], address: tuple[str, int]) -> tuple[str, int]:
        """Give a name to an address that is fed to a machine, and return the address.

        Several addresses may have one name: the ports of one party.
        """
        self.naming.call(address, Text.of(name))
        return address

    def own_socket(self, host: str = "127.0.0.1") -> "UDPPeer":
        """Return a bound UDP socket to hand to the learner's code."""
        return self._keep(UDPPeer(host, 0))

    def folder(self, files: Mapping[str, bytes] | None = None) -> Folder:
        """Return a folder that the learner's code sees, too, with these files in it."""
        scratch = self.subject.scratch
        if scratch is None:
            folder = Folder.temporary()
        else:
            folder = Folder(*scratch, f"folder{len(self._folders) or ''}")
        self._folders.append(folder)
        self.naming.add_folder(folder.path)
        folder.write(files or {})
        return folder

    def lan(self, *networks: str, subject_on: str, build: "Build | None" = None) -> "Lan":
        """Return a LAN of this run's own; from now on the learner's code is on a host of it.

        Arguments and errors are those of `lan_rules.made`. Asked for before anything else; our
        endpoints on other hosts are made in `with lan["ben"]:`.
        """
        from autograder.network.lan import made  # loads netlib.lan, which few rules need

        if self._start_on is None or self._lan or self.story or self._peers or self._folders:
            raise RuntimeError("expected steps.lan() once, before anything else in a rule")
        self._lan, host = made(networks, build, subject_on)
        self.subject.kill()
        self.subject = self._start_on(host)
        return self._lan

    def event(self) -> Event:
        """Return an event to hand to the learner's code; we set it."""
        return self.subject.event()

    def puppet(
        self,
        target: Any,
        *,
        methods: tuple[str, ...] = ("start", "feed", "on_timeout"),
        attributes: tuple[str, ...] = ("done", "error", "progress"),
        name: str = "machine",
    ) -> Puppet:
        """Return target to hand to the learner's code, which calls it here, one call at a time."""
        return Puppet(name, target, methods, attributes)

    def expect(
        self,
        what: str | tuple[str, str],
        *,
        got: Any,
        want: Any,
        because: Because = None,
    ) -> None:
        """Fail unless got is want, in type and in value."""
        if not same(want, got):
            self.fail(what, got=got, want=want, because=because)

    def fail(
        self,
        what: str | tuple[str, str],
        *,
        got: Any,
        want: Any,
        because: Because = None,
        late: bool = False,
    ) -> None:
        """Fail: what names the thing compared; want and got may be values or Texts."""
        name = Text.of(what)
        wanted, came = describe(self.naming.of(want)), describe(self.naming.of(got))
        expected = Text(f"{name.en}: {wanted.en}", f"{name.zh}：{wanted.zh}")
        pair = self.naming.of_path(want), self.naming.of_path(got)
        remark = None if isinstance(want, Text) else difference(*pair)
        under = caret(*pair, came)
        cited = because(got) if callable(because) else because
        raise Failed(
            expected, came, cited, kind="late" if late else "failed", remark=remark, under=under
        )

    def close(self) -> None:
        """End the learner's code, and give every socket and the LAN back."""
        self.subject.kill()
        for peer in self._peers:
            peer.close()
        self.tcp.close()
        if self._lan is not None:
            self._lan.close()
        for folder in self._folders:
            folder.close()

    # -- for this module and its neighbours ----------------------------------------------------

    def tell(self, at: Text, english: str, chinese: str) -> None:
        """Add an event at an endpoint to the story."""
        self.story.append(Happened(at, Text(english, chinese)))

    def crossed(self, sender: Text, receiver: Text, data: bytes, fate: Fate = "delivered") -> None:
        """Add a message to the story."""
        self.story.append(Sent(sender, receiver, data, fate, self.protocol))

    def watch(self, reply: "Watched") -> None:
        """Watch a call, so that waiting for something else notices its end."""
        self._open.append(reply)

    def wait(
        self, peers: tuple[UDPPeer, ...], deadline: float, over: Callable[[], bool]
    ) -> Datagram | None:
        """Return the next datagram at one of these endpoints of ours.

        None if none comes in time, if a timer lets over be true, or if all calls of the
        learner's have ended without having sent one.
        """
        poller = select.poll()
        for peer in peers:
            poller.register(peer.sock, select.POLLIN)
        poller.register(self.subject, select.POLLIN)
        while time.monotonic() < deadline:
            ready = {fd for fd, _ in poller.poll(self.timers.pause(deadline))}
            if (datagram := _received(peers)) is not None:
                return datagram
            self.timers.fire()
            if over():
                return None
            if self.subject.fileno() in ready:
                self._drain()
                if all(reply.ended for reply in self._open) and not self.timers:
                    return _received(peers)  # what it sent before it ended is already here
        return None

    def listen(self, deadline: float, sock: socket.socket | None = None, events: int = 0) -> int:
        """Hear what the learner's code says until deadline, or until something happens.

        Returns what of events has happened to sock, errors included (poll(2)).
        """
        poller = select.poll()
        poller.register(self.subject, select.POLLIN)
        if sock is not None and events:
            poller.register(sock, events)
        ready = dict(poller.poll(self.timers.pause(deadline)))
        if self.subject.fileno() in ready:
            self._drain()
        self.timers.fire()
        return ready.get(sock.fileno(), 0) if sock is not None else 0

    def _drain(self) -> None:
        try:
            self.subject.handle_one()
        except Gone as error:
            raise self.gone(error) from None

    def ended(self) -> "Watched | None":
        """Return a call that has ended and whose end nobody has asked for."""
        return next((reply for reply in self._open if reply.ended and not reply.asked), None)

    def raised(
        self, error: Raised, because: Because = None, expected: Text | None = None
    ) -> Failed:
        """Return the failure that an exception of the learner's code means."""
        if error.names[0] == "NotImplementedError":
            return Failed(None, None, kind="unwritten")
        remark = self._line(error.where)
        cited = because(error.error) if callable(because) else because
        self.tell(YOU, f"raised {error.names[0]}", f"抛出 {error.names[0]}")
        got = self.naming.of_error(error.error)
        return Failed(expected, got, cited, remark=remark, raised=error)

    def hang(self, error: Hang, because: Because) -> Failed:
        """Return the failure that a call which does not return means."""
        seconds = f"{error.seconds:g} s"
        got = Text(f"still waiting after {seconds}", f"{seconds} 后还没有返回")
        remark = self._line(error.where)
        self.tell(YOU, "still waiting", "还在等")
        cited = because(None) if callable(because) else because
        return Failed(Text("a return", "函数返回"), got, cited, kind="late", remark=remark)

    def _line(self, where: tuple[str, int] | None) -> Text | None:
        if where is None:
            return None
        source = self._quote(where)
        return Text(f"in line {where[1]}: {source}", f"第 {where[1]} 行：{source}")

    def failure(self, seen: Gone | Hang | Raised) -> Failed:
        """Return the failure that any of them means."""
        if isinstance(seen, Gone):
            return self.gone(seen)
        return self.hang(seen, None) if isinstance(seen, Hang) else self.raised(seen)

    def gone(self, error: Gone) -> Failed:
        """Return the failure that the end of the learner's process means."""
        if error.unreadable:
            self.tell(YOU, "returned something", "返回了某个值")
            got = Text("a value too large or too deep to look at", "一个太大或太深、无法查看的值")
            return Failed(Text("a plain value", "一个普通的值"), got, kind="gone")
        self.tell(YOU, "the process ended", "进程结束了")
        return Failed(
            Text("a value, or an exception", "返回值或异常"),
            Text("your code ended the whole process", "你的代码结束了整个进程"),
            kind="gone",
        )

    def _keep(self, peer: UDPPeer) -> UDPPeer:
        self._peers.append(peer)
        self.naming.addresses.append(peer.address)
        return peer


def _received(peers: tuple[UDPPeer, ...]) -> Datagram | None:
    for peer in peers:
        if (datagram := peer.receive()) is not None:
            return datagram
    return None
