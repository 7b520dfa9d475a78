"""Chapter 11, TCP: a byte stream between two programs. A module an exercise, in its order here.

The rules play the learner's peers on loopback. Cuts of the stream are schedules, so a report
shows the smallest one; where a peer resets, reads slowly or says nothing, the rule does so.
"""

from autograder.exercise import Exercise
from autograder.rules.ch11 import (
    chat_client,
    dial,
    method_table,
    recv_until_eof,
    send_all,
    serve_once,
    upper_clients,
    upper_server,
)

__all__ = ["EXERCISES"]

EXERCISES = (
    Exercise("ch11/dial", 2, ("dial",), dial.RULES, streams=True),
    Exercise("ch11/send_all", 3, ("send_all",), send_all.RULES, streams=True),
    Exercise("ch11/recv_until_eof", 3, ("recv_until_eof",), recv_until_eof.RULES, streams=True),
    Exercise("ch11/serve_once", 3, ("serve_once",), serve_once.RULES, streams=True),
    Exercise(
        "ch11/upper_server",
        4,
        ("upper_server",),
        [*upper_server.RULES, *upper_clients.RULES],
        streams=True,
    ),
    Exercise("ch11/chat_client", 3, ("chat_client",), chat_client.RULES, streams=True),
    Exercise("ch11/method_table", 2, ("method_table",), method_table.RULES, streams=True),
)
