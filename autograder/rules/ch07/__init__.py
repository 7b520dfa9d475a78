"""Chapter 07, the TFTP server and upload. In the chapter's order.

The rules play the learner's peers on loopback, and the network between them: what it loses,
doubles or swaps is a rule"s `faults`.
"""

from autograder.exercise import Exercise
from autograder.rules.ch07 import (
    blocks,
    netascii,
    safe_path,
    sender,
    sender_network,
    serve,
    serve_ends,
    serve_network,
    serve_requests,
    serve_silence,
    upload,
    upload_network,
)

__all__ = ["EXERCISES"]

EXERCISES = (
    Exercise("ch07/safe_path", 3, ("safe_path",), safe_path.RULES),
    Exercise("ch07/blocks", 2, ("blocks",), blocks.RULES),
    Exercise(
        "ch07/sender",
        4,
        ("Sender",),
        [*sender.RULES, *sender_network.RULES],
        uses=("ch07/blocks",),
        protocol="tftp",
    ),
    Exercise(
        "ch07/upload",
        4,
        ("upload",),
        [*upload.RULES, *upload_network.RULES],
        uses=("ch07/sender",),
        protocol="tftp",
    ),
    Exercise(
        "ch07/serve",
        5,
        ("serve",),
        [
            *serve.RULES,
            *serve_requests.RULES,
            *serve_ends.RULES,
            *serve_network.RULES,
            *serve_silence.RULES,
        ],
        uses=("ch07/safe_path", "ch07/sender"),
        protocol="tftp",
    ),
    Exercise("ch07/netascii", 2, ("to_netascii", "from_netascii"), netascii.RULES),
)
