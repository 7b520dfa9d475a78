"""Chapter 11, TCP: a byte stream between two programs. A module an exercise, in its order here.

The rules play the learner's peers on loopback. Cuts of the stream are schedules, so a report
shows the smallest one; where a peer resets, reads slowly or says nothing, the rule does so.
"""

# ruff: noqa: F401, I001 -- each module declares its exercise, in the order of the imports
from autograder.rules.ch11 import dial
from autograder.rules.ch11 import send_all
from autograder.rules.ch11 import recv_until_eof
from autograder.rules.ch11 import serve_once
from autograder.rules.ch11 import upper_server
from autograder.rules.ch11 import upper_clients
from autograder.rules.ch11 import chat_client
from autograder.rules.ch11 import method_table
