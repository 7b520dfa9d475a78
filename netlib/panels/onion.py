"""A frame that the reader opens, one envelope after the other."""

from netlib.dissect import Frame
from netlib.envelopes import Envelopes
from netlib.language import chosen
from netlib.panels.knobs import Knobs

__all__ = ["Onion"]

_LABELS = {"en": "envelopes opened", "zh": "已拆开的信封"}


class Onion(Knobs):
    """A slider, from no envelope opened to all of them, and what is seen of a frame's layers.

    panel = Onion(frames[0].frame)
    panel
    print(panel.turn(opened=2))
    """

    def __init__(self, frame: Frame, language: str | None = None) -> None:
        spoken = language or chosen()

        def onion(opened: int) -> Envelopes:
            return Envelopes(frame, opened, spoken)

        super().__init__(
            onion,
            labels={"opened": _LABELS[spoken]},
            language=spoken,
            opened=range(Envelopes(frame).count + 1),
        )
