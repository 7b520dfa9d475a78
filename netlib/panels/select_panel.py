"""A server in one thread, and four clients with buttons: what it asks select, and what it hears."""

import contextlib
import html
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from netlib.clock import Clock
from netlib.columns import clean
from netlib.errors import NetlibError
from netlib.panels.panel import Panel, View, close_button
from netlib.panels.select_end import ACTIONS, Client
from netlib.panels.spied import REAL, telling
from netlib.panels.worker import Watched, name_of, told
from netlib.serving import serving
from netlib.tables import as_html, as_text
from netlib.trace import Event, Message, Trace

__all__ = ["SelectPanel"]

NAMES = ("anna", "ben", "carl", "dora")
_MANY = 50  # rounds that no click of a button needs
_LOOK_S = 0.02  # between two looks whether the server has done what it can


@dataclass
class _Seen:
    """What is seen of a server's rounds."""

    asked: tuple[set[str], set[str]] = (set(), set())
    answered: tuple[set[str], set[str]] = (set(), set())  # of the last round that had an answer
    rounds: int = 0
    answers: int = 0  # rounds that had one
    waits: bool = False  # in select, now
    since: float | None = None  # when it came back from there, or began
    lists: tuple[list[Any], list[Any]] = field(default_factory=lambda: ([], []))


class _Owed(Trace):
    """Counts what a server has taken from each client and not given back; keeps no event."""

    def __init__(self) -> None:
        super().__init__()
        self.owed: dict[int, int] = {}  # by the client's port

    def room(self, size: int) -> bool:
        return True

    def record(self, event: Event) -> int | None:
        if not isinstance(event, Message) or event.source is None or event.destination is None:
            return None
        outward = event.sender == "server"
        port = (event.destination if outward else event.source)[1]
        change = -len(event.data) if outward else len(event.data)
        self.owed[port] = 0 if event.step == "open" else self.owed.get(port, 0) + change
        return None


class SelectPanel(Panel):
    """A server function(listener, stop) that runs, four clients with buttons, and a table of what
    it asks `select.select` and is answered, after each round.

        panel = SelectPanel(server)
        panel
        print(panel.does("anna", "a line"))

    It is seen through the function `select.select` of that module; of whoever waits otherwise it
    says that it sees no round.

    Args:
        server: server(listener, stop), as netlib.serving runs it.
        patience_s: seconds without a round after which the panel says so.

    Attributes:
        clients: the four, by name.
    """

    def __init__(
        self,
        server: Callable[[socket.socket, threading.Event], object],
        *,
        language: str | None = None,
        patience_s: float = 2,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(language, patience_s, clock)
        self._seen, self._trace = _Seen(), _Owed()
        self._known: dict[int, str] = {}  # names of sockets, by descriptor
        self._ends: list[str] = []
        self._left: dict[str, str] | None = None  # what was shown last, once it is closed
        self._name = name_of(server)
        self._happened = threading.Condition(self._lock)
        watched = _Spied(server, self._ended, self._asks, self._answers)
        self._serving = serving(watched, "tcp", trace=self._trace)
        self._began = self._clock.now()
        self.clients: dict[str, Client] = {}
        with self._lock:  # the server tells its first round when this is known
            self._address = self._serving.__enter__()
            self.clients |= {name: Client(self._address) for name in NAMES}
        self._painter.start()

    def put(self, who: str, action: str) -> None:
        """Let a client do something, and wait for nothing.

        Raises:
            ValueError: there is no such client, or no such action.
        """
        if who not in self.clients or action not in ACTIONS:
            known = f"{', '.join(NAMES)}, and {', '.join(map(repr, ACTIONS))}"
            raise ValueError(f"expected one of {known}; got {who!r}, {action!r}")
        with self._lock:
            if not self._closing.is_set():
                self.clients[who].does(action)
        self._changed.set()

    def does(self, who: str, action: str) -> str:
        """The same; wait until the server has done what it can, and return what is shown."""
        self.settled()  # what came before is over
        self.put(who, action)
        return self.settled()

    def settled(self) -> str:
        """Wait until the server waits in select and nothing is ready there, but no longer than
        patience_s after its last round, or for many rounds; return what is shown."""
        with self._happened:
            last = self._seen.rounds + _MANY
            while not (self._rests() or self._overdue() or self._ends or self._closing.is_set()):
                if self._seen.rounds > last:  # something is always ready
                    break
                self._happened.wait(_LOOK_S)
        return self.text()

    def news(self) -> list[str]:
        """Return sentences on how it is doing at this moment."""
        with self._lock:
            seen, words = self._seen, self._words
            if self._ends:
                return [*self._ends]
            if not seen.rounds:
                return [words.unseen.format(name=self._name)] if self._overdue() else []
            if self._overdue():
                return [words.stands.format(seconds=self._still())]
            return []

    def text(self) -> str:
        if self._left is not None:
            return self._left["text/plain"]
        with self._lock:
            table = as_text([*self._table()])
        return "\n".join([self._counts(), table, *self.news()])

    def picture(self) -> str:
        """Return what a page shows, as HTML."""
        with self._lock:
            table = as_html([*self._table()])
        return f"<p>{html.escape(self._counts())}</p>{table}"

    # -- what is shown -------------------------------------------------------------------------

    def _counts(self) -> str:
        seen = self._seen
        return self._words.rounds.format(name=self._name, rounds=seen.rounds, answers=seen.answers)

    def _table(self) -> Iterator[tuple[str, ...]]:
        yield self._words.sockets
        yield (
            self._words.listener,
            self._said(*_of("listener", self._seen.asked)),
            self._said(*_of("listener", self._seen.answered)),
            "",
            "",
        )
        for name, client in self.clients.items():
            owed = self._trace.owed.get(client.port, 0)
            asked, answered = _of(name, self._seen.asked), _of(name, self._seen.answered)
            shown = "" if client.gone else f"{owed:,}"
            yield name, self._said(*asked), self._said(*answered), shown, self._state(client)

    def _said(self, reads: bool, writes: bool) -> str:
        words = self._words.read_write
        told = [word for word, is_so in zip(words, (reads, writes), strict=True) if is_so]
        return self._words.comma.join(told) or "-"

    def _state(self, client: Client) -> str:
        words = self._words
        said = [words.crossed.format(sent=client.sent, read=client.read)]
        said += [words.has_finished] * client.finished + [words.end_read] * client.ended
        said += [words.is_gone] * (client.gone and not client.ended)
        return words.comma.join(said)

    # -- what the server does --------------------------------------------------------------------

    def _asks(self, reads: Iterable[Any], writes: Iterable[Any]) -> None:
        with self._happened:
            lists = list(reads), list(writes)
            named = self._names(lists[0]), self._names(lists[1])
            self._seen.lists, self._seen.asked, self._seen.waits = lists, named, True
            self._happened.notify_all()
        self._changed.set()

    def _answers(self, reads: Iterable[Any], writes: Iterable[Any]) -> None:
        with self._happened:
            seen = self._seen
            seen.waits, seen.since = False, self._clock.now()
            seen.rounds += 1
            answered = self._names(reads), self._names(writes)
            if any(answered):
                seen.answers += 1
                seen.answered = answered
            self._happened.notify_all()
        self._changed.set()

    def _names(self, socks: Iterable[Any]) -> set[str]:
        return {name for name in map(self._name_of, socks) if name}

    def _name_of(self, sock: Any) -> str:
        """Return what a socket of the server's is called here; "" if nobody knows."""
        ports = {client.port: name for name, client in self.clients.items()}
        try:
            number = sock.fileno()
            if sock.getsockname()[:2] == self._address and _listens(sock):
                return "listener"
            self._known[number] = ports.get(sock.getpeername()[1], "")
        except (OSError, AttributeError):  # reset, or no socket
            pass
        return self._known.get(number, "") if hasattr(sock, "fileno") else ""

    def _rests(self) -> bool:
        """Tell whether the server waits, and nothing of what it waits for is ready."""
        if not self._seen.waits:
            return False
        try:
            return not any(REAL(*self._seen.lists, [], 0))
        except (OSError, ValueError):  # it has closed some of them meanwhile
            return False

    def _still(self) -> float:
        """Return for how long the server has been elsewhere than in select."""
        if self._seen.waits:
            return 0.0
        since = self._began if self._seen.since is None else self._seen.since
        return self._clock.now() - since

    def _overdue(self) -> bool:
        return self._still() >= self.patience_s

    def _ended(self, name: str, failure: BaseException | None) -> None:
        if self._closing.is_set():
            return
        said = self._words.ended.format(name=name)
        with self._happened:
            self._ends.append(said if failure is None else told(failure, name, self._words))
            self._happened.notify_all()
        self._changed.set()

    # -- the panel -------------------------------------------------------------------------------

    def _advance(self) -> float | None:
        if self._seen.waits or self._ends:
            return None
        due = self._clock.now() + self.patience_s - self._still()
        return max(due, self._clock.now() + self.patience_s / 20)

    def _make_view(self) -> View:
        return SelectView(self)

    def _end(self) -> None:
        left, said = self._kept(), ""
        for client in self.clients.values():
            client.close()  # whoever waits for one waits no more
        try:
            self._serving.__exit__(None, None, None)
        except NetlibError as error:
            said = clean(str(error))
        except Exception:  # what it raised at the end was not asked for
            pass
        self._seen.lists = [], []  # nobody keeps its sockets
        if said:
            left["text/plain"] += f"\n{said}"
            left["text/html"] += f"<p>{html.escape(said)}</p>"
        self._left = left

    def _kept(self) -> dict[str, str]:
        if self._left is not None:
            return self._left
        said = "".join(f"<p>{html.escape(each)}</p>" for each in self.news())
        return {"text/plain": self.text(), "text/html": self.picture() + said}


class SelectView:
    """See netlib.panels.panel.View."""

    def __init__(self, panel: SelectPanel) -> None:
        import ipywidgets  # type: ignore[import-untyped]  # it says no types

        self._panel = panel
        self._table, self._news = ipywidgets.HTML(), ipywidgets.HTML()
        rows = [self._row(ipywidgets, name) for name in panel.clients]
        close = close_button(panel, panel._words.close)
        self.box = ipywidgets.VBox([*rows, self._table, self._news, close])

    def paint(self) -> float | None:
        for place, said in (
            (self._table, self._panel.picture()),
            (self._news, "<br>".join(map(html.escape, self._panel.news()))),
        ):
            if place.value != said:
                place.value = said
        return None

    def _row(self, ipywidgets: Any, who: str) -> Any:
        panel = self._panel
        row = [ipywidgets.Label(who, layout={"width": "3em"})]
        for action, said in zip(ACTIONS, panel._words.actions, strict=True):
            button = ipywidgets.Button(
                description=said, tooltip=f"{who}: {said}", layout={"width": "max-content"}
            )
            button.on_click(lambda _, action=action: panel.put(who, action))
            row.append(button)
        return ipywidgets.HBox(row)


class _Spied(Watched):
    """A server function that tells its rounds, too."""

    def __init__(
        self,
        function: Callable[..., object],
        ended: Callable[[str, BaseException | None], None],
        asks: Callable[[Any, Any], None],
        answers: Callable[[Any, Any], None],
    ) -> None:
        super().__init__(function, ended)
        self._told = asks, answers

    def __call__(self, sock: socket.socket, stop: threading.Event) -> None:
        with telling(*self._told):
            super().__call__(sock, stop)


def _of(name: str, lists: tuple[set[str], set[str]]) -> tuple[bool, bool]:
    return name in lists[0], name in lists[1]


def _listens(sock: socket.socket) -> bool:
    with contextlib.suppress(OSError):
        return bool(sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    return False
