"""How far a class is: a bar with the time left and who is judged, or plain lines.

A terminal gets one line that is drawn again and again; anything else (a file, a pipe, a CI
log) gets a line now and then.
"""

import shutil
import time
from collections.abc import Callable
from typing import TextIO

from netlib.columns import clean, elide, width

__all__ = ["Progress"]

_BAR = 24  # columns
_PLAIN_EVERY_S = 10.0
_DRAW_EVERY_S = 0.1


class Progress:
    """Shows how many of total submissions are done."""

    def __init__(
        self, name: str, total: int, stream: TextIO, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name, self._total, self._stream, self._clock = name, total, stream, clock
        self._began = self._shown = clock()
        self._done = 0
        self._running: dict[str, None] = {}  # in the order in which they began
        self._live = stream.isatty()
        self.show()

    def started(self, student: str) -> None:
        """Somebody's notebook is being judged."""
        self._running[student] = None
        self.show()

    def running(self, students: list[str]) -> None:
        """These notebooks, and no others, are being judged."""
        self._running = dict.fromkeys(students)
        self.show()

    def done(self, student: str) -> None:
        """Somebody's grade is stored, or cannot be given."""
        self._running.pop(student, None)
        self._done += 1
        self.show()

    def show(self) -> None:
        """Draw again, if that is due."""
        now = self._clock()
        last = self._done == self._total
        every = _DRAW_EVERY_S if self._live else _PLAIN_EVERY_S
        if now - self._shown < every and not last and now != self._began:
            return
        self._shown = now
        if self._live:
            columns = shutil.get_terminal_size().columns - 1
            self._stream.write(f"\r{self._line(columns)}\x1b[K")
        elif 0 < self._done < self._total:
            self._stream.write(f"{self._line(200)}\n")
        self._stream.flush()

    def say(self, line: str) -> None:
        """Print a line of its own above the bar; what is in it is text, whoever wrote it."""
        clear = "\r\x1b[K" if self._live else ""
        self._stream.write(f"{clear}{clean(line)}\n")
        self._shown = 0.0
        self.show()

    def close(self) -> None:
        """Take the bar away."""
        if self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _line(self, columns: int) -> str:
        full = _BAR * self._done // max(1, self._total)
        bar = f"{'█' * full}{'░' * (_BAR - full)}  " if self._live else ""
        line = f"{self._name}  {bar}{self._done}/{self._total}{self._left()}"
        if self._running:
            line += f"  judging {', '.join(self._running)}"
        return elide(line, columns) if width(line) > columns else line

    def _left(self) -> str:
        if not 0 < self._done < self._total:
            return ""
        spent = self._clock() - self._began
        seconds = round(spent / self._done * (self._total - self._done))
        return f"  {seconds // 60}:{seconds % 60:02} left"
