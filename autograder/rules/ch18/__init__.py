"""Chapter 18, coroutines: from `yield` to asyncio. A module an exercise, in its order here.

The tasks that a scheduler runs are the chapter's own, held here by handles; the time is ours
wherever a clock is asked for, so nothing waits.
"""

from autograder.exercise import Exercise
from autograder.rules.ch18 import (
    asyncio_echo,
    coro_echo,
    download_all,
    scheduler,
    sleepers,
    socket_scheduler,
    take_turns,
)

__all__ = ["EXERCISES"]

_LOOP = ("ch18/scheduler", "ch18/sleepers")

EXERCISES = (
    Exercise("ch18/take_turns", 2, ("take_turns",), take_turns.RULES),
    Exercise("ch18/scheduler", 3, ("Scheduler",), scheduler.RULES),
    Exercise("ch18/sleepers", 3, ("Sleepers",), sleepers.RULES, uses=_LOOP[:1]),
    Exercise("ch18/socket_scheduler", 4, ("SocketScheduler",), socket_scheduler.RULES, uses=_LOOP),
    Exercise(
        "ch18/coro_echo",
        3,
        ("coro_echo",),
        coro_echo.RULES,
        uses=(*_LOOP, "ch18/socket_scheduler"),
        mistakes=coro_echo.MISTAKES,
        streams=True,
    ),
    Exercise("ch18/download_all", 3, ("download_all",), download_all.RULES, streams=True),
    Exercise(
        "ch18/asyncio_echo",
        2,
        ("asyncio_echo",),
        asyncio_echo.RULES,
        mistakes=asyncio_echo.MISTAKES,
        streams=True,
    ),
)
