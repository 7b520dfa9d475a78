"""How often a second tasks of several kinds stop, and others go on in their place."""

import asyncio
import threading
import time
from collections.abc import Callable, Generator

__all__ = ["turns_per_second"]

_MIN_S = 0.02  # of processor time: with less, the clock's steps would count


def turns_per_second() -> dict[str, float | None]:
    """Return how many turns a second of processor time each kind of task can take.

    A turn: somebody else stops, the task goes on, stops again. None: greenlet is not installed.
    """
    kinds = {"generator": _generator, "greenlet": _greenlet, "asyncio": _asyncio}
    found: dict[str, float | None] = {}
    for name, turns in {**kinds, "threads": _threads}.items():
        try:
            found[name] = _rate(turns)
        except ImportError:
            found[name] = None
    return found


def _rate(turns: Callable[[int], None]) -> float:
    count = 500
    while True:
        began = time.process_time()
        turns(count)
        if (took := time.process_time() - began) >= _MIN_S:
            return count / took
        count *= 4


def _generator(count: int) -> None:
    def idle() -> Generator[None, None, None]:
        while True:
            yield

    task = idle()
    for _ in range(count):
        next(task)


def _greenlet(count: int) -> None:
    import greenlet  # type: ignore[import-untyped,unused-ignore]

    def idle() -> None:
        while True:
            home.switch()

    home, task = greenlet.getcurrent(), greenlet.greenlet(idle)
    for _ in range(count):
        task.switch()


def _asyncio(count: int) -> None:
    async def idle(times: int) -> None:
        for _ in range(times):
            await asyncio.sleep(0)

    async def both() -> None:
        await asyncio.gather(idle(count // 2), idle(count // 2))

    runner = threading.Thread(target=asyncio.run, args=(both(),))  # a notebook has a loop already
    runner.start()
    runner.join()


def _threads(count: int) -> None:
    mine, theirs = threading.Lock(), threading.Lock()
    theirs.acquire()

    def turn(wait: threading.Lock, wake: threading.Lock) -> None:
        for _ in range(count // 2):
            wait.acquire()
            wake.release()

    other = threading.Thread(target=turn, args=(theirs, mine))
    other.start()
    turn(mine, theirs)
    other.join()
