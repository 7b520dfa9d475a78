"""What every panel is: a text, widgets that show the same, a thread that paints, and an end."""

import atexit
import math
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any, Protocol, Self

from netlib.clock import Clock
from netlib.deadlines import SERVER_S
from netlib.errors import Unavailable
from netlib.language import chosen
from netlib.panels.words import words

__all__ = ["Panel", "View", "close_button"]

_PAINT_S = 0.1  # between two paintings: a flood of messages must not flood the page
_WIDGET = "application/vnd.jupyter.widget-view+json"

_open: "dict[Panel, tuple[str, str] | None]" = {}  # and the (cell, run of it) that made it


class Closable(Protocol):
    """What can be closed: a panel, as far as its view knows it."""

    def close(self) -> None: ...


class View(Protocol):
    """The widgets of a panel."""

    box: Any

    def paint(self) -> float | None:
        """Show what the panel knows; return when to look again, if not only at a change."""


class Panel:
    """A panel; close() gives back its threads and sockets, as running its cell again does.

    Subclasses say what it shows, what is due, and what ends with it.
    """

    def __init__(self, language: str | None, patience_s: float, clock: Clock | None) -> None:
        if not 0 < patience_s < math.inf:
            raise ValueError(
                f"expected patience_s to be a number of seconds above 0; got {patience_s}"
            )
        self.patience_s = patience_s
        self.language = language or chosen()
        self._words = words(self.language)
        self._clock = clock or Clock()
        self._lock = threading.RLock()
        self._closing = threading.Event()
        self._changed = threading.Event()
        self._view: View | None = None
        self._shown: list[Any] = []
        self._painter = threading.Thread(target=self._paint, name="panel", daemon=True)
        self._close_earlier_runs()
        self._clock.call(self._changed.set)

    def text(self) -> str:
        """Return all that the panel shows, as text; every line of it is printable."""
        raise NotImplementedError

    def _advance(self) -> float | None:
        """Do what is due; return when something is due next, by the clock."""
        raise NotImplementedError

    def _make_view(self) -> View:
        raise NotImplementedError

    def _end(self) -> None:
        """Give everything back; called once."""
        raise NotImplementedError

    def wait_for(self, text: str, within: float = SERVER_S) -> bool:
        """Wait until the panel shows text, or for so many seconds; return whether it does."""
        end = time.monotonic() + within
        while not (shown := text in self.text()) and time.monotonic() < end:
            if self._closing.wait(_PAINT_S):
                break
        return shown

    def look_again(self) -> None:
        """Let the page show what has changed."""
        self._changed.set()

    def close(self) -> None:
        """End everything that the panel runs; in the notebook its text takes its place."""
        with self._lock:
            if self._closing.is_set():
                return
            self._closing.set()
        self._changed.set()
        try:
            self._end()
        finally:
            _open.pop(self, None)
            self._clock.forget(self._changed.set)
            if self._painter.is_alive() and self._painter is not threading.current_thread():
                self._painter.join(SERVER_S)
            self._leave_text()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __str__(self) -> str:
        return self.text()

    def widget(self) -> Any:
        """Return the panel as an ipywidgets widget.

        Raises:
            Unavailable: ipywidgets is not installed.
        """
        with self._lock:
            if self._view is None:
                try:
                    self._view = self._make_view()
                except ImportError as error:
                    raise Unavailable(
                        "expected ipywidgets, for a live panel; "
                        "it is not installed: pip install ipywidgets"
                    ) from error
                self._view.paint()
            return self._view.box

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        if self._closing.is_set():
            return dict(self._kept())
        try:
            model = self.widget().model_id
        except Unavailable:
            return {"text/plain": f"{self.text()}\n{self._words.bare}"}
        view = {"version_major": 2, "version_minor": 0, "model_id": model}
        return {"text/plain": self.text(), _WIDGET: view}

    def _ipython_display_(self) -> None:
        """Show the panel so that its place in the notebook can be found again."""
        from IPython.display import display

        bundle = self._repr_mimebundle_()
        self._shown.append(display(bundle, raw=True, display_id=True))  # type: ignore[no-untyped-call]

    def _kept(self) -> dict[str, str]:
        """Return what takes its place in the notebook, by MIME type, when it closes."""
        return {"text/plain": self.text()}

    def _leave_text(self) -> None:
        """Widgets are gone when the kernel is: a text or a picture stays in the notebook."""
        for place in filter(None, self._shown):
            place.update(self._kept(), raw=True)
        view, self._view = self._view, None
        if view is not None:
            _close_all([view.box])

    def _paint(self) -> None:
        while not self._closing.is_set():
            dues = [self._advance()]
            if (view := self._view) is not None:
                dues.append(view.paint())
            due = min([each for each in dues if each is not None], default=None)
            self._changed.wait(None if due is None else self._clock.until(due))
            self._changed.clear()
            self._closing.wait(_PAINT_S)

    def _close_earlier_runs(self) -> None:
        made_by = _running_cell()
        for panel, earlier in list(_open.items()):
            if made_by and earlier and earlier[0] == made_by[0] and earlier != made_by:
                panel.close()
        _open[self] = made_by


def close_button(panel: Closable, label: str) -> Any:
    """Return a button that closes a panel, and lets the kernel wait for nothing that hangs."""
    import ipywidgets  # type: ignore[import-untyped]  # it says no types

    button = ipywidgets.Button(description=label, layout={"width": "max-content"})
    button.on_click(lambda _: threading.Thread(target=panel.close, daemon=True).start())
    return button


def _running_cell() -> tuple[str, str] | None:
    """Return the id of the notebook's running cell, and of this run of it, if they are known."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython else None
    if not hasattr(shell, "get_parent"):  # a terminal
        return None
    request = shell.get_parent()
    cell = request.get("metadata", {}).get("cellId")
    return (str(cell), str(request.get("header", {}).get("msg_id"))) if cell else None


def _close_all(widgets: Sequence[Any]) -> None:
    for widget in widgets:
        _close_all(getattr(widget, "children", ()))
        widget.close()


@atexit.register
def _close_what_is_open() -> None:
    for panel in list(_open):
        panel._shown, panel._view = [], None  # there is nobody to show it to
        panel.close()
