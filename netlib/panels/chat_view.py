"""The widgets of a chat: a column for each person, and a line on how it goes."""

import html
import threading
from typing import Any, Protocol

from netlib.clock import Clock
from netlib.panels.log import Entry, Log
from netlib.panels.panel import close_button
from netlib.panels.words import Words
from netlib.trace import Address

__all__ = ["ChatView"]

# ipywidgets' own lines are as high as its buttons
_STYLE = "line-height:1.4;overflow-wrap:anywhere"
_LINES = f'<div style="{_STYLE}">{{}}</div>'
_MESSAGE = f'<div style="{_STYLE};margin-bottom:6px;text-align:{{}}">{{}}<br>{{}}</div>'
_BAR = "margin-bottom:6px;border-left:3px solid #b26a00;padding-left:6px"
_NOTE = f'<div style="{_STYLE};{_BAR}">{{}}</div>'
_SETTLE_S = 0.3


class Chat(Protocol):
    """A chat panel, as far as its view knows it."""

    people: tuple[str, ...]
    addresses: dict[str, Address]
    log: Log
    can_sleep: bool

    def title(self) -> str: ...
    def news(self) -> list[str]: ...
    def say(self, who: str, text: str) -> None: ...
    def sleep(self, who: str) -> None: ...
    def wake(self, who: str) -> None: ...
    def look_again(self) -> None: ...
    def close(self) -> None: ...


class ChatView:
    """See netlib.panels.panel.View. Whatever people say is escaped, and isolated by <bdi>."""

    def __init__(self, panel: Chat, words: Words, clock: Clock) -> None:
        import ipywidgets  # type: ignore[import-untyped]  # it says no types

        self._panel, self._words = panel, words
        self._logs: dict[str, Any] = {}
        self.fields: dict[str, Field] = {}
        self.boxes: dict[str, Any] = {}
        columns = []
        for who in panel.people:
            host, port = panel.addresses[who]
            heading = f"<b>{html.escape(who)}</b>&ensp;<small>{host}:{port}</small>"
            self._logs[who] = ipywidgets.HTML()
            # a column from the bottom up: it stays scrolled to the newest
            log = ipywidgets.Box(
                [self._logs[who]],
                layout={
                    "height": "200px",
                    "overflow": "auto",
                    "display": "flex",
                    "flex_flow": "column-reverse",
                    "border": "1px solid #8c8c8c80",
                    "padding": "4px 8px",
                    "margin": "2px",  # as fields and buttons have it
                },
            )
            self.fields[who] = Field(panel, who, words, clock)
            below = [self._sleeps(who)] if panel.can_sleep else []
            columns.append(
                ipywidgets.VBox(
                    [ipywidgets.HTML(heading), log, self.fields[who].box, *below],
                    layout={"flex": "1 1 0", "min_width": "0"},
                )
            )
        self._news = ipywidgets.HTML(layout={"flex": "1 1 auto"})
        close = close_button(panel, words.close)
        self.box = ipywidgets.VBox(
            [
                ipywidgets.HBox(columns, layout={"grid_gap": "16px"}),
                ipywidgets.HBox([self._news, close], layout={"align_items": "center"}),
            ],
            layout={"max_width": "860px"},
        )

    def _sleeps(self, who: str) -> Any:
        """Return a box to tick: this person does not read."""
        import ipywidgets

        box = ipywidgets.Checkbox(
            description=self._words.sleeps, indent=False, layout={"width": "auto"}
        )
        change = {True: self._panel.sleep, False: self._panel.wake}
        box.observe(lambda told: change[bool(told["new"])](who), "value")
        self.boxes[who] = box
        return box

    def paint(self) -> float | None:
        entries, earlier = self._panel.log.entries, self._panel.log.earlier
        for who, log in self._logs.items():
            both = (who, self._words.server)  # what the server does is news for everybody
            lines = [self._drawn(entry) for entry in entries if entry.who in both]
            if earlier:
                lines.insert(0, _caption(self._words.earlier.format(count=earlier)))
            log.value = "".join(lines)
        self._news.value = _LINES.format("<br>".join(map(html.escape, self._panel.news())))
        return min(filter(None, [field.settle() for field in self.fields.values()]), default=None)

    def _drawn(self, entry: Entry) -> str:
        text = f"<bdi>{html.escape(entry.said(self._words))}</bdi>"
        if entry.kind == "notes":
            return _NOTE.format(text)
        side = "right" if entry.kind == "says" else "left"
        return _MESSAGE.format(side, _caption(entry.caption(self._words)), text)


class Field:
    """Where one person writes: Enter sends, and the button, which can also send nothing.

    The browser tells of Enter and of the button before or after it tells what the field holds,
    as it likes; and it tells that also when somebody only leaves the field, which must not send.
    So what is sent is what comes at most _SETTLE_S after the key, or else what was there.
    """

    def __init__(self, panel: Chat, who: str, words: Words, clock: Clock) -> None:
        import ipywidgets

        self._panel, self._who, self._clock = panel, who, clock
        self._lock = threading.RLock()
        self._pressed: tuple[float, bool] | None = None  # when; and whether nothing is sent, too
        self.text = ipywidgets.Text(
            placeholder=words.hint,
            continuous_update=False,
            layout={"flex": "1 1 auto", "width": "auto", "min_width": "0"},
        )
        self.text.observe(self._filled, "value")
        self.text.on_msg(self._told)  # on_submit is deprecated; its message is not
        whole = {"width": "auto", "flex": "0 0 auto"}
        self.button = ipywidgets.Button(description=words.send, layout=whole)
        self.button.on_click(lambda _: self._press(nothing_too=True))
        self.box = ipywidgets.HBox([self.text, self.button])

    def settle(self) -> float | None:
        """Send what was there when a key was pressed, if it is time; return when to look again."""
        with self._lock:
            if self._pressed is None:
                return None
            pressed, nothing_too = self._pressed
            if self._clock.now() < pressed + _SETTLE_S:
                return pressed + _SETTLE_S
            text = self._taken()
        if text or nothing_too:
            self._panel.say(self._who, text)  # without our lock: it has its own
        return None

    def _told(self, _: Any, content: dict[str, Any], buffers: Any) -> None:
        if content.get("event") == "submit":
            self._press(nothing_too=False)

    def _press(self, nothing_too: bool) -> None:
        with self._lock:
            self._pressed = self._clock.now(), nothing_too
        self._panel.look_again()

    def _filled(self, change: dict[str, Any]) -> None:
        with self._lock:
            if not change["new"] or self._pressed is None:
                return
            if self._clock.now() >= self._pressed[0] + _SETTLE_S:
                return
            text = self._taken()
        self._panel.say(self._who, text)

    def _taken(self) -> str:
        """Empty the field, and return what it held."""
        text: str = self.text.value
        self._pressed = None
        self.text.value = ""
        return text


def _caption(text: str) -> str:
    return f'<small style="opacity:.7"><bdi>{html.escape(text)}</bdi></small>'
