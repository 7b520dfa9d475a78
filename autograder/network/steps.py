"""What a rule does to the learner's code, and makes for it: sockets, folders, a LAN, objects."""

import socket
from collections.abc import Callable, Mapping
from random import Random
from typing import TYPE_CHECKING, Any

from autograder.deadlines import WIRE_S
from autograder.learner.handles import Event, Puppet
from autograder.learner.process import Process
from autograder.learner.source import Source
from autograder.network.folder import Folder
from autograder.network.run import Run
from autograder.network.sockets import Lent, UDPPeer
from autograder.network.stream import Stream
from autograder.network.tcp import TCP
from autograder.network.udp import Talker
from autograder.text.because import Because, Mistakes
from autograder.text.story import QUIET, Failed
from autograder.text.wording import Text, apart
from netlib.schedule import Schedule

if TYPE_CHECKING:
    from autograder.network.lan import Build
    from netlib.lan import Host, Lan

__all__ = ["Steps"]


class Steps(Run):
    """The network around the learner's code for one run of one rule.

    Attributes:
        tcp: makes connections and listeners.
    """

    def __init__(
        self,
        process: Process,
        source: Source,
        faults: Schedule = QUIET,
        start_on: "Callable[[Host], Process] | None" = None,
        protocol: str = "",
        mistakes: Mistakes | None = None,
    ) -> None:
        super().__init__(process, source, faults, protocol, mistakes)
        self._start_on = start_on
        self._lan: Lan | None = None
        self._peers: list[UDPPeer] = []
        self._folders: list[Folder] = []
        self.tcp = TCP(self)

    def udp(self, name: str | tuple[str, str], host: str = "127.0.0.1", port: int = 0) -> Talker:
        """Return an endpoint of ours that the learner's code talks to."""
        called = Text.of(name)
        try:
            peer = self.own_socket(host, port)
        except OSError:
            wanted = Text(
                f"a free address for {called.en}", f"一个给{apart(called.zh)}用的空闲地址"
            )
            got = Text("your code, or another program, holds it", "被你的代码或别的程序占用了")
            raise Failed(wanted, got) from None
        return Talker(self, called, peer, self.own_socket)

    def own_socket(self, host: str = "127.0.0.1", port: int = 0) -> UDPPeer:
        """Return a bound UDP socket to hand to the learner's code."""
        peer = UDPPeer(host, port)
        self._peers.append(peer)
        self.naming.addresses.append(peer.address)
        return peer

    def party(self, name: str | tuple[str, str], address: tuple[str, int]) -> tuple[str, int]:
        """Give a name to an address that is fed to a machine, and return the address.

        Several addresses may have one name: the ports of one party.
        """
        self.naming.call(address, Text.of(name))
        return address

    def folder(self, files: Mapping[str, bytes] | None = None) -> Folder:
        """Return a folder that the learner's code sees, too, with these files in it."""
        scratch = self.process.scratch
        if scratch is None:
            folder = Folder.temporary()
        else:
            folder = Folder(*scratch, f"folder{len(self._folders) or ''}")
        self._folders.append(folder)
        self.naming.add_folder(folder.path)
        folder.write(files or {})
        return folder

    def lan(self, *networks: str, learner_on: str, build: "Build | None" = None) -> "Lan":
        """Return a LAN of this run's own; from now on the learner's code is on a host of it.

        Arguments and errors are those of `lan.made`. Asked for before anything else; our
        endpoints on other hosts are made in `with lan["ben"]:`.
        """
        from autograder.network.lan import made  # loads netlib.lan, which few rules need

        if self._start_on is None or self._lan or self.story or self._peers or self._folders:
            raise RuntimeError("expected steps.lan() once, before anything else in a rule")
        self._lan, host = made(networks, build, learner_on)
        self.process.kill()
        self.process = self._start_on(host)
        return self._lan

    def pair(self, name: str | tuple[str, str], called: str = "sock") -> tuple[Lent, Stream]:
        """Return a socket that has a fileno() and no address, to hand to the learner's code, and
        our end: a pair of Unix sockets, where all that was sent can be read at once.

        called: what the story calls theirs.
        """
        return self.tcp.pair(name, called)

    def unix(
        self,
        name: str | tuple[str, str],
        folder: Folder,
        file: str,
        because: Because = None,
        within: float = WIRE_S,
    ) -> Stream:
        """Connect to a Unix socket on which the learner's code listens, by its name in a folder.
        Fails if there is none within so many seconds."""
        return self.tcp.unix(name, folder, file, because, within)

    def quiet_port(self, rng: Random) -> int:
        """Return a port that no socket has, and that nobody is likely to take while the rule runs:
        see `netlib.ports`. Raises Unavailable if there is none."""
        return self.tcp.quiet_port(rng)

    def hold(
        self,
        kind: str,
        host: str = "127.0.0.1",
        port: int = 0,
        listen: bool = False,
        reuse: bool = False,
    ) -> socket.socket:
        """Return a socket of ours ("tcp" or "udp") that has that address; closed at the end.

        listen: TCP listens there. reuse: SO_REUSEADDR is set. The rule begins again if somebody
        else has the address.
        """
        return self.tcp.hold(kind, host, port, listen=listen, reuse=reuse)

    def event(self) -> Event:
        """Return an event to hand to the learner's code; we set it."""
        return self.process.event()

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

    def close(self) -> None:
        """End the learner's code, and give every socket and the LAN back."""
        self.process.kill()
        for peer in self._peers:
            peer.close()
        self.tcp.close()
        if self._lan is not None:
            self._lan.close()
        for folder in self._folders:
            folder.close()
