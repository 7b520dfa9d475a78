"""What no submission may take: a planted file, variable and service, and the graded draw.

The service waits on the host's loopback, by TCP, by UDP and by an abstract name; nobody
answers there, but whoever called is counted.
"""

import contextlib
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from autograder.exercise import Exercise, Rule
from autograder.judging.draws import secret_draw
from autograder.rules import exercises
from autograder.rules.common import han, word

__all__ = ["WORD", "Planted", "draws"]

WORD = "planted-7f3a9c51"


def draws(secret: str) -> set[str]:
    """Return what the graded draw begins with, rule by rule, as it could be written down."""
    return {text for e in exercises("ch04") for rule in e.rules for text in _draw(e, rule, secret)}


def _draw(exercise: Exercise, rule: Rule, secret: str) -> set[str]:
    draw = secret_draw(exercise, secret)
    text, data = word(draw(rule)), draw(rule).randbytes(5)
    written = {data.hex(), data.hex(" "), repr(data)[2:-1]}
    return {text, text.encode().hex(), han(draw(rule), 4)} | written


@dataclass
class Planted:
    """What no result may hold. folder and secret are the course's."""

    file: Path
    folder: Path
    secret: Path

    def __post_init__(self) -> None:
        """Plant the file and open the service."""
        self.file.write_text(f"{WORD} in a file")
        self.name = f"a service of {os.getpid()}"
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self._tcp.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        self._unix = socket.socket(socket.AF_UNIX)
        self._unix.bind(f"\0{self.name}")
        self._unix.listen()
        for sock in (self._tcp, self._udp, self._unix):
            sock.setblocking(False)

    def calls(self) -> int:
        """Return in how many of its three ways the service was called since it was asked."""
        found = 0
        for sock in (self._tcp, self._unix, self._udp):
            waiting = found
            with contextlib.suppress(BlockingIOError):
                while True:
                    if sock is self._udp:
                        sock.recvfrom(10)
                    else:
                        sock.accept()[0].close()
                    found = waiting + 1
        return found

    def close(self) -> None:
        """End the service."""
        for sock in (self._tcp, self._unix, self._udp):
            sock.close()

    def fill(self, notebook: bytes) -> bytes:
        """Tell an attack where things are: it need not search for them."""
        for name, value in (
            ("PLANTED_FILE", self.file),
            ("PLANTED_PORT", self.port),
            ("PLANTED_NAME", self.name),
            ("COURSE_SECRET", self.secret),
            ("COURSE_FOLDER", self.folder),
        ):
            notebook = notebook.replace(name.encode(), str(value).encode())
        return notebook
