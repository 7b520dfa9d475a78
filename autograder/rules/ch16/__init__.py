"""Chapter 16, one thread and many sockets. A module an exercise, in the chapter's order.

The rules play clients that are silent, slow, or gone. That somebody waits in vain is seen on the
wire; that somebody is busy in vain, in the processor time that the kernel has counted.
"""

from functools import partial

from autograder.exercise import Exercise
from autograder.rules.ch16 import (
    clients,
    echo_client,
    out_buffer,
    select_echo,
    talk,
    try_accept,
    wait_readable,
)

__all__ = ["EXERCISES"]

_tcp = partial(Exercise, streams=True)

EXERCISES = (
    _tcp(
        "ch16/try_accept",
        3,
        ("try_accept", "try_recv"),
        try_accept.RULES,
        mistakes=try_accept.MISTAKES,
    ),
    _tcp(
        "ch16/clients",
        2,
        ("Clients",),
        clients.RULES,
        uses=("ch16/try_accept",),
        mistakes=clients.MISTAKES,
    ),
    _tcp("ch16/wait_readable", 2, ("wait_readable",), wait_readable.RULES),
    _tcp("ch16/out_buffer", 3, ("OutBuffer",), out_buffer.RULES, mistakes=out_buffer.MISTAKES),
    _tcp(
        "ch16/echo_client",
        4,
        ("EchoClient",),
        echo_client.RULES,
        uses=("ch16/try_accept", "ch16/out_buffer"),
        mistakes=echo_client.MISTAKES,
    ),
    _tcp(
        "ch16/select_echo",
        4,
        ("select_echo",),
        select_echo.RULES,
        uses=("ch16/try_accept", "ch16/echo_client"),
        mistakes=select_echo.MISTAKES,
    ),
    _tcp("ch16/talk", 2, ("talk",), talk.RULES, mistakes=talk.MISTAKES),
)
