"""Chapter 06, the TFTP client (RFC 1350). A module an exercise, in the chapter's order.

Machines are fed by the rules, in virtual time; where a socket matters, the rules play the
server on loopback.
"""

# ruff: noqa: F401, I001 -- each module declares its exercise, in the order of the imports
from autograder.rules.ch06 import build_rrq
from autograder.rules.ch06 import parse
from autograder.rules.ch06 import build_ack
from autograder.rules.ch06 import receiver, transfers
from autograder.rules.ch06 import drive
from autograder.rules.ch06 import download, lossy, endings
from autograder.rules.ch06 import estimate_blocks
