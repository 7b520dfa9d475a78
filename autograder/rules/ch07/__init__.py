"""Chapter 07, the TFTP server and upload. In the chapter's order.

The rules play the learner's peers on loopback, and the network between them: what it loses,
doubles or swaps is a rule's `faults`.
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
    serving,
    upload,
    upload_network,
)
from autograder.rules.common import AS_TEXT

__all__ = ["EXERCISES"]

SENDER = [*sender.RULES, *sender_network.RULES]
UPLOAD = [*upload.RULES, *upload_network.RULES]
SERVE = [*serve.RULES, *serve_requests.RULES, *serve_ends.RULES, *serve_network.RULES]

EXERCISES = (
    Exercise("ch07/safe_path", 3, ("safe_path",), safe_path.RULES),
    Exercise("ch07/blocks", 2, ("blocks",), blocks.RULES, mistakes=blocks.MISTAKES),
    Exercise("ch07/sender", 4, ("Sender",), SENDER, ("ch07/blocks",), "tftp"),
    Exercise(
        "ch07/upload", 4, ("upload",), UPLOAD, ("ch07/sender",), "tftp", mistakes=upload.MISTAKES
    ),
    Exercise(
        "ch07/serve",
        5,
        ("serve",),
        SERVE,
        ("ch07/safe_path", "ch07/sender"),
        "tftp",
        mistakes=serving.MISTAKES,
    ),
    Exercise(
        "ch07/netascii", 2, ("to_netascii", "from_netascii"), netascii.RULES, mistakes=AS_TEXT
    ),
)
