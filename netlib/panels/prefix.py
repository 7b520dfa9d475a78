"""An address and its prefix length, live: what a slider from 0 to 32 makes of them."""

import html
from collections.abc import Sequence
from typing import Any

from netlib.clock import Clock
from netlib.panels.panel import Panel, View, close_button
from netlib.prefix import Prefix, parse_address
from netlib.tables import as_html, as_text

__all__ = ["PrefixPanel"]


class PrefixPanel(Panel):
    """32 bits of which a slider says how many are the network's, and what follows from that.

        PrefixPanel("192.168.128.255", 24)
        PrefixPanel("192.0.2.10", 25, others=("192.0.2.100", "192.0.2.200"))

    When it closes, what it showed last takes its place.

    Args:
        others: addresses, of each of which it says whether it is near or behind the gateway.

    Attributes:
        shown: the `Prefix` that it shows.

    Raises:
        ValueError: an address is no IPv4 address, or prefix no length from 0 to 32.
    """

    def __init__(
        self,
        address: str,
        prefix: int,
        others: Sequence[str] = (),
        *,
        language: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.others = tuple(others)
        for other in self.others:
            parse_address(other)
        self.shown = Prefix(address, prefix)
        super().__init__(language, 1, clock)
        self.shown = Prefix(address, prefix, self.language)
        self._trouble = ""
        self._painter.start()

    def turn(self, prefix: int | None = None, address: str | None = None) -> str:
        """Set the slider or the address; return what it shows then, as text.

        Raises:
            ValueError: as when it is made.
        """
        with self._lock:
            now = self.shown
            address = now.address if address is None else address
            prefix = now.prefix if prefix is None else prefix
            self.shown, self._trouble = Prefix(address, prefix, self.language), ""
        self.look_again()
        return self.text()

    def write(self, address: str) -> None:
        """Take what somebody has written into the field: an address, or something else."""
        try:
            self.turn(address=address.strip())
        except ValueError:
            self._trouble = self._words.no_address.format(text=address[:40])
            self.look_again()

    def rows(self) -> list[tuple[str, str]]:
        """Return where each of the others is, seen from here."""
        near, far = self._words.near_far
        return [(other, near if self.shown.near(other) else far) for other in self.others]

    def news(self) -> list[str]:
        """Return what is wrong with the address in the field, if something is."""
        return [self._trouble] if self._trouble else []

    def text(self) -> str:
        rows = self.rows()
        return "\n".join([str(self.shown), *([as_text(rows)] if rows else []), *self.news()])

    def picture(self) -> str:
        """Return what a page shows, as HTML."""
        rows = self.rows()
        table = as_html([self._words.other_head, *rows]) if rows else ""
        return self.shown._repr_mimebundle_()["text/html"] + table

    def _advance(self) -> None:
        return None

    def _make_view(self) -> View:
        return PrefixView(self, self._words.address_prefix, self._words.close)

    def _end(self) -> None:
        pass

    def _kept(self) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": self.picture()}


class PrefixView:
    """See netlib.panels.panel.View."""

    def __init__(self, panel: PrefixPanel, names: tuple[str, str], close_label: str) -> None:
        import ipywidgets  # type: ignore[import-untyped]  # it says no types

        self._panel = panel
        address, prefix = (
            {"description": name, "style": {"description_width": "initial"}} for name in names
        )
        shown = panel.shown
        self._field: Any = ipywidgets.Text(value=shown.address, continuous_update=False, **address)
        wide = {"width": "min(100%, 480px)"}
        self._slider: Any = ipywidgets.IntSlider(
            value=shown.prefix, min=0, max=32, layout=wide, **prefix
        )
        self._field.observe(lambda change: panel.write(change["new"]), "value")
        self._slider.observe(lambda change: panel.turn(prefix=change["new"]), "value")
        self._picture, self._news = ipywidgets.HTML(), ipywidgets.HTML()
        close = close_button(panel, close_label)
        self.box = ipywidgets.VBox([self._field, self._slider, self._picture, self._news, close])

    def paint(self) -> float | None:
        for place, said in (
            (self._picture, self._panel.picture()),
            (self._news, "<br>".join(map(html.escape, self._panel.news()))),
        ):
            if place.value != said:
                place.value = said
        return None
