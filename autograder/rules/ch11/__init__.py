"""Chapter 11, TCP: a byte stream between two programs. A module an exercise, in its order here.

The rules play the learner's peers on loopback. Cuts of the stream are schedules, so a report
shows the smallest one; where a peer resets, reads slowly or says nothing, the rule does so.
"""

from functools import partial

from autograder.exercise import Exercise
from autograder.rules.ch11 import (
    chat_client,
    dial,
    method_table,
    recv_until_eof,
    send_all,
    serve_once,
    upper_server,
)

__all__ = ["EXERCISES"]

_tcp = partial(Exercise, streams=True)

EXERCISES = (
    _tcp("ch11/dial", 2, ("dial",), dial.RULES, mistakes=dial.MISTAKES),
    _tcp("ch11/send_all", 3, ("send_all",), send_all.RULES),
    _tcp("ch11/recv_until_eof", 3, ("recv_until_eof",), recv_until_eof.RULES),
    _tcp("ch11/serve_once", 3, ("serve_once",), serve_once.RULES, mistakes=serve_once.MISTAKES),
    _tcp(
        "ch11/upper_server",
        4,
        ("upper_server",),
        upper_server.RULES,
        mistakes=upper_server.MISTAKES,
    ),
    _tcp("ch11/chat_client", 3, ("chat_client",), chat_client.RULES, mistakes=chat_client.MISTAKES),
    _tcp("ch11/method_table", 2, ("method_table",), method_table.RULES),
)
