"""What one thread asks select.select, told while it asks.

The function of the module `select` is replaced as long as anybody is told; calls of other
threads go through. Whoever has imported the function by its own name is not seen.
"""

import contextlib
import select
import threading
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["REAL", "telling"]

REAL = select.select
"""The function itself: what is asked with it is told to nobody."""

Told = Callable[[Any, Any], None]

_told: dict[int, tuple[Told, Told]] = {}  # asks and answers, by the thread that asks
_lock = threading.Lock()


@contextlib.contextmanager
def telling(asks: Told, answers: Told) -> Iterator[None]:
    """Tell what this thread asks from now on, and what it is answered.

    Args:
        asks: asks(those to read, those to write), before it waits.
        answers: answers(those to read, those to write), when it has waited.
    """
    thread = threading.get_ident()
    with _lock:
        _told[thread] = asks, answers
        select.select = _spied
    try:
        yield
    finally:
        with _lock:
            del _told[thread]
            if not _told and select.select is _spied:
                select.select = REAL


def _spied(*args: Any) -> Any:
    told = _told.get(threading.get_ident())
    if told is None or len(args) < 3:
        return REAL(*args)
    asks, answers = told
    asks(*args[:2])
    answer: tuple[Any, Any, Any] = ([], [], [])
    try:
        answer = REAL(*args)
    finally:
        answers(*answer[:2])
    return answer
