"""Chapter 03, ports and sockets. A module an exercise, in the chapter's order.

A rule that calls a port free draws one that stays so (`steps.quiet_port`): a neighbour on the same
machine must not decide who is right.
"""

from autograder.exercise import Exercise
from autograder.rules.ch03 import (
    free_port,
    is_port_taken,
    open_socket,
    parse_proc_net_tcp,
    service_port,
    socket_owners,
    unix_echo_once,
)

__all__ = ["EXERCISES"]

EXERCISES = (
    Exercise("ch03/open_socket", 1, ("open_socket",), open_socket.RULES),
    Exercise(
        "ch03/free_port",
        2,
        ("free_port",),
        free_port.RULES,
        uses=("ch03/open_socket",),
    ),
    Exercise(
        "ch03/is_port_taken",
        4,
        ("is_port_taken",),
        is_port_taken.RULES,
        uses=("ch03/open_socket",),
    ),
    Exercise(
        "ch03/service_port",
        3,
        ("service_port",),
        service_port.RULES,
        mistakes=service_port.MISTAKES,
    ),
    Exercise("ch03/parse_proc_net_tcp", 4, ("parse_proc_net_tcp",), parse_proc_net_tcp.RULES),
    Exercise("ch03/socket_owners", 3, ("socket_owners",), socket_owners.RULES),
    Exercise(
        "ch03/unix_echo_once",
        3,
        ("unix_echo_once",),
        unix_echo_once.RULES,
        streams=True,
        mistakes=unix_echo_once.MISTAKES,
    ),
)
