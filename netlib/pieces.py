"""One stream as both ends see it: every byte shows which send it came from, every frame a recv.

The text form is complete: `|` stands where a recv ended, and a letter below each byte says which
send it was in. In a notebook the bytes of one send have one colour, and a recv is a frame.
"""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from netlib.hexview.rows import row_span
from netlib.language import chosen

__all__ = ["Pieces"]

_MOST = 60  # bytes that are shown: this is for streams that one reads letter by letter
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LEGEND = {
    "en": "colour and letter: which send; frame: one recv",
    "zh": "颜色和字母：第几次 send；方框：一次 recv",
}
_BOX = (
    "display:inline-block;border:2px solid #57606a;border-radius:3px;margin:2px;padding:0 1px;"
    "font-family:ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;line-height:1.35"
)


@dataclass(frozen=True, slots=True, repr=False)
class Pieces:
    """What was sent, call by call, and what was received, call by call: both in order.

    language: "en" or "zh"; the reader's own, if none is given.

    Raises:
        ValueError: what was received is not the beginning of what was sent.
    """

    sent: Sequence[bytes]
    received: Sequence[bytes]
    language: str = field(default_factory=chosen)

    def __post_init__(self) -> None:
        if not b"".join(self.sent).startswith(b"".join(self.received)):
            raise ValueError("expected to receive what was sent, in that order; got other bytes")

    def __repr__(self) -> str:
        return f"<Pieces: {len(self.sent)} sent, {len(self.received)} received>"

    def __str__(self) -> str:
        shown = list(self._shown())
        above = "|".join("".join(signs) for signs, _ in shown)
        below = " ".join("".join(letters) for _, letters in shown)
        return f"recv  |{above}|\nsend   {below}".rstrip()

    def _shown(self) -> Iterator[tuple[list[str], list[str]]]:
        """Yield the signs of each recv and the letters below them."""
        owners = [number for number, data in enumerate(self.sent) for _ in data]
        text = all(0x20 < byte < 0x7F for data in self.received for byte in data)
        at = 0
        for data in self.received:
            here = data[: max(0, _MOST - at)]
            signs = [chr(byte) if text else f" {byte:02x}" for byte in here]
            letters = [_letter(owners[at + n]).rjust(1 if text else 3) for n in range(len(here))]
            if left := len(data) - len(here):
                more = f" … {left} B"
                signs, letters = [*signs, more], [*letters, " " * len(more)]
            at += len(data)
            yield signs, letters

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        boxes = []
        for signs, letters in self._shown():
            tints = [_LETTERS.find(each.strip()) if each.strip() else None for each in letters]
            rows = (
                "".join(map(row_span, (each.replace(" ", "\xa0") for each in row), tints))
                for row in (signs, letters)
            )
            boxes.append(f'<span style="{_BOX}">{"<br>".join(rows)}</span>')
        legend = f"<br>{html.escape(_LEGEND[self.language])}"
        return {"text/plain": str(self), "text/html": f"<div>{''.join(boxes)}{legend}</div>"}


def _letter(number: int) -> str:
    return _LETTERS[number % len(_LETTERS)]
