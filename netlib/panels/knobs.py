"""Something to play with: a picture that is made anew whenever the reader turns a knob."""

import html
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from netlib.clock import Clock
from netlib.columns import clean
from netlib.deadlines import SERVER_S
from netlib.panels.panel import Panel, View, close_button
from netlib.panels.worker import Worker, name_of, told

__all__ = ["Knobs"]


class Knobs(Panel):
    """A function and knobs for what it is called with.

        def cut(size, gap): ...                 # returns a Ladder, a plot, a text
        Knobs(cut, size=range(1, 21), gap=(False, True))

    When it closes, what it showed last takes its place.

    Args:
        made: made(**positions) -> what a notebook can show. It runs in a thread of its own; of
            the positions that the reader turns past meanwhile only the last one is shown.
        labels: what is written beside a knob, by its name.
        knobs: the positions of each; it begins at the first. (False, True) is a box to tick.

    Raises:
        ValueError: there is no knob, or one without positions.
    """

    def __init__(
        self,
        made: Callable[..., object],
        *,
        labels: Mapping[str, str] | None = None,
        language: str | None = None,
        patience_s: float = 2,
        clock: Clock | None = None,
        **knobs: Sequence[Any],
    ) -> None:
        if not knobs or not all(len(each) for each in knobs.values()):
            raise ValueError("expected knobs with positions, such as size=range(1, 21)")
        super().__init__(language, patience_s, clock)
        self.knobs = {name: tuple(positions) for name, positions in knobs.items()}
        self.labels = {name: (labels or {}).get(name, name) for name in knobs}
        self.positions = {name: positions[0] for name, positions in self.knobs.items()}
        self.shown: dict[str, str] = {}
        self._made = made
        self._of: dict[str, Any] | None = None  # the positions of what is shown
        self._done = threading.Condition(self._lock)
        self._worker = Worker(name_of(made), self._clock)
        self._worker.put(self._make)
        self._painter.start()

    def turn(self, **positions: Any) -> str:
        """Turn knobs, wait until that is shown, and return it as text.

        Raises:
            ValueError: there is no such knob, or no such position.
        """
        self.put(**positions)
        with self._done:
            self._done.wait_for(lambda: self._of == self.positions, SERVER_S)
        return self.text()

    def put(self, **positions: Any) -> None:
        """Turn knobs, and wait for nothing. Raises as turn() does."""
        for name, position in positions.items():
            if position not in self.knobs.get(name, ()):
                raise ValueError(
                    f"expected a knob and one of its positions; got {name}={position!r}"
                )
        with self._lock:
            self.positions.update(positions)
        self._worker.put(self._make)

    def news(self) -> list[str]:
        """Return sentences on how it is doing at this moment."""
        due = self._worker.due(self.patience_s)
        if due is None or self._clock.now() < due or self._closing.is_set():
            return []
        return [self._words.late.format(seconds=self.patience_s, name=self._worker.name)]

    def text(self) -> str:
        with self._lock:
            stand, shown = self._stand(), self.shown.get("text/plain", "")
        return "\n".join([stand, *filter(None, [shown]), *self.news()])

    def _stand(self) -> str:
        """Say where the knobs stand."""
        colon = self._words.colon
        each = (f"{self.labels[name]}{colon}{at}" for name, at in self.positions.items())
        return self._words.comma.join(map(clean, each))

    def picture(self) -> str:
        """Return what a page shows, as HTML."""
        with self._lock:
            shown = dict(self.shown)
        if "text/html" in shown:
            return shown["text/html"]
        return f"<pre>{html.escape(shown.get('text/plain', ''))}</pre>"

    def _make(self) -> None:
        """Make the picture of the present positions, unless it is there."""
        with self._lock:
            positions = dict(self.positions)
        if positions == self._of or self._closing.is_set():
            return
        try:
            shown = _bundle(self._made(**positions))
        except BaseException as error:  # whatever a learner's function ends with is told here
            shown = {"text/plain": told(error, self._worker.name, self._words)}
        with self._done:
            self.shown, self._of = shown, positions
            self._done.notify_all()
        self._changed.set()

    def _advance(self) -> float | None:
        due = self._worker.due(self.patience_s)
        return due if due is not None and due > self._clock.now() else None

    def _make_view(self) -> View:
        return KnobsView(self, self._words.close)

    def _end(self) -> None:
        self._worker.end()
        if not self._worker.ended(SERVER_S):
            self.shown = {"text/plain": self._words.abandoned.format(name=self._worker.name)}

    def _kept(self) -> dict[str, str]:
        page = f"<p>{html.escape(self._stand())}</p>{self.picture()}"
        return {"text/plain": self.text(), "text/html": page}


class KnobsView:
    """See netlib.panels.panel.View."""

    def __init__(self, panel: Knobs, close_label: str) -> None:
        import ipywidgets  # type: ignore[import-untyped]  # it says no types

        self._panel = panel
        self._drawn: object = None
        self._picture, self._news = ipywidgets.HTML(), ipywidgets.HTML()
        close = close_button(panel, close_label)
        knobs = [self._knob(ipywidgets, name) for name in panel.knobs]
        self.box = ipywidgets.VBox([*knobs, self._picture, self._news, close])

    def paint(self) -> float | None:
        if self._drawn is not self._panel.shown:
            self._drawn = self._panel.shown
            self._picture.value = self._panel.picture()
        self._news.value = "<br>".join(map(html.escape, self._panel.news()))
        return None

    def _knob(self, ipywidgets: Any, name: str) -> Any:
        panel, positions = self._panel, self._panel.knobs[name]
        said = {"description": panel.labels[name], "style": {"description_width": "initial"}}
        if positions == (False, True):
            knob = ipywidgets.Checkbox(value=False, indent=False, **said)
        else:
            options = [(str(each), each) for each in positions]
            wide = {"width": "min(100%, 480px)"}
            knob = ipywidgets.SelectionSlider(options=options, layout=wide, **said)
        knob.observe(lambda change: panel.put(**{name: change["new"]}), "value")
        return knob


def _bundle(made: object) -> dict[str, str]:
    """Return what a notebook would show: text, and HTML where there is some."""
    if isinstance(made, (list, tuple)):
        parts = [_bundle(each) for each in made]
        text = "\n".join(part["text/plain"] for part in parts)
        pages = [p.get("text/html") or f"<pre>{html.escape(p['text/plain'])}</pre>" for p in parts]
        return {"text/plain": text, "text/html": "".join(pages)}
    bundle: Any = getattr(made, "_repr_mimebundle_", dict)() or {}
    page = {"text/html": bundle["text/html"]} if "text/html" in bundle else {}
    return {"text/plain": str(made), **page}
