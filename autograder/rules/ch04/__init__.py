"""Chapter 04, UDP: one message, one datagram. A module an exercise, in the chapter's order.

The rules play the learner's peers on loopback. Where a rule says that the network lost or
delayed something, the rule itself is that network: it does not answer, or answers late.
"""

# ruff: noqa: F401, I001 -- each module declares its exercise, in the order of the imports
from autograder.rules.ch04 import send_text
from autograder.rules.ch04 import recv_one
from autograder.rules.ch04 import echo_server
from autograder.rules.ch04 import request
from autograder.rules.ch04 import feiq
from autograder.rules.ch04 import reply_counter_server
