"""Chapter 13, framing: messages on a stream. A module an exercise, in the chapter's order.

Cuts of a stream are schedules, for sockets and for parsers alike, so a report shows the
smallest one; where a peer resets, reads slowly or says nothing, the rule does so.
"""

from autograder.exercise import Exercise
from autograder.rules.ch13 import (
    command_server,
    frame_parser,
    line_parser,
    recv_exact,
    recv_frame,
    run_command,
    send_frame,
)

__all__ = ["EXERCISES"]

EXERCISES = (
    Exercise("ch13/recv_exact", 3, ("recv_exact",), recv_exact.RULES, streams=True),
    Exercise("ch13/send_frame", 2, ("send_frame",), send_frame.RULES, streams=True),
    Exercise(
        "ch13/recv_frame",
        4,
        ("recv_frame",),
        recv_frame.RULES,
        uses=("ch13/recv_exact",),
        streams=True,
        mistakes=recv_frame.MISTAKES,
    ),
    Exercise("ch13/frame_parser", 3, ("FrameParser",), frame_parser.RULES, streams=True),
    Exercise("ch13/line_parser", 2, ("LineParser",), line_parser.RULES, streams=True),
    Exercise("ch13/run_command", 3, ("run_command",), run_command.RULES, streams=True),
    Exercise(
        "ch13/command_server",
        3,
        ("command_server",),
        command_server.RULES,
        uses=("ch13/send_frame", "ch13/frame_parser", "ch13/run_command"),
        streams=True,
        mistakes=command_server.MISTAKES,
    ),
)
