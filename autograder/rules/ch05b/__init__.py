"""Chapter 05b, broadcast, multicast and discovery. A module an exercise, in the chapter's order.

Four rules put the learner's code on a LAN; the others are played on loopback, whose broadcast
address is 127.255.255.255, or by feeding a machine.
"""

from autograder.exercise import Exercise
from autograder.rules.ch05b import (
    answer_to,
    broadcast,
    discover,
    join_group,
    open_broadcast,
    roster,
)

__all__ = ["EXERCISES"]

EXERCISES = (
    Exercise(
        "ch05b/open_broadcast",
        3,
        ("open_broadcast",),
        open_broadcast.RULES,
        mistakes=open_broadcast.MISTAKES,
    ),
    Exercise("ch05b/broadcast", 2, ("broadcast",), broadcast.RULES, mistakes=broadcast.MISTAKES),
    Exercise("ch05b/answer_to", 3, ("answer_to",), answer_to.RULES),
    Exercise(
        "ch05b/roster",
        5,
        ("Roster",),
        roster.RULES,
        uses=("ch05b/answer_to",),
        protocol="feiq",
    ),
    Exercise("ch05b/discover", 4, ("discover",), discover.RULES, mistakes=discover.MISTAKES),
    Exercise("ch05b/join_group", 3, ("join_group",), join_group.RULES),
)
