"""A frame as envelopes in envelopes: which layer adds which bytes, and what is left inside.

A layer that is opened stays to be seen; the next one is what a receiver reads now. Data is no
envelope, but what lies in the innermost one.
"""

import html
from dataclasses import dataclass, field

from netlib.dissect import Frame
from netlib.dissect.header import Data
from netlib.dissect.layers import Layer
from netlib.images import image
from netlib.language import chosen
from netlib.tables import as_html, as_text

__all__ = ["Envelopes"]

_ADDS = {
    "Ethernet": ("which network card it goes to", "交给哪块网卡"),
    "IPv4": ("which host it goes to", "交给哪台主机"),
    "IPv6": ("which host it goes to", "交给哪台主机"),
    "UDP": ("which port, so which process", "交给哪个端口，也就是哪个进程"),
    "TCP": ("which port, and the order of the bytes", "交给哪个端口，以及字节的顺序"),
    "Data": ("what was said", "要说的话本身"),
}
_HEAD = {
    "en": ("", "layer", "bytes", "size", "says"),
    "zh": ("", "层", "字节", "大小", "说明什么"),
}
_WORDS = {
    "en": {
        "open": "opened",
        "next": "next",
        "left": "left",
        "data": "data",
        "whole": "{opened} of {all} envelopes opened: {left} of {size} bytes are left inside.",
    },
    "zh": {
        "open": "已拆开",
        "next": "接着拆",
        "left": "剩下",
        "data": "数据",
        "whole": "{all} 层信封拆开了 {opened} 层：{size} 个字节里，还剩 {left} 个在里面。",
    },
}
_WIDE, _HIGH, _INSET, _EDGE = 118, 46, 9, 12  # of a header's cell, and of the card around all
_STYLE = (
    "text{font:13px sans-serif;fill:#1f2328}.small{font-size:11px}"
    "rect{fill:#fff;stroke:#1f5fa8;stroke-width:1.5}.next,.left{fill:#cfe3ff}"
    ".open{stroke:#8c959f;stroke-dasharray:4 3}.card{fill:#fff;stroke:none}"
)


@dataclass(frozen=True, slots=True, repr=False)
class Envelopes:
    """The layers of a frame, of which the outermost ones are opened already.

    str() of it is its text form, svg() the picture that notebooks show.

    Raises:
        ValueError: more envelopes are to be opened than there are.
    """

    frame: Frame
    opened: int = 0
    language: str = field(default_factory=chosen)

    def __post_init__(self) -> None:
        if not 0 <= self.opened <= self.count:
            raise ValueError(f"expected 0 to {self.count} opened envelopes; got {self.opened}")

    @property
    def count(self) -> int:
        """How many envelopes there are to open."""
        return sum(not isinstance(layer.header, Data) for layer in self.frame.layers)

    def __repr__(self) -> str:
        return f"<Envelopes: {self.sentence()}>"

    def __str__(self) -> str:
        return f"{self.sentence()}\n{as_text(self.rows())}"

    def sentence(self) -> str:
        """Say how much is left inside."""
        size, opened = len(self.frame.data), self.frame.layers[: self.opened]
        left = opened[-1].stop - opened[-1].payload if opened else size
        said = _WORDS[self.language]["whole"]
        return said.format(opened=self.opened, all=self.count, left=left, size=size)

    def rows(self) -> list[tuple[str, ...]]:
        """Return the table of layers: where the bytes of each stand, and what they say."""
        layers = enumerate(self.frame.layers)
        return [_HEAD[self.language], *(self._row(*each) for each in layers)]

    def _row(self, index: int, layer: Layer) -> tuple[str, ...]:
        says = _ADDS.get(layer.header.label, ("", ""))[self.language == "zh"]
        state = _WORDS[self.language].get(self._state(index), "")
        return (state, self._name(layer), _place(layer), str(_size(layer)), says)

    def _state(self, index: int) -> str:
        if index != self.opened:
            return "open" if index < self.opened else ""
        return "next" if self.opened < self.count else "left"

    def _name(self, layer: Layer) -> str:
        is_data = isinstance(layer.header, Data)
        return _WORDS[self.language]["data"] if is_data else layer.header.label

    def svg(self) -> str:
        """Return the picture: an envelope's header stands to the left, the next one lies in it."""
        count = len(self.frame.layers)
        wide, high = _WIDE * count, _HIGH + 2 * _INSET * (count - 1)
        size = f'width="{wide + 2 * _EDGE}" height="{high + 2 * _EDGE}"'
        boxes = (self._box(*each, wide, high) for each in enumerate(self.frame.layers))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{_STYLE}</style>'
            f'<rect class="card" {size}/>{"".join(boxes)}</svg>'
        )

    def _box(self, index: int, layer: Layer, wide: int, high: int) -> str:
        left, top, middle = _EDGE + _WIDE * index, _EDGE + _INSET * index, _EDGE + high // 2
        inner = wide - (_WIDE + _INSET // 2) * index, high - 2 * _INSET * index
        said = f"{_place(layer)} ({_size(layer)} B)"
        return (
            f'<rect class="{self._state(index)}" x="{left}" y="{top}" '
            f'width="{inner[0]}" height="{inner[1]}" rx="4"/>'
            f'<text x="{left + 10}" y="{middle - 3}">{html.escape(self._name(layer))}</text>'
            f'<text class="small" x="{left + 10}" y="{middle + 13}">{said}</text>'
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        page = image(self.svg(), self.sentence()) + as_html(self.rows())
        return {"text/plain": str(self), "text/html": page}


def _size(layer: Layer) -> int:
    """Return how many bytes a layer adds."""
    return layer.payload - layer.start


def _place(layer: Layer) -> str:
    last = layer.payload - 1
    return f"{layer.start}–{last}" if last > layer.start else str(layer.start)
