"""Chapter 04, UDP: one message, one datagram. A module an exercise, in the chapter's order.

The rules play the learner's peers on loopback. Where a rule says that the network lost or
delayed something, the rule itself is that network: it does not answer, or answers late.
"""

from autograder.exercise import Exercise
from autograder.rules.ch04 import (
    echo_server,
    feiq,
    recv_one,
    reply_counter_server,
    request,
    send_text,
)
from autograder.rules.ch04.shared import SERVER_MISTAKES
from autograder.rules.common import AS_TEXT

__all__ = ["EXERCISES"]

EXERCISES = (
    Exercise("ch04/send_text", 2, ("send_text",), send_text.RULES, mistakes=send_text.MISTAKES),
    Exercise("ch04/recv_one", 3, ("recv_one",), recv_one.RULES, mistakes=recv_one.MISTAKES),
    Exercise("ch04/echo_server", 4, ("echo_server",), echo_server.RULES, mistakes=SERVER_MISTAKES),
    Exercise("ch04/request", 4, ("request",), request.RULES, mistakes=AS_TEXT),
    Exercise("ch04/feiq", 4, ("parse_feiq", "build_feiq"), feiq.RULES),
    Exercise(
        "ch04/reply_counter_server",
        3,
        ("reply_counter_server",),
        reply_counter_server.RULES,
        mistakes=SERVER_MISTAKES,
    ),
)
