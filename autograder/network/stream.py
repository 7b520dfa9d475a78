"""TCP connections between a rule and the learner's code, across a network that may be bad.

What crosses is told, piece by piece. The stream is cut, delayed and ended by the code of
netlib's relays (netlib.schedule.streams) and without a thread: a rule sends or waits, and only
then anything happens. A piece that is to be a read of its own is followed by the next one when
the learner's code has taken it, as the kernel tells (sock_diag(7)).
"""

import contextlib
import select
import socket
import struct
import time
from collections.abc import Callable, Iterator

from autograder.clock import CLOCK, Moment
from autograder.deadlines import LEFT_S, TAKEN_S, WIRE_S
from autograder.network.run import Run
from autograder.text.because import Because
from autograder.text.story import YOU
from autograder.text.wording import Text, describe
from netlib.faults.diag import taken
from netlib.schedule.streams import End, Pass, Reset, Shape
from netlib.trace import Fate

__all__ = ["Stream"]

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close() sends an RST
_LOOK_S = 0.0005  # between two looks whether it has
_AT_ONCE = 64 << 10  # bytes
MOST = 32 << 20  # bytes that a rule takes from the learner's code on one connection

Enough = Callable[[bytes], int]


class Stream:
    """One connection, by the name of our end.

    Attributes:
        received: bytes that have come and were not read by the rule.
        delivered: bytes that have been sent on to the learner's code.
        ended: the learner's code has ended its direction (FIN).
        was_reset: it has reset the connection (RST), or we have.
        reading: False lets what it sends pile up.
    """

    def __init__(self, run: Run, name: Text, sock: socket.socket, *, client: bool) -> None:
        """client: we have connected, so replies are what the learner's code sends."""
        self._run, self.name, self.sock = run, name, sock
        sock.setblocking(False)
        self._is_tcp = sock.family != socket.AF_UNIX
        if self._is_tcp:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        faults = [fault for fault in run.faults.faults if fault.kind != "window"]
        self._shapes = {
            who: Shape(fault for fault in faults if fault.reply is (theirs == client))
            for who, theirs in ((name, False), (YOU, True))
        }
        self._sent, self._heard, self._unread = 0, 0, False
        self._ends = sock.getpeername(), sock.getsockname()
        self.received, self.delivered = bytearray(), b""
        self._untold = b""  # the last bytes of received, if the story owes them
        self.ended = self.was_reset = False
        self.reading = True

    # -- what rules use ------------------------------------------------------------------------

    def send(self, data: bytes) -> None:
        """Send bytes; the network does its worst. What the learner's code does not take in time,
        or cannot take any more, is gone."""
        self._shapes[self.name].feed(data, time.monotonic())
        self._go_on(self.name)

    def finish(self) -> None:
        """End our direction (FIN); go on reading."""
        self._shapes[self.name].finish()
        self._go_on(self.name)

    def reset(self, fate: Fate = "delivered") -> None:
        """Reset the connection (RST)."""
        if self.sock.fileno() < 0:
            return
        self._run.tell(self.name, "RST", "RST")
        self.was_reset = True
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.sock.close()

    def close(self) -> None:
        """Close our end, in both directions."""
        self.sock.close()

    def read(
        self,
        size: int,
        what: str | tuple[str, str] = ("bytes", "字节"),
        because: Because = None,
        within: float = WIRE_S,
    ) -> bytes:
        """Return the next size bytes. Fails if so many do not come."""
        return self._read(lambda came: size * (len(came) >= size), size == 0, what, because, within)

    def expect(
        self,
        data: bytes,
        what: str | tuple[str, str] = ("bytes", "字节"),
        because: Because = None,
        within: float = WIRE_S,
    ) -> None:
        """Read as many bytes. Fails if so many do not come, or others."""
        got = self.read(len(data), what, because, within)
        self._run.expect(what, got=got, want=data, because=because)

    def read_line(
        self,
        what: str | tuple[str, str] = ("a line", "一行"),
        because: Because = None,
        within: float = WIRE_S,
    ) -> bytes:
        """Return what comes up to and with the next LF. Fails if none comes."""
        return self._read(lambda came: came.find(b"\n") + 1, False, what, because, within)

    def read_all(
        self,
        what: str | tuple[str, str] = ("the end of the stream", "流的结束"),
        because: Because = None,
        within: float = WIRE_S,
    ) -> bytes:
        """Return all that comes up to the end (FIN). Fails if it does not end."""
        deadline = CLOCK.limit(within)
        while not self.ended:
            if self.was_reset or not self._more(deadline):
                self._nothing_more(Text.of(what), because, within)
        came = bytes(self.received)
        self.received.clear()
        return came

    def unread(self) -> bytes:
        """Return what has come by now and was not read, without waiting for more."""
        self._wait(CLOCK.after(0))
        return bytes(self.received)

    def read_on(self, size: int | None = None) -> bytes:
        """Read what comes, in whatever pieces, and tell it in one row; return all of it.

        That ends with the stream; or when there are size bytes; or when nothing more comes:
        soon, where a call has ended.
        """
        self.reading = True
        with self._run.untold():
            deadline, before = CLOCK.limit(WIRE_S), 0
            while not self._has(size) and self._more(deadline):
                if len(self.received) > before:  # only then does the wait begin anew
                    deadline, before = CLOCK.limit(WIRE_S), len(self.received)
        self._run.tell(self.name, "reads all that comes", "读完到达的所有字节")
        return bytes(self.received)

    @contextlib.contextmanager
    def as_one(self) -> Iterator[None]:
        """Tell in one row what the rule reads meanwhile: in what pieces it comes differs from run
        to run. What else has come is told with what is read next, or if the rule fails."""
        before, held, left = self._run.story, self._untold, 0
        self._untold = b""
        try:
            yield
            left = len(self.received)
        finally:
            self._untold = self._run.join(before, (YOU, self.name), held, left)

    def _has(self, size: int | None) -> bool:
        return self.is_over or (size is not None and len(self.received) >= size)

    def expect_whole(
        self, want: bytes, what: str | tuple[str, str], got: bytes, because: Because = None
    ) -> None:
        """Fail unless got is want, which is long: the failure says no more than what is wrong."""
        if got != want:
            if (early := self._run.ended()) is not None:
                early.result(because=because)  # fails by itself if it raised
            less = Text("less than that", "比这少")
            came = less if len(got) < len(want) else Text("other bytes", "别的字节")
            size = Text(f"{len(want)} bytes", f"{len(want)} 个字节")
            self._run.fail(what, got=came, want=size, because=because)

    def ends(self, what: str | tuple[str, str], because: Because = None) -> None:
        """Expect the end of the stream (FIN), and nothing before it."""
        self._run.expect(what, got=self.read_all(what, because), want=b"", because=because)

    @property
    def is_over(self) -> bool:
        """Whether its end has come, by FIN or RST."""
        return self.ended or self.was_reset

    def waits_for_end(self, within: float) -> bool:
        """Wait until the connection ends, by FIN or RST; return whether it does."""
        deadline = CLOCK.limit(within)
        while not self.is_over and self._wait(deadline):
            pass
        return self.is_over

    def hear(self, deadline: Moment) -> None:
        """Read what comes until deadline, or until something happens."""
        self._wait(deadline)

    # -- the network ---------------------------------------------------------------------------

    def _go_on(self, sender: Text) -> None:
        """Do what the schedule says with what a side has sent, up to where it has to wait."""
        while self.sock.fileno() >= 0:
            now = time.monotonic()
            step = self._shapes[sender].step(now)
            if isinstance(step, Pass):
                self._pass(sender, step)
            elif isinstance(step, End):
                self._end(sender, step)
            elif isinstance(step, Reset):
                self.reset("forged")
            else:
                if step.faults:
                    at = YOU if sender == self.name else self.name
                    self._run.tell(at, step.faults, step.faults)
                if step.until is not None:
                    self._run.timers.after(step.until - now, lambda: self._go_on(sender))
                return

    def _pass(self, sender: Text, step: Pass) -> None:
        if sender == YOU:
            self._run.crossed(YOU, self.name, self._untold + step.data)
            self._untold = b""
            self.received += step.data
            return
        self._run.crossed(self.name, YOU, step.data)
        self.delivered += step.data
        self._write(memoryview(step.data))
        if step.alone and not self._unread:
            self._settle()

    def _end(self, sender: Text, step: End) -> None:
        if step.lost and sender == YOU:  # ours has not sent what is behind its end
            self._run.crossed(YOU, self.name, step.lost, "lost")
        self._run.tell(sender, "FIN", "FIN")
        if sender == YOU:
            self.ended = True
            return
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:  # the learner's code has reset it
            self.was_reset = True

    def _write(self, data: memoryview) -> None:
        deadline = CLOCK.limit(WIRE_S)
        while data and not self.was_reset:
            try:
                sent = self.sock.send(data)
            except BlockingIOError:
                sent = 0
            except OSError:
                self.was_reset = True
                return
            if sent:
                self._sent += sent
                data, deadline = data[sent:], CLOCK.limit(WIRE_S)
            elif CLOCK.passed(deadline):
                self._run.tell(YOU, "reads nothing more", "不再读了")
                return
            else:
                self._wait(deadline, select.POLLOUT)

    def _settle(self) -> None:
        """Wait until the learner's code has taken what was sent; if it does not, never again."""
        deadline = CLOCK.limit(TAKEN_S)
        while not self.was_reset:
            passed = CLOCK.passed(deadline)
            count = taken(*self._ends) if self._is_tcp else None
            if count is None or count >= self._sent:
                if count is None:  # the kernel does not tell
                    self._wait(CLOCK.after(4 * _LOOK_S))
                return
            if passed:
                break
            self._wait(CLOCK.after(_LOOK_S))
        self._unread = True

    # -- our end -------------------------------------------------------------------------------

    def _wait(self, deadline: Moment, events: int = 0) -> bool:
        """Wait for something to happen at our end, or at the learner's; False if nothing has
        before deadline."""
        if self.sock.fileno() < 0:
            self._run.listen(deadline)
            return not CLOCK.passed(deadline)
        if self.reading and not self.ended and not self.was_reset:
            events |= select.POLLIN if self._shapes[YOU].room() else 0
        happened = self._run.listen(deadline, self.sock, events) & ~select.POLLOUT
        if happened:
            self._hear()
        return bool(happened) or not CLOCK.passed(deadline)

    def _hear(self) -> None:
        shape = self._shapes[YOU]
        try:
            data = self.sock.recv(min(_AT_ONCE, shape.room()))
        except BlockingIOError:
            return
        except OSError:
            self._run.tell(YOU, "RST", "RST")
            self.was_reset = True
            return
        self._heard += len(data)
        if self._heard > MOST:
            most = f"{MOST >> 20} MiB"
            self._run.fail(
                ("bytes on one connection", "一条连接上的字节"),
                got=Text(f"more than {most}", f"超过 {most}"),
                want=Text(f"at most {most}", f"至多 {most}"),
            )
        if data:
            shape.feed(data, time.monotonic())
        else:
            shape.finish()
        self._go_on(YOU)

    def _read(
        self,
        enough: Enough,
        nothing: bool,
        what: str | tuple[str, str],
        because: Because,
        within: float,
    ) -> bytes:
        deadline = CLOCK.limit(within)
        while not (size := enough(bytes(self.received))) and not nothing:
            if self.is_over or not self._more(deadline):
                self._nothing_more(Text.of(what), because, within)
        came = bytes(self.received[:size])
        del self.received[:size]
        return came

    def _more(self, deadline: Moment) -> bool:
        """Wait for something to happen; False if nothing will: after deadline, or soon after the
        end of a call that nobody has asked for."""
        before = len(self.received)
        while self._run.ended() is not None and not self._run.timers:
            deadline = min(deadline, CLOCK.after(LEFT_S))
            if not self._wait(deadline) or self.is_over:
                return self.is_over
            if len(self.received) > before:
                return True
        return self._wait(deadline)

    def _nothing_more(self, what: Text, because: Because, within: float) -> None:
        late, line = not self.is_over, None
        plainly: Text | None = None
        came = describe(bytes(self.received))
        seconds = CLOCK.paced(within)
        nothing = "再没有收到别的" if self.received else "什么也没收到"
        how = Text(f"nothing more within {seconds:g} s", f"{seconds:g} s 内{nothing}")
        if self.was_reset:
            how = Text("then a reset (RST)", "随后连接被复位（RST）")
        elif self.ended:
            how = Text("then the end (FIN)", "随后流结束（FIN）")
        elif (early := self._run.ended()) is not None:
            value = early.result(because=because)  # fails by itself if it raised
            how = Text("nothing more before the call ended", f"函数结束之前{nothing}")
            late, plainly = False, self._run.why_gone(early, value)
            because = self._run.cites(because, value) if self._run.serves else because
        got = Text(f"{came.en}, {how.en}", f"{came.zh}，{how.zh}") if self.received else how
        if late:
            because, plainly, line = self._run.stuck(because)
            self._run.tell(self.name, "nothing more came", "此后什么也没收到")
        self._run.fail(
            what,
            got=got,
            want=Text("on the wire", "已经发出"),
            because=because,
            late=late,
            plainly=plainly,
            remark=line,
        )
