"""A chat as in the classroom notes: two threads, no end, and text drawn as it came.

It is typed anew, with its mistakes; do not learn from it. Chapter 05 shows what becomes of it, in
a process of its own (`running`), because it does not end by itself.
"""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType

from netlib.deadlines import SERVER_S

__all__ = ["OldChat", "main", "running"]

Address = tuple[str, int]


def receive_data(udp_socket: socket.socket) -> None:
    """Show what comes, with a carriage return before it and a prompt behind it."""
    while True:
        content, source_addr = udp_socket.recvfrom(1024)
        content_text = content.decode("gbk")
        sys.stdout.write("\r")
        print(f">>{time.ctime()}|{source_addr}=====>{content_text}", end="\n<<")


def send_data(udp_socket: socket.socket, target_addr: Address) -> None:
    """Send what is typed."""
    while True:
        content = input("<<")
        udp_socket.sendto(content.encode("gbk"), target_addr)


def main(target_addr: Address) -> None:
    """Chat with one person, for ever.

    The notes listen at port 8899 of every address of the machine; this one at a free port of
    loopback, which it writes to its standard error.
    """
    udp_socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp_socket.bind(("127.0.0.1", 0))
    print(udp_socket.getsockname()[1], file=sys.stderr, flush=True)
    receive_thread = threading.Thread(target=receive_data, args=(udp_socket,))
    send_thread = threading.Thread(target=send_data, args=(udp_socket, target_addr))
    receive_thread.start()
    send_thread.start()
    receive_thread.join()
    send_thread.join()


# -- beside a notebook -----------------------------------------------------------------------------


def running(target_addr: Address) -> "OldChat":
    """Return a context manager that runs the chat in a process, and ends that, whatever it does."""
    return OldChat(target_addr)


class OldChat:
    """The chat in a process, and who sits before it.

    Attributes:
        address: where it listens.
        screen: what it has written so far; complaints: the same on its standard error.
    """

    def __init__(self, target_addr: Address) -> None:
        host, port = target_addr
        self._words = [sys.executable, "-m", __name__, host, str(port)]
        self.address: Address = ("", 0)
        self.screen = self.complaints = ""

    def __enter__(self) -> "OldChat":
        course = str(Path(__file__).resolve().parents[2])
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            self._words,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            start_new_session=True,  # an interrupt of the notebook is not for it
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([course, *filter(os.path.isabs, sys.path)]),
                "PYTHONUNBUFFERED": "1",
                "PYTHONIOENCODING": "utf-8",
            },
        )
        first = self._process.stderr.readline() if self._process.stderr else b""
        self.address = "127.0.0.1", int(first)
        self.shows("<<")  # now both threads wait
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    @property
    def alive(self) -> bool:
        """Whether it runs still."""
        return self._process.poll() is None

    def type(self, line: str) -> None:
        """Type a line and Enter."""
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def interrupt(self) -> None:
        """Press Ctrl+C."""
        self._process.send_signal(signal.SIGINT)

    def shows(self, text: str, within: float = SERVER_S) -> bool:
        """Wait until the screen shows text, or it complains of it; return whether it has."""
        end = time.monotonic() + within
        while text not in self.screen + self.complaints:
            left = end - time.monotonic()
            if left <= 0 or not self._read(left):
                return False
        return True

    def ends(self, within: float) -> bool:
        """Return whether it ends in so many seconds."""
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _read(self, seconds: float) -> bool:
        """Read what it writes; return whether there was anything."""
        out, complaints = self._process.stdout, self._process.stderr
        assert out is not None and complaints is not None
        ready = select.select([out, complaints], [], [], seconds)[0]
        came = False
        for stream in ready:
            text = os.read(stream.fileno(), 1 << 16).decode(errors="replace")
            came = came or text != ""
            if stream is out:
                self.screen += text
            else:
                self.complaints += text
        return came


if __name__ == "__main__":
    main((sys.argv[1], int(sys.argv[2])))
