"""Chapter 13, framing: messages on a stream. A module an exercise, in the chapter's order.

Cuts of a stream are schedules, for sockets and for parsers alike, so a report shows the
smallest one; where a peer resets, reads slowly or says nothing, the rule does so.
"""

from autograder.exercise import Exercise
from autograder.rules.ch13 import frame_parser, line_parser, recv_exact, recv_frame, send_frame

__all__ = ["EXERCISES", "MOVED"]

EXERCISES = (
    Exercise("ch13/recv_exact", 4, ("recv_exact",), recv_exact.RULES, streams=True),
    Exercise("ch13/send_frame", 3, ("send_frame",), send_frame.RULES, streams=True),
    Exercise(
        "ch13/recv_frame",
        5,
        ("recv_frame",),
        recv_frame.RULES,
        uses=("ch13/recv_exact",),
        streams=True,
        mistakes=recv_frame.MISTAKES,
    ),
    Exercise(
        "ch13/frame_parser",
        5,
        ("FrameParser",),
        frame_parser.RULES,
        streams=True,
        mistakes=frame_parser.MISTAKES,
    ),
    Exercise("ch13/line_parser", 3, ("LineParser",), line_parser.RULES, streams=True),
)
MOVED = {
    "ch13/run_command": "ch13b/run_command",
    "ch13/command_server": "ch13b/command_server",
}
