# right: classy
from typing import NamedTuple


class Block(NamedTuple):
    number: int
    payload: bytes


class blocks:
    def __init__(self, data, first=1):
        self.data, self.first = data, first

    def __iter__(self):
        at = 0
        number = self.first
        while True:
            piece = bytes(memoryview(self.data)[at : at + 512])
            yield Block(number, piece)
            if len(piece) < 512:
                return
            at += 512
            number = number + 1 if number < 65535 else 0
