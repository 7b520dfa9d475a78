"""One number of a dashboard, as it was: the last values, as text and as levels to draw."""

from collections import deque
from dataclasses import dataclass, field

__all__ = ["HISTORY", "Series"]

HISTORY = 40
"""How many values are kept."""

_BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Series:
    """The last values of one number, oldest first; at least one when it is shown."""

    name: str
    values: deque[float] = field(default_factory=lambda: deque(maxlen=HISTORY))

    def cells(self) -> tuple[str, str, str]:
        """Return the present value, and the least and the most of those that are kept."""
        return _said(self.values[-1]), _said(min(self.values)), _said(max(self.values))

    def levels(self) -> list[float]:
        """Return each value from 0, the bottom (0, or the least below it), to 1, the most."""
        low, high = min(0.0, *self.values), max(0.0, *self.values)
        return [(value - low) / (high - low) if high > low else 0.0 for value in self.values]

    def bars(self) -> str:
        """Return the values as a row of bars, one column each."""
        return "".join(_BARS[round(level * (len(_BARS) - 1))] for level in self.levels())

    def said(self) -> str:
        """Return the values as numbers."""
        return ", ".join(map(_said, self.values))


def _said(value: float) -> str:
    """Return a number in at most 11 columns."""
    if abs(value) >= 1e9:
        return f"{value:.3g}"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
