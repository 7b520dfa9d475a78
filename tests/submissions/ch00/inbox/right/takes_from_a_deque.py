# right: a deque, emptied from the left
from collections import deque


class Inbox:
    """Messages that wait. put(text) adds one; take() returns those that wait, and none waits after it."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()

    def put(self, text: str) -> None:
        self._waiting.append(text)

    def take(self) -> list[str]:
        return [self._waiting.popleft() for _ in range(len(self._waiting))]
