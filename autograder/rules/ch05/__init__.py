"""Chapter 05, a chat over UDP. A module an exercise, in the chapter's order.

The rules play friends, strangers and dead ports on loopback. What a chat has heard, its callback
tells; that a thread has ended is looked for in /proc.
"""

from autograder.exercise import Exercise
from autograder.rules.ch05 import (
    chat,
    format_line,
    progress_bar,
    receiver_loop,
    relay,
    serve_relay,
)

__all__ = ["EXERCISES"]

EXERCISES = (
    Exercise("ch05/format_line", 2, ("format_line",), format_line.RULES),
    Exercise("ch05/progress_bar", 2, ("progress_bar",), progress_bar.RULES),
    Exercise(
        "ch05/receiver_loop",
        4,
        ("receiver_loop",),
        receiver_loop.RULES,
        mistakes=receiver_loop.MISTAKES,
    ),
    Exercise(
        "ch05/chat",
        6,
        ("Chat",),
        chat.RULES,
        uses=("ch05/receiver_loop",),
        mistakes=chat.MISTAKES,
    ),
    Exercise("ch05/relay", 4, ("Relay",), relay.RULES, protocol="text", mistakes=relay.MISTAKES),
    Exercise(
        "ch05/serve_relay",
        2,
        ("serve_relay",),
        serve_relay.RULES,
        mistakes=serve_relay.MISTAKES,
    ),
)
