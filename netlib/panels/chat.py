"""A live chat of one to four people, whose messages go through the learner's own functions."""

import contextlib
import math
import time
from collections.abc import Callable

from netlib.clock import Clock
from netlib.columns import clean
from netlib.deadlines import SERVER_S
from netlib.errors import NetlibError
from netlib.panels.chat_end import chats
from netlib.panels.ends import Address, End, Function, Heard, HungUp, check, connect
from netlib.panels.log import Log
from netlib.panels.panel import Panel, View
from netlib.panels.worker import Watched, Worker, told
from netlib.serving import Server, serving

__all__ = ["ChatPanel"]

_MOST_WAITING = 1000  # messages of one person
_PAUSE_S = 0.05  # after a call that failed,
_BREATH_S = 0.001  # and after any other: a function that returns at once must not spin


class ChatPanel(Panel):
    """People who chat, live, over sockets on loopback: two, or up to four on a TCP server.

        ChatPanel(send=send_text, receive=recv_one)         # from person to person, on UDP
        ChatPanel(ask=request, server=echo_server)          # through a server
        ChatPanel(server=chat_server, kind="tcp")           # whose clients are played here
        ChatPanel(server=chat_room, kind="tcp", introduce=True, people=("anna", "ben", "carl"))
        ChatPanel(chat=Chat)                                # from person to person, both ways
        ChatPanel(chat=Chat, server=room)                   # through a server
        ChatPanel(chat=Chat, to=address, people=("ben",))   # to somebody in another notebook

    Args:
        send: send(host, port, text, charset) -> number of bytes; not with a server, because
            its answer could not reach a socket that send has closed.
        receive: receive(sock, timeout) -> (data, address); raises TimeoutError. Only on UDP,
            and not with ask, which receives itself.
        ask: what asks the server. On UDP ask(address, payload) -> bytes; on TCP
            ask(sock, lines) -> list of answers.
        server: server(sock, stop), as netlib.serving runs it.
        chat: chat(on_message), an object that sends and receives at once; not with send, receive
            or ask. See netlib.panels.chat_end.
        to: an address to which everybody writes, in the place of each other or of a server.
        kind: of server, "udp" or "tcp" (where a message is a line).
        people: two names, or one if there is a server or to; up to four on a TCP server.
        introduce: the first line of each, in their order, is the name.
        buffer: of a TCP server's connections, and of everybody's socket, in bytes: then one who
            does not read (`sleep`) is soon felt.
        patience_s: seconds without an answer after which the panel says so.

    Attributes:
        addresses: where each person's socket is bound; anybody may send there.
        server_address: of the server, or None.
        can_sleep: whether there are more than two, of whom one may `sleep`.
    """

    def __init__(
        self,
        *,
        send: Function | None = None,
        receive: Function | None = None,
        ask: Function | None = None,
        chat: Function | None = None,
        server: Callable[..., object] | None = None,
        to: Address | None = None,
        kind: str = "udp",
        people: tuple[str, ...] = ("anna", "ben"),
        charset: str = "utf-8",
        language: str | None = None,
        patience_s: float = 2,
        clock: Clock | None = None,
        introduce: bool = False,
        buffer: int | None = None,
    ) -> None:
        check(send, receive, ask, server, kind, people, chat, to)
        "".encode(charset)  # LookupError now, not at the first message
        super().__init__(language, patience_s, clock)
        self.people, self.charset = tuple(people), charset
        self.addresses: dict[str, Address] = {}
        self.log = Log(self._words)
        self._ends: dict[str, End] = {}
        self._workers: list[Worker] = []
        self._left: list[str] = []
        self.can_sleep = len(self.people) > 2
        self._asleep: set[str] = set()
        self._unanswered: tuple[float, str] | None = None
        self._server: Server[object] | None = None
        self.server_address: Address | None = None
        try:
            if server is not None:
                self._server = serving(Watched(server, self._server_ended), kind, buffer=buffer)
                self.server_address = self._server.__enter__()
            count = len(self.people)
            if chat is None:
                ends = connect(
                    self.server_address, kind, charset, send, receive, ask, count, to, buffer
                )
            else:
                ends = chats(chat, count, self.server_address or to)
            self._ends = dict(zip(self.people, ends, strict=True))
            self.addresses = {who: end.address for who, end in self._ends.items()}
            self._speakers = {who: self._worker(end.saying) for who, end in self._ends.items()}
            for who, end in self._ends.items():
                if end.hear is not None:
                    self._listen(who, end.hear, self._worker(end.hearing))
            self._painter.start()
            if introduce:
                self._introduce()
        except BaseException:
            self.close()
            raise

    def say(self, who: str, text: str) -> None:
        """Let somebody say text; it waits until all that they said before is sent.

        Raises:
            ValueError: who is none of the people.
        """
        if who not in self._ends:
            raise ValueError(f"expected one of {', '.join(self.people)}; got {who!r}")
        speaker, end = self._speakers[who], self._ends[who]
        with self._lock:
            full = self._closing.is_set() or speaker.waiting >= _MOST_WAITING
            detail = self._words.unsent if full else self._words.waiting
            number = self.log.add(who, "says", text, detail)
            if not full:
                speaker.put(lambda: self._speak(who, end, text, number))
        self._changed.set()

    def sleep(self, who: str) -> None:
        """Let somebody read no more, until `wake`; shown as a box where can_sleep."""
        self._asleep.add(who)

    def wake(self, who: str) -> None:
        """Let somebody read again."""
        self._asleep.discard(who)

    def _introduce(self) -> None:
        """Let each say the name, after the one before has been answered (or should have been)."""
        for who in self.people:
            self.say(who, who)
            end = time.monotonic() + self.patience_s
            while time.monotonic() < end and not self._closing.wait(_BREATH_S):
                with self._lock:
                    if any((each.who, each.kind) == (who, "hears") for each in self.log.entries):
                        break

    def title(self) -> str:
        """Return who chats here."""
        return self._words.chat.format(people=self._words.people.join(self.people))

    def news(self) -> list[str]:
        """Return sentences on how the chat is doing at this moment."""
        if self._closing.is_set():
            return [self._words.closed, *self._left]
        now, patience = self._clock.now(), self.patience_s
        late = [each for each in self._workers if now >= (each.due(patience) or math.inf)]
        names = dict.fromkeys(each.name for each in late)
        said = [self._words.late.format(seconds=patience, name=name) for name in names]
        if count := sum(each.waiting for each in late):
            said.append(self._words.queued.format(count=count))
        with self._lock:
            if not late and self._unanswered and now >= self._unanswered[0] + patience:
                who = self._unanswered[1]
                said.append(self._words.silent.format(seconds=patience, who=who))
        return said or [self._words.opened]

    def text(self) -> str:
        bound = [f"{who} {host}:{port}" for who, (host, port) in self.addresses.items()]
        with self._lock:
            lines = [self.title(), ", ".join(bound)]
            if self.log.earlier:
                lines.append(self._words.earlier.format(count=self.log.earlier))
            lines += [entry.line(self._words) for entry in self.log.entries]
        return "\n".join([*lines, *self.news()])

    def _advance(self) -> float:
        now = self._clock.now()
        dues = [each.due(self.patience_s) for each in self._workers]
        if (unanswered := self._unanswered) is not None:
            dues.append(unanswered[0] + self.patience_s)
        return min([due for due in dues if due and due > now], default=now + self.patience_s)

    def _make_view(self) -> View:
        from netlib.panels.chat_view import ChatView

        return ChatView(self, self._words, self._clock)

    def _worker(self, name: str) -> Worker:
        self._workers.append(Worker(name, self._clock))
        return self._workers[-1]

    def _speak(self, who: str, end: End, text: str, number: int) -> None:
        """Send one message, in the thread of its speaker."""
        if self._closing.is_set():
            return
        self.log.amend(number, self._words.sending)
        expecting = self._clock.now(), who
        with self._lock:  # before it is sent: what it brings may be here before say() returns
            self._unanswered = self._unanswered or expecting
        self._changed.set()
        answers: list[Heard] = []
        try:
            size, answers = end.say(text)
            detail = self._words.sent.format(count=size)
        except BaseException as error:  # whatever a learner's function ends with is told here
            detail = told(error, end.saying, self._words)
            with self._lock:
                if self._unanswered is expecting:
                    self._unanswered = None
        if not self._closing.is_set():
            self.log.amend(number, detail)
            for answer in answers:
                self._arrived(who, answer)
        self._changed.set()

    def _listen(self, who: str, hear: Callable[[], Heard], worker: Worker) -> None:
        """Let worker wait for messages, again and again."""

        held: list[Heard] = []

        def once() -> None:
            pause_s = _BREATH_S
            try:
                if who in self._asleep:
                    pause_s = _PAUSE_S
                    raise TimeoutError
                heard = held.pop() if held else hear()
            except TimeoutError:
                pass
            except BaseException as error:
                pause_s = _PAUSE_S
                if isinstance(error, HungUp):
                    self._note(who, self._words.hung_up)
                    return
                self._note(who, told(error, worker.name, self._words))
            else:
                if who in self._asleep:  # since this call of hear began
                    held.append(heard)
                else:
                    self._arrived(who, heard)
            if not self._closing.wait(pause_s):
                worker.put(once)

        worker.put(once)

    def _arrived(self, who: str, heard: Heard) -> None:
        if self._closing.is_set():  # the socket was woken up: that is no message
            return
        detail = self._words.from_server
        if heard.source != self.server_address:
            host, port = heard.source
            detail = self._words.source.format(source=f"{host}:{port}")
        if isinstance(heard.data, str):
            text = heard.data
        else:
            try:
                text = heard.data.decode(self.charset)
            except UnicodeError:
                text = heard.data.decode("ascii", "backslashreplace")
                detail = self._words.undecodable.format(source=detail, charset=self.charset)
        with self._lock:
            self._unanswered = None
            self.log.add(who, "hears", text, detail)
        self._changed.set()

    def _note(self, who: str, text: str) -> None:
        with self._lock:
            if not self._closing.is_set():
                self.log.add(who, "notes", text)
        self._changed.set()

    def _server_ended(self, name: str, error: BaseException | None) -> None:
        ended = self._words.ended.format(name=name)
        self._note(self._words.server, told(error, name, self._words) if error else ended)

    def _end(self) -> None:
        with self._lock:
            for entry in self.log.entries:
                if entry.detail == self._words.waiting:
                    self.log.amend(entry.number, self._words.unsent)
        for worker in self._workers:
            worker.end()
        for end in self._ends.values():
            end.wake()
        with contextlib.ExitStack() as given_back:  # also when this is interrupted
            for end in self._ends.values():
                given_back.callback(self._end_of, end)
            given_back.callback(self._end_server)
            deadline = time.monotonic() + SERVER_S
            stuck = [each for each in self._workers if not each.ended(deadline - time.monotonic())]
            names = dict.fromkeys(each.name for each in stuck)
            self._left += [self._words.abandoned.format(name=name) for name in names]

    def _end_of(self, end: End) -> None:
        if name := end.close():
            self._left.append(self._words.abandoned.format(name=name))

    def _end_server(self) -> None:
        try:
            if self._server is not None:
                self._server.__exit__(None, None, None)
        except NetlibError as error:
            self._left.append(clean(str(error)))
        except Exception:
            pass  # what the server raised was told of when it did
