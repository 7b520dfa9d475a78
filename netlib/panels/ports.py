"""Sockets that bind and close at a click, and the table of the endpoints that they have."""

import errno
import html
import os
import socket
from collections.abc import Sequence
from typing import Any

from netlib.clock import Clock
from netlib.panels.panel import Panel, View, close_button
from netlib.tables import as_html, as_text

__all__ = ["PortsPanel"]

_KINDS = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}
_HOSTS = ("127.0.0.1", "127.0.0.2", "")
_MOST = 50  # sockets at once

Endpoint = tuple[str, str, int]


class PortsPanel(Panel):
    """A protocol, an address and a port to choose, two buttons, and a table with a row for each
    endpoint that has been bound.

        panel = PortsPanel()
        panel
        print(panel.binds("udp", "127.0.0.1", 8800))
        print(panel.closes("udp", "127.0.0.1", 8800))

    The sockets are plain ones: no option is set, none listens. They end with the panel, which
    then shows what it showed last.

    Args:
        ports: those to choose from; 0 lets the kernel choose.
    """

    def __init__(
        self,
        ports: Sequence[int] = (8800, 8801, 0),
        *,
        language: str | None = None,
        patience_s: float = 2,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(language, patience_s, clock)
        self.ports = tuple(ports)
        self._bound: list[tuple[Endpoint, socket.socket]] = []
        self._said = ""
        self._painter.start()

    def binds(self, protocol: str, host: str, port: int) -> str:
        """Bind a new socket, and return what is shown. Raises ValueError: no such choice."""
        self._known(protocol, host, port)
        with self._lock:
            if not self._closing.is_set():
                self._said = self._bind(protocol, host, port)
        self._changed.set()
        return self.text()

    def closes(self, protocol: str, host: str, port: int) -> str:
        """Close the last one that was bound so, and return what is shown; raises as binds()."""
        self._known(protocol, host, port)
        with self._lock:
            if not self._closing.is_set():
                self._said = self._close(protocol, host, port)
        self._changed.set()
        return self.text()

    def text(self) -> str:
        with self._lock:
            return "\n".join([*filter(None, [self._said]), as_text(self._table())])

    def picture(self) -> str:
        """Return what a page shows, as HTML."""
        with self._lock:
            return f"<p>{html.escape(self._said)}</p>{as_html(self._table())}"

    def _known(self, protocol: str, host: str, port: int) -> None:
        if protocol not in _KINDS or host not in _HOSTS or port not in self.ports:
            known = f"{', '.join(_KINDS)}; {', '.join(map(repr, _HOSTS))}; {self.ports}"
            raise ValueError(f"expected one each of {known}; got {protocol, host, port}")

    def _bind(self, protocol: str, host: str, port: int) -> str:
        """Bind, and return the sentence that says what came of it."""
        endpoint = protocol, host, port
        sock = socket.socket(socket.AF_INET, _KINDS[protocol])
        try:
            if len(self._bound) == _MOST:
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            sock.bind((host, port))
        except OSError as error:
            sock.close()
            name = errno.errorcode.get(error.errno or 0, "OSError")
            said = self._words.refused
            return said.format(endpoint=_shown(endpoint), name=name, text=error.strerror)
        endpoint = protocol, host, sock.getsockname()[1]
        self._bound.append((endpoint, sock))
        return self._words.bound.format(endpoint=_shown(endpoint))

    def _close(self, protocol: str, host: str, port: int) -> str:
        for at, (endpoint, sock) in reversed(list(enumerate(self._bound))):
            if endpoint[:2] == (protocol, host) and port in (endpoint[2], 0):
                sock.close()
                del self._bound[at]
                return self._words.unbound.format(endpoint=_shown(endpoint))
        return self._words.no_such.format(endpoint=_shown((protocol, host, port)))

    def _table(self) -> list[tuple[str, ...]]:
        rows = [(protocol, _quoted(host), str(port)) for (protocol, host, port), _ in self._bound]
        return [self._words.endpoints, *rows]

    def _advance(self) -> float | None:
        return None

    def _make_view(self) -> View:
        return PortsView(self)

    def _end(self) -> None:
        for _, sock in self._bound:  # the table stays
            sock.close()

    def _kept(self) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": self.picture()}


class PortsView:
    """See netlib.panels.panel.View."""

    def __init__(self, panel: PortsPanel) -> None:
        import ipywidgets  # type: ignore[import-untyped]  # it says no types

        self._panel, words = panel, panel._words
        self._picture = ipywidgets.HTML()
        choices: tuple[list[Any], ...] = (
            list(_KINDS),
            [(_quoted(host), host) for host in _HOSTS],
            [(str(port) if port else words.any_port, port) for port in panel.ports],
        )
        said = {"style": {"description_width": "initial"}, "layout": {"width": "max-content"}}
        knobs = [
            ipywidgets.Dropdown(options=options, description=name, **said)
            for name, options in zip(words.endpoints, choices, strict=True)
        ]
        buttons = []
        for name, does in ((words.bind, panel.binds), (words.unbind, panel.closes)):
            button = ipywidgets.Button(description=name, layout={"width": "max-content"})
            button.on_click(lambda _, does=does: does(*(knob.value for knob in knobs)))
            buttons.append(button)
        rows = ipywidgets.HBox([*knobs, *buttons])
        self.box = ipywidgets.VBox([rows, self._picture, close_button(panel, words.close)])

    def paint(self) -> float | None:
        shown = self._panel.picture()
        if self._picture.value != shown:
            self._picture.value = shown
        return None


def _shown(endpoint: Endpoint) -> str:
    protocol, host, port = endpoint
    return f"{protocol} {_quoted(host)}:{port}"


def _quoted(host: str) -> str:
    return host or '""'
