"""Networks that are separate from the machine's own, made by a helper process on request.

Every request carries a socket of its own for the reply. So threads and forks may ask at the
same time, and a request that Jupyter's interrupt cuts short leaves no reply for the next.
"""

import contextlib
import os
import socket
import struct
import sys
from pathlib import Path

from netlib.deadlines import HELPER_S
from netlib.errors import LanError
from netlib.lan.processes import start_beside
from netlib.lan.refusal import unavailable

__all__ = ["Namespaces"]

_HELPER = Path(__file__).with_name("helper.py")
_REPLY_BYTES = 4096
_INT = struct.Struct("=i")


class Namespaces:
    """A user namespace of ours, and the networks in it; close() ends all of them.

    Attributes:
        user: a descriptor of the user namespace, for programs that must enter it.

    Raises:
        Unavailable: this machine forbids namespaces; says what to do.
    """

    def __init__(self) -> None:
        if sys.platform != "linux":
            raise unavailable(0, "")
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.user = -1
        with theirs:
            self._process = start_beside(_HELPER, [theirs.fileno()])
        try:
            self.user = self._receive(self._control)
        except OSError as error:
            self.close()
            raise unavailable(error.errno or 0, error.strerror or "") from None
        except BaseException:
            self.close()
            raise

    def network(self) -> int:
        """Make an empty network; return the descriptor that keeps it alive."""
        return self._ask("namespace")

    def new_socket(self, network: int, family: int, kind: int, protocol: int = 0) -> int:
        """Return the descriptor of a new socket that belongs to the network.

        Raises:
            OSError: as socket.socket() would.
        """
        return self._ask("socket", family, kind, protocol, network=network)

    def open(self, network: int, path: str, flags: int = os.O_RDONLY) -> int:
        """Open a file below /proc/sys/net or /proc/self/net as the network has it."""
        return self._ask("open", path, flags, network=network)

    def close(self) -> None:
        """End the helper, and with it every process in its networks. A second call does nothing."""
        with contextlib.suppress(OSError):  # closed, or the helper has ended
            self._control.shutdown(socket.SHUT_RDWR)  # closing is not enough if there are forks
        self._control.close()
        if self.user >= 0:
            os.close(self.user)
            self.user = -1
        self._process.wait()

    def _ask(self, name: str, *arguments: int | str, network: int | None = None) -> int:
        request = "\0".join(map(str, (name, *arguments))).encode()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours:
            with theirs:
                passed = [theirs.fileno()] if network is None else [theirs.fileno(), network]
                try:
                    socket.send_fds(self._control, [request], passed)
                except OSError as error:
                    raise _gone() from error
            return self._receive(ours)

    def _receive(self, sock: socket.socket) -> int:
        """Return the descriptor of a reply; an error in the reply is raised."""
        sock.settimeout(HELPER_S)
        try:
            reply, passed, _, _ = sock.recvmsg(  # socket.recv_fds forgets its flags
                _REPLY_BYTES, socket.CMSG_LEN(_INT.size), socket.MSG_CMSG_CLOEXEC
            )
        except TimeoutError as error:
            raise LanError(
                f"expected the LAN's helper process to answer within {HELPER_S:g} s; it did not"
            ) from error
        if not reply:
            raise _gone()
        number, _, text = reply.decode().partition(" ")
        if number != "0":
            raise OSError(int(number), text)
        (descriptor,) = _INT.unpack(passed[0][2])
        return int(descriptor)


def _gone() -> LanError:
    return LanError("expected the LAN's helper process to answer; it has ended: make a new Lan")
