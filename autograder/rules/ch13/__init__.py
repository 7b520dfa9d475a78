"""Chapter 13, framing: messages on a stream. A module an exercise, in the chapter's order.

Cuts of a stream are schedules, for sockets and for parsers alike, so a report shows the
smallest one; where a peer resets, reads slowly or says nothing, the rule does so.
"""

# ruff: noqa: F401, I001 -- each module declares its exercise, in the order of the imports
from autograder.rules.ch13 import recv_exact
from autograder.rules.ch13 import send_frame
from autograder.rules.ch13 import recv_frame
from autograder.rules.ch13 import frame_parser
from autograder.rules.ch13 import line_parser
from autograder.rules.ch13 import run_command
from autograder.rules.ch13 import command_server
from autograder.rules.ch13 import command_clients
