"""How the exercises of chapter 11 cut a stream: at every place of a short message."""

__all__ = ["BUFFER", "CUTS", "IN_CHARACTERS", "SIZE"]

BUFFER = 16_384  # bytes, where a send is to be short

SIZE = 6
"""Bytes of the messages that are cut at every place."""

CUTS = ("split every 1", f"merge {SIZE} 500ms", "delay 2 10ms; split 2")
"""One byte at a time; in one piece; in two, the second of which is late."""

IN_CHARACTERS = ("split 1", "split 2", "split 4", "split 5")
"""Inside each of two Chinese characters, which take three bytes each in UTF-8."""
