"""Chapter 13b, commands for others: without a shell, over frames, for one client after the other.

Modules stand in the chapter's order. Frames and their cuts are those of chapter 13.
"""

from autograder.exercise import Exercise
from autograder.rules.ch13b import answer, command_server, run_command

__all__ = ["EXERCISES"]

EXERCISES = (
    Exercise("ch13b/run_command", 7, ("run_command",), run_command.RULES, streams=True),
    Exercise(
        "ch13b/answer",
        4,
        ("answer",),
        answer.RULES,
        uses=("ch13b/run_command",),
        streams=True,
    ),
    Exercise(
        "ch13b/command_server",
        9,
        ("command_server",),
        command_server.RULES,
        uses=("ch13b/run_command", "ch13b/answer"),
        streams=True,
        mistakes=command_server.MISTAKES,
    ),
)
