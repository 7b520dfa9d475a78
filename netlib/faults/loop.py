"""One thread's sockets and timers, for the relays: what is ready is called, in order.

No framework: it knows neither tasks nor buffers, and chapters do not use it.
"""

import heapq
import selectors
import socket
import time
from collections.abc import Callable

from netlib.clock import Clock

__all__ = ["READ", "WRITE", "Loop"]

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
_SCRATCH = 256 << 10
_EAGER = 64  # turns after which a poll has a longer pause
_PAUSES_S = 0.000_05, 0.002  # between two polls, at first and later

Call = Callable[[], object]


class Loop:
    """Calls what a socket or a moment was waited for, until the other end of woken closes.

    Attributes:
        scratch: bytes to read into, for whoever is being called, until it returns.
    """

    def __init__(self, clock: Clock, woken: socket.socket) -> None:
        self.clock, self._woken = clock, woken
        self.scratch = bytearray(_SCRATCH)
        self._selector = selectors.DefaultSelector()
        self._timers: list[tuple[float, int, Call]] = []  # a heap
        self._polls: list[Callable[[], bool]] = []
        self._order = self._turns = 0
        woken.setblocking(False)
        self._selector.register(woken, READ, None)

    def watch(self, sock: socket.socket, events: int, call: Callable[[int], object]) -> None:
        """Call call(events) whenever sock is ready, instead of what was said before."""
        if sock in self._selector.get_map():
            self._selector.modify(sock, events, call)
        else:
            self._selector.register(sock, events, call)

    def forget(self, sock: socket.socket) -> None:
        """End what watch() began; to be called before sock is closed."""
        if sock in self._selector.get_map():
            self._selector.unregister(sock)

    def at(self, due: float, call: Call) -> None:
        """Call call once, at the clock's time due; of two at one time, the first comes first."""
        self._order += 1
        heapq.heappush(self._timers, (due, self._order, call))

    def poll(self, done: Callable[[], bool]) -> None:
        """Call done again and again, in real time, until it returns True."""
        self._polls.append(done)
        self._turns = 0

    def run(self) -> None:
        """Serve until the other end of woken is closed."""
        while True:
            ready = self._selector.select(self._timeout())
            self._due()
            for key, events in ready:
                if key.data is not None:
                    key.data(events)
                elif self._closed():
                    return
            if self._polls:
                self._turns = 0 if ready else self._turns + 1
                waiting, self._polls = self._polls, []
                self._polls += [done for done in waiting if not done()]

    def close(self) -> None:
        """Forget all sockets; they stay open."""
        self._selector.close()
        self._polls.clear()
        self._timers.clear()

    def _timeout(self) -> float | None:
        until = self.clock.until(self._timers[0][0]) if self._timers else None
        if not self._polls:
            return until
        pause = _PAUSES_S[self._turns > _EAGER]
        if pause < 0.001:  # finer than a selector's own waits
            time.sleep(pause)
            return 0
        return pause if until is None else min(pause, until)

    def _due(self) -> None:
        now = self.clock.now()
        while self._timers and self._timers[0][0] <= now:
            heapq.heappop(self._timers)[2]()

    def _closed(self) -> bool:
        try:
            return self._woken.recv(4096) == b""
        except BlockingIOError:
            return False
