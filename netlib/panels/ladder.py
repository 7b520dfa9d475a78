"""A live ladder: the picture of a trace, drawn again and again while the trace grows."""

import html
import math
import time
from collections.abc import Sequence

from netlib.clock import Clock
from netlib.columns import clean
from netlib.ladder import CHINESE, ENGLISH, Ladder, endpoints_of
from netlib.language import chosen
from netlib.panels.panel import Panel, View, close_button
from netlib.trace import Event, Trace

__all__ = ["LiveLadder"]

_SHARE = 0.2  # of the time, at most, goes into drawing
_BLANK = {"en": "No messages yet.", "zh": "还没有消息。"}


class LiveLadder(Panel):
    """What crosses a network as a ladder, while it crosses.

        with LiveLadder(relay.trace, ["you", "server"]) as panel:
            display(panel)
            download(...)

    When it closes, the whole ladder takes its place, as a picture and as text.

    Args:
        endpoints: names from left to right; whoever else takes part stands right of them.
        every: seconds from one picture to the next; more where drawing takes long.
        rows: at most so many, as in Ladder.
    """

    def __init__(
        self,
        trace: Trace,
        endpoints: Sequence[str] = (),
        every: float = 0.1,
        *,
        rows: int | None = 24,
        title: str = "",
        language: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        if not isinstance(trace, Trace):
            raise TypeError(f"LiveLadder() expected a Trace; got {type(trace).__name__}")
        if not 0 < every < math.inf:
            raise ValueError(f"expected every to be a number of seconds above 0; got {every}")
        self.every = every
        self.events: list[Event] = list(trace)
        self._trace, self._endpoints, self._rows = trace, tuple(endpoints), rows
        self._title, self.language = title, language or chosen()
        self._ladder()  # what cannot be drawn is said to who asks for it, not to a thread
        super().__init__(language, 1, clock)
        self._next = self._clock.now()
        self._painter.start()

    def text(self) -> str:
        return self._bundle()["text/plain"]

    def picture(self) -> str:
        """Return what a page shows, as HTML."""
        bundle = self._bundle()
        return bundle.get("text/html") or f"<p>{html.escape(bundle['text/plain'])}</p>"

    def rest(self, drawn_s: float) -> None:
        """Draw again only after a while, because drawing has taken so long."""
        self._next = max(self._next, self._clock.now() + drawn_s * (1 / _SHARE - 1))

    def _bundle(self) -> dict[str, str]:
        """Return the ladder as a notebook shows it, or a sentence where there is none."""
        try:
            ladder = self._ladder()
        except ValueError as error:  # more have come than there is room for
            return {"text/plain": clean(str(error))}
        if ladder is None:
            return {"text/plain": _BLANK.get(self.language, _BLANK["en"])}
        return ladder._repr_mimebundle_()

    def _ladder(self) -> Ladder | None:
        """Return the ladder; None before anybody is known to take part.

        Raises:
            ValueError: it cannot be drawn.
        """
        events = self.events
        names = tuple(dict.fromkeys((*self._endpoints, *endpoints_of(events))))
        if not names:
            return None
        words = CHINESE if self.language == "zh" else ENGLISH
        ladder = Ladder(events, names, rows=self._rows, title=self._title, words=words)
        str(ladder)  # complains
        return ladder

    def _advance(self) -> float:
        now = self._clock.now()
        if now >= self._next:
            self._look()
            self._next = now + self.every
        return self._next

    def _look(self) -> None:
        events = list(self._trace)
        if events != self.events:
            self.events = events

    def _make_view(self) -> View:
        return LadderView(self, self._words.close)

    def _end(self) -> None:
        self._look()

    def _kept(self) -> dict[str, str]:
        return self._bundle()


class LadderView:
    """See netlib.panels.panel.View. The picture is an image, with its words beside it as text."""

    def __init__(self, panel: LiveLadder, close_label: str) -> None:
        import ipywidgets  # type: ignore[import-untyped]  # it says no types

        self._panel = panel
        self._drawn: list[Event] | None = None
        self._picture = ipywidgets.HTML()
        self.box = ipywidgets.VBox([self._picture, close_button(panel, close_label)])

    def paint(self) -> float | None:
        if self._drawn is self._panel.events:
            return None
        began = time.perf_counter()
        self._drawn = self._panel.events
        self._picture.value = self._panel.picture()
        self._panel.rest(time.perf_counter() - began)
        return None
