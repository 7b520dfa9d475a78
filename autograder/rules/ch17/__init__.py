"""Chapter 17, epoll and the chat room. A module an exercise, in the chapter's order.

Edge-triggered or level-triggered is seen on the wire alone: by what never comes.
"""

from functools import partial

from autograder.exercise import Exercise
from autograder.rules.ch17 import chat_room, drain, epoll_echo, loop, names, room

__all__ = ["EXERCISES"]

_tcp = partial(Exercise, streams=True)

EXERCISES = (
    Exercise("ch17/names", 1, ("names",), names.RULES, mistakes=names.MISTAKES),
    _tcp("ch17/drain", 3, ("drain", "accept_all"), drain.RULES, mistakes=drain.MISTAKES),
    _tcp("ch17/loop", 4, ("Loop",), loop.RULES, mistakes=loop.MISTAKES),
    _tcp(
        "ch17/epoll_echo",
        4,
        ("epoll_echo",),
        epoll_echo.RULES,
        uses=("ch17/drain",),
        mistakes=epoll_echo.MISTAKES,
        descriptors=epoll_echo.DESCRIPTORS,
    ),
    Exercise("ch17/room", 3, ("Room",), room.RULES),
    _tcp(
        "ch17/chat_room",
        5,
        ("chat_room",),
        chat_room.RULES,
        uses=("ch17/drain", "ch17/loop", "ch17/room"),
        mistakes=chat_room.MISTAKES,
    ),
)
